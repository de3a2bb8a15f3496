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
use crate::workers::stream_work::Work;

/// A function that follows the stream.
#[derive(Debug)]
pub struct Follower<'ports> {
    /// The follower's name in logs.
    pub name: &'static str,
    /// The queue of records that are unreadable or about a damaged item.
    pub dead_letters: &'ports StreamDeadLetters,
}

/// A batch of records that was read.
#[derive(Debug)]
pub(crate) struct StreamBatch<'event, Task> {
    records: Vec<StreamRecord<'event>>,
    /// The records that cannot be read.
    unreadable: Vec<StreamRecord<'event>>,
    /// The work of the others.
    pub(crate) work: Vec<Work<Task>>,
    started: Instant,
}

impl Follower<'_> {
    /// Handles a batch. `read` turns each change into a task, and `act` does any number of tasks.
    ///
    /// An unreadable record goes to the dead letters, so that it does not block the others. So does
    /// a record whose task [can never be done](Self::settle).
    ///
    /// After any other failure the batch comes again, whole or from the failed record on. `act`
    /// must therefore be harmless when it is repeated.
    pub async fn handle<Task>(
        &self,
        event: &Value,
        read: impl Fn(&Change) -> Result<Task, Error>,
        act: impl AsyncFn(&[Work<Task>]) -> Result<(), Error>,
    ) -> DynamoDbEventResponse {
        let batch = self.read(event, read);
        let mut come_again = Vec::new();
        if let Err((first, error)) = self.settle(&batch.work, &act).await {
            telemetry::message_failed(self.name, &batch.work[first].sequence_number, &error);
            come_again.extend(batch.work[first..].iter().map(|work| work.sequence_number.clone()));
        }
        self.end(&batch, &come_again, 0).await
    }

    /// Reads a batch.
    pub(crate) fn read<'event, Task>(
        &self,
        event: &'event Value,
        read: impl Fn(&Change) -> Result<Task, Error>,
    ) -> StreamBatch<'event, Task> {
        let started = Instant::now();
        let records = StreamRecord::all_of(event);
        let (mut work, mut unreadable) = (Vec::new(), Vec::new());
        for record in &records {
            match record.change().and_then(|change| read(&change)) {
                Ok(task) => work.push(record.work(task)),
                Err(error) => {
                    telemetry::message_failed(self.name, record.sequence_number, &error);
                    unreadable.push(*record);
                }
            }
        }
        StreamBatch { records, unreadable, work, started }
    }

    /// Does the tasks. If one fails for a reason that may pass, returns the index of the first that
    /// must come again, and why.
    ///
    /// If a damaged item is the reason, retrying does not help. The tasks are then done one by one,
    /// and those about damaged items go to the dead letters.
    pub async fn settle<Task>(
        &self,
        work: &[Work<Task>],
        act: impl AsyncFn(&[Work<Task>]) -> Result<(), Error>,
    ) -> Result<(), (usize, Error)> {
        let Some(first) = work.first() else { return Ok(()) };
        match act(work).await {
            Err(error) if is_permanent(&error) => {
                telemetry::message_failed(self.name, &first.sequence_number, &error);
                self.one_by_one(work, act).await
            }
            outcome => outcome.map_err(|error| (0, error)),
        }
    }

    async fn one_by_one<Task>(
        &self,
        work: &[Work<Task>],
        act: impl AsyncFn(&[Work<Task>]) -> Result<(), Error>,
    ) -> Result<(), (usize, Error)> {
        for (place, one) in work.iter().enumerate() {
            let outcome = match act(std::slice::from_ref(one)).await {
                Err(error) if is_permanent(&error) => {
                    telemetry::message_failed(self.name, &one.sequence_number, &error);
                    self.dead_letters.send([&one.letter]).await
                }
                outcome => outcome,
            };
            outcome.map_err(|error| (place, error))?;
        }
        Ok(())
    }

    /// Ends a batch. The stream delivers it again from the first record in `come_again` on. Of the
    /// others, so many were put off.
    ///
    /// Unreadable records are put aside only if nothing comes again. Otherwise each repetition
    /// would put them aside anew.
    pub(crate) async fn end<Task>(
        &self,
        batch: &StreamBatch<'_, Task>,
        come_again: &[String],
        put_off: usize,
    ) -> DynamoDbEventResponse {
        let StreamBatch { records, unreadable, started, .. } = batch;
        let is_put_aside = come_again.is_empty() && self.put_aside(unreadable).await;
        let must_come_again = |record: &StreamRecord<'_>| {
            let is_in = |others: &[StreamRecord<'_>]| {
                others.iter().any(|other| other.sequence_number == record.sequence_number)
            };
            come_again.iter().any(|number| number == record.sequence_number) || (!is_put_aside && is_in(unreadable))
        };
        let first = records.iter().position(must_come_again);
        let given_back = first.map_or(0, |first| records.len() - first);
        telemetry::worked(self.name, records.len(), given_back.max(put_off), *started);
        stream_answer(first.and_then(|first| records.get(first)).map(|record| record.sequence_number))
    }

    /// Whether these unreadable records are with the dead letters.
    async fn put_aside(&self, unreadable: &[StreamRecord<'_>]) -> bool {
        if unreadable.is_empty() {
            return true;
        }
        let sent = self.dead_letters.send(unreadable.iter().map(StreamRecord::letter)).await;
        if let Err(error) = &sent {
            telemetry::message_failed(self.name, unreadable[0].sequence_number, error);
        }
        sent.is_ok()
    }
}
