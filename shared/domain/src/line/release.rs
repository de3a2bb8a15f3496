//! Releases: new seats for the line, at once or in paced batches. They may be paused and cancelled.

use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::values::identifier::{LineId, ReleaseId};
use crate::values::quantity::Quantity;
use crate::values::time::{Timestamp, Window};
use crate::values::words::words;

/// New seats on their way into a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    pub id: ReleaseId,
    pub line: LineId,
    /// All seats of the release.
    pub quantity: Quantity,
    /// Seats deposited so far.
    pub released: u32,
    /// The pace. Without one all seats come at once.
    pub pace: Option<Pace>,
    /// The time of the next batch, while the release goes on.
    pub due_at: Option<Timestamp>,
    /// The time of the next batch if the release were not paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused_due_at: Option<Timestamp>,
    pub created_at: Timestamp,
}

/// The pace of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    pub batch_size: Quantity,
    pub interval: Window,
}

words! {
    /// The status of a release.
    pub enum ReleaseStatus {
        /// More batches come, each at its time.
        Releasing = "releasing",
        /// More batches come once it is resumed.
        Paused = "paused",
        /// All seats were deposited.
        Done = "done",
        /// The rest of the seats will never come.
        Cancelled = "cancelled",
    }
}

/// The pace that a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedPace {
    /// The event's pace.
    AsUsual,
    /// All seats at once, whatever the event's pace.
    AtOnce,
    /// This pace.
    Paced(Pace),
}

impl WantedPace {
    /// The pace of the release. `usual` is the event's.
    pub fn or_usual(self, usual: Option<&Pace>) -> Option<Pace> {
        match self {
            Self::AsUsual => usual.cloned(),
            Self::AtOnce => None,
            Self::Paced(pace) => Some(pace),
        }
    }
}

impl Release {
    /// A release with its first batch deposited.
    pub fn begin(id: ReleaseId, line: LineId, quantity: Quantity, pace: Option<Pace>, now: Timestamp) -> Self {
        let due_at = Some(now);
        let mut release = Self { id, line, quantity, released: 0, pace, due_at, paused_due_at: None, created_at: now };
        release.released = release.next_batch();
        release.due_at = release.due_after(now);
        release
    }

    pub fn status(&self) -> ReleaseStatus {
        match (self.due_at, self.paused_due_at) {
            _ if self.rest() == 0 => ReleaseStatus::Done,
            (Some(_), _) => ReleaseStatus::Releasing,
            (None, Some(_)) => ReleaseStatus::Paused,
            (None, None) => ReleaseStatus::Cancelled,
        }
    }

    /// Seats that are still to come.
    pub fn remaining(&self) -> u32 {
        self.rest() - self.cancelled()
    }

    /// Seats that will never come.
    pub fn cancelled(&self) -> u32 {
        if self.status() == ReleaseStatus::Cancelled { self.rest() } else { 0 }
    }

    /// Seats in the next batch.
    pub fn next_batch(&self) -> u32 {
        self.pace.as_ref().map_or(self.remaining(), |pace| pace.batch_size.get().min(self.remaining()))
    }

    /// The paused release. Nothing, if it is paused already.
    ///
    /// A batch that is due and not deposited yet waits like the others.
    pub fn pause(&self) -> Result<Option<Self>, Refusal> {
        match self.status() {
            ReleaseStatus::Releasing => Ok(Some(Self { due_at: None, paused_due_at: self.due_at, ..self.clone() })),
            ReleaseStatus::Paused => Ok(None),
            ended @ (ReleaseStatus::Done | ReleaseStatus::Cancelled) => Err(Self::refuse(ended)),
        }
    }

    /// The resumed release. Nothing, if it was not paused.
    ///
    /// The next batch comes at its time, or at once if that has passed. The others follow in their
    /// intervals. Missed batches do not come together, so a pause never makes a release faster.
    pub fn resume(&self, now: Timestamp) -> Result<Option<Self>, Refusal> {
        match self.status() {
            ReleaseStatus::Paused => {
                let due_at = self.paused_due_at.map(|due_at| due_at.max(now));
                Ok(Some(Self { due_at, paused_due_at: None, ..self.clone() }))
            }
            ReleaseStatus::Releasing => Ok(None),
            ended @ (ReleaseStatus::Done | ReleaseStatus::Cancelled) => Err(Self::refuse(ended)),
        }
    }

    /// The release without the seats that have not come. Nothing, if it is cancelled already.
    pub fn cancel(&self) -> Result<Option<Self>, Refusal> {
        match self.status() {
            ReleaseStatus::Releasing | ReleaseStatus::Paused => {
                Ok(Some(Self { due_at: None, paused_due_at: None, ..self.clone() }))
            }
            ReleaseStatus::Cancelled => Ok(None),
            ended @ ReleaseStatus::Done => Err(Self::refuse(ended)),
        }
    }

    fn refuse(ended: ReleaseStatus) -> Refusal {
        Refusal::ReleaseEnded { status: ended.as_str() }
    }

    /// Seats not deposited: still to come, or cancelled.
    fn rest(&self) -> u32 {
        self.quantity.get().saturating_sub(self.released)
    }

    /// The release after its next batch, if that is due.
    ///
    /// The interval counts from the time at which the batch was due, so late timers do not stretch
    /// a release. Overdue batches follow each other at once.
    pub fn deposit(&self, now: Timestamp) -> Option<(Self, u32)> {
        let due_at = self.due_at.filter(|due_at| *due_at <= now)?;
        let batch = self.next_batch();
        let mut after = self.clone();
        after.released += batch;
        after.due_at = after.due_after(due_at);
        Some((after, batch))
    }

    fn due_after(&self, last: Timestamp) -> Option<Timestamp> {
        let pace = self.pace.as_ref().filter(|_| self.rest() > 0)?;
        Some(pace.interval.after(last))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::identifier::{EventId, TicketTypeId};

    const START: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);
    const MINUTE: i64 = 60_000;

    fn quantity(count: i64) -> Quantity {
        Quantity::parse(count).expect("valid")
    }

    fn pace(batch_size: i64) -> Pace {
        Pace { batch_size: quantity(batch_size), interval: Window::parse("1 minute").expect("valid") }
    }

    fn release(seats: i64, pace: Option<Pace>) -> Release {
        let line = LineId {
            event_id: EventId::parse("camp").expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        };
        Release::begin(ReleaseId::from_bits([1; 16]), line, quantity(seats), pace, START)
    }

    fn after(milliseconds: i64) -> Timestamp {
        START.plus_milliseconds(milliseconds)
    }

    fn changed(release: Result<Option<Release>, Refusal>) -> Release {
        release.expect("it is allowed").expect("it changes something")
    }

    #[test]
    fn without_a_pace_a_release_is_done_at_once() {
        let release = release(5, None);
        assert_eq!((release.status(), release.released, release.remaining()), (ReleaseStatus::Done, 5, 0));
    }

    #[test]
    fn a_paused_release_deposits_nothing_however_late_it_gets() {
        let paused = changed(release(5, Some(pace(2))).pause());
        assert_eq!((paused.status(), paused.due_at, paused.remaining()), (ReleaseStatus::Paused, None, 3));
        assert_eq!(paused.deposit(after(100 * MINUTE)), None);
    }

    #[test]
    fn a_release_resumed_in_time_goes_on_as_if_it_had_not_been_paused() {
        let begun = release(5, Some(pace(2)));
        let resumed = changed(changed(begun.pause()).resume(after(MINUTE / 2)));
        assert_eq!(resumed, begun);
    }

    #[test]
    fn a_release_resumed_late_goes_on_at_once_and_makes_up_for_nothing() {
        let resumed = changed(changed(release(5, Some(pace(2))).pause()).resume(after(10 * MINUTE)));
        assert_eq!(resumed.due_at, Some(after(10 * MINUTE)));
        let (next, batch) = resumed.deposit(after(10 * MINUTE)).expect("due");
        assert_eq!((batch, next.due_at), (2, Some(after(11 * MINUTE))));
    }

    #[test]
    fn a_cancelled_release_keeps_what_has_come_and_nothing_more_comes() {
        let cancelled = changed(release(5, Some(pace(2))).cancel());
        let counts = (cancelled.released, cancelled.remaining(), cancelled.cancelled());
        assert_eq!((cancelled.status(), counts), (ReleaseStatus::Cancelled, (2, 0, 3)));
        assert_eq!(cancelled.deposit(after(100 * MINUTE)), None);
        assert_eq!(cancelled.next_batch(), 0);
    }

    #[test]
    fn a_paused_release_can_be_cancelled() {
        let paused = changed(release(5, Some(pace(2))).pause());
        assert_eq!(changed(paused.cancel()).status(), ReleaseStatus::Cancelled);
    }

    #[test]
    fn whatever_is_so_already_changes_nothing() {
        let begun = release(5, Some(pace(2)));
        assert_eq!(begun.resume(START), Ok(None));
        assert_eq!(changed(begun.pause()).pause(), Ok(None));
        assert_eq!(changed(begun.cancel()).cancel(), Ok(None));
    }

    #[test]
    fn what_has_ended_is_neither_paused_nor_resumed_nor_cancelled() {
        let done = Err(Refusal::ReleaseEnded { status: "done" });
        let ended = release(5, None);
        assert_eq!((ended.pause(), ended.resume(START), ended.cancel()), (done.clone(), done.clone(), done));
        let cancelled = changed(release(5, Some(pace(2))).cancel());
        let refusal = Err(Refusal::ReleaseEnded { status: "cancelled" });
        assert_eq!((cancelled.pause(), cancelled.resume(START)), (refusal.clone(), refusal));
    }

    #[test]
    fn a_request_that_names_no_pace_has_the_events() {
        let usual = pace(3);
        assert_eq!(WantedPace::AsUsual.or_usual(Some(&usual)), Some(usual.clone()));
        assert_eq!(WantedPace::AsUsual.or_usual(None), None);
        assert_eq!(WantedPace::AtOnce.or_usual(Some(&usual)), None);
        assert_eq!(WantedPace::Paced(pace(1)).or_usual(Some(&usual)), Some(pace(1)));
    }

    /// A step in the life of a release.
    #[derive(Debug, Clone, Copy)]
    enum Step {
        Time(i64),
        Deposit,
        Pause,
        Resume,
        Cancel,
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (0..3 * MINUTE).prop_map(Step::Time),
            4 => Just(Step::Deposit),
            2 => Just(Step::Pause),
            2 => Just(Step::Resume),
            1 => Just(Step::Cancel),
        ];
        proptest::collection::vec(step, 0..40)
    }

    /// The release after a step, and the seats that came with it.
    fn take(release: &Release, step: Step, now: Timestamp) -> (Release, u32) {
        let same = |changed: Result<Option<Release>, Refusal>| {
            (changed.unwrap_or_default().unwrap_or_else(|| release.clone()), 0)
        };
        match step {
            Step::Time(_) => (release.clone(), 0),
            Step::Deposit => release.deposit(now).unwrap_or_else(|| (release.clone(), 0)),
            Step::Pause => same(release.pause()),
            Step::Resume => same(release.resume(now)),
            Step::Cancel => same(release.cancel()),
        }
    }

    proptest! {
        #[test]
        fn every_seat_of_a_release_has_come_is_to_come_or_is_cancelled(
            seats in 1i64..30,
            batch_size in 1i64..8,
            steps in steps(),
        ) {
            let (mut now, mut before) = (START, release(seats, Some(pace(batch_size))));
            let mut came = before.released;
            for step in steps {
                if let Step::Time(milliseconds) = step {
                    now = now.plus_milliseconds(milliseconds);
                }
                let (release, batch) = take(&before, step, now);
                came += batch;
                prop_assert_eq!(release.released, came);
                prop_assert_eq!(i64::from(came + release.remaining() + release.cancelled()), seats);
                prop_assert_eq!(release.due_at.is_some(), release.status() == ReleaseStatus::Releasing);
                prop_assert_eq!(release.paused_due_at.is_some(), release.status() == ReleaseStatus::Paused);
                prop_assert!(batch == 0 || before.status() == ReleaseStatus::Releasing);
                let is_final = matches!(before.status(), ReleaseStatus::Done | ReleaseStatus::Cancelled);
                prop_assert!(!is_final || release == before, "{:?} ended, and became {:?}", before, release);
                let intervals = START.milliseconds_until(now) / MINUTE;
                prop_assert!(i64::from(came) <= batch_size * (1 + intervals), "faster than it was ordered");
                before = release;
            }
        }

        #[test]
        fn whatever_is_not_cancelled_comes_in_the_end(
            seats in 1i64..30,
            batch_size in 1i64..8,
            steps in steps(),
        ) {
            let (mut now, mut release) = (START, release(seats, Some(pace(batch_size))));
            for step in steps {
                if let Step::Time(milliseconds) = step {
                    now = now.plus_milliseconds(milliseconds);
                }
                release = take(&release, step, now).0;
            }
            release = take(&release, Step::Resume, now).0;
            while let Some(due_at) = release.due_at {
                release = take(&release, Step::Deposit, due_at).0;
            }
            prop_assert_eq!(i64::from(release.released + release.cancelled()), seats);
        }
    }
}
