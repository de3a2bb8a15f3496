//! The current numbers of seats and people.

use serde::Serialize;
use waitlist_domain::line::seats::Seats;
use waitlist_store::Line;

/// The current numbers of seats and of people who wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(crate) struct CountsView {
    capacity: u64,
    sold: u64,
    held: u64,
    free: u64,
    waiting: u64,
    unconfirmed: u64,
}

impl CountsView {
    pub(crate) fn new(line: &Line) -> Self {
        let Seats { capacity, sold, held, free, .. } = line.seats;
        Self { capacity, sold, held, free, waiting: line.numbers.waiting(), unconfirmed: line.numbers.unconfirmed() }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self {
            capacity: self.capacity + other.capacity,
            sold: self.sold + other.sold,
            held: self.held + other.held,
            free: self.free + other.free,
            waiting: self.waiting + other.waiting,
            unconfirmed: self.unconfirmed + other.unconfirmed,
        }
    }
}
