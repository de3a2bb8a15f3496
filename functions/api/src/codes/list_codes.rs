//! `GET /api/waitlist/codes/{eventId}`: all access codes of an event, and how often each was used.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::access_codes::AccessCodes;

use crate::views::codes::{CodeListView, CodeView};
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<EventId> {
    input.path("eventId", EventId::parse)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let event_id = call.input.read(read)?;
    let grants = AccessCodes::new(table).list(&event_id).await?;
    let now = table.now();
    let codes = grants.iter().map(|grant| CodeView::new(grant, now)).collect();
    Reply::ok(&CodeListView { event_id: &event_id, codes })
}
