//! `POST /api/waitlist/reinstate/{customerId}`: an organiser lets an entry wait again that ended
//! without a sale.

use waitlist_domain::Error;
use waitlist_domain::entry::destination::ReinstateAt;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::Table;
use waitlist_store::commands::moves::Destination;
use waitlist_store::commands::reinstatements::Reinstatements;

use crate::reading::commands::{EntryCommand, Target, read_command, reply_with};

pub(crate) fn read(input: &mut Input) -> Option<(Target, Destination)> {
    read_command(input, read_destination)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (command, destination) = EntryCommand::read(call, read)?;
    let (stored, table) = command.find(table).await?;
    let reinstated = Reinstatements::new(&table).reinstate(&stored, &destination).await?;
    reply_with(&table, &reinstated).await
}

fn read_destination(body: &mut Fields) -> Option<Destination> {
    let at = body.optional_text("at", ReinstateAt::parse)?;
    Some(match at.unwrap_or_default() {
        ReinstateAt::Front => Destination::Front,
        ReinstateAt::End => Destination::End,
    })
}
