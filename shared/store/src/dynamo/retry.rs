//! Trying again what others were in the way of.

use std::time::Duration;

use waitlist_domain::values::time::Timestamp;

use crate::dynamo::table::DynamoTable;

/// Waits between the attempts of one operation, longer each time and jittered, so that writers who collided do not
/// collide again; gives up after enough of them, or after some time.
#[derive(Debug)]
pub(crate) struct Attempts<'table> {
    table: &'table DynamoTable,
    /// When no other is made any more.
    end: Timestamp,
    made: u32,
    most: u32,
    longest_pause_milliseconds: u64,
}

impl<'table> Attempts<'table> {
    const FIRST_PAUSE_MILLISECONDS: u64 = 4;

    /// How long attempts go on (milliseconds): two operations, one after the other, leave time for an answer within the
    /// 10 seconds that the functions of the API have.
    const LONGEST: i64 = 4_000;

    /// The same for workers, who have 30 seconds, and whose message comes back late.
    const LONGEST_OF_WORKERS: i64 = 12_000;

    /// For an operation that reads and decides anew each time.
    pub(crate) fn new(table: &'table DynamoTable) -> Self {
        Self::until(table, Self::LONGEST, 14, 400)
    }

    /// The same for a worker's operation.
    pub(crate) fn of_worker(table: &'table DynamoTable) -> Self {
        Self::until(table, Self::LONGEST_OF_WORKERS, 14, 400)
    }

    fn until(table: &'table DynamoTable, longest: i64, most: u32, longest_pause_milliseconds: u64) -> Self {
        Self::with_end(table, table.now().plus_milliseconds(longest), most, longest_pause_milliseconds)
    }

    const fn with_end(table: &'table DynamoTable, end: Timestamp, most: u32, longest_pause_milliseconds: u64) -> Self {
        Self { table, end, made: 0, most, longest_pause_milliseconds }
    }

    /// When an operation of several writes that begins now gives up, all of them together.
    pub(crate) fn end_of_several(table: &DynamoTable) -> Timestamp {
        table.now().plus_milliseconds(Self::LONGEST)
    }

    /// For one write of an operation that gives up at `end`.
    pub(crate) const fn of_several(table: &'table DynamoTable, end: Timestamp) -> Self {
        Self::with_end(table, end, 14, 400)
    }

    /// Attempts that are made however late it is: one of them alone may have taken long.
    const FEWEST: u32 = 3;

    /// For a single write that merges into what its failure showed: of many at once one succeeds each time, so that
    /// each needs only patience.
    pub(crate) fn of_merging(table: &'table DynamoTable) -> Self {
        Self::until(table, Self::LONGEST, 100, 24)
    }

    /// Pauses before another attempt; false when enough have been made, or it is too late for another.
    pub(crate) async fn another(&mut self) -> bool {
        self.made += 1;
        let is_too_late = self.made >= Self::FEWEST && self.table.now() >= self.end;
        if self.made >= self.most || is_too_late {
            return false;
        }
        let ceiling = (Self::FIRST_PAUSE_MILLISECONDS << self.made.min(10)).min(self.longest_pause_milliseconds);
        let jitter = u64::from(self.table.random()[0]) * ceiling / 255;
        tokio::time::sleep(Duration::from_millis(1 + jitter)).await;
        true
    }
}
