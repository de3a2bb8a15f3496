//! `POST /api/waitlist/releases/{releaseId}/resume`: an organiser lets the batches come again.

use waitlist_domain::Error;
use waitlist_domain::identifier::ReleaseId;
use waitlist_runtime::answers::ReleaseView;
use waitlist_runtime::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::releases::Releases;

const ENDPOINT: Endpoint = Endpoint {
    function: "resume-release",
    method: Method::PostOfPath,
    route: "/api/waitlist/releases/{releaseId}/resume",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| resume(&Releases::new(table), call).await).await
}

async fn resume(releases: &Releases, call: Call) -> Result<Answer, Error> {
    let id = call.input.read(|input| input.path("releaseId", ReleaseId::parse))?;
    Answer::ok(&ReleaseView::new(&releases.resume(&id).await?))
}
