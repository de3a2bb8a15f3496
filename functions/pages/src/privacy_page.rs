//! `/privacy`: what is kept of somebody who joins, how long, and whom to ask.

use minijinja::context;
use serde_json::Value;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use crate::language;
use crate::making::Making;
use crate::reply::{Failure, Keeping, Look, html};
use crate::templates::value;

/// Shows it. A link from a page of an event names the event, whose retention is then told.
pub(crate) async fn show(making: &Making, request: &PageRequest) -> Result<Response, Failure> {
    let event = event(making, request).await?;
    let look = Look::new(making, language::of_request(request), event).await?;
    let values = context! { retention => value(&look.event["waitlist"]["retention"]) };
    html(&making.templates, &look, (200, Keeping::Briefly), "privacy.html", values)
}

/// The event of the link. Without one the page tells what holds for all events.
async fn event(making: &Making, request: &PageRequest) -> Result<Value, Failure> {
    let Some(id) = request.query("event") else { return Ok(Value::Null) };
    let asked = Asked { path: &[("eventId", &id)], ..Asked::default() };
    match making.api.event(request, &asked).await {
        Ok(event) => Ok(event),
        Err(problem) if matches!(problem.status, 404 | 422) => Ok(Value::Null),
        Err(problem) => Err(problem.into()),
    }
}
