//! `POST /api/waitlist/decline/{customerId}`: a customer turns the seats offered to them down; the next in line gets
//! them.

use waitlist_domain::identifier::{CustomerId, EntryId};
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::answers::EntryView;
use waitlist_runtime::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::entries::Entries;
use waitlist_store::offers::Departures;

const ENDPOINT: Endpoint = Endpoint {
    function: "decline",
    method: Method::Post,
    route: "/api/waitlist/decline/{customerId}",
    admits: Admits::Customers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| decline(table, call).await).await
}

async fn decline(table: &Table, call: Call) -> Result<Answer, Error> {
    let (customer_id, entry_id) = call.input.read(|input| {
        let customer_id = input.path("customerId", CustomerId::parse);
        let entry_id = input.body.text("entryId", EntryId::parse);
        Some((customer_id?, entry_id?))
    })?;
    let found = Entries::new(table).find(&customer_id, &entry_id).await?;
    let stored = found.filter(|stored| call.caller.may_act_for(stored)).ok_or(Refusal::EntryNotFound)?;
    let departures = Departures::new(&table.under(call.caller.mandate()));
    let declined = departures.decline(&stored, &call.mint.request_name()).await?;
    Answer::ok(&EntryView::new(&declined, None))
}
