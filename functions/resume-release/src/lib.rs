//! `POST /api/waitlist/releases/{releaseId}/resume`: an organiser lets the batches come again.

use waitlist_domain::Error;
use waitlist_runtime::answers::ReleaseView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::release_commands::read;
use waitlist_store::Table;
use waitlist_store::commands::releases::Releases;

const ENDPOINT: Endpoint = Endpoint {
    function: "resume-release",
    method: Method::PostOfPath,
    route: "/api/waitlist/releases/{releaseId}/resume",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| resume(table, call).await).await
}

async fn resume(table: &Table, call: Call) -> Result<Answer, Error> {
    let (id, mandate) = read(call)?;
    let release = Releases::new(&table.under(mandate)).resume(&id).await?;
    Answer::ok(&ReleaseView::new(&release))
}
