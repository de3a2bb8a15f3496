//! The commands that change the table. Each module is one capability.

pub mod access_codes;
pub mod contact_changes;
pub mod draws;
pub(crate) mod entry_commands;
pub mod events;
pub mod extensions;
pub mod idempotency;
pub mod joining;
pub mod moves;
pub mod notifying;
pub(crate) mod numbers;
pub mod offers;
pub mod out_of_turn;
pub mod promotions;
mod refusals;
pub mod registrations;
pub mod reinstatements;
pub mod releases;
pub mod reminders;
pub(crate) mod renumbering;
pub mod send_slots;
pub mod sources;
pub mod steering;
pub mod sweeping;
pub mod unreachable_addresses;
pub mod unsubscribing;
pub mod withdrawals;
