//! The times at which things are due.

use super::functions::Consumer;

pub(super) const MINUTE: i64 = 60_000;

/// The shards of the stream, and the readers of each.
pub(super) const SHARDS: usize = 2;
pub(super) const READERS_OF_EACH: usize = 2;

/// How far ahead of a deadline the sweep must have run: it arms 90 seconds ahead, once a minute.
const SWEEP_BEFORE_DEADLINE: i64 = 150_000;
/// How long after the last change a sweep finds every number settled.
const SETTLED_AFTER: i64 = 31_000;

/// The times at which something happens by itself.
#[derive(Debug)]
pub(super) struct Schedule {
    /// From when on each reader of the stream reads again.
    pub(super) relays_at: [i64; SHARDS * READERS_OF_EACH],
    /// From when on each queue is read again.
    pub(super) queues_at: [i64; Consumer::ALL.len()],
    /// How many messages are in the dead-letter queue of each queue.
    pub(super) dead_letters: [usize; Consumer::ALL.len()],
    /// Requests to be sent again.
    pub(super) retries: Vec<(i64, usize)>,
    next_sweep: i64,
    /// When anything was last changed that a sweep may have to handle.
    pub(super) changed_at: i64,
    /// When the last successful sweep began.
    pub(super) swept_at: i64,
    /// When a wake-up was last lost. Only a later sweep makes up for it.
    pub(super) lost_at: i64,
}

impl Schedule {
    pub(super) fn new(now: i64) -> Self {
        Self {
            relays_at: [now; SHARDS * READERS_OF_EACH],
            queues_at: [now; Consumer::ALL.len()],
            dead_letters: [0; Consumer::ALL.len()],
            retries: Vec::new(),
            next_sweep: now + MINUTE,
            changed_at: now,
            swept_at: i64::MIN,
            lost_at: i64::MIN,
        }
    }

    pub(super) fn queue_at(&mut self, consumer: Consumer) -> &mut i64 {
        &mut self.queues_at[consumer as usize]
    }

    /// Whether the last sweep has seen everything as it is now, and none of its messages was lost.
    /// It must come long after the last change, so that numbers are settled.
    pub(super) fn is_swept(&self) -> bool {
        self.swept_at >= self.changed_at.saturating_add(SETTLED_AFTER) && self.swept_at > self.lost_at
    }

    /// When the next sweep begins. Sweeps with nothing to do are left out, so that days pass
    /// quickly.
    pub(super) fn sweep_at(&self, next_due: Option<i64>) -> i64 {
        if !self.is_swept() {
            return self.next_sweep;
        }
        let Some(next_due) = next_due else { return i64::MAX };
        let idle = (next_due - SWEEP_BEFORE_DEADLINE - self.next_sweep).max(0);
        self.next_sweep + idle / MINUTE * MINUTE
    }

    /// A sweep begins or is missed.
    pub(super) fn sweep_begins(&mut self, now: i64) {
        let minutes = (now - self.next_sweep).max(0) / MINUTE;
        self.next_sweep += (minutes + 1) * MINUTE;
    }
}

#[test]
fn a_sweep_whose_wake_up_was_lost_is_followed_by_another() {
    let mut schedule = Schedule::new(0);
    for minute in 1..=2 {
        let now = minute * MINUTE;
        assert_eq!(schedule.sweep_at(None), now);
        schedule.sweep_begins(now);
        schedule.swept_at = now;
        if minute == 1 {
            schedule.lost_at = now;
        }
    }
    assert_eq!(schedule.sweep_at(None), i64::MAX);
}
