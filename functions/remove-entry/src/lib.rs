//! `POST /api/waitlist/remove/{customerId}`: an organiser takes somebody out of the line, waiting or with an offer; seats
//! held for them go to the next.

use waitlist_domain::Error;
use waitlist_runtime::commands::{EntryCommand, answer_with};
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::commands::offers::Departures;

const ENDPOINT: Endpoint = Endpoint {
    function: "remove-entry",
    method: Method::Post,
    route: "/api/waitlist/remove/{customerId}",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| remove(table, call).await).await
}

async fn remove(table: &Table, call: Call) -> Result<Answer, Error> {
    let (command, ()) = EntryCommand::read(call, |_| Some(()))?;
    let (stored, table) = command.find(table).await?;
    let removed = Departures::new(&table).remove(&stored).await?;
    answer_with(&table, &removed).await
}
