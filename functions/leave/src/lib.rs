//! `DELETE /api/waitlist/leave/{customerId}`: a customer leaves the line, or several; seats held for them go to the next.

use waitlist_domain::identifier::{AttendeeId, CustomerId, EventId, TicketTypeId};
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::answers::LeftView;
use waitlist_runtime::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::entries::{Entries, EntryFilter};
use waitlist_store::offers::Departures;

const ENDPOINT: Endpoint = Endpoint {
    function: "leave",
    method: Method::Delete,
    route: "/api/waitlist/leave/{customerId}",
    admits: Admits::Customers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| leave(table, call).await).await
}

async fn leave(table: &Table, call: Call) -> Result<Answer, Error> {
    let (customer_id, filter) = call.input.read(|input| {
        let customer_id = input.path("customerId", CustomerId::parse);
        let event_id = input.query("eventId", EventId::parse);
        let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
        let attendee_id = input.query("attendeeId", AttendeeId::parse);
        let filter = EntryFilter { event_id: event_id?, ticket_type_id: ticket_type_id?, attendee_id: attendee_id? };
        Some((customer_id?, filter))
    })?;
    let mut meant = Entries::new(table).of_customer(&customer_id, &filter).await?;
    meant.retain(|stored| call.caller.may_act_for(stored));
    if meant.is_empty() {
        return Err(Refusal::EntryNotFound.into());
    }
    let departures = Departures::new(&table.under(call.caller.mandate()));
    let mut left = Vec::new();
    for stored in meant {
        if departures.leave(&stored).await? {
            left.push(stored.entry.id);
        }
    }
    Answer::ok(&LeftView { left })
}
