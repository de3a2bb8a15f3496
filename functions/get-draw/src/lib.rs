//! `GET /api/events/{eventId}/draws/{ticketTypeId}`: what binds a lottery's organiser before the draw, and after it all
//! that anybody needs to draw again.

use waitlist_domain::values::identifier::{EventId, LineId, TicketTypeId};
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::answers::DrawView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::commands::draws::DrawLists;
use waitlist_store::queries::events::Events;

const ENDPOINT: Endpoint = Endpoint {
    function: "get-draw",
    method: Method::Get,
    route: "/api/events/{eventId}/draws/{ticketTypeId}",
    admits: Admits::Anyone,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| get_draw(table, call).await).await
}

async fn get_draw(table: &Table, call: Call) -> Result<Answer, Error> {
    let (event_id, ticket_type_id, part) = call.input.read(|input| {
        let event_id = input.path("eventId", EventId::parse);
        let ticket_type_id = input.path("ticketTypeId", TicketTypeId::parse);
        let part = input.query("part", read_part);
        Some((event_id?, ticket_type_id?, part?.unwrap_or(0)))
    })?;
    let lists = DrawLists::new(table);
    // A draw that was held can be checked whatever has become of the event, or of the ticket type, since.
    let line = LineId { event_id, ticket_type_id };
    let draw = match lists.held(&line, part).await? {
        Some(draw) => draw,
        None => {
            let event = Events::new(table).get(&line.event_id).await?;
            let line = event.line_by_parameter(&line.ticket_type_id)?;
            lists.announced(&line, &event.rules.order).await?.ok_or(Refusal::NoDraw)?
        }
    };
    Answer::ok(&DrawView::new(&line, &draw, part))
}

fn read_part(text: &str) -> Result<u64, &'static str> {
    text.parse().ok().filter(|part| *part < 1_000_000).ok_or("must be the \"next\" of an earlier part")
}
