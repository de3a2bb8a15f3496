//! `GET /api/waitlist/export/{eventId}`: everybody in an event's lines as CSV, for a spreadsheet.

mod rows;

use waitlist_domain::Error;
use waitlist_domain::event::Event;
use waitlist_domain::identifier::{EventId, LineId, TicketTypeId};
use waitlist_domain::listing::{Direction, EntryCursor, EntryWish, parse_statuses};
use waitlist_runtime::callers::Admits;
use waitlist_runtime::fields::Input;
use waitlist_runtime::http::{Answer, Call, Document, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::listing::EntryLists;

const ENDPOINT: Endpoint = Endpoint {
    function: "export-entries",
    method: Method::Get,
    route: "/api/waitlist/export/{eventId}",
    admits: Admits::Organisers,
};

/// Rows that are read at once.
const ROWS_AT_ONCE: usize = 500;

/// Most rows of one answer, so that it comes well within the function's time.
const MOST_ROWS: usize = 10_000;

/// Most entries that are looked at for one answer, wanted or not, for the same reason.
const MOST_LOOKED_AT: usize = 10_000;

/// Beyond so many bytes nothing more is read: with what is read at once, and what JSON makes of it on the way to the
/// gateway, an answer stays within the 6 MB that Lambda lets pass.
const ENOUGH_BYTES: usize = 3 * 1024 * 1024;

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| export(&EntryLists::new(table), call).await).await
}

async fn export(lists: &EntryLists, call: Call) -> Result<Answer, Error> {
    let wanted = call.input.read(read)?;
    let event = lists.event(&wanted.event_id).await?;
    let lines: Vec<LineId> = match &wanted.wish.ticket_type_id {
        Some(id) => vec![event.line(id)?],
        None => event.lines().collect(),
    };
    let (text, next) = write(lists, &lines, &wanted).await?;
    Ok(Answer::with_document(Document {
        content_type: "text/csv; charset=utf-8",
        file_name: format!("{}.csv", file_name(&event)),
        text,
        next: next.map(|cursor| wanted.path_from(&cursor)),
    }))
}

/// Rows until it is enough, and where the rest begins. Only what begins at the beginning has a header, so that the parts
/// put together are one file.
async fn write(lists: &EntryLists, lines: &[LineId], wanted: &Wanted) -> Result<(String, Option<EntryCursor>), Error> {
    let mut text = if wanted.after.is_none() { rows::header() } else { String::new() };
    let mut after = wanted.after.clone();
    let (mut written, mut looked_at) = (0, 0);
    loop {
        let most = ROWS_AT_ONCE.min(MOST_ROWS - written);
        let page = lists.page(lines, &wanted.wish, Direction::OldestFirst, after.as_ref(), most).await?;
        written += page.entries.len();
        looked_at += page.looked_at;
        text.extend(page.entries.iter().map(rows::row));
        after = page.next;
        let is_enough = written >= MOST_ROWS || looked_at >= MOST_LOOKED_AT || text.len() >= ENOUGH_BYTES;
        if after.is_none() || is_enough {
            return Ok((text, after));
        }
    }
}

/// The event's id as far as any file may be named so.
fn file_name(event: &Event) -> String {
    event.id.as_str().replace([':', '@'], "-")
}

struct Wanted {
    event_id: EventId,
    wish: EntryWish,
    /// As it was written.
    statuses: Option<String>,
    after: Option<EntryCursor>,
}

impl Wanted {
    /// Where the rest of it is.
    fn path_from(&self, cursor: &EntryCursor) -> String {
        let mut path = format!("/api/waitlist/export/{}?cursor={cursor}", self.event_id);
        if let Some(id) = &self.wish.ticket_type_id {
            path.push_str(&format!("&ticketTypeId={id}"));
        }
        if let Some(statuses) = &self.statuses {
            path.push_str(&format!("&status={statuses}"));
        }
        path
    }
}

fn read(input: &mut Input) -> Option<Wanted> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
    let with_text = |text: &str| parse_statuses(text).map(|statuses| (text.to_owned(), statuses));
    let statuses = input.query("status", with_text);
    let after = input.query("cursor", EntryCursor::parse);
    let (written, statuses) = statuses?.unzip();
    Some(Wanted {
        event_id: event_id?,
        wish: EntryWish { ticket_type_id: ticket_type_id?, statuses, text: None },
        statuses: written,
        after: after?,
    })
}
