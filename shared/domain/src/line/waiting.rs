//! Those who wait in a line.

use crate::values::identifier::{EntryId, PlaceId};
use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;

/// An entry in line, as the index shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its key.
    pub place: PlaceId,
    /// Which stay in the line.
    pub entry_id: EntryId,
    /// Its join number.
    pub number: u64,
    /// Seats it asked for.
    pub quantity: Quantity,
    /// The fewest that it would take.
    pub minimum: Quantity,
    /// When it took its number.
    pub numbered_at: Timestamp,
}
