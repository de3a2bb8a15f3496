//! Releases: new seats for the line, at once or in paced batches.

use serde::{Deserialize, Serialize};

use crate::identifier::{LineId, ReleaseId};
use crate::quantity::Quantity;
use crate::time::{Timestamp, Window};

/// New seats on their way into a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its id.
    pub id: ReleaseId,
    /// The line they are for.
    pub line: LineId,
    /// All seats of the release.
    pub quantity: Quantity,
    /// Seats deposited so far.
    pub released: u32,
    /// How it is paced; without a pace all seats come at once.
    pub pace: Option<Pace>,
    /// When the next batch is due, while any remains.
    pub due_at: Option<Timestamp>,
    /// When it was ordered.
    pub created_at: Timestamp,
}

/// How a release is spread over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// Seats to a batch.
    pub batch_size: Quantity,
    /// Time between batches.
    pub interval: Window,
}

impl Release {
    /// A release with its first batch already deposited.
    pub fn begin(id: ReleaseId, line: LineId, quantity: Quantity, pace: Option<Pace>, now: Timestamp) -> Self {
        let mut release = Self { id, line, quantity, released: 0, pace, due_at: Some(now), created_at: now };
        release.released = release.next_batch();
        release.due_at = release.due_after(now);
        release
    }

    /// Seats not deposited yet.
    pub fn remaining(&self) -> u32 {
        self.quantity.get().saturating_sub(self.released)
    }

    /// Seats in the next batch.
    pub fn next_batch(&self) -> u32 {
        self.pace.as_ref().map_or(self.remaining(), |pace| pace.batch_size.get().min(self.remaining()))
    }

    /// The release after its next batch, where that is due.
    ///
    /// The next is due an interval after this one was due, so that late timers do not stretch the release; batches
    /// that are overdue together follow each other at once.
    pub fn deposit(&self, now: Timestamp) -> Option<(Self, u32)> {
        let due_at = self.due_at.filter(|due_at| *due_at <= now)?;
        let batch = self.next_batch();
        let mut after = self.clone();
        after.released += batch;
        after.due_at = after.due_after(due_at);
        Some((after, batch))
    }

    fn due_after(&self, last: Timestamp) -> Option<Timestamp> {
        let pace = self.pace.as_ref().filter(|_| self.remaining() > 0)?;
        Some(pace.interval.after(last))
    }
}
