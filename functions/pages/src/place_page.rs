//! `/p/{place}`: one place in a line. It says what is, what comes next, and what one can do.

use minijinja::{Value, context};
use serde_json::json;
use waitlist_language::Locale;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use crate::form::Form;
use crate::language;
use crate::making::Making;
use crate::place_link::PlaceLink;
use crate::reply::{Failure, Keeping, Look, html, see_other};
use crate::templates::value;

/// Shows the place.
pub(crate) async fn show(making: &Making, request: &PageRequest, place: &str) -> Result<Response, Failure> {
    let link = PlaceLink::parse(place).ok_or(Failure::NotFound)?;
    let entry = entry(making, request, &link).await?;
    let event_id = entry["eventId"].as_str().unwrap_or_default();
    let asked = Asked { path: &[("eventId", event_id)], ..Asked::default() };
    let event = making.api.event(request, &asked).await?;
    let locale = language::of_tag(entry["locale"].as_str())
        .or_else(|| language::of_request(request))
        .or_else(|| language::of_tag(event["locale"].as_str()))
        .unwrap_or(Locale::English);
    let values = context! {
        entry => value(&entry),
        ticket_type => ticket_type(&event, &entry),
        // The event's page answers a join with a token that only looks.
        only_looks => entry["confirmed"] == false && entry.get("channels").is_none(),
        path => link.path(),
        notice => request.query("notice").filter(|notice| NOTICES.contains(&notice.as_str())),
        asks_to_leave => request.query("leave").is_some(),
        key => making.new_key(),
    };
    html(&making.templates, &Look { locale, event }, (200, Keeping::Private), "place.html", values)
}

/// What an act that came too late may say above the place.
const NOTICES: [&str; 2] = ["too-late", "not-now"];

async fn entry(making: &Making, request: &PageRequest, link: &PlaceLink) -> Result<serde_json::Value, Failure> {
    let path = [("customerId", link.customer_id.as_str())];
    let asked = Asked { path: &path, token: Some(link.token.as_str()), ..Asked::default() };
    let mut places = making.api.position(request, &asked).await?;
    Ok(places["entries"][0].take())
}

fn ticket_type(event: &serde_json::Value, entry: &serde_json::Value) -> Value {
    let mut all = event["ticketTypes"].as_array().into_iter().flatten();
    value(all.find(|ticket_type| ticket_type["id"] == entry["ticketTypeId"]))
}

/// Does what a button of the page says, and shows the place again.
pub(crate) async fn act(making: &Making, request: &PageRequest, place: &str, act: &str) -> Result<Response, Failure> {
    let link = PlaceLink::parse(place).ok_or(Failure::NotFound)?;
    let form = Form::new(request.form().ok_or(Failure::NoForm)?);
    let path = [("customerId", link.customer_id.as_str())];
    let body = json!({ "entryId": form.text("entryId") });
    let asked =
        Asked { path: &path, token: Some(link.token.as_str()), idempotency_key: form.text("key"), body: Some(&body) };
    let done = match act {
        "confirm" => making.api.confirm(request, &asked).await,
        "claim" => making.api.claim(request, &asked).await,
        "decline" => making.api.decline(request, &asked).await,
        "leave" => making.api.leave(request, &Asked { body: None, ..asked }).await,
        _ => return Err(Failure::NotFound),
    };
    match done {
        Ok(_) => Ok(see_other(link.path())),
        Err(problem) if problem.slug == "offer-expired" => Ok(see_other(format!("{}?notice=too-late", link.path()))),
        Err(problem) if problem.status == 409 => Ok(see_other(format!("{}?notice=not-now", link.path()))),
        Err(problem) => Err(problem.into()),
    }
}
