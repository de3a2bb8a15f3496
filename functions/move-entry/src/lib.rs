//! `POST /api/waitlist/move/{customerId}`: an organiser moves somebody who waits to the front or the end of their line,
//! or to another tier.

use waitlist_domain::Error;
use waitlist_domain::entry::destination::MoveTo;
use waitlist_domain::values::identifier::TierId;
use waitlist_runtime::commands::{EntryCommand, answer_with};
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::input::fields::Fields;
use waitlist_store::Table;
use waitlist_store::commands::moves::{Destination, Moves};

const ENDPOINT: Endpoint = Endpoint {
    function: "move-entry",
    method: Method::Post,
    route: "/api/waitlist/move/{customerId}",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| move_entry(table, call).await).await
}

async fn move_entry(table: &Table, call: Call) -> Result<Answer, Error> {
    let (command, destination) = EntryCommand::read(call, read_destination)?;
    let (stored, table) = command.find(table).await?;
    let moved = Moves::new(&table).move_to(&stored, &destination).await?;
    answer_with(&table, &moved).await
}

fn read_destination(body: &mut Fields) -> Option<Destination> {
    let to = body.text("to", MoveTo::parse);
    let tier = body.optional_text("tier", TierId::parse);
    match (to?, tier?) {
        (MoveTo::Tier, Some(tier)) => Some(Destination::Tier(tier)),
        (MoveTo::Tier, None) => body.complain("tier", "is required: to which tier?"),
        (MoveTo::Front | MoveTo::End, Some(_)) => body.complain("tier", "is for \"to\": \"tier\" alone: leave it out"),
        (MoveTo::Front, None) => Some(Destination::Front),
        (MoveTo::End, None) => Some(Destination::End),
    }
}
