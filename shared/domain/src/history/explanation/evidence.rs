//! What an entry is explained by.

use crate::entry::Entry;
use crate::event::Event;
use crate::history::journal::Row;
use crate::line::order::Standing;
use crate::line::seats::Seats;
use crate::line::steering::Offering;
use crate::values::time::Timestamp;
use crate::values::time_zone;

/// What there is to explain an entry by.
#[derive(Debug)]
pub struct Evidence<'evidence> {
    /// The entry.
    pub entry: &'evidence Entry,
    /// Its event.
    pub event: &'evidence Event,
    /// Where it stands, while it waits.
    pub standing: Option<Standing>,
    /// The seats of its line as they are.
    pub seats: Seats,
    /// Whether free seats are offered, by the organiser's will.
    pub offering: Offering,
    /// How often it was passed over where it stands.
    pub passed_over: u32,
    /// All that was done to it, in order.
    pub history: &'evidence [Row],
    /// What was done in its line up to its last offer, and where it waits up to now, the newest first.
    pub looking_back: &'evidence [Row],
}

impl Evidence<'_> {
    /// A time, as the clocks of the event show it.
    pub(super) fn time(&self, instant: Timestamp) -> String {
        time_zone::to_the_second(instant, &self.event.time_zone)
    }
}
