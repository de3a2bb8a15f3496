//! `POST /api/waitlist/remove/{customerId}`: an organiser takes somebody out of the line, waiting or with an offer; seats
//! held for them go to the next.

use waitlist_domain::Error;
use waitlist_runtime::http::{Answer, Call};
use waitlist_store::Table;
use waitlist_store::commands::offers::Departures;

use crate::reading::commands::{EntryCommand, Target, answer_with, read_command};
use waitlist_runtime::input::fields::Input;

pub(crate) fn read(input: &mut Input) -> Option<(Target, ())> {
    read_command(input, |_| Some(()))
}

/// Answers a request.
pub async fn handle(table: &Table, call: Call) -> Result<Answer, Error> {
    let (command, ()) = EntryCommand::read(call, read)?;
    let (stored, table) = command.find(table).await?;
    let removed = Departures::new(&table).remove(&stored).await?;
    answer_with(&table, &removed).await
}
