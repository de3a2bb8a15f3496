//! Retries: an operation is tried again while other writers interfere.

use std::time::Duration;

use waitlist_domain::Error;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::failure::Failure;
use crate::dynamo::table::DynamoTable;

/// The result of one attempt at an operation.
#[derive(Debug)]
pub(crate) enum Attempt<T> {
    /// The operation is over.
    Done(T),
    /// The items changed between read and write: read, decide and write again.
    Again,
}

/// How often and for how long an operation is attempted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryBudget {
    end: End,
    most_attempts: u32,
    longest_pause_milliseconds: u64,
}

/// The time after which no further attempt begins.
#[derive(Debug, Clone, Copy)]
enum End {
    /// So many milliseconds after the first attempt began.
    After(i64),
    At(Timestamp),
}

impl RetryBudget {
    /// For a request. Two operations in a row leave time for a response within the 10 seconds of an
    /// API function.
    pub(crate) const REQUEST: Self =
        Self { end: End::After(4_000), most_attempts: 14, longest_pause_milliseconds: 400 };

    /// For a worker. It has 30 seconds, and its message comes back later.
    pub(crate) const WORKER: Self = Self { end: End::After(12_000), ..Self::REQUEST };

    /// For a write that merges into the item that its failure returned. Of many concurrent writers,
    /// one succeeds each time.
    pub(crate) const MERGE: Self = Self { most_attempts: 100, longest_pause_milliseconds: 24, ..Self::REQUEST };

    /// For a last small write of a request, after its operations.
    pub(crate) const LAST: Self = Self { end: End::After(1_000), ..Self::REQUEST };

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

/// Attempts an operation until it is done, fails or has used up its budget. Then it fails with
/// [`Error::Busy`].
///
/// An attempt that meets contention is repeated. `attempt` reads, decides and writes, each time by
/// the present time.
pub(crate) async fn retry<T>(
    table: &DynamoTable,
    budget: RetryBudget,
    context: &'static str,
    mut attempt: impl AsyncFnMut() -> Result<Attempt<T>, Failure>,
) -> Result<T, Error> {
    let mut pauses = Pauses::new(table, budget);
    loop {
        // Boxed, so that the futures of nested operations stay small.
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

/// The pauses between attempts. They grow and are jittered, so that colliding writers do not
/// collide again.
struct Pauses<'table> {
    table: &'table DynamoTable,
    budget: RetryBudget,
    end: Timestamp,
    attempts_made: u32,
}

impl<'table> Pauses<'table> {
    const FIRST_MILLISECONDS: u64 = 4;

    /// Attempts made even after the end of the budget, because a single one may have taken that
    /// long.
    const FEWEST_ATTEMPTS: u32 = 3;

    fn new(table: &'table DynamoTable, budget: RetryBudget) -> Self {
        Self { table, budget, end: budget.ends_at(table), attempts_made: 0 }
    }

    /// Pauses before another attempt. False if the budget is used up.
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
