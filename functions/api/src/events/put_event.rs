//! `PUT /api/events/{eventId}`: an organiser creates or changes an event.

mod details;
mod form;
mod order;
mod wish;

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::mandate::Mandate;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::events::{EventChanges, Put};
use waitlist_store::queries::events::Events;

use crate::reading::commands::read_reason;
use crate::views::events::EventView;
use waitlist_domain::event::Event;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::input::Input;
use waitlist_store::commands::events::WantedEvent;

/// Reads a new event, for the description of the route.
#[cfg(feature = "openapi")]
pub(crate) fn read(input: &mut Input) -> Option<(WantedEvent, Option<Label>)> {
    read_change(input, None, Timestamp::from_milliseconds(0))
}

fn read_change(input: &mut Input, stored: Option<&Event>, now: Timestamp) -> Option<(WantedEvent, Option<Label>)> {
    let why = read_reason(&mut input.body);
    wish::read(input, stored, now).zip(why)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    // The stored event is read first. An event that has begun may be changed, but neither its start
    // nor its draw may move into the past.
    let stored = match EventId::parse(call.input.path_text("eventId")) {
        Ok(id) => EventChanges::new(table).find(&id).await?,
        Err(_) => None,
    };
    let (wanted, why) = call.input.read(|input| read_change(input, stored.as_ref(), table.now()))?;
    let mandate = Mandate { why, ..call.caller.mandate() };
    let status = match EventChanges::new(&table.acting_as(mandate)).put(&wanted).await? {
        Put::Created => 201,
        Put::Changed => 200,
    };
    let whole = Events::new(table).get_with_lines(&wanted.event.id).await?;
    Reply::new(status, &EventView::whole(&whole, table.now()))
}
