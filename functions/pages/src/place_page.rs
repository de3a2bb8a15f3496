//! `/p/{place}`: one place in a line. It says what is, what comes next, and what one can do.

use minijinja::{Value, context};
use serde_json::json;
use waitlist_language::Locale;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use crate::form::Form;
use crate::place_link::PlaceLink;
use crate::reply::{Failure, Keeping, Look, html, see_other};
use crate::templates::value;
use crate::{Pages, language};

/// Shows the place.
pub(crate) async fn show(pages: &Pages, request: &PageRequest, place: &str) -> Result<Response, Failure> {
    let link = PlaceLink::parse(place).ok_or(Failure::NotFound)?;
    let entry = entry(pages, request, &link).await?;
    let event_id = entry["eventId"].as_str().unwrap_or_default();
    let asked = Asked { path: &[("eventId", event_id)], ..Asked::default() };
    let event = pages.api.event(request, &asked).await?;
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
        key => key(pages),
    };
    html(&pages.templates, &Look { locale, event }, (200, Keeping::Private), "place.html", values)
}

/// What an act that came too late may say above the place.
const NOTICES: [&str; 2] = ["too-late", "not-now"];

async fn entry(pages: &Pages, request: &PageRequest, link: &PlaceLink) -> Result<serde_json::Value, Failure> {
    let path = [("customerId", link.customer_id.as_str())];
    let asked = Asked { path: &path, token: Some(link.token.as_str()), ..Asked::default() };
    let mut places = pages.api.position(request, &asked).await?;
    Ok(places["entries"][0].take())
}

fn ticket_type(event: &serde_json::Value, entry: &serde_json::Value) -> Value {
    let mut all = event["ticketTypes"].as_array().into_iter().flatten();
    value(all.find(|ticket_type| ticket_type["id"] == entry["ticketTypeId"]))
}

/// A new key, by which a second tap on the page's button does nothing twice.
pub(crate) fn key(pages: &Pages) -> String {
    pages.table.random()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Does what a button of the page says, and shows the place again.
pub(crate) async fn act(pages: &Pages, request: &PageRequest, place: &str, act: &str) -> Result<Response, Failure> {
    let link = PlaceLink::parse(place).ok_or(Failure::NotFound)?;
    let form = Form::new(request.form().ok_or(Failure::NoForm)?);
    let path = [("customerId", link.customer_id.as_str())];
    let body = json!({ "entryId": form.text("entryId") });
    let asked =
        Asked { path: &path, token: Some(link.token.as_str()), idempotency_key: form.text("key"), body: Some(&body) };
    let done = match act {
        "confirm" => pages.api.confirm(request, &asked).await,
        "claim" => pages.api.claim(request, &asked).await,
        "decline" => pages.api.decline(request, &asked).await,
        "leave" => pages.api.leave(request, &Asked { body: None, ..asked }).await,
        _ => return Err(Failure::NotFound),
    };
    match done {
        Ok(_) => Ok(see_other(link.path())),
        Err(problem) if problem.slug == "offer-expired" => Ok(see_other(format!("{}?notice=too-late", link.path()))),
        Err(problem) if problem.status == 409 => Ok(see_other(format!("{}?notice=not-now", link.path()))),
        Err(problem) => Err(problem.into()),
    }
}
