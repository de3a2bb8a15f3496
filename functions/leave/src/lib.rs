//! `DELETE /api/waitlist/leave/{customerId}`: a customer leaves the line, or several; seats held for them go to the next.

use waitlist_domain::Error;
use waitlist_runtime::answers::LeftView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::own_entries::find_entries;
use waitlist_store::Table;
use waitlist_store::commands::offers::Departures;
use waitlist_store::queries::entries::Entries;

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
    let (_, meant) = find_entries(&Entries::new(table), &call.caller, call.input).await?;
    let departures = Departures::new(&table.under(call.caller.mandate()));
    Answer::ok(&LeftView { left: departures.leave_all(meant).await? })
}
