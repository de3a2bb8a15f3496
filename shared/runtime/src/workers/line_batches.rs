//! Batches of stream records, line by line. What one line cannot do now holds no other up.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lambda_events::streams::DynamoDbEventResponse;
use futures_util::stream::{self, StreamExt};
use serde::Serialize;
use serde_json::Value;
use waitlist_domain::Error;
use waitlist_domain::values::identifier::LineId;
use waitlist_store::Table;
use waitlist_store::followers::changes::Change;

use crate::environment::telemetry;
use crate::workers::lines_in_trouble::LinesInTrouble;
use crate::workers::queues::Retries;
use crate::workers::stream_batches::Follower;
use crate::workers::stream_work::Work;

/// The longest that the stream waits for one line. The work is harmless when it is broken off and
/// repeated.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(2);

/// The longest attempt at work that was put off. Nothing but its own line waits for it. It ends
/// well before the 30 seconds of the function.
const LONGEST_RETRY: Duration = Duration::from_secs(20);

/// Most lines that are followed at the same time: all of a batch.
const MOST_LINES_AT_ONCE: usize = 100;

/// A function that follows the stream line by line.
#[derive(Debug)]
pub struct LineFollower<'ports> {
    /// Follows one line.
    pub follower: Follower<'ports>,
    /// Gives the time.
    pub table: &'ports Table,
    /// The queue of what could not be done at once.
    pub retries: &'ports Retries,
    /// The lines that this instance need not try now.
    pub trouble: &'ports LinesInTrouble,
}

/// What became of the work of one line.
enum Followed {
    Done,
    PutOff(usize),
    ComesAgain(Vec<String>),
}

impl LineFollower<'_> {
    /// Handles a batch. Each line is followed by itself, at the same time as the others. What one
    /// cannot do for a reason that may pass is put off.
    ///
    /// The stream delivers a record again only if it could not even be put off.
    pub async fn handle<Task: Serialize>(
        &self,
        event: &Value,
        read: impl Fn(&Change) -> Result<Task, Error>,
        line_of: impl Fn(&Task) -> Option<&LineId>,
        act: impl AsyncFn(&[Work<Task>]) -> Result<(), Error>,
    ) -> DynamoDbEventResponse {
        let mut batch = self.follower.read(event, read);
        let mut lines: BTreeMap<Option<LineId>, Vec<Work<Task>>> = BTreeMap::new();
        for work in std::mem::take(&mut batch.work) {
            lines.entry(line_of(&work.task).cloned()).or_default().push(work);
        }
        let followed = lines.iter().map(|(line, work)| Box::pin(self.follow(line.as_ref(), work, &act)));
        let followed: Vec<_> = stream::iter(followed).buffer_unordered(MOST_LINES_AT_ONCE).collect().await;
        let (mut come_again, mut put_off) = (Vec::new(), 0);
        for one in followed {
            match one {
                Followed::Done => {}
                Followed::PutOff(count) => put_off += count,
                Followed::ComesAgain(numbers) => come_again.extend(numbers),
            }
        }
        self.follower.end(&batch, &come_again, put_off).await
    }

    async fn follow<Task: Serialize>(
        &self,
        line: Option<&LineId>,
        work: &[Work<Task>],
        act: impl AsyncFn(&[Work<Task>]) -> Result<(), Error>,
    ) -> Followed {
        let left = self.attempt(line, work, act).await;
        if left.is_empty() {
            return Followed::Done;
        }
        match self.retries.send(line, left).await {
            Ok(()) => Followed::PutOff(left.len()),
            Err(error) => {
                telemetry::message_failed(self.follower.name, &left[0].sequence_number, &error);
                Followed::ComesAgain(left.iter().map(|work| work.sequence_number.clone()).collect())
            }
        }
    }

    /// Tries the work of a line, unless the line was in trouble a moment ago. Returns what is left.
    async fn attempt<'work, Task>(
        &self,
        line: Option<&LineId>,
        work: &'work [Work<Task>],
        act: impl AsyncFn(&[Work<Task>]) -> Result<(), Error>,
    ) -> &'work [Work<Task>] {
        if self.trouble.has(line, self.table.now()) {
            return work;
        }
        let Err((first, error)) = self.settle_within(LONGEST_ATTEMPT, work, act).await else { return &[] };
        telemetry::message_failed(self.follower.name, &work[first].sequence_number, &error);
        self.trouble.note(line, self.table.now());
        &work[first..]
    }

    /// Does work that was put off.
    pub async fn retry<Task>(
        &self,
        work: &[Work<Task>],
        act: impl AsyncFn(&[Work<Task>]) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.settle_within(LONGEST_RETRY, work, act).await.map_err(|(_, error)| error)
    }

    async fn settle_within<Task>(
        &self,
        time: Duration,
        work: &[Work<Task>],
        act: impl AsyncFn(&[Work<Task>]) -> Result<(), Error>,
    ) -> Result<(), (usize, Error)> {
        let settled = tokio::time::timeout(time, self.follower.settle(work, act)).await;
        settled.unwrap_or(Err((0, Error::Busy { context: "following a line" })))
    }
}
