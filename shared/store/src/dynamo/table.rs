//! A DynamoDB table with what every operation needs: a client, a clock and a source of randomness.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use waitlist_domain::values::time::Timestamp;

/// Tells the time. It is an argument, so that tests choose the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Draws 256 random bits. It is an argument, so that tests can replay a run.
pub type Random = Arc<dyn Fn() -> [u8; 32] + Send + Sync>;

/// A DynamoDB table. Cheap to clone.
#[derive(Clone)]
pub struct DynamoTable {
    pub(crate) client: Client,
    client_in_time: Client,
    pub(crate) name: String,
    clock: Clock,
    random: Random,
}

impl fmt::Debug for DynamoTable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("DynamoTable").field("name", &self.name).finish_non_exhaustive()
    }
}

impl DynamoTable {
    /// The table called `name`, reached through `client`.
    pub(crate) fn new(client: Client, name: String, clock: Clock, random: Random) -> Self {
        let client_in_time = in_time(&client);
        Self { client, client_in_time, name, clock, random }
    }

    /// The same table, for writes with the present time in their condition.
    ///
    /// The SDK does not retry them, because it would repeat the old time. The caller does, with the
    /// time of each attempt ([`retry`](crate::dynamo::retry::retry)).
    pub(crate) fn in_time(&self) -> Self {
        Self { client: self.client_in_time.clone(), ..self.clone() }
    }

    /// The name of the table.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The present time. Each attempt asks anew, so that a repeated write tests a deadline by its
    /// own time.
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

/// The timeout of one attempt at a write that the SDK does not retry. So several attempts fit into
/// the function's timeout.
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
