//! `GET /api/waitlist/entries/{eventId}/{entryId}`: one entry with its history.

use waitlist_domain::values::identifier::{EntryId, EventId};
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::followers::journal::JournalReading;
use waitlist_store::queries::entries::Entries;

use crate::views::entries::ListedEntryView;
use crate::views::journal::{EntryWithHistoryView, JournalRowView};
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<(EventId, EntryId)> {
    let event_id = input.path("eventId", EventId::parse);
    let entry_id = input.path("entryId", EntryId::parse);
    Some((event_id?, entry_id?))
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (event_id, entry_id) = call.input.read(read)?;
    let reading = JournalReading::new(table);
    let stored = reading.entry(&entry_id).await?.filter(|stored| stored.entry.place.line.event_id == event_id);
    let stored = stored.ok_or(Refusal::EntryNotFound)?;
    let history = reading.history(&stored).await?;
    let standings = Entries::new(table).standings([&stored.entry]).await?;
    let entry = ListedEntryView::new(&stored.entry, standings.into_iter().flatten().next(), table.now());
    Reply::ok(&EntryWithHistoryView { entry, history: history.iter().map(JournalRowView::new).collect() })
}
