//! `POST /api/waitlist/steer/{eventId}`: an organiser steers one line or all lines of an event.
//!
//! They pause, resume or close joining, and pause or resume offering.

use waitlist_domain::Error;
use waitlist_domain::line::steering::{Joining, Offering};
use waitlist_domain::values::identifier::{EventId, LineId, TicketTypeId};
use waitlist_domain::values::label::Label;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::Table;
use waitlist_store::commands::steering::{Steer, Steering};
use waitlist_store::queries::events::Events;

use crate::reading::commands::{mandate, read_reason};
use crate::views::events::EventView;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let Call { caller, input, mint, .. } = call;
    let wish = input.read(read)?;
    let events = Events::new(table);
    let event = events.get(&wish.event_id).await?;
    let lines: Vec<LineId> = match &wish.ticket_type_id {
        Some(ticket_type) => vec![event.line(ticket_type)?],
        None => event.lines().collect(),
    };
    let table = table.acting_as(mandate(&caller, &mint, wish.reason));
    Steering::new(&table).steer(&lines, wish.steer).await?;
    let steered = events.get_with_lines(&wish.event_id).await?;
    Reply::ok(&EventView::whole(&steered, table.now()))
}

pub(crate) struct Wish {
    event_id: EventId,
    ticket_type_id: Option<TicketTypeId>,
    steer: Steer,
    reason: Option<Label>,
}

pub(crate) fn read(input: &mut Input) -> Option<Wish> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.body.optional_text("ticketTypeId", TicketTypeId::parse);
    let steer = read_steer(&mut input.body);
    let reason = read_reason(&mut input.body);
    Some(Wish { event_id: event_id?, ticket_type_id: ticket_type_id?, steer: steer?, reason: reason? })
}

fn read_steer(body: &mut Fields) -> Option<Steer> {
    let joining = body.optional_text("joining", Joining::parse);
    let offering = body.optional_text("offering", Offering::parse);
    let steer = Steer { joining: joining?, offering: offering? };
    if steer == (Steer { joining: None, offering: None }) {
        return body.complain("joining", "is required, or \"offering\": what is to change?");
    }
    Some(steer)
}
