//! `PUT /api/events/{eventId}`: an organiser creates or changes an event.

mod form;
mod order;
mod wish;

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::mandate::Mandate;
use waitlist_runtime::answers::EventView;
use waitlist_runtime::commands::read_reason;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::commands::events::{EventChanges, Put};
use waitlist_store::queries::events::Events;

const ENDPOINT: Endpoint =
    Endpoint { function: "put-event", method: Method::Put, route: "/api/events/{eventId}", admits: Admits::Organisers };

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| put_event(table, call).await).await
}

async fn put_event(table: &Table, call: Call) -> Result<Answer, Error> {
    // Read first, for an event that has begun may be changed, but neither it nor its draw be moved into the past.
    let stored = match EventId::parse(call.input.path_text("eventId")) {
        Ok(id) => EventChanges::new(table).find(&id).await?,
        Err(_) => None,
    };
    let (wanted, why) = call.input.read(|input| {
        let why = read_reason(&mut input.body);
        wish::read(input, stored.as_ref(), table.now()).zip(why)
    })?;
    let mandate = Mandate { why, ..call.caller.mandate() };
    let status = match EventChanges::new(&table.under(mandate)).put(&wanted).await? {
        Put::Created => 201,
        Put::Changed => 200,
    };
    let whole = Events::new(table).get_with_lines(&wanted.event.id).await?;
    Answer::new(status, &EventView::whole(&whole, table.now()))
}
