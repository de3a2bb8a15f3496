//! `GET /api/waitlist/export/{eventId}`: all entries of an event as CSV, for a spreadsheet.

mod csv;
mod rows;

use waitlist_domain::Error;
use waitlist_domain::entry::listing::{Direction, EntryCursor, EntryWish, Statuses};
use waitlist_domain::event::Event;
use waitlist_domain::form::Form;
use waitlist_domain::form::answer_columns::AnswerColumns;
use waitlist_domain::values::identifier::{EventId, LineId, TicketTypeId, TierId};
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::http::{Call, Document, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::queries::listing::EntryLists;

use crate::views::page_size::ENOUGH_BYTES;

/// The number of rows in one read.
const ROWS_AT_ONCE: usize = 500;

/// The most rows of one response. It leaves the function enough time.
const MOST_ROWS: usize = 10_000;

/// The most entries read for one response, including those that the filter drops. It leaves the
/// function enough time.
const MOST_LOOKED_AT: usize = 10_000;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let lists = EntryLists::new(table);
    let wanted = call.input.read(read)?;
    let path = call.route.path_with(|_| wanted.event_id.as_str());
    let event = lists.event(&wanted.event_id).await?;
    if let Some(tier) = &wanted.wish.tier {
        lists.check_tier(&event, tier).await?;
    }
    let lines: Vec<LineId> = match &wanted.wish.ticket_type_id {
        Some(id) => vec![event.line_by_parameter(id)?],
        None => event.lines().collect(),
    };
    let columns = wanted.columns.clone().unwrap_or_else(|| AnswerColumns::of(&event.rules.form));
    let shown = Shown { columns: &columns, form: &event.rules.form, now: table.now() };
    let (text, next) = write(&lists, &lines, &wanted, &shown).await?;
    let disposition = format!("attachment; filename=\"{}.csv\"", file_name(&event));
    let next = next.map(|cursor| ("link", format!("<{}>; rel=\"next\"", wanted.rest_of(&path, &cursor, &columns))));
    let headers = [("content-disposition", disposition)].into_iter().chain(next).collect();
    Ok(Reply::with_document(Document { content_type: "text/csv; charset=utf-8", text, headers }))
}

/// How entries are shown: the columns of answers, which all parts of an export share, the current
/// form and the time.
struct Shown<'event> {
    columns: &'event AnswerColumns,
    form: &'event Form,
    now: Timestamp,
}

/// Writes rows until the response is full. Also returns the cursor of the next part. Only the first
/// part has a header, so that the concatenated parts are one file.
async fn write(
    lists: &EntryLists,
    lines: &[LineId],
    wanted: &Wanted,
    shown: &Shown<'_>,
) -> Result<(String, Option<EntryCursor>), Error> {
    let mut text = if wanted.after.is_none() { rows::header(shown.columns) } else { String::new() };
    let mut after = wanted.after.clone();
    let (mut written, mut looked_at) = (0, 0);
    loop {
        let most = ROWS_AT_ONCE.min(MOST_ROWS - written);
        let page = lists.page(lines, &wanted.wish, Direction::OldestFirst, after.as_ref(), most).await?;
        written += page.entries.len();
        looked_at += page.looked_at;
        after = page.next;
        let mut unwritten = page.entries.len();
        for entry in &page.entries {
            text.push_str(&rows::row(entry, shown.columns, shown.form, shown.now)?);
            unwritten -= 1;
            if unwritten > 0 && text.len() >= ENOUGH_BYTES {
                return Ok((text, Some(EntryCursor::behind(entry))));
            }
        }
        let is_enough = written >= MOST_ROWS || looked_at >= MOST_LOOKED_AT || text.len() >= ENOUGH_BYTES;
        if after.is_none() || is_enough {
            return Ok((text, after));
        }
    }
}

/// The event's id without the characters that a file name should not have.
fn file_name(event: &Event) -> String {
    event.id.as_str().replace([':', '@'], "-")
}

pub(crate) struct Wanted {
    event_id: EventId,
    wish: EntryWish,
    /// The columns of the answers. Without them the questions of the event's form are the columns.
    columns: Option<AnswerColumns>,
    after: Option<EntryCursor>,
}

impl Wanted {
    /// The path of the next part. It names these columns, so that a change of the form does not
    /// affect it.
    fn rest_of(&self, path: &str, cursor: &EntryCursor, columns: &AnswerColumns) -> String {
        let mut path = format!("{path}?cursor={cursor}&questions={}", columns.written());
        if let Some(id) = &self.wish.ticket_type_id {
            path.push_str(&format!("&ticketTypeId={id}"));
        }
        if let Some(tier) = &self.wish.tier {
            path.push_str(&format!("&tier={tier}"));
        }
        if let Some(statuses) = &self.wish.statuses {
            path.push_str(&format!("&status={statuses}"));
        }
        path
    }
}

pub(crate) fn read(input: &mut Input) -> Option<Wanted> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
    let tier = input.query("tier", TierId::parse);
    let statuses = input.query("status", Statuses::parse);
    let columns = input.query("questions", AnswerColumns::parse);
    let after = input.query("cursor", EntryCursor::parse);
    Some(Wanted {
        event_id: event_id?,
        wish: EntryWish { ticket_type_id: ticket_type_id?, tier: tier?, statuses: statuses?, text: None },
        columns: columns?,
        after: after?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_asked_for_as_the_beginning_was() {
        let path = [("eventId", "camp")];
        let query = [("ticketTypeId", "camper"), ("tier", "vip"), ("status", "waiting,left")];
        let named = |parameters: &[(&str, &str)]| {
            parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let wanted = Input::new(named(&path), named(&query), Default::default()).read(read).expect("well formed");
        let cursor = EntryCursor::parse("7~vip~camper").expect("well formed");
        let columns = AnswerColumns::parse("school,age").expect("well formed");
        assert_eq!(
            wanted.rest_of("/api/waitlist/export/camp", &cursor, &columns),
            format!(
                "/api/waitlist/export/camp?cursor=7~vip~camper&questions={}\
                 &ticketTypeId=camper&tier=vip&status=waiting,left",
                columns.written()
            )
        );
    }
}
