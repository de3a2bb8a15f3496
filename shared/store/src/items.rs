//! The items of the tables: their keys, attributes and updates.

pub mod access_code_item;
pub mod api_key_item;
pub mod command_names;
pub mod draw_items;
pub mod entry_item;
pub mod event_item;
pub mod funnel_item;
pub mod hash_secret;
pub mod key;
pub mod last_change;
pub mod line;
pub mod numbers_item;
pub mod phone_items;
pub mod places_item;
pub mod put_off_item;
pub mod registration_item;
pub mod release_item;
pub mod retention_item;
pub mod seats_item;
pub mod seeds;
pub mod sent_marker;
pub mod settings_item;
pub mod stand_in;
pub mod table;
pub mod token_ends;
pub mod unreachable_item;
