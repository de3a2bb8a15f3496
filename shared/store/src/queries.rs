//! What is read and changes nothing.

pub mod api_keys;
pub mod entries;
pub mod events;
pub mod listing;
