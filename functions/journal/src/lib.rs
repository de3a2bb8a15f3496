//! The journal: follows the table's stream, and records the changes of entries and seats and the
//! organiser's decisions.
//!
//! It runs beside the relay, so that it delays nothing that customers wait for. It may see a record
//! twice, late, or out of order with the records of other items. Each row is still written and
//! counted once.

use aws_lambda_events::streams::DynamoDbEventResponse;
use serde_json::Value;
use waitlist_runtime::workers::queues::StreamDeadLetters;
use waitlist_runtime::workers::stream_batches::Follower;
use waitlist_runtime::workers::stream_work::Work;
use waitlist_store::Journalled;
use waitlist_store::followers::changes::Change;
use waitlist_store::followers::journal::JournalKeeping;

/// What the journal may touch.
#[derive(Debug)]
pub struct Ports {
    /// Writes the journals.
    pub journals: JournalKeeping,
    /// The queue of records that are unreadable or about a damaged item.
    pub dead_letters: StreamDeadLetters,
}

/// Handles a batch of stream records.
///
/// Unreadable records and records about damaged items go to the dead letters. A record that comes
/// again is not written again.
pub async fn handle(ports: &Ports, event: &Value) -> DynamoDbEventResponse {
    let follower = Follower { name: "journal", dead_letters: &ports.dead_letters };
    let keep = async |work: &[Work<Vec<Journalled>>]| {
        ports.journals.keep(work.iter().flat_map(|one| one.task.clone()).collect()).await
    };
    follower.handle(event, Change::journalled, keep).await
}
