//! Entries that wait in a line.

use crate::values::identifier::{EntryId, PlaceId};
use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;

/// A waiting entry, as the index shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub place: PlaceId,
    pub entry_id: EntryId,
    pub number: u64,
    /// Seats asked for.
    pub quantity: Quantity,
    /// The fewest seats that it would take.
    pub minimum: Quantity,
    /// Whether its address is confirmed.
    pub is_confirmed: bool,
    /// The time at which it took its number.
    pub numbered_at: Timestamp,
}
