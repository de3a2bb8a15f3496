//! Messages to customers that were put off until the limit of their address allows them.
//!
//! Such a message is an item in the `due` index. The relay or the sweep arms it, as they do
//! deadlines. The timer queues the message again, and only then takes it out of the index. So a
//! crash between the two queues it twice, and loses nothing.

use waitlist_domain::Error;
use waitlist_domain::messages::message::Notification;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::send_update;
use crate::items::key::Key;
use crate::items::put_off_item::{self, PutOffItem};
use crate::items::table::Table;

/// A message whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueMessage {
    /// The message.
    pub notification: Notification,
    /// How often it was put off.
    version: u64,
}

/// Puts messages off, and finds out when they may be sent.
#[derive(Debug, Clone)]
pub struct PutOffMessages {
    table: Table,
}

impl PutOffMessages {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Puts a message off until `due_at`. A message that is put off twice is due once, at the time
    /// given last.
    pub async fn put_off(&self, notification: &Notification, due_at: Timestamp) -> Result<(), Error> {
        const CONTEXT: &str = "putting a message off";
        let key = Key::put_off(&notification.name());
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let put_off = put_off_item::put_off(notification, due_at, self.table.now())?;
            send_update(CONTEXT, put_off.update(&self.table, key.clone())).await.map(|_| Attempt::Done(()))
        })
        .await
    }

    /// The message as it was put off, if it is due and was not given back.
    pub async fn due(&self, notification: &Notification) -> Result<Option<DueMessage>, Error> {
        let stored = get(&self.table, Key::put_off(&notification.name())).await?;
        let now = self.table.now();
        let stored = stored.map(PutOffItem::read).transpose()?;
        let due = stored.filter(|item| item.due_at.is_some_and(|due_at| due_at <= now));
        Ok(due.map(|PutOffItem { notification, version, .. }| DueMessage { notification, version }))
    }

    /// Notes that a message is in its queue again. Does nothing if it was put off again meanwhile.
    pub async fn given_back(&self, message: &DueMessage) -> Result<(), Error> {
        const CONTEXT: &str = "noting that a message was given back";
        let key = Key::put_off(&message.notification.name());
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let given_back = put_off_item::given_back(message.version);
            send_update(CONTEXT, given_back.update(&self.table, key.clone())).await.map(|_| Attempt::Done(()))
        })
        .await
    }
}
