//! `POST /api/waitlist/decline/{customerId}`: a customer turns the seats offered to them down; the next in line gets
//! them.

use waitlist_domain::Error;
use waitlist_runtime::answers::EntryView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::own_entries::find_entry;
use waitlist_store::Table;
use waitlist_store::commands::offers::Departures;
use waitlist_store::queries::entries::Entries;

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
    let stored = find_entry(&Entries::new(table), &call.caller, call.input).await?;
    let departures = Departures::new(&table.under(call.caller.mandate()));
    let declined = departures.decline(&stored, &call.mint.request_name()).await?;
    Answer::ok(&EntryView::new(&declined, None))
}
