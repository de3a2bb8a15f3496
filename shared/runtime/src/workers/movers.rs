//! Tells customers who have moved up in a line.

use waitlist_domain::Error;
use waitlist_domain::messages::message::Wake;
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::time::Timestamp;
use waitlist_store::followers::moved_up::MovedUp;

use crate::workers::queues::{Notifications, Timers};

/// Finds the customers who have moved up, and queues their notifications.
#[derive(Debug, Clone)]
pub struct Movers {
    moved_up: MovedUp,
    notifications: Notifications,
    timers: Timers,
}

impl Movers {
    /// Finds the customers with `moved_up`. Their notifications and the time of the next check go
    /// to the queues.
    pub fn new(moved_up: MovedUp, notifications: Notifications, timers: Timers) -> Self {
        Self { moved_up, notifications, timers }
    }

    /// Queues notifications for the customers who have moved up since the last check of the line.
    ///
    /// After a crash before the final note, the same notifications are queued again. The marker of
    /// each message still lets it be sent only once.
    pub async fn tell(&self, line: &LineId, now: Timestamp) -> Result<(), Error> {
        let Some(mut look) = self.moved_up.look(line).await? else { return Ok(()) };
        self.notifications.send(std::mem::take(&mut look.notifications)).await?;
        if let Some(due_at) = look.look_again_at {
            self.timers.send([Wake::MovedUp { line: line.clone(), due_at }], now).await?;
        }
        self.moved_up.note(&look).await
    }
}
