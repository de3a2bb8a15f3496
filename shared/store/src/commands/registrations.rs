//! Registrations: direct sales, cancellations and lookup.

use aws_sdk_dynamodb::types::TransactWriteItem;
use waitlist_domain::entry::registration::{Registration, RegistrationStatus};
use waitlist_domain::values::identifier::{PlaceId, RegistrationId};
use waitlist_domain::{Error, Refusal};

use crate::dynamo::expression::Expression;
use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact};
use crate::items::entry_item;
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::line::{get_line, get_line_if_any};
use crate::items::registration_item::{registration_from, registration_item};
use crate::items::seats_item::{Preconditions, write_seats};
use crate::items::table::Table;

/// Reads registrations.
#[derive(Debug, Clone)]
pub struct Registrations {
    table: Table,
}

impl Registrations {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// A registration. Fails with [`Refusal::RegistrationNotFound`] if there is none.
    pub async fn get(&self, id: &RegistrationId) -> Result<Registration, Error> {
        get_registration(&self.table, id).await
    }
}

async fn get_registration(table: &Table, id: &RegistrationId) -> Result<Registration, Error> {
    Ok(find_registration(table, id).await?.ok_or(Refusal::RegistrationNotFound)?)
}

/// Reads a registration, if there is one and the table shows its event.
async fn find_registration(table: &Table, id: &RegistrationId) -> Result<Option<Registration>, Error> {
    let stored = get(table, Key::registration(id)).await?.map(registration_from).transpose()?;
    Ok(stored.filter(|registration| table.shows(&registration.line.event_id)))
}

/// Sells seats directly.
#[derive(Debug, Clone)]
pub struct DirectSales {
    table: Table,
}

impl DirectSales {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Sells seats on which the line has no claim. Once the event has begun, it has none.
    ///
    /// If a registration with this id exists, the request is a repeated one, and the stored
    /// registration is returned.
    pub async fn sell(&self, registration: &Registration) -> Result<Registration, Error> {
        const CONTEXT: &str = "selling seats";
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let seats = match self.sold_seats(registration).await? {
                Ok(seats) => seats,
                Err(refusal) => {
                    let sold = find_registration(&self.table, &registration.id).await?;
                    return Ok(Attempt::Done(sold.ok_or(refusal)?));
                }
            };
            let put = Expression::new().when_absent("pk");
            let mut items = vec![put.put_in_transaction(&self.table, registration_item(registration)?)];
            items.extend(seats);
            Ok(match transact(&self.table, CONTEXT, items).await? {
                Transacted::Made => Attempt::Done(registration.clone()),
                Transacted::ConditionsFailed(_) => match find_registration(&self.table, &registration.id).await? {
                    Some(sold) => Attempt::Done(sold),
                    None => Attempt::Again,
                },
            })
        })
        .await
    }

    /// The writes that sell the seats, or why they are not for sale.
    async fn sold_seats(&self, registration: &Registration) -> Result<Result<Vec<TransactWriteItem>, Refusal>, Error> {
        let (quantity, now) = (registration.quantity, self.table.now());
        let line = get_line(&self.table, &registration.line).await?;
        let refusal = match line.seats.sell_directly(quantity, &line.numbers) {
            Ok(change) => {
                return Ok(Ok(write_seats(&self.table, &registration.line, &change, Preconditions::default(), now)));
            }
            Err(refusal) => refusal,
        };
        let Some(change) = line.seats.sell_once_begun(quantity) else { return Ok(Err(refusal)) };
        let event = get_event(&self.table, &registration.line.event_id).await?;
        let preconditions = Preconditions { event: Some(&event), ..Preconditions::default() };
        let writes = || write_seats(&self.table, &registration.line, &change, preconditions, now);
        Ok(if event.is_closed(now) { Ok(writes()) } else { Err(refusal) })
    }
}

/// Cancels sales.
#[derive(Debug, Clone)]
pub struct Cancellations {
    table: Table,
}

impl Cancellations {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Cancels a registration. Its seats go to the line, or back on sale if no entry waits.
    /// Repeating it changes nothing.
    pub async fn cancel(&self, id: &RegistrationId) -> Result<Registration, Error> {
        const CONTEXT: &str = "cancelling a registration";
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let registration = get_registration(&self.table, id).await?;
            if registration.status == RegistrationStatus::Cancelled {
                return Ok(Attempt::Done(registration));
            }
            Ok(match transact(&self.table, CONTEXT, self.items(&registration).await?).await? {
                Transacted::Made => {
                    Attempt::Done(Registration { status: RegistrationStatus::Cancelled, ..registration })
                }
                Transacted::ConditionsFailed(_) => Attempt::Again,
            })
        })
        .await
    }

    /// The update of the entry that became the sale, if any. The entry is still at its place,
    /// because nobody joins there again before the sale is cancelled.
    fn entry_item(&self, registration: &Registration) -> Option<TransactWriteItem> {
        let place = PlaceId {
            customer_id: registration.customer_id.clone(),
            line: registration.line.clone(),
            attendee_id: registration.attendee_id.clone(),
        };
        let cancelled = entry_item::cancel_registration(registration.entry_id.as_ref()?);
        let cancelled = cancelled.noted_by(self.table.mandate(), self.table.now());
        Some(cancelled.in_transaction(&self.table, Key::entry(&place)))
    }

    async fn items(&self, registration: &Registration) -> Result<Vec<TransactWriteItem>, Error> {
        let cancelled = Expression::new()
            .set("status", "cancelled")
            .set("cancelled_at", self.table.now())
            .when_equal("status", "confirmed")
            .in_transaction(&self.table, Key::registration(&registration.id));
        // A ticket type with sold seats can't be dropped, so its line exists.
        let line = get_line_if_any(&self.table, &registration.line).await?.ok_or(Refusal::EventNotFound)?;
        let change = line.seats.cancel_sale(registration.quantity, &line.numbers);
        let seats = write_seats(&self.table, &registration.line, &change, Preconditions::default(), self.table.now());
        let entry = self.entry_item(registration);
        Ok([cancelled].into_iter().chain(seats).chain(entry).collect())
    }
}
