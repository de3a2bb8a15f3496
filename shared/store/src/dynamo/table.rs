//! The table, and what every operation on it needs: a client, a clock and a source of randomness.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_domain::values::time::Timestamp;

/// Tells the time. Passed in, so that tests can choose it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Draws 256 random bits. Passed in, so that tests can replay a run.
pub type Random = Arc<dyn Fn() -> [u8; 32] + Send + Sync>;

/// The one table of the waitlist. Cheap to clone.
#[derive(Clone)]
pub struct Table {
    pub(crate) client: Client,
    client_in_time: Client,
    pub(crate) name: String,
    clock: Clock,
    random: Random,
    mandate: Arc<Mandate>,
}

impl fmt::Debug for Table {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Table").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Table {
    /// The table called `name`, reached through `client`.
    pub fn new(client: Client, name: impl Into<String>, clock: Clock, random: Random) -> Self {
        let client_in_time = in_time(&client);
        let mandate = Arc::new(Mandate::of(Actor::Waitlist));
        Self { client, client_in_time, name: name.into(), clock, random, mandate }
    }

    /// The same table, for writes whose condition holds the time: the SDK repeats none of them, for it would repeat the
    /// time as well. Whoever makes such a write repeats it ([`Attempts`]), with the time of each attempt.
    pub(crate) fn in_time(&self) -> Self {
        Self { client: self.client_in_time.clone(), ..self.clone() }
    }

    /// The same table, for changes under this mandate: entries that are changed through it bear who changed them, and
    /// why. Without one it is the waitlist itself that changes them.
    pub fn under(&self, mandate: Mandate) -> Self {
        Self { mandate: Arc::new(mandate), ..self.clone() }
    }

    /// On whose behalf entries are changed through this.
    pub(crate) fn mandate(&self) -> &Mandate {
        &self.mandate
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The time now. Asked for anew at every attempt, so that a retried write tests the deadline at its own time.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// 256 random bits.
    pub fn random(&self) -> [u8; 32] {
        (self.random)()
    }

    /// 128 random bits, for an identifier.
    pub fn random_identifier_bits(&self) -> [u8; 16] {
        let mut bits = [0; 16];
        bits.copy_from_slice(&self.random()[..16]);
        bits
    }
}

/// How long one attempt at a write may take that the SDK does not repeat: so that enough of them are made before the
/// function's own time is over.
const LONGEST_ATTEMPT_IN_TIME: Duration = Duration::from_secs(2);

fn in_time(client: &Client) -> Client {
    let configuration = client.config();
    let limited = |timeouts: &&TimeoutConfig| timeouts.operation_attempt_timeout().is_some();
    let shorter =
        |timeouts: &TimeoutConfig| timeouts.to_builder().operation_attempt_timeout(LONGEST_ATTEMPT_IN_TIME).build();
    let builder = configuration.to_builder().retry_config(RetryConfig::disabled());
    Client::from_conf(match configuration.timeout_config().filter(limited).map(shorter) {
        Some(timeouts) => builder.timeout_config(timeouts).build(),
        None => builder.build(),
    })
}

/// Waits between the attempts of one operation, longer each time and jittered, so that writers who collided do not
/// collide again; gives up after enough of them, or after some time.
#[derive(Debug)]
pub(crate) struct Attempts<'table> {
    table: &'table Table,
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
    pub(crate) fn new(table: &'table Table) -> Self {
        Self::until(table, Self::LONGEST, 14, 400)
    }

    /// The same for a worker's operation.
    pub(crate) fn of_worker(table: &'table Table) -> Self {
        Self::until(table, Self::LONGEST_OF_WORKERS, 14, 400)
    }

    fn until(table: &'table Table, longest: i64, most: u32, longest_pause_milliseconds: u64) -> Self {
        Self::with_end(table, table.now().plus_milliseconds(longest), most, longest_pause_milliseconds)
    }

    const fn with_end(table: &'table Table, end: Timestamp, most: u32, longest_pause_milliseconds: u64) -> Self {
        Self { table, end, made: 0, most, longest_pause_milliseconds }
    }

    /// When an operation of several writes that begins now gives up, all of them together.
    pub(crate) fn end_of_several(table: &Table) -> Timestamp {
        table.now().plus_milliseconds(Self::LONGEST)
    }

    /// For one write of an operation that gives up at `end`.
    pub(crate) const fn of_several(table: &'table Table, end: Timestamp) -> Self {
        Self::with_end(table, end, 14, 400)
    }

    /// Attempts that are made however late it is: one of them alone may have taken long.
    const FEWEST: u32 = 3;

    /// For a single write that merges into what its failure showed: of many at once one succeeds each time, so that
    /// each needs only patience.
    pub(crate) fn of_merging(table: &'table Table) -> Self {
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
