//! `POST /api/waitlist/releases/{releaseId}/pause`: an organiser lets no more batches come, until they resume it.

use waitlist_domain::Error;
use waitlist_runtime::answers::ReleaseView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::release_commands::read;
use waitlist_store::Table;
use waitlist_store::commands::releases::Releases;

const ENDPOINT: Endpoint = Endpoint {
    function: "pause-release",
    method: Method::PostOfPath,
    route: "/api/waitlist/releases/{releaseId}/pause",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| pause(table, call).await).await
}

async fn pause(table: &Table, call: Call) -> Result<Answer, Error> {
    let (id, mandate) = read(call)?;
    let release = Releases::new(&table.under(mandate)).pause(&id).await?;
    Answer::ok(&ReleaseView::new(&release))
}
