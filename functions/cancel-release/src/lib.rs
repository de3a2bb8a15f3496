//! `POST /api/waitlist/releases/{releaseId}/cancel`: an organiser calls off what has not come, for good.

use waitlist_domain::Error;
use waitlist_runtime::answers::ReleaseView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_runtime::release_commands::read;
use waitlist_store::Table;
use waitlist_store::commands::releases::Releases;

const ENDPOINT: Endpoint = Endpoint {
    function: "cancel-release",
    method: Method::PostOfPath,
    route: "/api/waitlist/releases/{releaseId}/cancel",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| cancel(table, call).await).await
}

async fn cancel(table: &Table, call: Call) -> Result<Answer, Error> {
    let (id, mandate) = read(call)?;
    let release = Releases::new(&table.under(mandate)).cancel(&id).await?;
    Answer::ok(&ReleaseView::new(&release))
}
