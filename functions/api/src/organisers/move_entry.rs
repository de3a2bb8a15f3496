//! `POST /api/waitlist/move/{customerId}`: an organiser moves a waiting entry.
//!
//! It goes to the front or the end of its line, or to another tier.

use waitlist_domain::Error;
use waitlist_domain::entry::destination::MoveTo;
use waitlist_domain::values::identifier::TierId;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::Table;
use waitlist_store::commands::moves::{Destination, Moves};

use crate::reading::commands::{EntryCommand, Target, read_command, reply_with};

pub(crate) fn read(input: &mut Input) -> Option<(Target, Destination)> {
    read_command(input, read_destination)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (command, destination) = EntryCommand::read(call, read)?;
    let (stored, table) = command.find(table).await?;
    let moved = Moves::new(&table).move_to(&stored, &destination).await?;
    reply_with(&table, &moved).await
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
