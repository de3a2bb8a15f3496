//! Telling those who have moved up in a line.

use waitlist_domain::Error;
use waitlist_domain::messages::message::Wake;
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::time::Timestamp;
use waitlist_store::followers::moved_up::MovedUp;

use crate::workers::queues::{Notifications, Timers};

/// Finds them, and has them told.
#[derive(Debug, Clone)]
pub struct Movers {
    moved_up: MovedUp,
    notifications: Notifications,
    timers: Timers,
}

impl Movers {
    /// Finds them by `moved_up`, and passes on who is to be told and when to look again.
    pub fn new(moved_up: MovedUp, notifications: Notifications, timers: Timers) -> Self {
        Self { moved_up, notifications, timers }
    }

    /// Has those told who have moved up since the line was looked at last. Whoever crashes before that is noted has
    /// them told again: by the marker of each message it is told once all the same.
    pub async fn tell(&self, line: &LineId, now: Timestamp) -> Result<(), Error> {
        let Some(mut news) = self.moved_up.look(line).await? else { return Ok(()) };
        self.notifications.send(std::mem::take(&mut news.notifications)).await?;
        if let Some(due_at) = news.look_again_at {
            self.timers.send([Wake::MovedUp { line: line.clone(), due_at }], now).await?;
        }
        self.moved_up.note(&news).await
    }
}
