//! `GET /api/waitlist/journal/{eventId}`: every change of entries and seats, and what the organiser decided, page by page.

use waitlist_domain::Error;
use waitlist_domain::entry::listing::{Direction, USUAL_ROWS, parse_rows};
use waitlist_domain::event::Event;
use waitlist_domain::history::journal::{JournalCursor, JournalId};
use waitlist_domain::values::identifier::{EventId, TicketTypeId};
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::input::fields::Input;
use waitlist_runtime::journal_answers::{JournalRowView, JournalView};
use waitlist_store::Table;
use waitlist_store::followers::journal::JournalReading;
use waitlist_store::queries::events::Events;

const ENDPOINT: Endpoint = Endpoint {
    function: "list-journal",
    method: Method::Get,
    route: "/api/waitlist/journal/{eventId}",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| list(table, call).await).await
}

async fn list(table: &Table, call: Call) -> Result<Answer, Error> {
    let wanted = call.input.read(read)?;
    let event = Events::new(table).get(&wanted.event_id).await?;
    let journals = wanted.journals(&event)?;
    let reading = JournalReading::new(table);
    let page = reading.page(&journals, wanted.after.as_ref(), wanted.direction, wanted.rows).await?;
    let rows = page.rows.iter().map(|(journal, row)| JournalRowView::in_journal(journal, row)).collect();
    let next = page.next.as_ref().map(JournalCursor::to_string);
    Answer::ok(&JournalView { event_id: &wanted.event_id, rows, next })
}

struct Wanted {
    event_id: EventId,
    ticket_type_id: Option<TicketTypeId>,
    direction: Direction,
    after: Option<JournalCursor>,
    rows: usize,
}

impl Wanted {
    /// That of the ticket type, or all that the event has.
    fn journals(&self, event: &Event) -> Result<Vec<JournalId>, Error> {
        let journal = |ticket_type_id| JournalId { event_id: event.id.clone(), ticket_type_id };
        if let Some(id) = &self.ticket_type_id {
            return Ok(vec![journal(Some(event.line_by_parameter(id)?.ticket_type_id))]);
        }
        let of_lines = event.lines().map(|line| journal(Some(line.ticket_type_id)));
        Ok(std::iter::once(journal(None)).chain(of_lines).collect())
    }
}

fn read(input: &mut Input) -> Option<Wanted> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
    let direction = input.query("order", Direction::parse);
    let after = input.query("cursor", JournalCursor::parse);
    let rows = input.query("limit", parse_rows);
    Some(Wanted {
        event_id: event_id?,
        ticket_type_id: ticket_type_id?,
        direction: direction?.unwrap_or_default(),
        after: after?,
        rows: rows?.unwrap_or(USUAL_ROWS),
    })
}
