//! `GET /api/events`: all events by their start, page by page.

use waitlist_domain::Error;
use waitlist_domain::entry::listing::{Direction, EventCursor, PageSize};
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::queries::listing::EventLists;

use crate::views::events::{EventListView, EventView};
use crate::views::page_size::cut_to_size;
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<(Direction, Option<EventCursor>, usize)> {
    let direction = input.query("order", Direction::parse);
    let after = input.query("cursor", EventCursor::parse);
    let rows = input.query("limit", PageSize::parse_text);
    Some((direction?.unwrap_or_default(), after?, rows?.unwrap_or_default().get()))
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let lists = EventLists::new(table);
    let (direction, after, rows) = call.input.read(read)?;
    let page = lists.page(direction, after.as_ref(), rows).await?;
    let views = page.events.iter().map(|(event, _)| EventView::whole(event, lists.now()));
    let (events, next) = cut_to_size(views.collect(), page.next.as_ref(), |last| &page.events[last].1)?;
    Reply::ok(&EventListView { events, next: next.map(EventCursor::to_string) })
}
