//! What customers do, or a sales system for them. They join, confirm their address and number,
//! change what they said, and read their position. They act on an offer, leave, turn news off, and
//! ask for the links that they lost.

pub mod change_entry;
pub mod claim;
pub mod confirm;
pub mod confirm_phone;
pub mod convert;
pub mod decline;
pub mod find;
pub mod get_challenge;
pub mod join;
pub mod leave;
pub mod position;
pub mod send_phone_code;
pub mod unsubscribe;
