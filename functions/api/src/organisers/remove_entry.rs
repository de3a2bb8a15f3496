//! `POST /api/waitlist/remove/{customerId}`: an organiser removes an entry from the line, waiting
//! or with an offer. Seats held for it go to the next in line.

use waitlist_domain::Error;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::offers::Departures;

use crate::reading::commands::{EntryCommand, Target, read_command, reply_with};
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<(Target, ())> {
    read_command(input, |_| Some(()))
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (command, ()) = EntryCommand::read(call, read)?;
    let (stored, table) = command.find(table).await?;
    let removed = Departures::new(&table).remove(&stored).await?;
    reply_with(&table, &removed).await
}
