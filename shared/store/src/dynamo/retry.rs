//! Trying an operation again while others are in its way.

use std::time::Duration;

use waitlist_domain::Error;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::failure::Failure;
use crate::dynamo::table::DynamoTable;

/// What one attempt at an operation came to.
#[derive(Debug)]
pub(crate) enum Attempt<T> {
    /// The operation is over.
    Done(T),
    /// What was read had changed before it was written: read, decide and write again.
    Again,
}

/// How often an operation is attempted, and for how long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryBudget {
    end: End,
    most_attempts: u32,
    longest_pause_milliseconds: u64,
}

/// When no other attempt is made any more.
#[derive(Debug, Clone, Copy)]
enum End {
    /// So many milliseconds after the first attempt begins.
    After(i64),
    At(Timestamp),
}

impl RetryBudget {
    /// Two operations, one after the other, leave time for an answer within the 10 seconds of the API's functions.
    pub(crate) const REQUEST: Self =
        Self { end: End::After(4_000), most_attempts: 14, longest_pause_milliseconds: 400 };

    /// Workers have 30 seconds, and their message comes back later.
    pub(crate) const WORKER: Self = Self { end: End::After(12_000), ..Self::REQUEST };

    /// For a write that merges into what its failure showed: of many at once one succeeds each time.
    pub(crate) const MERGE: Self = Self { most_attempts: 100, longest_pause_milliseconds: 24, ..Self::REQUEST };

    /// For several operations that begin now and share the time of one request.
    pub(crate) fn shared(table: &DynamoTable) -> Self {
        Self { end: End::At(Self::REQUEST.ends_at(table)), ..Self::REQUEST }
    }

    fn ends_at(self, table: &DynamoTable) -> Timestamp {
        match self.end {
            End::After(milliseconds) => table.now().plus_milliseconds(milliseconds),
            End::At(instant) => instant,
        }
    }
}

/// Attempts an operation until it is done, fails, or has used up its budget: then it is [`Error::Busy`] with `context`.
///
/// An attempt that met contention is made again. `attempt` reads, decides and writes, each time with the time it has then.
pub(crate) async fn retry<T>(
    table: &DynamoTable,
    budget: RetryBudget,
    context: &'static str,
    mut attempt: impl AsyncFnMut() -> Result<Attempt<T>, Failure>,
) -> Result<T, Error> {
    let mut pauses = Pauses::new(table, budget);
    loop {
        // Boxed, so that the futures of operations stay small however deep they nest.
        match Box::pin(attempt()).await {
            Ok(Attempt::Done(done)) => return Ok(done),
            Ok(Attempt::Again) | Err(Failure::Contended) => {}
            Err(Failure::Other(error)) => return Err(error),
        }
        if !pauses.another().await {
            return Err(Error::Busy { context });
        }
    }
}

/// The pauses between attempts: longer each time and jittered, so that writers who collided do not collide again.
struct Pauses<'table> {
    table: &'table DynamoTable,
    budget: RetryBudget,
    end: Timestamp,
    attempts_made: u32,
}

impl<'table> Pauses<'table> {
    const FIRST_MILLISECONDS: u64 = 4;

    /// Attempts that are made however late it is: one of them alone may have taken long.
    const FEWEST_ATTEMPTS: u32 = 3;

    fn new(table: &'table DynamoTable, budget: RetryBudget) -> Self {
        Self { table, budget, end: budget.ends_at(table), attempts_made: 0 }
    }

    /// Pauses before another attempt; false when enough have been made, or it is too late for another.
    async fn another(&mut self) -> bool {
        self.attempts_made += 1;
        let is_too_late = self.attempts_made >= Self::FEWEST_ATTEMPTS && self.table.now() >= self.end;
        if self.attempts_made >= self.budget.most_attempts || is_too_late {
            return false;
        }
        let growing = Self::FIRST_MILLISECONDS << self.attempts_made.min(10);
        let ceiling = growing.min(self.budget.longest_pause_milliseconds);
        let jitter = u64::from(self.table.random()[0]) * ceiling / 255;
        tokio::time::sleep(Duration::from_millis(1 + jitter)).await;
        true
    }
}
