//! Events: an organiser creates and changes them.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use waitlist_domain::event::{CAPACITY_REQUIRED, Event};
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::numbers::{LaneNumbers, Numbers};
use waitlist_domain::line::order::Order;
use waitlist_domain::line::seats::{Activation, Seats};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EventId, LineId};
use waitlist_domain::{Error, FieldError, Refusal};

use crate::dynamo::expression::Expression;
use crate::dynamo::item::Item;
use crate::dynamo::reading::Consistency;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact};
use crate::items::event_item::{event_item, find_event};
use crate::items::hash_secret::HashSecret;
use crate::items::key::Key;
use crate::items::line::{Line, line_from, read_lines};
use crate::items::numbers_item::{
    ORDER, POOL_CLOSED_AT, RESOLVED, TIMES_DROPPED, close_numbers, new_numbers_item, open_numbers, order_value,
    while_empty,
};
use crate::items::retention_item::note_retention;
use crate::items::seats_item::{new_seats_item, write_seats_of_event};
use crate::items::seeds::{COMMITMENT, commitments};
use crate::items::table::Table;

/// The refusal of an event that the caller could not see afterwards.
const OUT_OF_SCOPE: &str = "this API key is for other events: choose an eventId in its scope, or use another key";

/// The event that an organiser wants.
#[derive(Debug, Clone)]
pub struct WantedEvent {
    /// The event. Its version is ignored and assigned here.
    pub event: Event,
    /// The capacity of each ticket type, in order. `None` keeps the present capacity.
    pub capacities: Vec<Option<u64>>,
}

/// Whether an event was created or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// There was no event with this id.
    Created,
    /// There was an event with this id.
    Changed,
}

/// Creates and changes events.
#[derive(Debug, Clone)]
pub struct EventChanges {
    table: Table,
}

impl EventChanges {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The stored event, if there is one. Fails with [`Refusal::Forbidden`] if the table does not
    /// show events with this id, so that nobody creates one unseen.
    pub async fn find(&self, id: &EventId) -> Result<Option<Event>, Error> {
        if !self.table.shows(id) {
            return Err(Refusal::Forbidden(OUT_OF_SCOPE).into());
        }
        find_event(&self.table, id).await
    }

    /// Stores the wanted event and its lines in one transaction.
    pub async fn put(&self, wanted: &WantedEvent) -> Result<Put, Error> {
        const CONTEXT: &str = "writing an event";
        if wanted.event.rules.join_challenge.is_some() || wanted.event.details.checkout_url.is_some() {
            // It signs challenges and references for shops. Who gets one may not write.
            HashSecret::of(&self.table).bits().await?;
        }
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let stored = self.find(&wanted.event.id).await?;
            let items = self.put_items(wanted, stored.as_ref()).await?;
            Ok(match transact(&self.table, CONTEXT, items).await? {
                Transacted::Made if stored.is_some() => Attempt::Done(Put::Changed),
                Transacted::Made => Attempt::Done(Put::Created),
                Transacted::ConditionsFailed(_) => Attempt::Again,
            })
        })
        .await
    }

    async fn put_items(&self, wanted: &WantedEvent, stored: Option<&Event>) -> Result<Vec<TransactWriteItem>, Error> {
        let version = stored.map_or(1, |event| event.version + 1);
        let event = Event { version, ..wanted.event.clone() };
        let commitments = self.commit_to_seeds(&event).await?;
        let item = event_item(&event, self.table.mandate(), self.table.now())?;
        let condition = Expression::new().when_still("version", stored.map(|event| event.version));
        let retention = note_retention(&event).in_transaction(&self.table, Key::retention(&event.id));
        let mut items = vec![condition.put_in_transaction(&self.table, item), retention];
        let dropped = dropped_lines(stored, &event);
        let found = read_lines(&self.table, event.lines().chain(dropped.iter().cloned()), Consistency::Strong).await?;
        check_capacities(stored, wanted)?;
        check_draw_at(stored, &event, &found)?;
        for (line, &capacity) in event.lines().zip(&wanted.capacities) {
            let commitment = commitments.get(&line);
            items.extend(match line_from(&found, &line)? {
                Some(counts) => {
                    let capacity = capacity.unwrap_or(counts.seats.capacity);
                    self.change_line(&event, (&line, commitment), &counts, capacity)?
                }
                None => self.create_line(&event, (&line, commitment), capacity.unwrap_or_default())?,
            });
        }
        for line in dropped {
            if let Some(counts) = line_from(&found, &line)? {
                items.extend(self.drop_line(&event, &line, &counts)?);
            }
        }
        Ok(items)
    }

    /// The commitments to the seeds of all lines. Empty if the event has no lottery.
    async fn commit_to_seeds(&self, event: &Event) -> Result<BTreeMap<LineId, SecretHash>, Error> {
        let is_drawn = matches!(event.rules.order, Order::Lottery { .. });
        commitments(&self.table, event.lines().filter(|_| is_drawn)).await
    }

    fn create_line(
        &self,
        event: &Event,
        (line, commitment): (&LineId, Option<&SecretHash>),
        capacity: u64,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let seats = Seats::new(capacity);
        let now = self.table.now();
        let mut numbers = new_numbers_item(line, event, seats.waitlist_active, now)?;
        numbers.extend(commitment.map(|hash| (COMMITMENT.to_owned(), AttributeValue::S(hash.as_str().to_owned()))));
        let seats = new_seats_item(line, event, &seats, self.table.mandate(), now)?;
        let put = |item| Expression::new().when_absent("pk").put_in_transaction(&self.table, item);
        Ok([seats, numbers].map(put).into())
    }

    fn change_line(
        &self,
        event: &Event,
        (line, commitment): (&LineId, Option<&SecretHash>),
        counts: &Line,
        capacity: u64,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let change = counts.seats.set_capacity(capacity, &counts.numbers, line.ticket_type_id.as_str())?;
        let now = self.table.now();
        let follow_rules = |event| follow_rules(event, counts);
        // The numbers item changes in any case, and a transaction may name an item only once.
        let numbers = match change.activation {
            Activation::Activate => open_numbers(follow_rules(event)?, now).when_exists(),
            Activation::Deactivate(empty) => while_empty(close_numbers(follow_rules(event)?), empty),
            // The sweep stops watching a line once its event has begun. This change may postpone
            // the event, so the line is watched again.
            _ if counts.seats.waitlist_active => open_numbers(follow_rules(event)?, now).when_equal("open", true),
            _ => follow_rules(event)?.when_exists(),
        };
        let numbers = numbers.set_if_some(COMMITMENT, commitment.map(SecretHash::as_str));
        let numbers = keep_draw(event, counts, numbers)?;
        let seats = write_seats_of_event(&self.table, line, &change, event, &counts.order, now);
        Ok(vec![seats, numbers.in_transaction(&self.table, Key::numbers(line))])
    }

    /// Drops a line. Its items stay without seats, so its numbers are never reused, and its counts
    /// go on if the ticket type comes back.
    ///
    /// The numbers item gets the event's new version. So a join that was decided from a stale copy
    /// of the event fails.
    fn drop_line(&self, event: &Event, line: &LineId, counts: &Line) -> Result<Vec<TransactWriteItem>, Error> {
        let change = counts.seats.drop_all(&counts.numbers, line.ticket_type_id.as_str())?;
        let now = self.table.now();
        let closed = Expression::new().set("event_version", event.version).add_to_missing(TIMES_DROPPED, 1);
        let closed = close_numbers(closed);
        let numbers = match change.activation {
            Activation::Deactivate(empty) => while_empty(closed, empty),
            _ => {
                // Somebody may be confirmed right now.
                let closed = closed.when_equal("open", false);
                counts.numbers.empty_line().into_iter().fold(closed, while_empty)
            }
        };
        let seats = write_seats_of_event(&self.table, line, &change, event, &counts.order, now);
        Ok(vec![seats, numbers.in_transaction(&self.table, Key::numbers(line))])
    }
}

/// Requires a capacity for every new ticket type. The reader of the request did this too, but the
/// event may have changed since.
fn check_capacities(stored: Option<&Event>, wanted: &WantedEvent) -> Result<(), Refusal> {
    let types = wanted.event.ticket_types.iter().zip(&wanted.capacities).enumerate();
    let lacking =
        types.filter(|(_, (wanted, capacity))| capacity.is_none() && Event::needs_capacity(stored, &wanted.id));
    let complain = |index| {
        let pointer = format!("/ticketTypes/{index}/capacity");
        FieldError::new(pointer, CAPACITY_REQUIRED)
    };
    let complaints: Vec<FieldError> = lacking.map(|(index, _)| complain(index)).collect();
    if complaints.is_empty() { Ok(()) } else { Err(Refusal::Invalid(complaints)) }
}

/// A count that is far below 2^63.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Copies the event's rules to the numbers item, where a join from a stale copy of the event fails.
///
/// Fails with [`Refusal::OrderInUse`] if the new order lacks a lane or tier in which an entry
/// waits.
fn follow_rules(event: &Event, counts: &Line) -> Result<Expression, Error> {
    let rules = &event.rules;
    let expression = Expression::new()
        .set("event_version", event.version)
        .set("max_size", rules.max_size)
        .add("limit", signed(rules.max_size) - signed(counts.max_size))
        .set(ORDER, order_value(&rules.order)?);
    let kept = rules.order.lanes();
    // Somebody may have been confirmed whose number is not marked yet.
    let waiting = |numbers: &LaneNumbers| match counts.is_resolution_marked {
        true => numbers.waiting(),
        false => numbers.standing(),
    };
    let is_left_out = |(lane, numbers): &(&Lane, &LaneNumbers)| waiting(numbers) > 0 && !kept.contains(lane);
    // A lottery has no lane for each tier: the pool may hold entries of any tier.
    let leaves_out_a_tier = counts.order.tiers().iter().any(|tier| !rules.order.tiers().contains(tier));
    let is_in_a_draw = counts.lanes.get(&Lane::Pool).is_some_and(|pool| waiting(pool) > 0);
    if counts.lanes.iter().any(|lane| is_left_out(&lane)) || (is_in_a_draw && leaves_out_a_tier) {
        return Err(Refusal::OrderInUse.into());
    }
    let leaves_out_any = leaves_out_a_tier || counts.order.lanes().iter().any(|lane| !kept.contains(lane));
    // A join may enter the dropped lane or tier right now. It would take the next number. Or somebody
    // may be confirmed there.
    let Numbers { next, resolved, .. } = counts.numbers;
    let still = |expression: Expression| expression.when_equal("next", next).when_equal(RESOLVED, resolved);
    Ok(if leaves_out_any { still(expression) } else { expression })
}

/// Keeps the rules of a draw that has begun. Fails with [`Refusal::OrderInUse`] if the new order
/// would leave it unfinished.
fn keep_draw(event: &Event, counts: &Line, numbers: Expression) -> Result<Expression, Error> {
    let draw_at = event.rules.order.draw_at();
    if draw_at.is_none() && counts.draw_begun_at.is_some() && !counts.is_drawn {
        return Err(Refusal::OrderInUse.into());
    }
    let is_as_it_was = counts.order.draw_at() == draw_at;
    Ok(if is_as_it_was { numbers } else { numbers.when_still(POOL_CLOSED_AT, counts.draw_begun_at) })
}

/// Fails with [`Refusal::LotsDrawn`] if the time of the draw changes after the draws of all lines
/// have begun.
fn check_draw_at(stored: Option<&Event>, wanted: &Event, found: &HashMap<Key, Item>) -> Result<(), Error> {
    let draw_at = wanted.rules.order.draw_at();
    if draw_at.is_none() || stored.and_then(|event| event.rules.order.draw_at()) == draw_at {
        return Ok(());
    }
    for line in wanted.lines() {
        let counts = line_from(found, &line)?;
        if counts.is_none_or(|counts| counts.draw_begun_at.is_none()) {
            return Ok(());
        }
    }
    Err(Refusal::LotsDrawn.into())
}

fn dropped_lines(stored: Option<&Event>, wanted: &Event) -> Vec<LineId> {
    let lines = stored.into_iter().flat_map(Event::lines);
    lines.filter(|line| wanted.ticket_type(&line.ticket_type_id).is_none()).collect()
}
