//! Join numbers: handed out in order, never reused.
//!
//! A number is *gone* once no entry waits with it. Its entry was offered seats, left or moved, or
//! it never got an entry. A position is a number less the gone numbers below it, plus the entries
//! in the lanes before it.

use std::collections::BTreeMap;

use crate::line::lane::Lane;
use crate::line::position_index::Counts;
use crate::values::time::Timestamp;

/// Greater than all numbers that are handed out, and the greatest that is stored in order.
pub const LAST_NUMBER: u64 = 999_999_999_999;

/// The numbers of a line, of all its lanes together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// One more than the count of numbers handed out.
    pub next: u64,
    /// The count of gone numbers.
    pub gone: u64,
    /// Whether numbers are handed out: exactly while the waitlist is active.
    pub open: bool,
}

impl Numbers {
    /// Numbers of a new line.
    pub fn new(open: bool) -> Self {
        Self { next: 1, gone: 0, open }
    }

    /// How many entries stand in line.
    pub fn waiting(&self) -> u64 {
        (self.next - 1).saturating_sub(self.gone)
    }

    /// Proof that nobody stands in line, if so.
    pub fn empty_line(&self) -> Option<EmptyLine> {
        (self.waiting() == 0).then_some(EmptyLine { next: self.next, gone: self.gone })
    }
}

/// Proof that nobody stood in line: both numbers must be the same when a change is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyLine {
    pub next: u64,
    /// The count of gone numbers: all before `next`.
    pub gone: u64,
}

/// The numbers of one lane.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LaneNumbers {
    /// The last number handed out, or 0.
    pub issued: u64,
    /// The count of gone numbers by directory of the position index.
    pub gone: Counts,
    /// The time at which the last number was handed out.
    pub last_issued_at: Option<Timestamp>,
}

impl LaneNumbers {
    /// How many entries stand in this lane. The last one has just this position in it.
    pub fn waiting(&self) -> u64 {
        self.issued.saturating_sub(self.gone.total())
    }
}

/// The numbers of all lanes of a line that ever had any.
pub type Lanes = BTreeMap<Lane, LaneNumbers>;

/// How many entries stand in a lane.
pub fn waiting_in(lanes: &Lanes, lane: &Lane) -> u64 {
    lanes.get(lane).map_or(0, LaneNumbers::waiting)
}
