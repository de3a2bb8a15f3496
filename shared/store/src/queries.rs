//! The queries, which change nothing.

pub mod api_keys;
pub mod checkouts;
pub mod entries;
pub mod events;
pub mod listing;
pub mod mailbox_places;
pub mod settings;
