//! `POST /api/waitlist/decline/{customerId}`: a customer turns the seats offered to them down; the next in line gets
//! them.

use waitlist_domain::Error;
use waitlist_runtime::answers::EntryView;
use waitlist_runtime::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::own_entries::find_entry;
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
    let (entries, departures) = (Entries::new(table), Departures::new(table));
    respond(table, &ENDPOINT, request, async |call| decline(&entries, &departures, call).await).await
}

async fn decline(entries: &Entries, departures: &Departures, call: Call) -> Result<Answer, Error> {
    let stored = find_entry(entries, &call.caller, call.input).await?;
    let declined = departures.decline(&stored, &call.mint.request_name()).await?;
    Answer::ok(&EntryView::new(&declined, None))
}
