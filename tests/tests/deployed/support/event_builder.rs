//! Builds the events that tests happen in.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value, json};

use super::line::Line;
use super::people::unique;
use super::stack::Stack;
use super::waiting::now;

/// An event to be. Unless told otherwise it has one ticket type, begins in half a year, may be joined by anyone, and
/// no deadline of it passes while the tests run.
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

impl EventBuilder {
    /// Without seats yet.
    pub fn new(stack: &Stack) -> Self {
        Self {
            stack: stack.clone(),
            id: unique("camp"),
            name: "Summer Camp, Week 1".to_owned(),
            starts_at: now() + TimeDelta::days(180),
            time_zone: "America/New_York".to_owned(),
            locale: None,
            ticket_types: Vec::new(),
            waitlist: Map::new(),
        }
    }

    /// Shown to people.
    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Begins then.
    pub fn starts_at(self, starts_at: DateTime<Utc>) -> Self {
        Self { starts_at, ..self }
    }

    /// Takes place there.
    pub fn in_time_zone(self, time_zone: &str) -> Self {
        Self { time_zone: time_zone.to_owned(), ..self }
    }

    /// Its people are told things in this language, unless they say otherwise.
    pub fn in_language(self, tag: &str) -> Self {
        Self { locale: Some(tag.to_owned()), ..self }
    }

    /// The one ticket type `camper`, with so many seats.
    pub fn places(self, capacity: u64) -> Self {
        self.ticket_type("camper", capacity)
    }

    /// One more ticket type.
    pub fn ticket_type(mut self, id: &str, capacity: u64) -> Self {
        self.ticket_types.push((id.to_owned(), capacity));
        self
    }

    /// How long an offer may be claimed.
    pub fn offers_last(self, window: &str) -> Self {
        self.rule("notificationWindow", json!(window))
    }

    /// How long a claimed offer may be paid for.
    pub fn purchases_last(self, window: &str) -> Self {
        self.rule("purchaseWindow", json!(window))
    }

    /// There is nothing to pay.
    pub fn claiming_converts(self) -> Self {
        self.rule("purchaseWindow", Value::Null)
    }

    /// Only callers with a key may join.
    pub fn trusted_only(self) -> Self {
        self.rule("joinAccess", json!("trusted"))
    }

    /// Any rule of the waitlist.
    pub fn rule(mut self, name: &str, value: Value) -> Self {
        self.waitlist.insert(name.to_owned(), value);
        self
    }

    /// Where it is.
    pub fn path(&self) -> String {
        format!("/api/events/{}", self.id)
    }

    /// What the organiser sends.
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

    /// Creates it; answers with the line of its first ticket type.
    pub async fn create(self) -> Line {
        self.stack.organiser().put(&self.path(), &self.body()).await.is(201);
        Line::new(&self.stack, &self.id, &self.ticket_types[0].0)
    }

    /// Creates it with every seat sold, one by one; answers with the registrations as well.
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
