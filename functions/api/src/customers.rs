//! What customers do, or a sales system for them: join, confirm it, read their position, act on an offer,
//! leave, turn news off.

pub mod claim;
pub mod confirm;
pub mod convert;
pub mod decline;
pub mod join;
pub mod leave;
pub mod position;
pub mod unsubscribe;
