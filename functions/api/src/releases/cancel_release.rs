//! `POST /api/waitlist/releases/{releaseId}/cancel`: an organiser cancels the remaining batches for
//! good.

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
    let release = Releases::new(&table.acting_as(mandate)).cancel(&id).await?;
    Reply::ok(&ReleaseView::new(&release))
}
