//! Reminders of offers that are not claimed yet.
//!
//! A reminder is only noted on the entry. The relay sees that change in the stream and queues the
//! message. The same write replaces the reminder with the offer's deadline in the `due` index.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::PlaceId;
use waitlist_domain::values::mandate::{Actor, Mandate};

use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::entry_item::{self, NumberedEntry};
use crate::items::key::Key;
use crate::items::table::Table;
use crate::queries::entries::entry_at;

/// The result of a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminded {
    /// It was noted now.
    Now,
    /// Nothing is due: the entry has no offer to be reminded of, not yet or no longer.
    NotDue,
    /// The deadline has passed: the offer is to be ended.
    Overdue,
}

/// Notes reminders.
#[derive(Debug, Clone)]
pub struct Reminders {
    table: Table,
}

impl Reminders {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Notes once that the customer is to be reminded of an unclaimed offer, if that is due.
    pub async fn remind(&self, place: &PlaceId) -> Result<Reminded, Error> {
        const CONTEXT: &str = "noting a reminder";
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let Some(entry) = entry_at(&self.table, place).await?.map(|stored| stored.entry) else {
                return Ok(Attempt::Done(Reminded::NotDue));
            };
            let now = self.table.now();
            if entry.is_overdue(now) {
                return Ok(Attempt::Done(Reminded::Overdue));
            }
            let Some(offer) = entry.offer.as_ref().filter(|_| entry.is_to_be_reminded(now)) else {
                return Ok(Attempt::Done(Reminded::NotDue));
            };
            let reminded = entry_item::remind(NumberedEntry::of(&entry), offer, now);
            let request = reminded.noted_by(&Mandate::of(Actor::Timer), now).update(&self.table, Key::entry(place));
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(_) => Attempt::Done(Reminded::Now),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }
}
