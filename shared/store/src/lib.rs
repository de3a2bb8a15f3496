//! The waitlist in DynamoDB: the only crate that knows the table.
//!
//! `waitlist-domain` decides, this crate turns the decision into conditional writes that restate its guard. Each
//! module offers one capability, so that a handler names only what it may touch, as its IAM policy does.

mod command_names;
mod draw_items;
mod entry_item;
mod expression;
mod failure;
mod funnel_item;
mod journal_rows;
mod key;
mod line_index;
mod line_items;
mod places;
mod position_index;
mod reading;
mod seeds;
mod table;
mod transaction;
mod writing;

pub mod access_codes;
pub mod api_keys;
pub mod changes;
pub mod contact_changes;
pub mod draws;
pub mod entries;
pub mod events;
pub mod extensions;
pub mod idempotency;
pub mod joining;
pub mod journal;
pub mod listing;
pub mod moved_up;
pub mod moves;
pub mod notifying;
pub mod offers;
pub mod out_of_turn;
pub mod promotions;
pub mod registrations;
pub mod reinstatements;
pub mod releases;
pub mod reminders;
pub mod send_slots;
pub mod steering;
pub mod sweeping;
pub mod withdrawals;

pub use entry_item::{LastChange, StoredEntry};
pub use failure::is_of_damage;
pub use journal_rows::Journalled;
pub use line_items::Line;
pub use table::{Clock, Random, Table};
