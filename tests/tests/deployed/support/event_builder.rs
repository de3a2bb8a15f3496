//! A builder of events for tests.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::line::Line;
use super::people::unique;
use super::stack::Stack;
use super::waiting::now;

/// An event that a test creates.
///
/// By default it has one ticket type and begins in half a year. Anyone may join and need prove
/// nothing, and no deadline passes while the tests run.
pub struct EventBuilder {
    stack: Stack,
    id: String,
    name: String,
    starts_at: DateTime<Utc>,
    time_zone: String,
    locale: Option<String>,
    ticket_types: Vec<(String, u64)>,
    waitlist: Map<String, Value>,
}

impl Stack {
    /// A builder for this test's event.
    pub fn event(&self) -> EventBuilder {
        EventBuilder::new(self)
    }
}

impl EventBuilder {
    /// An event without seats.
    pub fn new(stack: &Stack) -> Self {
        Self {
            stack: stack.clone(),
            id: unique("camp"),
            name: "Summer Camp, Week 1".to_owned(),
            starts_at: now() + TimeDelta::days(180),
            time_zone: "America/New_York".to_owned(),
            locale: None,
            ticket_types: Vec::new(),
            waitlist: Map::from_iter([("proof".to_owned(), json!("none"))]),
        }
    }

    /// Sets the name.
    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Sets the beginning.
    pub fn starts_at(self, starts_at: DateTime<Utc>) -> Self {
        Self { starts_at, ..self }
    }

    /// Sets the time zone.
    pub fn in_time_zone(self, time_zone: &str) -> Self {
        Self { time_zone: time_zone.to_owned(), ..self }
    }

    /// Sets the language of messages to people who chose none.
    pub fn in_language(self, tag: &str) -> Self {
        Self { locale: Some(tag.to_owned()), ..self }
    }

    /// Sets the seats of the ticket type `camper`.
    pub fn places(self, capacity: u64) -> Self {
        self.ticket_type("camper", capacity)
    }

    /// Adds a ticket type.
    pub fn ticket_type(mut self, id: &str, capacity: u64) -> Self {
        self.ticket_types.push((id.to_owned(), capacity));
        self
    }

    /// Sets the time to claim an offer.
    pub fn offers_last(self, window: &str) -> Self {
        self.rule("notificationWindow", json!(window))
    }

    /// Sets the time to pay for a claimed offer.
    pub fn purchases_last(self, window: &str) -> Self {
        self.rule("purchaseWindow", json!(window))
    }

    /// Drops the purchase window: a claim converts.
    pub fn claiming_converts(self) -> Self {
        self.rule("purchaseWindow", Value::Null)
    }

    /// Lets only callers with a key join.
    pub fn trusted_only(self) -> Self {
        self.rule("joinAccess", json!("trusted"))
    }

    /// Has those who join without a key confirm their addresses within this time.
    pub fn confirmed_within(self, window: &str) -> Self {
        self.rule("proof", json!("email")).rule("confirmWithin", json!(window))
    }

    /// Leaves all rules to their defaults.
    pub fn by_default(self) -> Self {
        Self { waitlist: Map::new(), ..self }
    }

    /// Sets any rule of the waitlist.
    pub fn rule(mut self, name: &str, value: Value) -> Self {
        self.waitlist.insert(name.to_owned(), value);
        self
    }

    pub fn path(&self) -> String {
        format!("/api/events/{}", self.id)
    }

    /// The body of the organiser's `PUT`.
    pub fn body(&self) -> Value {
        let ticket_types: Vec<Value> = self
            .ticket_types
            .iter()
            .map(|(id, capacity)| json!({"id": id, "name": format!("The {id}"), "capacity": capacity}))
            .collect();
        let mut body = json!({
            "name": self.name,
            "startsAt": self.starts_at.to_rfc3339_opts(SecondsFormat::Millis, true),
            "timeZone": self.time_zone,
            "ticketTypes": ticket_types,
        });
        if let Some(locale) = &self.locale {
            body["locale"] = json!(locale);
        }
        if !self.waitlist.is_empty() {
            body["waitlist"] = Value::Object(self.waitlist.clone());
        }
        body
    }

    /// Creates the event. Returns the line of its first ticket type.
    pub async fn create(self) -> Line {
        self.stack.organiser().put(&self.path(), &self.body()).await.is(201);
        Line::new(&self.stack, &self.id, &self.ticket_types[0].0)
    }

    /// Creates the event and sells its seats one by one. Returns the registrations as well.
    pub async fn create_sold_out(self) -> (Line, Vec<String>) {
        let capacity = self.ticket_types[0].1;
        let line = self.create().await;
        let mut registrations = Vec::new();
        for _ in 0..capacity {
            registrations.push(line.sell(1).await);
        }
        (line, registrations)
    }
}
