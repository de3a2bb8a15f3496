//! What changes the table. One module, one capability.

pub mod access_codes;
pub mod contact_changes;
pub mod draws;
pub mod events;
pub mod extensions;
pub mod idempotency;
pub mod joining;
pub mod moves;
pub mod notifying;
pub mod offers;
pub mod out_of_turn;
pub(crate) mod places;
pub mod promotions;
pub mod registrations;
pub mod reinstatements;
pub mod releases;
pub mod reminders;
pub mod send_slots;
pub mod steering;
pub mod sweeping;
pub mod withdrawals;
