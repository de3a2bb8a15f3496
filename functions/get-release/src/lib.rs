//! `GET /api/waitlist/releases/{releaseId}`: how far a release has come.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::ReleaseId;
use waitlist_runtime::answers::ReleaseView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::commands::releases::Releases;

const ENDPOINT: Endpoint = Endpoint {
    function: "get-release",
    method: Method::Get,
    route: "/api/waitlist/releases/{releaseId}",
    admits: Admits::Sales,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| get_release(&Releases::new(table), call).await).await
}

async fn get_release(releases: &Releases, call: Call) -> Result<Answer, Error> {
    let id = call.input.read(|input| input.path("releaseId", ReleaseId::parse))?;
    Answer::ok(&ReleaseView::new(&releases.get(&id).await?))
}
