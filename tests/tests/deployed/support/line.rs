//! The line of a test's event, with the requests that succeed.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::people::{Person, unique};
use super::reply::Reply;
use super::stack::{Caller, Stack};
use super::statistics::{Counts, counts_of};
use super::waiting::eventually;

/// The time in which the consequences of a change arrive through the stream and the queues.
///
/// It suffices on a machine that is busy with all tests: in their first minute the local cloud is
/// late with its event sources. Tests of the contract's times have their own.
pub const SOON: Duration = Duration::from_secs(90);

/// The longest time for anything that is left to the sweep.
const SWEPT: Duration = Duration::from_secs(150);

/// The line of one ticket type of one event.
#[derive(Clone)]
pub struct Line {
    pub stack: Stack,
    pub event_id: String,
    pub ticket_type_id: String,
}

/// Somebody's place in a line.
#[derive(Debug, Clone)]
pub struct Place {
    pub customer_id: String,
    pub entry_id: String,
    /// The customer's token.
    pub token: String,
    /// The position at the join.
    pub position: u64,
    pub person: Person,
}

/// Seats held for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    pub offered_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub quantity: u64,
}

impl Offer {
    /// The offer of an entry.
    #[track_caller]
    pub fn of(entry: &Value) -> Self {
        let offer = &entry["offer"];
        Self {
            offered_at: instant(&offer["offeredAt"]),
            expires_at: instant(&offer["expiresAt"]),
            quantity: offer["quantity"].as_u64().unwrap_or_else(|| panic!("no quantity: {entry}")),
        }
    }
}

/// A time in an answer. It must be in UTC.
#[track_caller]
pub fn instant(value: &Value) -> DateTime<Utc> {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no time"));
    assert!(text.ends_with('Z'), "{text} is not written in UTC");
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_utc()
}

/// A text in an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

impl Line {
    /// The line of this ticket type.
    pub fn new(stack: &Stack, event_id: &str, ticket_type_id: &str) -> Self {
        Self { stack: stack.clone(), event_id: event_id.to_owned(), ticket_type_id: ticket_type_id.to_owned() }
    }

    /// The line of another ticket type of the same event.
    pub fn of(&self, ticket_type_id: &str) -> Self {
        Self::new(&self.stack, &self.event_id, ticket_type_id)
    }

    /// The event's path.
    pub fn path(&self) -> String {
        format!("/api/events/{}", self.event_id)
    }

    /// The ticket type as this caller sees it.
    pub async fn seen_by(&self, caller: &Caller) -> Value {
        let event = caller.get(&self.path()).await.is(200);
        let ticket_types = event["ticketTypes"].as_array().cloned().unwrap_or_default();
        ticket_types.into_iter().find(|row| row["id"] == json!(self.ticket_type_id)).expect("the ticket type is shown")
    }

    // --- Selling --------------------------------------------------------------------------------

    /// The body of a direct sale.
    pub fn sale(&self, quantity: u64) -> Value {
        json!({
            "eventId": self.event_id, "ticketTypeId": self.ticket_type_id, "quantity": quantity,
            "customerId": unique("buyer"),
        })
    }

    /// Sells seats. Returns the registration.
    pub async fn sell(&self, quantity: u64) -> String {
        text(&self.try_to_sell(quantity).await.is(201)["registrationId"])
    }

    /// Tries to sell seats.
    pub async fn try_to_sell(&self, quantity: u64) -> Reply {
        self.stack.sales().post("/api/registrations", &self.sale(quantity)).await
    }

    /// Cancels a registration.
    pub async fn cancel(&self, registration: &str) -> Reply {
        self.stack.sales().delete(&format!("/api/registrations/{registration}")).await
    }

    pub fn release_path(&self) -> String {
        format!("/api/waitlist/release/{}", self.event_id)
    }

    /// Adds new seats.
    pub async fn release(&self, quantity: u64) -> Value {
        let body = json!({"ticketTypeId": self.ticket_type_id, "quantity": quantity});
        self.stack.sales().post(&self.release_path(), &body).await.is(202)
    }

    /// Adds new seats batch by batch.
    pub async fn release_in_batches(&self, quantity: u64, batch_size: u64, interval: &str) -> Value {
        let body = json!({
            "ticketTypeId": self.ticket_type_id, "quantity": quantity, "batchSize": batch_size,
            "batchInterval": interval,
        });
        self.stack.sales().post(&self.release_path(), &body).await.is(202)
    }

    /// Sets the capacity, leaving the rest of the event as it is.
    pub async fn set_capacity(&self, capacity: u64) -> Reply {
        let organiser = self.stack.organiser();
        let event = organiser.get(&self.path()).await.is(200);
        let ticket_types = event["ticketTypes"].as_array().cloned().unwrap_or_default();
        let rows: Vec<Value> = ticket_types
            .iter()
            .map(|row| {
                let capacity =
                    if row["id"] == json!(self.ticket_type_id) { json!(capacity) } else { row["capacity"].clone() };
                json!({"id": row["id"], "name": row["name"], "capacity": capacity})
            })
            .collect();
        let body = json!({
            "name": event["name"], "startsAt": event["startsAt"], "timeZone": event["timeZone"],
            "ticketTypes": rows, "waitlist": event["waitlist"],
        });
        organiser.put(&self.path(), &body).await
    }

    // --- Waiting --------------------------------------------------------------------------------

    /// The body of a public join.
    pub fn joining(&self, person: &Person) -> Value {
        let mut body = json!({
            "eventId": self.event_id, "ticketTypeId": self.ticket_type_id, "name": person.name, "email": person.email,
        });
        for (name, value) in [("phone", &person.phone), ("attendeeId", &person.attendee_id)] {
            if let Some(value) = value {
                body[name] = json!(value);
            }
        }
        body
    }

    /// The body of a sales system's join for a person.
    pub fn joining_for(&self, person: &Person) -> Value {
        let mut body = self.joining(person);
        body["customerId"] = json!(person.customer_id);
        body
    }

    /// A person joins by themselves.
    pub async fn join(&self, person: &Person) -> Place {
        self.join_for_seats(person, 1).await
    }

    /// A person joins for so many seats. An organiser who knows them names their phone number, so
    /// that text messages go there.
    pub async fn join_for_seats(&self, person: &Person, quantity: u64) -> Place {
        let mut body = self.joining(person);
        body["quantity"] = json!(quantity);
        let place = place(person, &self.stack.public().post("/api/waitlist/join", &body).await.is(201));
        if let Some(phone) = &person.phone {
            let edit = format!("/api/waitlist/edit/{}", place.customer_id);
            let named = json!({"entryId": place.entry_id, "phone": phone});
            assert_eq!(self.stack.organiser().post(&edit, &named).await.is(200)["phoneConfirmed"], json!(true));
        }
        place
    }

    /// A person tries to join.
    pub async fn try_to_join(&self, person: &Person) -> Reply {
        self.stack.public().post("/api/waitlist/join", &self.joining(person)).await
    }

    /// A person joins again, and is answered as anybody would be. Nothing of it is in the line.
    pub async fn join_again(&self, person: &Person) {
        is_a_stand_in(&self.try_to_join(person).await.is(201), person);
    }

    /// Several people join, one after the other.
    pub async fn join_in_order(&self, people: &[Person]) -> Vec<Place> {
        let mut places = Vec::new();
        for person in people {
            places.push(self.join(person).await);
        }
        places
    }

    /// The customer of a place.
    pub fn customer(&self, place: &Place) -> Caller {
        self.stack.bearer(&place.token)
    }

    /// The entry as its customer sees it.
    pub async fn entry(&self, place: &Place) -> Value {
        let path = format!("/api/waitlist/position/{}", place.customer_id);
        let seen = self.customer(place).get(&path).await.is(200);
        let entries = seen["entries"].as_array().cloned().unwrap_or_default();
        entries
            .into_iter()
            .find(|entry| entry["entryId"] == json!(place.entry_id))
            .unwrap_or_else(|| panic!("the entry {} is not in {seen}", place.entry_id))
    }

    /// The current position of a place.
    pub async fn position(&self, place: &Place) -> Option<u64> {
        self.entry(place).await["position"].as_u64()
    }

    /// Waits until the entry has this status.
    pub async fn comes_to_be(&self, place: &Place, status: &str) -> Value {
        eventually(&format!("entry {} is {status}", place.entry_id), SOON, async || {
            Some(self.entry(place).await).filter(|entry| entry["status"] == json!(status))
        })
        .await
    }

    /// Waits until the entry has this position.
    pub async fn comes_to_position(&self, place: &Place, position: u64) {
        let what = format!("entry {} has position {position}", place.entry_id);
        eventually(&what, SOON, async || (self.position(place).await == Some(position)).then_some(())).await;
    }

    /// Waits for the offer.
    pub async fn offer_to(&self, place: &Place) -> Offer {
        Offer::of(&self.comes_to_be(place, "offered").await)
    }

    /// The customer acts on their entry: `claim` or `decline`.
    pub async fn customer_does(&self, action: &str, place: &Place) -> Reply {
        let path = format!("/api/waitlist/{action}/{}", place.customer_id);
        self.customer(place).post(&path, &json!({"entryId": place.entry_id})).await
    }

    /// The customer claims.
    pub async fn claim(&self, place: &Place) -> Reply {
        self.customer_does("claim", place).await
    }

    /// The customer declines.
    pub async fn decline(&self, place: &Place) -> Reply {
        self.customer_does("decline", place).await
    }

    /// The customer leaves.
    pub async fn leave(&self, place: &Place) -> Reply {
        self.customer(place).delete(&format!("/api/waitlist/leave/{}", place.customer_id)).await
    }

    /// The sales system turns the offer into a sale.
    pub async fn convert(&self, place: &Place) -> Reply {
        let path = format!("/api/waitlist/convert/{}", place.customer_id);
        self.stack.sales().post(&path, &json!({"entryId": place.entry_id})).await
    }

    // --- Adding up ------------------------------------------------------------------------------

    /// The organiser's statistics of this line.
    pub async fn counts(&self) -> Counts {
        let path = format!("/api/waitlist/stats/{}", self.event_id);
        counts_of(&self.stack.organiser().get(&path).await.is(200), &self.ticket_type_id)
    }

    /// Waits until the statistics are these. They must add up in every answer.
    pub async fn comes_to(&self, expected: Counts) {
        self.comes_within(SOON, expected).await;
    }

    /// Waits for statistics that may need a sweep: it comes each minute and leaves the last half
    /// minute alone.
    pub async fn comes_in_the_end_to(&self, expected: Counts) {
        self.comes_within(SWEPT, expected).await;
    }

    async fn comes_within(&self, patience: Duration, expected: Counts) {
        let mut last = None;
        let found = tokio::time::timeout(
            patience,
            eventually("the statistics", patience * 2, async || {
                last = Some(self.counts().await);
                (last == Some(expected)).then_some(())
            }),
        )
        .await;
        assert!(found.is_ok(), "the statistics should come to\n{expected:?}, but are\n{last:?}");
    }
}

/// The answer to a join where somebody has the place shows an entry that waits.
#[track_caller]
pub fn is_a_stand_in(answer: &Value, person: &Person) {
    assert_eq!(answer["status"], json!("waiting"), "{answer}");
    assert!(answer["entryId"].is_string() && answer["token"].is_string(), "{answer}");
    assert!(!answer.to_string().contains(&person.email), "contact details are not shown: {answer}");
}

/// The place in the answer to a join.
#[track_caller]
pub fn place(person: &Person, joined: &Value) -> Place {
    assert_eq!(joined["status"], json!("waiting"), "{joined}");
    Place {
        customer_id: text(&joined["customerId"]),
        entry_id: text(&joined["entryId"]),
        token: text(&joined["token"]),
        position: joined["position"].as_u64().unwrap_or_else(|| panic!("no position: {joined}")),
        person: person.clone(),
    }
}
