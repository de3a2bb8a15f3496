//! `GET /api/registrations/{registrationId}`: the sales system looks a registration up.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::RegistrationId;
use waitlist_runtime::answers::RegistrationView;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Answer, Call, Endpoint, Method, Request, Response, respond};
use waitlist_store::Table;
use waitlist_store::commands::registrations::Registrations;

const ENDPOINT: Endpoint = Endpoint {
    function: "get-registration",
    method: Method::Get,
    route: "/api/registrations/{registrationId}",
    admits: Admits::Sales,
};

/// Answers a request.
pub async fn handle(table: &Table, request: Request) -> Response {
    respond(table, &ENDPOINT, request, async |call| get_registration(&Registrations::new(table), call).await).await
}

async fn get_registration(registrations: &Registrations, call: Call) -> Result<Answer, Error> {
    let id = call.input.read(|input| input.path("registrationId", RegistrationId::parse))?;
    Answer::ok(&RegistrationView::new(&registrations.get(&id).await?))
}
