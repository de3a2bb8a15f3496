//! `GET /api/waitlist/journal/{eventId}`: every change of entries and seats, and every decision of
//! the organiser, page by page.

use waitlist_domain::Error;
use waitlist_domain::entry::listing::{Direction, PageSize};
use waitlist_domain::event::Event;
use waitlist_domain::history::journal::{JournalCursor, JournalId};
use waitlist_domain::values::identifier::{EventId, TicketTypeId};
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::followers::journal::JournalReading;
use waitlist_store::queries::events::Events;

use crate::views::journal::{JournalRowView, JournalView};

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let wanted = call.input.read(read)?;
    let event = Events::new(table).get(&wanted.event_id).await?;
    let journals = wanted.journals(&event)?;
    let reading = JournalReading::new(table);
    let page = reading.page(&journals, wanted.after.as_ref(), wanted.direction, wanted.rows).await?;
    let rows = page.rows.iter().map(|(journal, row)| JournalRowView::in_journal(journal, row)).collect();
    let next = page.next.as_ref().map(JournalCursor::to_string);
    Reply::ok(&JournalView { event_id: &wanted.event_id, rows, next })
}

pub(crate) struct Wanted {
    event_id: EventId,
    ticket_type_id: Option<TicketTypeId>,
    direction: Direction,
    after: Option<JournalCursor>,
    rows: usize,
}

impl Wanted {
    /// The journal of the wanted ticket type, or all journals of the event.
    fn journals(&self, event: &Event) -> Result<Vec<JournalId>, Error> {
        let journal = |ticket_type_id| JournalId { event_id: event.id.clone(), ticket_type_id };
        if let Some(id) = &self.ticket_type_id {
            return Ok(vec![journal(Some(event.line_by_parameter(id)?.ticket_type_id))]);
        }
        let of_lines = event.lines().map(|line| journal(Some(line.ticket_type_id)));
        Ok(std::iter::once(journal(None)).chain(of_lines).collect())
    }
}

pub(crate) fn read(input: &mut Input) -> Option<Wanted> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
    let direction = input.query("order", Direction::parse);
    let after = input.query("cursor", JournalCursor::parse);
    let rows = input.query("limit", PageSize::parse_text);
    Some(Wanted {
        event_id: event_id?,
        ticket_type_id: ticket_type_id?,
        direction: direction?.unwrap_or_default(),
        after: after?,
        rows: rows?.unwrap_or_default().get(),
    })
}
