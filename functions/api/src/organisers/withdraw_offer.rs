//! `POST /api/waitlist/withdraw/{customerId}`: an organiser withdraws an offer. Its seats go to the
//! next in line.

use waitlist_domain::Error;
use waitlist_domain::entry::destination::WithdrawTo;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::Table;
use waitlist_store::commands::moves::Destination;
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::withdrawals::Withdrawals;

use crate::reading::commands::{EntryCommand, Target, read_command, reply_with};

pub(crate) fn read(input: &mut Input) -> Option<(Target, Option<Destination>)> {
    read_command(input, read_destination)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (command, destination) = EntryCommand::read(call, read)?;
    let (stored, table) = command.find(table).await?;
    let withdrawn = match destination {
        Some(destination) => Withdrawals::new(&table).withdraw(&stored, &destination).await?,
        None => Departures::new(&table).remove_with_offer(&stored).await?,
    };
    reply_with(&table, &withdrawn).await
}

/// Reads where the entry goes afterwards. Without a destination the entry leaves the line.
fn read_destination(body: &mut Fields) -> Option<Option<Destination>> {
    let to = body.optional_text("to", WithdrawTo::parse)?;
    Some(match to.unwrap_or_default() {
        WithdrawTo::Front => Some(Destination::Front),
        WithdrawTo::End => Some(Destination::End),
        WithdrawTo::Out => None,
    })
}
