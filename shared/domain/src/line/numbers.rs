//! Join numbers: handed out in order, never reused.
//!
//! A number is *gone* once nobody waits with it: its entry was offered seats, left or moved, or it never got an entry.
//! A position is a number less the gone numbers below it, and whoever waits in the lanes before it.

use std::collections::BTreeMap;

use crate::line::lane::Lane;
use crate::line::position_index::Counts;
use crate::values::time::Timestamp;

/// Above every number that is ever handed out, and the greatest that can be stored in order.
pub const LAST_NUMBER: u64 = 999_999_999_999;

/// The numbers of one line, of all its lanes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// One more than were handed out.
    pub next: u64,
    /// How many of them are gone.
    pub gone: u64,
    /// Whether numbers are handed out: exactly while the waitlist is active.
    pub open: bool,
}

impl Numbers {
    /// Numbers of a new line.
    pub fn new(open: bool) -> Self {
        Self { next: 1, gone: 0, open }
    }

    /// How many stand in line.
    pub fn waiting(&self) -> u64 {
        (self.next - 1).saturating_sub(self.gone)
    }

    /// Proof that nobody stands in line, where that is so.
    pub fn empty_line(&self) -> Option<EmptyLine> {
        (self.waiting() == 0).then_some(EmptyLine { next: self.next, gone: self.gone })
    }
}

/// Proof that nobody stood in line, as numbers that must still be the same when the change is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyLine {
    /// The next number to be handed out.
    pub next: u64,
    /// The numbers gone: all before `next`.
    pub gone: u64,
}

/// The numbers of one lane.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LaneNumbers {
    /// The last number handed out; 0 before any was.
    pub issued: u64,
    /// How many numbers of each directory of the position index are gone.
    pub gone: Counts,
    /// When a number was last handed out; nothing before any was.
    pub last_issued_at: Option<Timestamp>,
}

impl LaneNumbers {
    /// How many stand in this lane. The last to join it has just this position in it.
    pub fn waiting(&self) -> u64 {
        self.issued.saturating_sub(self.gone.total())
    }
}

/// The numbers of all lanes of a line that ever had any.
pub type Lanes = BTreeMap<Lane, LaneNumbers>;

/// How many stand in a lane.
pub fn waiting_in(lanes: &Lanes, lane: &Lane) -> u64 {
    lanes.get(lane).map_or(0, LaneNumbers::waiting)
}
