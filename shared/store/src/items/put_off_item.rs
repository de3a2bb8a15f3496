//! How a message to a customer is stored that was put off.

use serde::Deserialize;
use waitlist_domain::Error;
use waitlist_domain::messages::message::{Notification, Wake};
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, from_item, to_attribute};
use crate::items::entry_item::DUE_INDEX;

/// The partition of the `due` index with all messages that were put off.
pub(crate) const PUT_OFF: &str = "PUTOFF";

/// How long the item is kept after its message is due. By then the message was given back, unless
/// timer and sweep have failed for a week.
const KEPT_SECONDS: i64 = 7 * 24 * 60 * 60;

/// A message to a customer that was put off, until it is given back. It has ids alone and nothing
/// personal.
#[derive(Debug, Deserialize)]
pub(crate) struct PutOffItem {
    pub(crate) notification: Notification,
    /// How often it was put off.
    pub(crate) version: u64,
    /// Missing once it was given back.
    pub(crate) due_at: Option<Timestamp>,
    armed_from: Option<Timestamp>,
}

impl PutOffItem {
    pub(crate) fn read(item: Item) -> Result<Self, Error> {
        from_item(item)
    }

    /// The wake-up to give it back, with the time since which that has been due. Nothing once it was
    /// given back.
    pub(crate) fn wake(self) -> Option<(Wake, Timestamp)> {
        let (due_at, armed_from) = self.due_at.zip(self.armed_from)?;
        Some((Wake::Notification { notification: self.notification, due_at }, armed_from))
    }
}

/// Puts a message off. One that was put off before is due at the later time alone.
pub(crate) fn put_off(notification: &Notification, due_at: Timestamp, now: Timestamp) -> Result<Expression, Error> {
    Ok(Expression::new()
        .set("notification", to_attribute(notification)?)
        .set("due_shard", PUT_OFF)
        .set("due_at", due_at)
        .set("armed_from", now)
        .set("ttl", due_at.seconds() + KEPT_SECONDS)
        .increase("version", 1))
}

/// Takes a message out of the `due` index, unless it was put off again.
pub(crate) fn given_back(version: u64) -> Expression {
    Expression::new().remove(&DUE_INDEX).when_equal("version", version)
}
