//! `GET /api/events/{eventId}/draws/{ticketTypeId}`: the draw of a lottery.
//!
//! Before the draw the response has the organiser's commitment. After the draw it has all that a
//! repetition of the draw needs.

use waitlist_domain::line::draw::ListPart;
use waitlist_domain::values::identifier::{EventId, LineId, TicketTypeId};
use waitlist_domain::values::scope::Scope;
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::draws::DrawLists;
use waitlist_store::queries::events::Events;

use crate::views::draws::DrawView;
use waitlist_runtime::input::Input;

/// What showing a draw may touch. It lives as long as the warm function, because it remembers parts
/// of draws.
#[derive(Debug, Clone)]
pub struct Ports {
    table: Table,
    lists: DrawLists,
}

impl Ports {
    /// The ports of showing draws of `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), lists: DrawLists::new(table) }
    }

    /// The ports for a caller to whom only the events of this scope exist.
    pub(crate) fn within(&self, scope: Scope) -> Self {
        Self { table: self.table.within(scope.clone()), lists: self.lists.within(scope) }
    }
}

pub(crate) fn read(input: &mut Input) -> Option<(EventId, TicketTypeId, u64)> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.path("ticketTypeId", TicketTypeId::parse);
    let part = input.query("part", ListPart::parse);
    Some((event_id?, ticket_type_id?, part?.unwrap_or_default().get()))
}

/// Handles a request.
pub async fn handle(ports: &Ports, call: Call) -> Result<Reply, Error> {
    let Ports { table, lists } = ports;
    let (event_id, ticket_type_id, part) = call.input.read(read)?;
    // A draw that was held stays readable, even if the event or the ticket type has changed since.
    let line = LineId { event_id, ticket_type_id };
    let draw = match lists.held(&line, part).await? {
        Some(draw) => draw,
        None => {
            let event = Events::new(table).get(&line.event_id).await?;
            let line = event.line_by_parameter(&line.ticket_type_id)?;
            lists.announced(&line, &event.rules.order).await?.ok_or(Refusal::NoDraw)?
        }
    };
    Reply::ok(&DrawView::new(&line, &draw, part))
}
