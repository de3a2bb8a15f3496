//! The journal: follows the table's stream, and keeps what it tells of entries, seats and the organiser's decisions.
//!
//! Beside the relay, so that nothing anybody waits for is held up by it. It may see a record twice, late, or out of order
//! with those of other items: a row is written and counted once.

use aws_lambda_events::streams::DynamoDbEventResponse;
use serde_json::Value;
use waitlist_runtime::workers::queues::StreamDeadLetters;
use waitlist_runtime::workers::stream_batches::Follower;
use waitlist_store::Journalled;
use waitlist_store::followers::changes::Change;
use waitlist_store::followers::journal::JournalKeeping;

/// What the journal may touch.
#[derive(Debug)]
pub struct Ports {
    /// The journals.
    pub journals: JournalKeeping,
    /// Records that nobody can make sense of, or act on.
    pub dead_letters: StreamDeadLetters,
}

/// Handles a batch of stream records. One that can't be read goes to the dead letters, and so does one that is about a
/// damaged item. What comes again and is written already is not written twice.
pub async fn handle(ports: &Ports, event: &Value) -> DynamoDbEventResponse {
    let follower = Follower { name: "journal", dead_letters: &ports.dead_letters };
    let keep = async |journalled: Vec<(&str, Vec<Journalled>)>| {
        ports.journals.keep(journalled.into_iter().flat_map(|(_, rows)| rows).collect()).await
    };
    follower.handle(event, Change::journalled, keep).await
}
