//! `POST /api/waitlist/releases/{releaseId}/resume`: an organiser lets the batches of a paused
//! release go on.

use waitlist_domain::Error;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::releases::Releases;

use crate::reading::release_commands::command;
use crate::views::releases::ReleaseView;

pub(crate) use crate::reading::release_commands::read;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (id, mandate) = command(&call.caller, call.input.read(read)?);
    let release = Releases::new(&table.acting_as(mandate)).resume(&id).await?;
    Reply::ok(&ReleaseView::new(&release))
}
