//! `GET /api/waitlist/position/{customerId}`: where a customer stands in each line.

use waitlist_domain::Error;
use waitlist_runtime::answers::{EntriesView, EntryView};
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::own_entries::find_entries;
use waitlist_store::Table;
use waitlist_store::queries::entries::Entries;

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
    let (customer_id, meant) = find_entries(entries, &call.caller, call.input).await?;
    let standings = entries.standings(meant.iter().map(|stored| &stored.entry)).await?;
    let views = meant.iter().zip(standings).map(|(stored, standing)| EntryView::new(&stored.entry, standing));
    Answer::ok(&EntriesView { customer_id: &customer_id, entries: views.collect() })
}
