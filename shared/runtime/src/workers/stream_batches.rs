//! Batches of stream records, as the followers of the table's stream handle them.

use std::time::Instant;

use aws_lambda_events::streams::DynamoDbEventResponse;
use serde_json::Value;
use waitlist_domain::Error;
use waitlist_store::followers::changes::Change;
use waitlist_store::is_permanent;

use crate::environment::telemetry;
use crate::workers::batches::stream_answer;
use crate::workers::queues::StreamDeadLetters;
use crate::workers::stream_records::StreamRecord;

/// A function that follows the stream.
#[derive(Debug)]
pub struct Follower<'ports> {
    /// The follower's name in logs.
    pub name: &'static str,
    /// The queue of records that are unreadable or about a damaged item.
    pub dead_letters: &'ports StreamDeadLetters,
}

impl Follower<'_> {
    /// Handles a batch. `read` turns each change into a task. `act` does the tasks of any number of
    /// records, each with its sequence number.
    ///
    /// An unreadable record goes to the dead letters, so that it does not block the others.
    ///
    /// If `act` fails because of a damaged item, retrying does not help. The records are then
    /// handled one by one, and those about damaged items go to the dead letters.
    ///
    /// After any other failure the batch comes again, whole or from the failed record on. `act`
    /// must therefore be harmless when it is repeated.
    pub async fn handle<Task>(
        &self,
        event: &Value,
        read: impl Fn(&Change) -> Result<Task, Error>,
        act: impl AsyncFn(Vec<(&str, Task)>) -> Result<(), Error>,
    ) -> DynamoDbEventResponse {
        let started = Instant::now();
        let records = StreamRecord::all_of(event);
        let follow = async |records: &[StreamRecord<'_>]| self.follow(records, &read, &act).await;
        let first_failed = match follow(&records).await {
            Ok(()) => None,
            Err(error) => {
                let first = records.first().map_or("", |record| record.sequence_number);
                telemetry::message_failed(self.name, first, &error);
                if is_permanent(&error) { self.one_by_one(&records, follow).await } else { Some(0) }
            }
        };
        let failed = first_failed.map_or(0, |first| records.len() - first);
        telemetry::worked(self.name, records.len(), failed, started);
        stream_answer(first_failed.and_then(|first| records.get(first)).map(|record| record.sequence_number))
    }

    async fn follow<Task>(
        &self,
        records: &[StreamRecord<'_>],
        read: impl Fn(&Change) -> Result<Task, Error>,
        act: impl AsyncFn(Vec<(&str, Task)>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut tasks = Vec::new();
        let mut poison = Vec::new();
        for record in records {
            match record.change().and_then(|change| read(&change)) {
                Ok(task) => tasks.push((record.sequence_number, task)),
                Err(error) => {
                    telemetry::message_failed(self.name, record.sequence_number, &error);
                    poison.push(record.letter());
                }
            }
        }
        act(tasks).await?;
        if poison.is_empty() { Ok(()) } else { self.dead_letters.send(poison).await }
    }

    /// Handles the records one by one. Returns the index of the first record that must come again.
    async fn one_by_one(
        &self,
        records: &[StreamRecord<'_>],
        follow: impl AsyncFn(&[StreamRecord<'_>]) -> Result<(), Error>,
    ) -> Option<usize> {
        for (place, record) in records.iter().enumerate() {
            let outcome = match follow(std::slice::from_ref(record)).await {
                Err(error) if is_permanent(&error) => {
                    telemetry::message_failed(self.name, record.sequence_number, &error);
                    self.dead_letters.send(vec![record.letter()]).await
                }
                outcome => outcome,
            };
            if let Err(error) = outcome {
                telemetry::message_failed(self.name, record.sequence_number, &error);
                return Some(place);
            }
        }
        None
    }
}
