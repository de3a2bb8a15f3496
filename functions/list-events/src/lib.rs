//! `GET /api/events`: all events, by when they begin, page by page.

use waitlist_domain::Error;
use waitlist_domain::entry::listing::{Direction, EventCursor, PageSize};
use waitlist_runtime::answers::{EventListView, EventView};
use waitlist_runtime::http::answer_size::cut_to_size;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::queries::listing::EventLists;

const ENDPOINT: Endpoint =
    Endpoint { function: "list-events", method: Method::Get, route: "/api/events", admits: Admits::Organisers };

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| list(&EventLists::new(table), call).await).await
}

async fn list(lists: &EventLists, call: Call) -> Result<Answer, Error> {
    let (direction, after, rows) = call.input.read(|input| {
        let direction = input.query("order", Direction::parse);
        let after = input.query("cursor", EventCursor::parse);
        let rows = input.query("limit", PageSize::parse_text);
        Some((direction?.unwrap_or_default(), after?, rows?.unwrap_or_default().get()))
    })?;
    let page = lists.page(direction, after.as_ref(), rows).await?;
    let views = page.events.iter().map(|(event, _)| EventView::whole(event, lists.now()));
    let (events, next) = cut_to_size(views.collect(), page.next.as_ref(), |last| &page.events[last].1)?;
    Answer::ok(&EventListView { events, next: next.map(EventCursor::to_string) })
}
