//! `POST /api/waitlist/offer/{customerId}`: an organiser offers free seats to an entry that may not
//! be next.

use waitlist_domain::Error;
use waitlist_runtime::environment::metrics::count_change;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::out_of_turn::OffersOutOfTurn;

use crate::reading::commands::{EntryCommand, Target, read_command, reply_with};
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<(Target, ())> {
    read_command(input, |_| Some(()))
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (command, ()) = EntryCommand::read(call, read)?;
    let (stored, table) = command.find(table).await?;
    let offered = OffersOutOfTurn::new(&table).offer(&stored).await?;
    count_change(&stored.entry, &offered);
    reply_with(&table, &offered).await
}
