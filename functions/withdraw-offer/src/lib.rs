//! `POST /api/waitlist/withdraw/{customerId}`: an organiser takes an offer back; its seats go to whoever is next.

use waitlist_domain::Error;
use waitlist_domain::entry::destination::WithdrawTo;
use waitlist_runtime::commands::{EntryCommand, answer_with};
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::input::fields::Fields;
use waitlist_store::Table;
use waitlist_store::commands::moves::Destination;
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::withdrawals::Withdrawals;

const ENDPOINT: Endpoint = Endpoint {
    function: "withdraw-offer",
    method: Method::Post,
    route: "/api/waitlist/withdraw/{customerId}",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| withdraw(table, call).await).await
}

async fn withdraw(table: &Table, call: Call) -> Result<Answer, Error> {
    let (command, destination) = EntryCommand::read(call, read_destination)?;
    let (stored, table) = command.find(table).await?;
    let withdrawn = match destination {
        Some(destination) => Withdrawals::new(&table).withdraw(&stored, &destination).await?,
        None => Departures::new(&table).remove_with_offer(&stored).await?,
    };
    answer_with(&table, &withdrawn).await
}

/// Where the customer is to be after that; nothing: out of the line.
fn read_destination(body: &mut Fields) -> Option<Option<Destination>> {
    let to = body.optional_text("to", WithdrawTo::parse)?;
    Some(match to.unwrap_or_default() {
        WithdrawTo::Front => Some(Destination::Front),
        WithdrawTo::End => Some(Destination::End),
        WithdrawTo::Out => None,
    })
}
