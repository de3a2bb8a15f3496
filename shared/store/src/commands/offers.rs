//! Actions on an offer: claiming, converting and declining it. Leaving the line is here too.

use aws_sdk_dynamodb::types::ReturnValue;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use waitlist_domain::entry::checkout::CheckoutReference;
use waitlist_domain::entry::registration::{Registration, RegistrationStatus, Source};
use waitlist_domain::entry::{Conversion, Departure, Entry, Status};
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::line::seats::{OfferEnd, Seats};
use waitlist_domain::values::identifier::{EntryId, RegistrationId, hexadecimal};
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::commands::confirming::end_unconfirmed;
use crate::commands::entry_commands::do_once;
use crate::dynamo::expression::Expression;
use crate::dynamo::failure::{Failure, unless_contended};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact_in_time};
use crate::dynamo::writing::{Written, send_update, send_update_in_time};
use crate::index::position_index::mark;
use crate::items::entry_item::{self, NumberedEntry, StoredEntry, claim_deadline, stored_entry};
use crate::items::hash_secret::HashSecret;
use crate::items::key::Key;
use crate::items::line::get_line;
use crate::items::registration_item::{derived_registration_id, registration_item};
use crate::items::seats_item::{Preconditions, write_seats};
use crate::items::table::Table;
use crate::queries::entries::{reread, same_stay};

/// How many lines are left concurrently.
const MOST_LEFT_AT_ONCE: usize = 8;

/// Claims offers.
#[derive(Debug, Clone)]
pub struct Claims {
    table: Table,
}

impl Claims {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Claims the entry's offer before its deadline. Without a purchase window, the seats are sold
    /// at once.
    ///
    /// The offer already holds the seats. So a claim with a purchase window is one conditional
    /// write of the entry.
    ///
    /// `action` names the request: repeated under the same name, it succeeds again.
    pub async fn claim(&self, stored: &StoredEntry, action: &str) -> Result<Entry, Error> {
        const CONTEXT: &str = "claiming an offer";
        let mut stored = stored.clone();
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            if is_done_by(&stored, action, &[Status::Claimed, Status::Converted]) {
                return Ok(Attempt::Done(stored.entry.clone()));
            }
            let now = self.table.now();
            let claim = stored.entry.claim(now)?;
            let Some(expires_at) = claim_deadline(&claim) else {
                let converted =
                    convert(&self.table, stored.clone(), &[Status::Offered], Some(action), None, |_| Ok(()));
                return Ok(Attempt::Done(converted.await?));
            };
            let expression = entry_item::claim(NumberedEntry::of(&stored.entry), expires_at, action, now);
            let request = expression
                .noted_by(self.table.mandate(), now)
                .update(&self.table.in_time(), Key::entry(&stored.entry.place))
                .return_values(ReturnValue::AllNew);
            stored = match send_update_in_time(CONTEXT, request).await {
                Ok(Written::Made(claimed)) => return Ok(Attempt::Done(stored_entry(claimed)?.entry)),
                Ok(Written::ConditionFailed(current)) => same_stay(&stored, current.map(stored_entry).transpose()?)?,
                // The response was lost: the write may have been made.
                Err(Failure::Contended) => reread(&self.table, &stored).await?,
                Err(failure) => return Err(failure),
            };
            Ok(Attempt::Again)
        })
        .await
    }
}

/// Turns offers into sales.
#[derive(Debug, Clone)]
pub struct Conversions {
    table: Table,
    reference: Option<CheckoutReference>,
}

impl Conversions {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), reference: None }
    }

    /// Converts only the entry and the offer of this reference, if there is one.
    pub fn of_reference(self, reference: Option<CheckoutReference>) -> Self {
        Self { reference, ..self }
    }

    /// Turns the entry's offer, claimed or not, into a registration. Repeating it changes nothing.
    pub async fn convert(&self, stored: &StoredEntry, payment_reference: Option<String>) -> Result<Entry, Error> {
        let from = [Status::Offered, Status::Claimed];
        let Some(reference) = &self.reference else {
            return convert(&self.table, stored.clone(), &from, None, payment_reference, |_| Ok(())).await;
        };
        let secret = HashSecret::of(&self.table).bits_if_made().await?;
        let check = |entry: &Entry| reference.check(entry, secret.as_ref());
        convert(&self.table, stored.clone(), &from, None, payment_reference, check).await
    }
}

/// Converts an offer that `check` does not refuse. The write restates the number of the entry, and
/// so the offer that was checked.
async fn convert(
    table: &Table,
    mut stored: StoredEntry,
    from: &[Status],
    action: Option<&str>,
    payment_reference: Option<String>,
    check: impl Fn(&Entry) -> Result<(), Refusal>,
) -> Result<Entry, Error> {
    const CONTEXT: &str = "converting an offer";
    retry(table, RetryBudget::REQUEST, CONTEXT, async || {
        let now = table.now();
        check(&stored.entry)?;
        if action.is_some_and(|action| is_done_by(&stored, action, &[Status::Converted])) {
            return Ok(Attempt::Done(stored.entry.clone()));
        }
        if action.is_some() {
            stored.entry.claim(now)?;
        } else if stored.entry.convert(now)? == Conversion::AlreadyConverted {
            return Ok(Attempt::Done(stored.entry.clone()));
        }
        let registration = registration_of(&stored.entry, payment_reference.clone(), now);
        let update = entry_item::convert(NumberedEntry::of(&stored.entry), from, &registration.id, action, now);
        let quantity = registration.quantity;
        let mut items = vec![
            update.noted_by(table.mandate(), now).in_transaction(table, Key::entry(&stored.entry.place)),
            Expression::new().when_absent("pk").put_in_transaction(table, registration_item(&registration)?),
        ];
        items.extend(write_seats(
            table,
            &stored.entry.place.line,
            &Seats::convert(quantity),
            Preconditions::default(),
            now,
        ));
        match transact_in_time(table, CONTEXT, items).await {
            Ok(Transacted::Made) => {
                let registration_id = Some(registration.id);
                let entry = Entry { status: Status::Converted, registration_id, ..stored.entry.clone() };
                Ok(Attempt::Done(entry))
            }
            Ok(Transacted::ConditionsFailed(_)) | Err(Failure::Contended) => {
                stored = reread(table, &stored).await?;
                Ok(Attempt::Again)
            }
            Err(failure) => Err(failure),
        }
    })
    .await
}

/// The sale that an offer becomes. Its id derives from the entry's, so that it is made only once.
fn registration_of(entry: &Entry, payment_reference: Option<String>, now: Timestamp) -> Registration {
    Registration {
        id: derived_registration_id(&entry.id),
        line: entry.place.line.clone(),
        quantity: entry.offer.as_ref().map_or(entry.applicant.quantity, |offer| offer.quantity),
        customer_id: entry.place.customer_id.clone(),
        attendee_id: entry.place.attendee_id.clone(),
        status: RegistrationStatus::Confirmed,
        source: Source::Waitlist,
        entry_id: Some(entry.id.clone()),
        payment_reference,
        created_at: now,
    }
}

/// Declines offers and leaves lines.
#[derive(Debug, Clone)]
pub struct Departures {
    table: Table,
}

impl Departures {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Declines the entry's offer and frees its seats. `action` names the request, as in
    /// [`Claims::claim`].
    pub async fn decline(&self, stored: &StoredEntry, action: &str) -> Result<Entry, Error> {
        let mut stored = stored.clone();
        retry(&self.table, RetryBudget::REQUEST, "declining an offer", async || {
            if is_done_by(&stored, action, &[Status::Declined]) {
                return Ok(Attempt::Done(stored.entry.clone()));
            }
            stored.entry.decline(self.table.now())?;
            if let Some(declined) = self.give_up_offer(&stored.entry, OfferEnd::Declined, Some(action)).await? {
                return Ok(Attempt::Done(declined));
            }
            stored = reread(&self.table, &stored).await?;
            Ok(Attempt::Again)
        })
        .await
    }

    /// Leaves several lines. Returns the ids of the entries that had not ended.
    pub async fn leave_all(&self, entries: Vec<StoredEntry>) -> Result<Vec<EntryId>, Error> {
        let leaving = entries.into_iter().map(|stored| async move {
            let has_left = self.leave(&stored).await?;
            Ok::<_, Error>(has_left.then_some(stored.entry.id))
        });
        let left: Vec<Option<EntryId>> = stream::iter(leaving).buffered(MOST_LEFT_AT_ONCE).try_collect().await?;
        Ok(left.into_iter().flatten().collect())
    }

    /// Leaves the line. False if the entry had ended.
    pub async fn leave(&self, stored: &StoredEntry) -> Result<bool, Error> {
        // If the response is lost, the entry tells our own write from another's by this name.
        let action = hexadecimal(&self.table.random_identifier_bits());
        let mut stored = stored.clone();
        retry(&self.table, RetryBudget::REQUEST, "leaving a line", async || {
            if is_done_by(&stored, &action, &[Status::Left]) {
                self.mark_departed(&stored.entry, OfferEnd::Left).await?;
                return Ok(Attempt::Done(true));
            }
            let departure = stored.entry.leave();
            if departure == Departure::AlreadyEnded {
                return Ok(Attempt::Done(false));
            }
            if self.depart(&stored.entry, departure, OfferEnd::Left, Some(&action)).await? {
                return Ok(Attempt::Done(true));
            }
            stored = reread(&self.table, &stored).await?;
            Ok(Attempt::Again)
        })
        .await
    }

    /// Removes an entry that waits or holds an offer. The seats of its offer are free for the next.
    pub async fn remove(&self, stored: &StoredEntry) -> Result<Entry, Error> {
        self.take_out(stored, Entry::remove).await
    }

    /// Removes an entry with a live offer. Its seats are free for the next.
    pub async fn remove_with_offer(&self, stored: &StoredEntry) -> Result<Entry, Error> {
        self.take_out(stored, |entry| entry.withdraw(self.table.now()).map(|()| Departure::WithOffer)).await
    }

    async fn take_out(
        &self,
        stored: &StoredEntry,
        decide: impl Fn(&Entry) -> Result<Departure, Refusal>,
    ) -> Result<Entry, Error> {
        do_once(&self.table, "removing an entry", stored, async |entry| {
            let departure = decide(entry)?;
            let is_out = self.depart(entry, departure, OfferEnd::Removed, None).await?;
            Ok(is_out.then(|| Entry { status: Status::Removed, ..entry.clone() }))
        })
        .await
    }

    /// Ends an entry. False if the stored items have changed.
    async fn depart(
        &self,
        entry: &Entry,
        departure: Departure,
        how: OfferEnd,
        action: Option<&str>,
    ) -> Result<bool, Error> {
        let is_written = match departure {
            Departure::AlreadyEnded => false,
            Departure::FromTheLine => self.end_waiting(entry, how.status(), action).await?,
            Departure::WithOffer => self.give_up_offer(entry, how, action).await?.is_some(),
        };
        if is_written {
            self.mark_departed(entry, how).await?;
        }
        Ok(is_written)
    }

    async fn mark_departed(&self, entry: &Entry, how: OfferEnd) -> Result<(), Error> {
        let left = (how == OfferEnd::Left).then_some(Mark::Left);
        let resolved: &[Mark] = if entry.is_confirmed() { &[] } else { &[Mark::Unconfirmed, Mark::Resolved] };
        let marks = [Mark::Gone].into_iter().chain(left).chain(resolved.iter().copied()).collect();
        mark(&self.table, &entry.lane_id(), &[(entry.number, marks)]).await
    }

    async fn end_waiting(&self, entry: &Entry, how: Status, action: Option<&str>) -> Result<bool, Error> {
        if !entry.is_confirmed() {
            return end_unconfirmed(&self.table, entry, how, action).await;
        }
        let now = self.table.now();
        let expression = entry_item::end_waiting(entry, how, action, now);
        let request = expression.noted_by(self.table.mandate(), now).update(&self.table, Key::entry(&entry.place));
        let ended = unless_contended(send_update("leaving a line", request).await)?;
        Ok(matches!(ended, Some(Written::Made(_))))
    }

    /// Ends the offer and frees its seats. Nothing if the stored items have changed.
    async fn give_up_offer(&self, entry: &Entry, how: OfferEnd, action: Option<&str>) -> Result<Option<Entry>, Error> {
        let line = &entry.place.line;
        let counts = get_line(&self.table, line).await?;
        let now = self.table.now();
        let quantity = entry.offer.as_ref().map_or(entry.applicant.quantity, |offer| offer.quantity);
        let change = counts.seats.end_offer(quantity, how, &counts.numbers);
        let update = entry_item::end_offer(NumberedEntry::of(entry), how, action, now);
        let update = update.noted_by(self.table.mandate(), now);
        let mut items = vec![update.in_transaction(&self.table, Key::entry(&entry.place))];
        items.extend(write_seats(&self.table, line, &change, Preconditions::default(), now));
        Ok(match unless_contended(transact_in_time(&self.table, "giving up an offer", items).await)? {
            Some(Transacted::Made) => Some(Entry { status: how.status(), ..entry.clone() }),
            Some(Transacted::ConditionsFailed(_)) | None => None,
        })
    }
}

/// Whether this request was done before and its response was lost.
fn is_done_by(stored: &StoredEntry, action: &str, statuses: &[Status]) -> bool {
    stored.action.as_deref() == Some(action) && statuses.contains(&stored.entry.status)
}

/// The id of the sale that an entry becomes, whether or not it has.
pub fn registration_id_of(entry: &Entry) -> RegistrationId {
    derived_registration_id(&entry.id)
}
