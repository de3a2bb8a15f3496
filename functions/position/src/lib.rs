//! `GET /api/waitlist/position/{customerId}`: where a customer stands in each line.

use waitlist_domain::identifier::{AttendeeId, CustomerId, EventId, TicketTypeId};
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::answers::{EntriesView, EntryView};
use waitlist_runtime::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::entries::{Entries, EntryFilter};

const ENDPOINT: Endpoint = Endpoint {
    function: "position",
    method: Method::Get,
    route: "/api/waitlist/position/{customerId}",
    admits: Admits::Customers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| position(&Entries::new(table), call).await).await
}

async fn position(entries: &Entries, call: Call) -> Result<Answer, Error> {
    let (customer_id, filter) = call.input.read(|input| {
        let customer_id = input.path("customerId", CustomerId::parse);
        let event_id = input.query("eventId", EventId::parse);
        let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
        let attendee_id = input.query("attendeeId", AttendeeId::parse);
        let filter = EntryFilter { event_id: event_id?, ticket_type_id: ticket_type_id?, attendee_id: attendee_id? };
        Some((customer_id?, filter))
    })?;
    let mut meant = entries.of_customer(&customer_id, &filter).await?;
    meant.retain(|stored| call.caller.may_act_for(stored));
    if meant.is_empty() {
        return Err(Refusal::EntryNotFound.into());
    }
    let standings = entries.standings(meant.iter().map(|stored| &stored.entry)).await?;
    let views = meant.iter().zip(standings).map(|(stored, standing)| EntryView::new(&stored.entry, standing));
    Answer::ok(&EntriesView { customer_id: &customer_id, entries: views.collect() })
}
