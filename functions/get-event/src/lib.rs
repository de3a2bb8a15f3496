//! `GET /api/events/{eventId}`: the public view of an event; the whole of it with an organiser's key.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_runtime::answers::EventView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::queries::events::Events;

const ENDPOINT: Endpoint =
    Endpoint { function: "get-event", method: Method::Get, route: "/api/events/{eventId}", admits: Admits::Anyone };

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| get_event(table, call).await).await
}

async fn get_event(table: &Table, call: Call) -> Result<Answer, Error> {
    let id = call.input.read(|input| input.path("eventId", EventId::parse))?;
    let event = Events::new(table).get_with_lines(&id).await?;
    let now = table.now();
    if call.caller.is_organiser() {
        Answer::ok(&EventView::whole(&event, now))
    } else {
        Answer::ok(&EventView::public(&event, now))
    }
}
