//! The evidence for an explanation.

use crate::entry::Entry;
use crate::event::Event;
use crate::history::journal::Row;
use crate::line::order::Standing;
use crate::line::seats::Seats;
use crate::line::steering::Offering;
use crate::values::time::Timestamp;
use crate::values::time_zone;

/// The evidence for the explanation of an entry.
#[derive(Debug)]
pub struct Evidence<'evidence> {
    pub entry: &'evidence Entry,
    pub event: &'evidence Event,
    /// Its standing, while it waits.
    pub standing: Option<Standing>,
    /// How many entries that its position counts are unconfirmed.
    pub unconfirmed_before: u64,
    /// The seats of its line now.
    pub seats: Seats,
    pub offering: Offering,
    /// How often it was passed over in its lane.
    pub passed_over: u32,
    /// All rows of the entry, in order.
    pub history: &'evidence [Row],
    /// The rows of its line, the newest first: up to its last offer, or up to now if it waits.
    pub looking_back: &'evidence [Row],
}

impl Evidence<'_> {
    /// A time by the clocks of the event.
    pub(super) fn time(&self, instant: Timestamp) -> String {
        time_zone::to_the_second(instant, &self.event.time_zone)
    }
}
