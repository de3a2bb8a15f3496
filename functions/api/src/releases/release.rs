//! `POST /api/waitlist/release/{eventId}`: new seats for the line, at once or in paced batches.

use waitlist_domain::Error;
use waitlist_domain::line::release::{Release, WantedPace};
use waitlist_domain::values::identifier::{EventId, ReleaseId, TicketTypeId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::quantity::Quantity;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::commands::releases::Releases;
use waitlist_store::queries::events::Events;

use crate::reading::commands::read_reason;
use crate::reading::pace::read_wanted_pace;
use crate::views::releases::ReleaseView;

pub(crate) struct Wish {
    event_id: EventId,
    ticket_type_id: TicketTypeId,
    quantity: Quantity,
    pace: WantedPace,
    why: Option<Label>,
}

pub(crate) fn read(input: &mut Input) -> Option<Wish> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.body.text("ticketTypeId", TicketTypeId::parse);
    let quantity = input.body.whole("quantity", Quantity::parse);
    let pace = read_wanted_pace(&mut input.body);
    let why = read_reason(&mut input.body);
    Some(Wish { event_id: event_id?, ticket_type_id: ticket_type_id?, quantity: quantity?, pace: pace?, why: why? })
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let wish = call.input.read(read)?;
    let event = Events::new(table).get(&wish.event_id).await?;
    let line = event.line(&wish.ticket_type_id)?;
    let id = ReleaseId::from_bits(call.mint.bits());
    let pace = wish.pace.or_usual(event.rules.pace.as_ref());
    let release = Release::begin(id, line, wish.quantity, pace, table.now());
    let mandate = Mandate { why: wish.why, ..call.caller.mandate() };
    let begun = Releases::new(&table.acting_as(mandate)).begin(&release).await?;
    Reply::new(202, &ReleaseView::new(&begun))
}
