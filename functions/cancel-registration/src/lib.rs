//! `DELETE /api/registrations/{registrationId}`: the sales system takes a sale back; its seats go to the line.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::RegistrationId;
use waitlist_runtime::answers::RegistrationView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::commands::registrations::Cancellations;

const ENDPOINT: Endpoint = Endpoint {
    function: "cancel-registration",
    method: Method::Delete,
    route: "/api/registrations/{registrationId}",
    admits: Admits::Sales,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| cancel(table, call).await).await
}

async fn cancel(table: &Table, call: Call) -> Result<Answer, Error> {
    let id = call.input.read(|input| input.path("registrationId", RegistrationId::parse))?;
    let cancellations = Cancellations::new(&table.under(call.caller.mandate()));
    Answer::ok(&RegistrationView::new(&cancellations.cancel(&id).await?))
}
