//! `POST /api/waitlist/reinstate/{customerId}`: an organiser lets somebody wait again whose entry has ended without a
//! sale.

use waitlist_domain::Error;
use waitlist_domain::entry::destination::ReinstateAt;
use waitlist_runtime::commands::{EntryCommand, answer_with};
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::input::fields::Fields;
use waitlist_store::Table;
use waitlist_store::commands::moves::Destination;
use waitlist_store::commands::reinstatements::Reinstatements;

const ENDPOINT: Endpoint = Endpoint {
    function: "reinstate-entry",
    method: Method::Post,
    route: "/api/waitlist/reinstate/{customerId}",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| reinstate(table, call).await).await
}

async fn reinstate(table: &Table, call: Call) -> Result<Answer, Error> {
    let (command, destination) = EntryCommand::read(call, read_destination)?;
    let (stored, table) = command.find(table).await?;
    let reinstated = Reinstatements::new(&table).reinstate(&stored, &destination).await?;
    answer_with(&table, &reinstated).await
}

fn read_destination(body: &mut Fields) -> Option<Destination> {
    let at = body.optional_text("at", ReinstateAt::parse)?;
    Some(match at.unwrap_or_default() {
        ReinstateAt::Front => Destination::Front,
        ReinstateAt::End => Destination::End,
    })
}
