//! The timer: does what is due, to the second.
//!
//! A message only says that something may be due. The condition of the write to the table decides.
//! A message that comes late, early or twice therefore does no harm.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use futures_util::stream::{self, StreamExt};
use waitlist_domain::Error;
use waitlist_domain::messages::message::{Notification, Wake};
use waitlist_domain::values::identifier::{LineId, PlaceId};
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::environment::metrics::count_promoted;
use waitlist_runtime::workers::batches::handle_messages_together;
use waitlist_runtime::workers::movers::Movers;
use waitlist_runtime::workers::queues::{Notifications, Timers};
use waitlist_store::Table;
use waitlist_store::commands::confirming::Confirmations;
use waitlist_store::commands::draws::{Draws, Progress};
use waitlist_store::commands::promotions::{Promoted, Promotions};
use waitlist_store::commands::putting_off::PutOffMessages;
use waitlist_store::commands::releases::Releases;
use waitlist_store::commands::reminders::{Reminded, Reminders};

/// The longest wait that is slept through (milliseconds). A longer one is queued again, because SQS
/// delays by whole seconds.
const LONGEST_SLEEP: i64 = 1000;

/// How long one invocation continues a draw (milliseconds).
///
/// The draw stops well within the function's 30 seconds, and another invocation continues it.
const LONGEST_DRAWING: i64 = 18_000;

/// The most lines that are worked on at the same time: the most messages in a batch.
const MOST_AT_ONCE: usize = 10;

/// What the timer may touch.
#[derive(Debug)]
pub struct Timer {
    /// Gives the time.
    pub table: Table,
    /// Ends offers and offers seats.
    pub promotions: Promotions,
    /// Reminds customers of their offers.
    pub reminders: Reminders,
    /// Looks after entries that are to be confirmed.
    pub confirmations: Confirmations,
    /// Tells customers who have moved up in a line.
    pub movers: Movers,
    /// Draws lots.
    pub draws: Draws,
    /// Deposits batches of releases.
    pub releases: Releases,
    /// The messages to customers that were put off.
    pub put_off_messages: PutOffMessages,
    /// The queues of messages to customers.
    pub notifications: Notifications,
    /// The queue of wake-ups that are not due yet.
    pub timers: Timers,
}

/// Handles a batch of wake-ups.
///
/// Different lines are worked on at the same time, so that none waits for another. Draws take long
/// and come last.
pub async fn handle(timer: &Timer, event: SqsEvent) -> SqsBatchResponse {
    handle_messages_together("timer", event, async |wakes: Vec<Wake>| {
        let until = timer.table.now().plus_milliseconds(LONGEST_DRAWING);
        let (draws, others): (Vec<_>, Vec<_>) =
            wakes.into_iter().enumerate().partition(|(_, wake)| matches!(wake, Wake::Draw { .. }));
        let mut outcomes = Box::pin(timer.ring_all(others, until)).await;
        outcomes.extend(Box::pin(timer.ring_all(draws, until)).await);
        outcomes.sort_by_key(|(index, _)| *index);
        outcomes.into_iter().map(|(_, outcome)| outcome).collect()
    })
    .await
}

/// Wake-ups or their results, each with its index in the batch.
type Numbered<T> = Vec<(usize, T)>;

/// Groups the wake-ups by line. Each release is a group of its own.
fn by_line(wakes: Numbered<Wake>) -> Vec<Numbered<Wake>> {
    let mut lines: BTreeMap<String, Numbered<Wake>> = BTreeMap::new();
    for (index, wake) in wakes {
        let about = match &wake {
            Wake::Batch { release_id, .. } => release_id.to_string(),
            others => others.line().map(ToString::to_string).unwrap_or_default(),
        };
        lines.entry(about).or_default().push((index, wake));
    }
    lines.into_values().collect()
}

/// The wake-ups of a line, and the results so far.
struct Ringing {
    wakes: Vec<Wake>,
    outcomes: Vec<Option<Result<(), Error>>>,
    in_hand: Vec<usize>,
}

impl Ringing {
    fn new(wakes: Vec<Wake>) -> Self {
        Self { outcomes: wakes.iter().map(|_| None).collect(), wakes, in_hand: Vec::new() }
    }

    /// The index of the earliest wake-up that is not done yet.
    fn next(&self) -> Option<usize> {
        let open = (0..self.wakes.len()).filter(|&index| self.outcomes[index].is_none());
        open.min_by_key(|&index| self.wakes[index].due_at())
    }

    /// Takes all due deadlines of a line in hand, and returns their places. Together they need
    /// fewer writes.
    fn take_deadlines(&mut self, line: &LineId, now: Timestamp) -> Vec<PlaceId> {
        let mut places = Vec::new();
        for (index, wake) in self.wakes.iter().enumerate() {
            match wake {
                Wake::Deadlines { line: of_line, holders, due_at }
                    if self.outcomes[index].is_none() && of_line == line && *due_at <= now =>
                {
                    self.in_hand.push(index);
                    places.extend(holders.iter().map(|holder| line.place_of(holder)));
                }
                _ => {}
            }
        }
        places
    }

    /// Records the result of every wake-up in hand.
    fn record(&mut self, outcome: Result<(), Error>) {
        let mut outcome = Some(outcome);
        for index in std::mem::take(&mut self.in_hand) {
            let error = || Err(Error::Busy { context: "done together with one that failed" });
            self.outcomes[index] = Some(match &outcome {
                Some(Ok(())) => Ok(()),
                // Only the first wake-up gets the error itself, so that it is logged once.
                _ => outcome.take().unwrap_or_else(error),
            });
        }
    }

    fn outcomes(self) -> Vec<Result<(), Error>> {
        self.outcomes.into_iter().map(|outcome| outcome.unwrap_or(Ok(()))).collect()
    }
}

impl Timer {
    async fn ring_all(&self, wakes: Numbered<Wake>, until: Timestamp) -> Numbered<Result<(), Error>> {
        let lines = by_line(wakes).into_iter().map(|wakes| self.ring_line(wakes, until));
        stream::iter(lines).buffer_unordered(MOST_AT_ONCE).concat().await
    }

    async fn ring_line(&self, wakes: Numbered<Wake>, until: Timestamp) -> Numbered<Result<(), Error>> {
        let (indexes, wakes): (Vec<usize>, Vec<Wake>) = wakes.into_iter().unzip();
        let mut ringing = Ringing::new(wakes);
        while let Some(first) = ringing.next() {
            let outcome = self.ring(&mut ringing, first, until).await;
            ringing.record(outcome);
        }
        indexes.into_iter().zip(ringing.outcomes()).collect()
    }

    async fn ring(&self, ringing: &mut Ringing, first: usize, until: Timestamp) -> Result<(), Error> {
        let wake = ringing.wakes[first].clone();
        let now = self.table.now();
        if now.milliseconds_until(wake.due_at()) > LONGEST_SLEEP {
            ringing.in_hand.push(first);
            return self.timers.send([wake], now).await;
        }
        self.sleep_until(wake.due_at()).await;
        match wake {
            Wake::Deadlines { line, .. } => {
                let places = ringing.take_deadlines(&line, self.table.now());
                let promoted = self.promotions.expire(&line, &places).await?;
                self.look_again(line, promoted).await
            }
            Wake::Reminder { place, .. } => {
                ringing.in_hand.push(first);
                match self.reminders.remind(&place).await? {
                    // The index has no other wake-up for this offer, so the reminder ends it.
                    Reminded::Overdue => {
                        let promoted = self.promotions.expire(&place.line, std::slice::from_ref(&place)).await?;
                        self.look_again(place.line, promoted).await
                    }
                    Reminded::Now | Reminded::NotDue => Ok(()),
                }
            }
            Wake::Confirmation { place, .. } => {
                ringing.in_hand.push(first);
                self.confirmations.look_after(&place).await.map(drop)
            }
            Wake::Line { line, .. } => {
                ringing.in_hand.push(first);
                let promoted = self.promotions.promote(&line).await?;
                self.look_again(line, promoted).await
            }
            Wake::Draw { line, .. } => {
                ringing.in_hand.push(first);
                self.draw(line, until).await
            }
            Wake::MovedUp { line, .. } => {
                ringing.in_hand.push(first);
                self.movers.tell(&line, self.table.now()).await
            }
            Wake::Notification { notification, .. } => {
                ringing.in_hand.push(first);
                self.give_back(&notification).await
            }
            Wake::Batch { release_id, .. } => {
                ringing.in_hand.push(first);
                self.releases.deposit(&release_id).await.map(|_| ())
            }
        }
    }

    /// Gives a message that was put off back to its queue.
    async fn give_back(&self, notification: &Notification) -> Result<(), Error> {
        let Some(message) = self.put_off_messages.due(notification).await? else { return Ok(()) };
        self.notifications.send([message.notification.clone()]).await?;
        self.put_off_messages.given_back(&message).await
    }

    /// Draws the lots of a line, and offers its free seats to the first in the drawn order.
    async fn draw(&self, line: LineId, until: Timestamp) -> Result<(), Error> {
        loop {
            match self.draws.hold(&line, until).await? {
                Progress::NotDue | Progress::InHand => return Ok(()),
                // An earlier run may have crashed before it told everybody of their new position.
                Progress::Finished => return self.movers.tell(&line, self.table.now()).await,
                Progress::NotSettled | Progress::Underway => {
                    return self.timers.draw_again(line, self.table.now()).await;
                }
                Progress::Drawn => {
                    self.movers.tell(&line, self.table.now()).await?;
                    let promoted = self.promotions.promote(&line).await?;
                    self.look_again(line.clone(), promoted).await?;
                }
            }
        }
    }

    async fn sleep_until(&self, due_at: Timestamp) {
        // A sleep may end slightly early by the table's clock.
        while let Ok(milliseconds @ 1..) = u64::try_from(self.table.now().milliseconds_until(due_at)) {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        }
    }

    async fn look_again(&self, line: LineId, promoted: Promoted) -> Result<(), Error> {
        count_promoted(&promoted);
        if promoted.look_again { self.timers.look_again(line, self.table.now()).await } else { Ok(()) }
    }
}
