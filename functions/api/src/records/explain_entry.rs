//! `GET /api/waitlist/explain/{entryId}`: why an entry got its offer when it did, or why it has had
//! none.

use waitlist_domain::history::explanation::evidence::Evidence;
use waitlist_domain::history::explanation::explain;
use waitlist_domain::values::identifier::EntryId;
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::followers::journal::JournalReading;
use waitlist_store::queries::entries::Entries;
use waitlist_store::queries::events::Events;

use crate::views::journal::ExplanationView;
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<EntryId> {
    input.path("entryId", EntryId::parse)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let entry_id = call.input.read(read)?;
    let reading = JournalReading::new(table);
    let stored = reading.entry(&entry_id).await?.ok_or(Refusal::EntryNotFound)?;
    let entry = &stored.entry;
    let history = reading.history(&stored).await?;
    let looking_back = reading.looking_back(&entry.place.line, stored.explained_from(table.now())).await?;
    let standings = Entries::new(table).standings([entry]).await?;
    let standing = standings.into_iter().flatten().next();
    let (event, line) = Events::new(table).get_with_line(&entry.place.line).await?;
    let evidence = Evidence {
        entry,
        event: &event,
        standing: standing.map(|standing| standing.standing),
        unconfirmed_before: standing.map_or(0, |standing| standing.unconfirmed_before),
        seats: line.seats,
        offering: line.offering,
        passed_over: line.passes.of(&entry.lane, entry.number),
        history: &history,
        looking_back: &looking_back,
    };
    let explanation = explain(&evidence, table.now());
    Reply::ok(&ExplanationView { entry_id: &entry.id, status: entry.status, explanation })
}
