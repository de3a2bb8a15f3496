//! `GET /api/waitlist/entries/{eventId}`: all entries of an event, page by page.

use waitlist_domain::Error;
use waitlist_domain::entry::listing::{Direction, EntryCursor, EntryWish, PageSize, SearchText, Statuses};
use waitlist_domain::values::identifier::{EventId, TicketTypeId, TierId};
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::queries::entries::Entries;
use waitlist_store::queries::listing::EntryLists;

use crate::views::entries::{EntryListView, ListedEntryView};
use crate::views::page_size::cut_to_size;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (lists, entries) = (EntryLists::new(table), Entries::new(table));
    let wanted = call.input.read(read)?;
    let event = lists.event(&wanted.event_id).await?;
    if let Some(tier) = &wanted.wish.tier {
        lists.check_tier(&event, tier).await?;
    }
    let lines = match &wanted.wish.ticket_type_id {
        Some(id) => vec![event.line_by_parameter(id)?],
        None => event.lines().collect(),
    };
    let page = lists.page(&lines, &wanted.wish, wanted.direction, wanted.after.as_ref(), wanted.rows).await?;
    let standings = entries.standings(&page.entries).await?;
    let now = table.now();
    let views = page.entries.iter().zip(standings);
    let views = views.map(|(entry, standing)| ListedEntryView::new(entry, standing, now));
    let behind = |last: usize| EntryCursor::behind(&page.entries[last]);
    let (entries, next) = cut_to_size(views.collect(), page.next, behind)?;
    Reply::ok(&EntryListView { event_id: &wanted.event_id, entries, next: next.map(|cursor| cursor.to_string()) })
}

pub(crate) struct Wanted {
    event_id: EventId,
    wish: EntryWish,
    direction: Direction,
    after: Option<EntryCursor>,
    rows: usize,
}

pub(crate) fn read(input: &mut Input) -> Option<Wanted> {
    let event_id = input.path("eventId", EventId::parse);
    let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
    let tier = input.query("tier", TierId::parse);
    let statuses = input.query("status", Statuses::parse);
    let text = input.query("text", SearchText::parse);
    let direction = input.query("order", Direction::parse);
    let after = input.query("cursor", EntryCursor::parse);
    let rows = input.query("limit", PageSize::parse_text);
    Some(Wanted {
        event_id: event_id?,
        wish: EntryWish { ticket_type_id: ticket_type_id?, tier: tier?, statuses: statuses?, text: text? },
        direction: direction?.unwrap_or_default(),
        after: after?,
        rows: rows?.unwrap_or_default().get(),
    })
}
