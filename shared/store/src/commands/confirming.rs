//! Confirming: a customer proves that they read the mail to the address that somebody joined with.
//!
//! The entry keeps its number. From then on nobody passes over it. Only an entry that missed its
//! draw gets another number, behind those that were drawn.

use waitlist_domain::Error;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::values::identifier::PlaceId;
use waitlist_domain::values::mandate::{Actor, Mandate};

use crate::commands::numbers::Asker;
use crate::commands::renumbering::Destination;
use crate::dynamo::failure::{Failure, unless_contended};
use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact, transact_in_time};
use crate::dynamo::writing::send_update;
use crate::index::position_index::{MARKS_OF_A_MOVE, mark, retire};
use crate::items::entry_item::{self, NewNumber, StoredEntry};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::numbers_item::{POOL_CLOSED_AT, resolve_one};
use crate::items::table::Table;
use crate::queries::entries::{entry_at, reread};

/// What became of an entry whose time to confirm, or reminder, was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unconfirmed {
    /// The customer is reminded.
    Reminded,
    /// The entry ended.
    Ended,
    /// Nothing was due.
    NotDue,
}

/// Confirms entries, and ends those that nobody confirms.
#[derive(Debug, Clone)]
pub struct Confirmations {
    table: Table,
}

impl Confirmations {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Confirms the entry's address. Does nothing if it is confirmed, and fails if it has ended.
    pub async fn confirm(&self, stored: &StoredEntry) -> Result<Entry, Error> {
        let mut stored = stored.clone();
        retry(&self.table, RetryBudget::REQUEST, "confirming an address", async || {
            if !stored.entry.confirm()? {
                return Ok(Attempt::Done(stored.entry.clone()));
            }
            let (event_version, new) = self.other_number(&stored.entry).await?;
            if let Some(confirmed) = self.write(&stored.entry, event_version, new.as_ref()).await? {
                return Ok(Attempt::Done(confirmed));
            }
            let before = stored.entry.clone();
            stored = reread(&self.table, &stored).await?;
            if let Some(new) = new {
                self.conclude(&before, &stored.entry, &new).await?;
            }
            Ok(Attempt::Again)
        })
        .await
    }

    /// Confirms the entry's address if that is still to be done. Leaves an entry that has ended alone.
    pub async fn confirm_if_needed(&self, stored: &StoredEntry) -> Result<Entry, Error> {
        match stored.entry.confirm() {
            Ok(true) => self.confirm(stored).await,
            Ok(false) | Err(_) => Ok(stored.entry.clone()),
        }
    }

    /// Reminds the customer at this place to confirm, or ends the entry, whichever is due.
    pub async fn look_after(&self, place: &PlaceId) -> Result<Unconfirmed, Error> {
        const CONTEXT: &str = "looking after an unconfirmed entry";
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            let Some(stored) = entry_at(&self.table, place).await? else {
                return Ok(Attempt::Done(Unconfirmed::NotDue));
            };
            let (entry, now) = (stored.entry, self.table.now());
            if entry.is_left_unconfirmed(now) {
                let timer = self.table.acting_as(Mandate::of(Actor::Timer));
                let is_ended = end_unconfirmed(&timer, &entry, Status::Unconfirmed, None).await?;
                if is_ended {
                    mark(
                        &self.table,
                        &entry.lane_id(),
                        &[(entry.number, vec![Mark::Gone, Mark::Unconfirmed, Mark::Resolved])],
                    )
                    .await?;
                    return Ok(Attempt::Done(Unconfirmed::Ended));
                }
                return Ok(Attempt::Again);
            }
            if entry.confirmation_reminder_due_at().is_none_or(|due_at| now < due_at) {
                return Ok(Attempt::Done(Unconfirmed::NotDue));
            }
            let noted = entry_item::remind_to_confirm(&entry, now).noted_by(&Mandate::of(Actor::Timer), now);
            send_update(CONTEXT, noted.update(&self.table, Key::entry(place))).await?;
            Ok(Attempt::Done(Unconfirmed::Reminded))
        })
        .await
    }

    /// Another number for an entry whose lane is served no more: it missed its draw, or the order
    /// of the line changed. Also the version of the event by which that was decided.
    async fn other_number(&self, entry: &Entry) -> Result<(u64, Option<NewNumber>), Error> {
        let event = get_event(&self.table, &entry.place.line.event_id).await?;
        event.line(&entry.place.line.ticket_type_id)?;
        let is_served = event.rules.order.lanes().contains(&entry.lane);
        if is_served && !(entry.lane == Lane::Pool && self.is_pool_closed(entry).await?) {
            return Ok((event.version, None));
        }
        let new = NewNumber::take_as(&self.table, entry, &Destination::End, Asker::Confirmed, |_| Ok(())).await?;
        Ok((event.version, Some(new)))
    }

    async fn is_pool_closed(&self, entry: &Entry) -> Result<bool, Error> {
        let numbers = get(&self.table, Key::numbers(&entry.place.line)).await?;
        Ok(numbers.is_some_and(|numbers| numbers.contains_key(POOL_CLOSED_AT)))
    }

    /// Confirms the entry and counts it as resolved in one transaction. Nothing if the stored items
    /// have changed, or may have.
    async fn write(
        &self,
        entry: &Entry,
        event_version: u64,
        new: Option<&NewNumber>,
    ) -> Result<Option<Entry>, Failure> {
        let now = self.table.now();
        let update = entry_item::confirm(entry, new, now).noted_by(self.table.mandate(), now);
        // By another version the entry's lane may not be served, or its ticket type be dropped.
        let resolved = resolve_one().when_equal("event_version", event_version);
        // Who is in a draw is known once its pool is closed.
        let stays_in_the_pool = entry.lane == Lane::Pool && new.is_none();
        let resolved = if stays_in_the_pool { resolved.when_absent(POOL_CLOSED_AT) } else { resolved };
        let items = vec![
            update.in_transaction(&self.table, Key::entry(&entry.place)),
            resolved.in_transaction(&self.table, Key::numbers(&entry.place.line)),
        ];
        let written = unless_contended(transact_in_time(&self.table, "confirming an address", items).await)?;
        if !matches!(written, Some(Transacted::Made)) {
            return Ok(None);
        }
        let confirmed = Entry { confirm_by: None, ..entry.clone() };
        let confirmed = new.map_or(confirmed.clone(), |new| new.borne_by(&confirmed, now));
        self.mark_resolved(entry, new).await?;
        Ok(Some(confirmed))
    }

    /// Marks the number that the entry had `before`.
    async fn mark_resolved(&self, before: &Entry, new: Option<&NewNumber>) -> Result<(), Error> {
        let moved = new.map_or(&[][..], |_| &MARKS_OF_A_MOVE);
        let marks = [Mark::Unconfirmed, Mark::Resolved].into_iter().chain(moved.iter().copied()).collect();
        mark(&self.table, &before.lane_id(), &[(before.number, marks)]).await
    }

    /// Marks the old number if the entry bears the new one after all, or retires the new one.
    async fn conclude(&self, before: &Entry, now: &Entry, new: &NewNumber) -> Result<(), Error> {
        if (&now.lane, now.number) == (&new.lane, new.number) {
            return self.mark_resolved(before, Some(new)).await;
        }
        retire(&self.table, &before.place.line.lane(new.lane.clone()), &[new.number]).await
    }
}

/// Ends an unconfirmed entry and counts it as resolved in one transaction. False if the stored
/// items have changed, or may have.
pub(crate) async fn end_unconfirmed(
    table: &Table,
    entry: &Entry,
    how: Status,
    action: Option<&str>,
) -> Result<bool, Error> {
    let now = table.now();
    let ended = entry_item::end_waiting(entry, how, action, now).noted_by(table.mandate(), now);
    let items = vec![
        ended.in_transaction(table, Key::entry(&entry.place)),
        resolve_one().in_transaction(table, Key::numbers(&entry.place.line)),
    ];
    let written = unless_contended(transact(table, "ending an unconfirmed entry", items).await)?;
    Ok(matches!(written, Some(Transacted::Made)))
}
