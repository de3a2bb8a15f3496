//! `/p/{place}`: one place in a line. It says what is, what comes next, and what one can do.

mod calendar;
pub(crate) mod change;
mod notices;
mod phone;

use std::borrow::Cow;

use fluent_bundle::FluentArgs;
use minijinja::{Value, context};
use serde_json::json;
use waitlist_domain::values::identifier::EntryId;
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use crate::form::Form;
use crate::language;
use crate::making::Making;
use crate::place_link::PlaceLink;
use crate::place_page::calendar::{Deadline, calendar};
use crate::place_page::notices::refused;
use crate::place_page::phone::Code;
use crate::reply::{Failure, Keeping, Look, html, see_other};
use crate::templates::value;
use crate::texts::Texts;

/// Shows the place.
pub(crate) async fn show(making: &Making, request: &PageRequest, place: &str) -> Result<Response, Failure> {
    let link = PlaceLink::parse(place).ok_or(Failure::NotFound)?;
    // The script asks again and again, and leaves the other places as they are.
    let with_others = request.header("if-none-match").is_none();
    let Place { entry, look, others } = find(making, request, &link, with_others).await?;
    let values = context! {
        entry => value(&entry),
        others => others_of(&link, &others),
        ticket_type => ticket_type(&look.event, &entry),
        only_looks => only_looks(&entry),
        path => link.path(),
        notice => notices::asked_for(request),
        code => value(entry.get("phoneToConfirm").map(|_| Code::of(request))),
        asks_to_leave => request.query("leave").is_some(),
        key => making.new_key(),
    };
    html(&making.templates, &look, (200, Keeping::Private), "place.html", values)
}

/// Whether the link only looks, as the token of a join does. To one that may act, the API shows the
/// channels.
fn only_looks(entry: &serde_json::Value) -> bool {
    entry.get("channels").is_none()
}

/// A place, and the event that it is for.
struct Place {
    entry: serde_json::Value,
    look: Look,
    /// The other places of the address, if they were asked for.
    others: serde_json::Value,
}

async fn find(making: &Making, request: &PageRequest, link: &PlaceLink, with_others: bool) -> Result<Place, Failure> {
    let (entry, others) = entry(making, request, link, with_others).await?;
    let event_id = entry["eventId"].as_str().unwrap_or_default();
    let asked = Asked { path: &[("eventId", event_id)], ..Asked::default() };
    let event = making.api.event(request, &asked).await?;
    let wished = language::of_tag(entry["locale"].as_str()).or_else(|| language::of_request(request));
    let look = Look::new(making, wished, event).await?;
    Ok(Place { entry, look, others })
}

async fn entry(
    making: &Making,
    request: &PageRequest,
    link: &PlaceLink,
    with_others: bool,
) -> Result<(serde_json::Value, serde_json::Value), Failure> {
    let path = [("customerId", link.customer_id.as_str())];
    let entry_id = link.entry_id.as_ref().map(|entry_id| ("entryId", entry_id.as_str()));
    let others = with_others.then_some(("otherPlaces", "true"));
    let query: Vec<_> = entry_id.into_iter().chain(others).collect();
    let asked = Asked { path: &path, query: &query, token: Some(link.token.as_str()), ..Asked::default() };
    let mut places = making.api.position(request, &asked).await?;
    Ok((places["entries"][0].take(), places["otherPlaces"].take()))
}

/// The other places, each with the path of its page.
fn others_of(link: &PlaceLink, others: &serde_json::Value) -> Value {
    let with_path = |other: &serde_json::Value| {
        let entry_id = EntryId::parse(other["entryId"].as_str()?).ok()?;
        Some(context! { path => link.to(entry_id).path(), ..value(other) })
    };
    Value::from_iter(others.as_array().into_iter().flatten().filter_map(with_path))
}

fn ticket_type(event: &serde_json::Value, entry: &serde_json::Value) -> Value {
    let mut all = event["ticketTypes"].as_array().into_iter().flatten();
    value(all.find(|ticket_type| ticket_type["id"] == entry["ticketTypeId"]))
}

/// Does what a button of the page says, and shows the place again.
pub(crate) async fn act(making: &Making, request: &PageRequest, place: &str, act: &str) -> Result<Response, Failure> {
    let link = PlaceLink::parse(place).ok_or(Failure::NotFound)?;
    let form = Form::new(request.form().ok_or(Failure::NoForm)?);
    match act {
        "phone-code" => return phone::send_code(making, request, &link, &form).await,
        "phone" => return phone::confirm(making, request, &link, &form).await,
        _ => {}
    }
    let path = [("customerId", link.customer_id.as_str())];
    let body = json!({ "entryId": form.text("entryId") });
    let asked = Asked {
        path: &path,
        token: Some(link.token.as_str()),
        idempotency_key: form.text("key"),
        body: Some(&body),
        ..Asked::default()
    };
    let done = match act {
        "confirm" => making.api.confirm(request, &asked).await,
        "claim" => making.api.claim(request, &asked).await,
        "decline" => making.api.decline(request, &asked).await,
        "leave" => {
            // Without the entry of the form, a tab of an earlier stay would give up a newer one.
            let query = [("entryId", form.text("entryId").unwrap_or_default())];
            making.api.leave(request, &Asked { body: None, query: &query, ..asked }).await
        }
        _ => return Err(Failure::NotFound),
    };
    match done {
        Ok(_) => Ok(see_other(link.path())),
        Err(problem) => refused(&link, problem),
    }
}

/// A file for the calendar of a phone, with the deadline of the place. Without one it leads to the
/// page, which says how it stands.
pub(crate) async fn calendar_file(making: &Making, request: &PageRequest, place: &str) -> Result<Response, Failure> {
    let link = PlaceLink::parse(place).ok_or(Failure::NotFound)?;
    let Place { entry, look, .. } = find(making, request, &link, false).await?;
    let url = request.domain().map(|domain| format!("https://{domain}{}", link.path()));
    let Some(text) = file_of(&entry, &look, url.as_deref()) else { return Ok(see_other(link.path())) };
    let headers =
        [("content-type", Cow::Borrowed("text/calendar; charset=utf-8")), ("x-robots-tag", Cow::Borrowed("noindex"))];
    Ok(Response::new(200, headers, text))
}

/// Nothing in it is about a person: it tells the name of the event, the deadline and the link.
fn file_of(entry: &serde_json::Value, look: &Look, url: Option<&str>) -> Option<String> {
    let name = match entry["status"].as_str() {
        Some("offered") => "calendar-say-yes",
        Some("claimed") => "calendar-pay",
        _ => return None,
    };
    let time = |name: &str| Timestamp::parse(entry["offer"][name].as_str()?).ok();
    let values = FluentArgs::from_iter([("event", look.event["name"].as_str()?)]);
    let summary = Texts::of(look.locale).text(name, &values)?;
    let (id, at, since) = (entry["entryId"].as_str()?, time("expiresAt")?, time("offeredAt")?);
    // The time to pay is an event of its own, so that a calendar does not take it for the old one.
    let id = &format!("{name}-{id}");
    Some(calendar(&Deadline { id, summary: &summary, at, since, url }))
}
