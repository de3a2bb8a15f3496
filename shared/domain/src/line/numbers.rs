//! Join numbers: handed out in order, never reused.
//!
//! A number is *gone* once no entry waits with it. Its entry was offered seats, left or moved, or
//! it never got an entry. A position is a number less the gone numbers below it, plus the entries
//! in the lanes before it.
//!
//! The number of an unconfirmed entry is not gone: it counts in positions. But it is passed over
//! until it is *resolved*, by a confirmation or by the entry's end.

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
    /// The count of numbers that were found to be of unconfirmed entries.
    pub unconfirmed: u64,
    /// The count of unconfirmed entries that were confirmed or ended.
    pub resolved: u64,
    /// Whether numbers are handed out: exactly while the waitlist is active.
    pub open: bool,
}

impl Numbers {
    /// Numbers of a new line.
    pub fn new(open: bool) -> Self {
        Self { next: 1, gone: 0, unconfirmed: 0, resolved: 0, open }
    }

    /// How many confirmed entries stand in line. An unconfirmed one counts for a moment after its
    /// join, until its number is marked.
    pub fn waiting(&self) -> u64 {
        (self.next - 1 + self.resolved).saturating_sub(self.gone + self.unconfirmed)
    }

    /// How many unconfirmed entries stand in line.
    pub fn unconfirmed(&self) -> u64 {
        self.unconfirmed.saturating_sub(self.resolved)
    }

    /// Proof that no confirmed entry stands in line, if so.
    pub fn empty_line(&self) -> Option<EmptyLine> {
        let Self { next, gone, unconfirmed, resolved, .. } = *self;
        (self.waiting() == 0).then_some(EmptyLine { next, gone, unconfirmed, resolved })
    }
}

/// Proof that no confirmed entry stood in line: all counts must be the same when a change is
/// written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyLine {
    pub next: u64,
    pub gone: u64,
    pub unconfirmed: u64,
    pub resolved: u64,
}

/// The numbers of one lane.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LaneNumbers {
    /// The last number handed out, or 0.
    pub issued: u64,
    /// The count of gone numbers by directory of the position index.
    pub gone: Counts,
    /// The count of unconfirmed entries that stand, by directory of the position index.
    pub unconfirmed: Counts,
    /// The time at which the last number was handed out.
    pub last_issued_at: Option<Timestamp>,
}

impl LaneNumbers {
    /// How many entries stand in this lane, confirmed or not. The last one has just this position in
    /// it.
    pub fn standing(&self) -> u64 {
        self.issued.saturating_sub(self.gone.total())
    }

    /// How many confirmed entries stand in this lane.
    pub fn waiting(&self) -> u64 {
        self.standing().saturating_sub(self.unconfirmed.total())
    }

    /// The count of numbers that are passed over, by directory: they are gone, or unconfirmed.
    pub fn passed_over(&self) -> Counts {
        self.gone.plus(&self.unconfirmed)
    }
}

/// The numbers of all lanes of a line that ever had any.
pub type Lanes = BTreeMap<Lane, LaneNumbers>;

/// How many confirmed entries stand in a lane.
pub fn waiting_in(lanes: &Lanes, lane: &Lane) -> u64 {
    lanes.get(lane).map_or(0, LaneNumbers::waiting)
}

/// How many entries stand in a lane, confirmed or not.
pub fn standing_in(lanes: &Lanes, lane: &Lane) -> u64 {
    lanes.get(lane).map_or(0, LaneNumbers::standing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unconfirmed_number_stands_in_line_and_does_not_wait_until_it_is_resolved() {
        let numbers = Numbers { next: 10, gone: 3, unconfirmed: 4, resolved: 2, open: true };
        assert_eq!((numbers.waiting(), numbers.unconfirmed()), (4, 2));
        let lane = LaneNumbers {
            issued: 10,
            gone: Counts::new([(0, 3), (1, 1)]),
            unconfirmed: Counts::new([(0, 2)]),
            last_issued_at: None,
        };
        assert_eq!((lane.standing(), lane.waiting()), (6, 4));
        assert_eq!(lane.passed_over(), Counts::new([(0, 5), (1, 1)]));
        let lanes = Lanes::from([(Lane::Front, lane)]);
        assert_eq!((standing_in(&lanes, &Lane::Front), waiting_in(&lanes, &Lane::Front)), (6, 4));
        assert_eq!((standing_in(&lanes, &Lane::Common), waiting_in(&lanes, &Lane::Common)), (0, 0));
    }

    #[test]
    fn only_a_line_in_which_nobody_confirmed_stands_is_empty() {
        assert!(Numbers::new(true).empty_line().is_some());
        let numbers = Numbers { next: 10, gone: 6, unconfirmed: 4, resolved: 1, open: true };
        assert_eq!(numbers.empty_line(), Some(EmptyLine { next: 10, gone: 6, unconfirmed: 4, resolved: 1 }));
        assert_eq!(Numbers { resolved: 2, ..numbers }.empty_line(), None);
    }
}
