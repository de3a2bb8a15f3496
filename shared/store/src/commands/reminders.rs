//! Reminding those who have been offered seats and have not claimed them yet.
//!
//! Only notes on the entry that the moment has come: the stream tells the relay, as of any other change, and the relay
//! has the customer told. The same write puts the offer's deadline into the `due` index in the reminder's place.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::PlaceId;
use waitlist_domain::values::mandate::{Actor, Mandate};

use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::entry_item::{self, NumberedEntry};
use crate::items::key::Key;
use crate::items::table::Table;
use crate::queries::entries::entry_at;

/// What came of a reminder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminded {
    /// It is noted.
    Now,
    /// There is nothing to be reminded of, not yet, or not any more.
    NotDue,
    /// The deadline has passed unseen: the offer is to be ended.
    Overdue,
}

/// Reminding.
#[derive(Debug, Clone)]
pub struct Reminders {
    table: Table,
}

impl Reminders {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Notes that the entry at this place is to be reminded of its offer, once, if the moment has come and the offer is
    /// still to be claimed.
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
            let request = reminded.under(&Mandate::of(Actor::Timer), now).update(&self.table, Key::entry(place));
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(_) => Attempt::Done(Reminded::Now),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }
}
