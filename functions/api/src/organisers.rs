//! An organiser's commands on one entry, each with a reason.

pub mod edit_entry;
pub mod extend_offer;
pub mod move_entry;
pub mod offer_entry;
pub mod reinstate_entry;
pub mod remove_entry;
pub mod withdraw_offer;
