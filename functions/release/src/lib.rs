//! `POST /api/waitlist/release/{eventId}`: new seats for the line, at once or in paced batches.

use waitlist_domain::Error;
use waitlist_domain::event::Label;
use waitlist_domain::line::release::{Release, WantedPace};
use waitlist_domain::values::identifier::{EventId, ReleaseId, TicketTypeId};
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::quantity::Quantity;
use waitlist_runtime::answers::ReleaseView;
use waitlist_runtime::commands::read_reason;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::input::fields::Input;
use waitlist_runtime::input::pace::read_wanted_pace;
use waitlist_store::Table;
use waitlist_store::commands::releases::Releases;
use waitlist_store::queries::events::Events;

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
    pace: WantedPace,
    why: Option<Label>,
}

fn read(input: &mut Input) -> Option<Wish> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.body.text("ticketTypeId", TicketTypeId::parse);
    let quantity = input.body.whole("quantity", Quantity::parse);
    let pace = read_wanted_pace(&mut input.body);
    let why = read_reason(&mut input.body);
    Some(Wish { event_id: event_id?, ticket_type_id: ticket_type_id?, quantity: quantity?, pace: pace?, why: why? })
}

async fn release(table: &Table, call: Call) -> Result<Answer, Error> {
    let wish = call.input.read(read)?;
    let event = Events::new(table).get(&wish.event_id).await?;
    let line = event.line(&wish.ticket_type_id)?;
    let id = ReleaseId::from_bits(call.mint.bits());
    let pace = wish.pace.or_usual(event.rules.pace.as_ref());
    let release = Release::begin(id, line, wish.quantity, pace, table.now());
    let mandate = Mandate { why: wish.why, ..call.caller.mandate() };
    let begun = Releases::new(&table.under(mandate)).begin(&release).await?;
    Answer::new(202, &ReleaseView::new(&begun))
}
