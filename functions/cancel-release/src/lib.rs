//! `POST /api/waitlist/releases/{releaseId}/cancel`: an organiser calls off what has not come, for good.

use waitlist_domain::Error;
use waitlist_domain::identifier::ReleaseId;
use waitlist_runtime::answers::ReleaseView;
use waitlist_runtime::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::releases::Releases;

const ENDPOINT: Endpoint = Endpoint {
    function: "cancel-release",
    method: Method::PostOfPath,
    route: "/api/waitlist/releases/{releaseId}/cancel",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| cancel(&Releases::new(table), call).await).await
}

async fn cancel(releases: &Releases, call: Call) -> Result<Answer, Error> {
    let id = call.input.read(|input| input.path("releaseId", ReleaseId::parse))?;
    Answer::ok(&ReleaseView::new(&releases.cancel(&id).await?))
}
