//! `GET /api/waitlist/stats/{eventId}`: what became of everybody, by ticket type and in all.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_runtime::answers::StatisticsView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::queries::events::Statistics;

const ENDPOINT: Endpoint = Endpoint {
    function: "stats",
    method: Method::Get,
    route: "/api/waitlist/stats/{eventId}",
    admits: Admits::Organisers,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| stats(&Statistics::new(table), call).await).await
}

async fn stats(statistics: &Statistics, call: Call) -> Result<Answer, Error> {
    let event_id = call.input.read(|input| input.path("eventId", EventId::parse))?;
    let (event, lines) = statistics.get(&event_id).await?;
    Answer::ok(&StatisticsView::new(&event, &lines))
}
