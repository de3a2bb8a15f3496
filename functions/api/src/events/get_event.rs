//! `GET /api/events/{eventId}`: the public view of an event, or the whole event with the key of
//! an organiser or a viewer.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::queries::events::Events;

use crate::views::events::EventView;
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<EventId> {
    input.path("eventId", EventId::parse)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let id = call.input.read(read)?;
    let event = Events::new(table).get_with_lines(&id).await?;
    let now = table.now();
    if call.caller.sees_all() {
        Reply::ok(&EventView::whole(&event, now))
    } else {
        Reply::ok(&EventView::public(&event, now))
    }
}
