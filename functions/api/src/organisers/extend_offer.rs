//! `POST /api/waitlist/extend/{customerId}`: an organiser gives a customer more time for an offer.

use waitlist_domain::Error;
use waitlist_domain::entry::extension::Extension;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::Table;
use waitlist_store::commands::extensions::Extensions;

use crate::reading::commands::{EntryCommand, Target, read_command, reply_with};

pub(crate) fn read(input: &mut Input) -> Option<(Target, Extension)> {
    read_command(input, read_extension)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (command, extension) = EntryCommand::read(call, read)?;
    let (stored, table) = command.find(table).await?;
    let extended = Extensions::new(&table).extend(&stored, &extension).await?;
    reply_with(&table, &extended).await
}

fn read_extension(body: &mut Fields) -> Option<Extension> {
    let by = body.optional_text("by", Window::parse);
    let until = body.optional_text("until", Timestamp::parse);
    match (by?, until?) {
        (Some(window), None) => Some(Extension::By(window)),
        (None, Some(instant)) => Some(Extension::Until(instant)),
        (Some(_), Some(_)) => body.complain("until", "must be left out where \"by\" is named"),
        (None, None) => body.complain("by", "is required, or \"until\": how much more time?"),
    }
}
