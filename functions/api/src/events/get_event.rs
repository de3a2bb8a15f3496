//! `GET /api/events/{eventId}`: the public view of an event, or the whole event with the key of
//! an organiser or a viewer.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::queries::events::Events;

use crate::views::events::EventView;
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<EventId> {
    input.path("eventId", EventId::parse)
}

/// What the handler may touch.
#[derive(Debug, Clone)]
pub struct Ports {
    /// The table.
    pub table: Table,
    /// The countries that text messages go to.
    pub countries: SmsCountries,
}

/// Handles a request.
pub async fn handle(Ports { table, countries }: &Ports, call: Call) -> Result<Reply, Error> {
    let id = call.input.read(read)?;
    let event = Events::new(table).get_with_lines(&id).await?;
    let now = table.now();
    let view = if call.caller.sees_all() { EventView::whole(&event, now) } else { EventView::public(&event, now) };
    Reply::ok(&view.with_sms_countries(countries))
}
