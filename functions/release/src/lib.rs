//! `POST /api/waitlist/release/{eventId}`: new seats for the line, at once or in paced batches.

use waitlist_domain::Error;
use waitlist_domain::identifier::{EventId, ReleaseId, TicketTypeId};
use waitlist_domain::quantity::Quantity;
use waitlist_domain::release::{Pace, Release};
use waitlist_domain::time::Window;
use waitlist_runtime::answers::ReleaseView;
use waitlist_runtime::callers::Admits;
use waitlist_runtime::fields::{Fields, Input};
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::events::Events;
use waitlist_store::releases::Releases;

const ENDPOINT: Endpoint = Endpoint {
    function: "release",
    method: Method::Post,
    route: "/api/waitlist/release/{eventId}",
    admits: Admits::Sales,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| release(table, call).await).await
}

struct Wish {
    event_id: EventId,
    ticket_type_id: TicketTypeId,
    quantity: Quantity,
    pace: Option<Pace>,
}

fn read(input: &mut Input) -> Option<Wish> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.body.text("ticketTypeId", TicketTypeId::parse);
    let quantity = input.body.whole("quantity", Quantity::parse);
    let pace = read_pace(&mut input.body);
    Some(Wish { event_id: event_id?, ticket_type_id: ticket_type_id?, quantity: quantity?, pace: pace? })
}

fn read_pace(body: &mut Fields) -> Option<Option<Pace>> {
    let batch_size = body.optional_whole("batchSize", Quantity::parse);
    let interval = body.optional_text("batchInterval", Window::parse);
    // Each is asked for beside the other, even beside a bad one.
    match (batch_size, interval) {
        (Some(Some(batch_size)), Some(Some(interval))) => Some(Some(Pace { batch_size, interval })),
        (Some(None), Some(None)) => Some(None),
        (Some(None), _) => body.complain("batchSize", "is required beside batchInterval"),
        (_, Some(None)) => body.complain("batchInterval", "is required beside batchSize"),
        (None, _) | (_, None) => None,
    }
}

async fn release(table: &Table, call: Call) -> Result<Answer, Error> {
    let wish = call.input.read(read)?;
    let event = Events::new(table).get(&wish.event_id).await?;
    let line = event.line(&wish.ticket_type_id)?;
    let id = ReleaseId::from_bits(call.mint.bits());
    let release = Release::begin(id, line, wish.quantity, wish.pace, table.now());
    let begun = Releases::new(table).begin(&release).await?;
    Answer::new(202, &ReleaseView::new(&begun))
}
