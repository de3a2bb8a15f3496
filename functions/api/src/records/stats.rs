//! `GET /api/waitlist/stats/{eventId}`: the outcomes of all entries, by ticket type and in total.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::queries::events::Statistics;

use crate::views::statistics::StatisticsView;
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<EventId> {
    input.path("eventId", EventId::parse)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let event_id = call.input.read(read)?;
    let (event, lines) = Statistics::new(table).get(&event_id).await?;
    Reply::ok(&StatisticsView::new(&event, &lines))
}
