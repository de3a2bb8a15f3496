//! `POST /api/waitlist/offer/{customerId}`: an organiser offers free seats to somebody who may not be next.

use waitlist_domain::Error;
use waitlist_runtime::commands::{EntryCommand, answer_with};
use waitlist_runtime::environment::metrics::count_change;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::commands::out_of_turn::OffersOutOfTurn;

const ENDPOINT: Endpoint = Endpoint {
    function: "offer-entry",
    method: Method::Post,
    route: "/api/waitlist/offer/{customerId}",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| offer(table, call).await).await
}

async fn offer(table: &Table, call: Call) -> Result<Answer, Error> {
    let (command, ()) = EntryCommand::read(call, |_| Some(()))?;
    let (stored, table) = command.find(table).await?;
    let offered = OffersOutOfTurn::new(&table).offer(&stored).await?;
    count_change(&stored.entry, &offered);
    answer_with(&table, &offered).await
}
