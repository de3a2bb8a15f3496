//! `GET /api/waitlist/releases/{releaseId}`: the progress of a release.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::ReleaseId;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::releases::Releases;

use crate::views::releases::ReleaseView;
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<ReleaseId> {
    input.path("releaseId", ReleaseId::parse)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let id = call.input.read(read)?;
    Reply::ok(&ReleaseView::new(&Releases::new(table).get(&id).await?))
}
