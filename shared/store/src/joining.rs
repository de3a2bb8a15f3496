//! Joining: a number is taken, then the entry is stored under it. Two round trips, whatever the line's length.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::channels::Channels;
use waitlist_domain::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::credential::SecretHash;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::identifier::{AttendeeId, CustomerId, EntryId, EventId, LineId, PlaceId, TicketTypeId};
use waitlist_domain::language::LanguageTag;
use waitlist_domain::numbers::Numbers;
use waitlist_domain::position_index::Mark;
use waitlist_domain::quantity::Quantity;
use waitlist_domain::{Error, Refusal};

use crate::entry_item::{self, StoredEntry, joining_item, stored_entry};
use crate::events::get_event;
use crate::expression::Expression;
use crate::failure::{WriteFailure, put_failure, update_failure};
use crate::key::Key;
use crate::line_items::numbers_from;
use crate::position_index::mark;
use crate::reading::number;
use crate::table::{Attempts, Table};

/// How long a repeated join tries to mark the number it did not need.
const LONGEST_COURTESY: Duration = Duration::from_secs(2);

/// Most events whose configuration a warm function remembers.
const MOST_EVENTS_REMEMBERED: usize = 1000;

/// A wish to join.
#[derive(Debug, Clone)]
pub struct Join {
    /// The event.
    pub event_id: EventId,
    /// Its ticket type.
    pub ticket_type_id: TicketTypeId,
    /// Who.
    pub customer_id: CustomerId,
    /// For whom, where that is not the customer.
    pub attendee_id: Option<AttendeeId>,
    /// Seats wanted.
    pub quantity: Quantity,
    /// The fewest that would do, where that is fewer.
    pub minimum: Option<Quantity>,
    /// The customer's name.
    pub name: PersonName,
    /// Where to write to.
    pub email: EmailAddress,
    /// Where to text to.
    pub phone: Option<PhoneNumber>,
    /// In which language to, if they said so.
    pub locale: Option<LanguageTag>,
    /// By which channels, if they have chosen.
    pub channels: Option<Channels>,
    /// What will prove the customer.
    pub token_hash: SecretHash,
    /// The entry's id, should one be made.
    pub entry_id: EntryId,
}

/// What came of a wish to join.
#[derive(Debug, Clone)]
pub enum Joined {
    /// A new place, at this position.
    New(Box<Entry>, u64),
    /// The person has a place already.
    Already(Box<StoredEntry>),
}

/// Joining lines.
#[derive(Debug, Clone)]
pub struct Joins {
    table: Table,
    /// Configurations seen lately. Each carries its version, which the write of a number checks, so a stale one costs
    /// another round trip and never a wrong answer.
    events: Arc<Mutex<HashMap<EventId, Event>>>,
}

impl Joins {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), events: Arc::default() }
    }

    /// The event's configuration, for the caller's own checks before joining. Possibly stale: a refusal decided from
    /// it must be decided again from [`Self::fresh_event`].
    pub async fn event(&self, id: &EventId) -> Result<Event, Error> {
        let remembered = self.events.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned();
        match remembered {
            Some(event) => Ok(event),
            None => self.fresh_event(id).await,
        }
    }

    /// The event's configuration as it is stored now.
    pub async fn fresh_event(&self, id: &EventId) -> Result<Event, Error> {
        let event = get_event(&self.table, id).await?;
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if events.len() >= MOST_EVENTS_REMEMBERED {
            events.clear();
        }
        events.insert(id.clone(), event.clone());
        Ok(event)
    }

    /// Joins the line, if `check` accepts the event as it is now.
    pub async fn join(&self, join: &Join, check: impl Fn(&Event) -> Result<(), Refusal>) -> Result<Joined, Error> {
        let (line, number, numbers) = self.take_number(join, check).await?;
        let entry = self.entry(join, &line, number);
        match self.put_entry(&entry, numbers.waiting()).await? {
            None => Ok(Joined::New(Box::new(entry), numbers.waiting())),
            Some(existing) if existing.entry.id == entry.id && existing.entry.number == number => {
                // Our own write, whose answer was lost.
                Ok(Joined::New(Box::new(entry), numbers.waiting()))
            }
            Some(existing) => {
                // The person's answer does not depend on this, and what is left undone the sweep finds.
                let marks = [(number, vec![Mark::Gone, Mark::Unused])];
                let marking = mark(&self.table, &line, &marks);
                if !matches!(tokio::time::timeout(LONGEST_COURTESY, marking).await, Ok(Ok(()))) {
                    tracing::warn!("an unused number is left to the sweep");
                }
                Ok(Joined::Already(Box::new(existing)))
            }
        }
    }

    /// Checks the event and takes the next number of its line, in one write on the line's hot item.
    async fn take_number(
        &self,
        join: &Join,
        check: impl Fn(&Event) -> Result<(), Refusal>,
    ) -> Result<(LineId, u64, Numbers), Error> {
        const CONTEXT: &str = "taking a number";
        let mut event = self.event(&join.event_id).await?;
        let mut is_fresh = false;
        let mut attempts = Attempts::new(&self.table);
        loop {
            let now = self.table.now();
            let checked = check(&event).and_then(|()| event.check_join(&join.ticket_type_id, join.quantity, now));
            match checked {
                Ok(line) => match self.try_to_take_number(&event, &line).await? {
                    Taken::Number(numbers) => return Ok((line, numbers.next - 1, numbers)),
                    Taken::Refused(refusal) => return Err(refusal.into()),
                    Taken::EventChanged => {}
                    Taken::Conflict => {
                        if !attempts.another().await {
                            return Err(Error::Busy { context: CONTEXT });
                        }
                        continue;
                    }
                },
                Err(refusal) if is_fresh => return Err(refusal.into()),
                Err(_) => {}
            }
            event = self.fresh_event(&join.event_id).await?;
            is_fresh = true;
        }
    }

    async fn try_to_take_number(&self, event: &Event, line: &LineId) -> Result<Taken, Error> {
        const CONTEXT: &str = "taking a number";
        let expression = Expression::new()
            .add("next", 1)
            .set("last_issued_at", self.table.now())
            .when_equal("event_version", event.version)
            .when_equal("open", true)
            .when_attribute_at_most("next", "limit");
        let request = expression.update(&self.table, Key::numbers(line)).return_values(ReturnValue::AllNew);
        match request.send().await.map_err(|error| update_failure(CONTEXT, error)) {
            Ok(output) => Ok(Taken::Number(numbers_from(&output.attributes.unwrap_or_default())?)),
            Err(WriteFailure::Condition(None)) => Ok(Taken::Refused(Refusal::EventNotFound)),
            Err(WriteFailure::Condition(Some(item))) => {
                if number::<u64>(&item, "event_version")? != event.version {
                    return Ok(Taken::EventChanged);
                }
                let refusal = if numbers_from(&item)?.open {
                    Refusal::WaitlistFull { limit: number(&item, "max_size")? }
                } else {
                    Refusal::TicketsAvailable
                };
                Ok(Taken::Refused(refusal))
            }
            Err(WriteFailure::Conflict) => Ok(Taken::Conflict),
            Err(WriteFailure::Other(error)) => Err(error),
        }
    }

    /// Stores the entry, which joins at this position, unless the person has a place already, which is then the answer.
    async fn put_entry(&self, entry: &Entry, position: u64) -> Result<Option<StoredEntry>, Error> {
        const CONTEXT: &str = "storing an entry";
        let mut attempts = Attempts::new(&self.table);
        loop {
            let condition = entry_item::may_join(&entry.id);
            let request = condition.put(&self.table, joining_item(entry, position)?);
            match request.send().await.map_err(|error| put_failure(CONTEXT, error)) {
                Ok(_) => return Ok(None),
                Err(WriteFailure::Condition(existing)) => {
                    return stored_entry(existing.unwrap_or_default()).map(Some);
                }
                Err(WriteFailure::Conflict) => {}
                Err(WriteFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }

    fn entry(&self, join: &Join, line: &LineId, number: u64) -> Entry {
        Entry {
            id: join.entry_id.clone(),
            place: PlaceId {
                customer_id: join.customer_id.clone(),
                line: line.clone(),
                attendee_id: join.attendee_id.clone(),
            },
            number,
            quantity: join.quantity,
            minimum: join.minimum,
            status: Status::Waiting,
            joined_at: self.table.now(),
            name: join.name.clone(),
            email: join.email.clone(),
            phone: join.phone.clone(),
            locale: join.locale.clone(),
            chosen_channels: join.channels.clone(),
            token_hash: join.token_hash.clone(),
            offer: None,
            registration_id: None,
        }
    }
}

enum Taken {
    Number(Numbers),
    Refused(Refusal),
    EventChanged,
    Conflict,
}
