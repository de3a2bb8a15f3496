//! `/events/{eventId}`: an event, and the form by which people join its line.

pub(crate) mod wish;

use minijinja::context;
use sha2::{Digest, Sha256};
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::{CustomerId, hexadecimal};
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use crate::api::Problem;
use crate::event_page::wish::{Numbers, Wish};
use crate::form::Form;
use crate::language;
use crate::making::Making;
use crate::place_link::PlaceLink;
use crate::reply::{Failure, Keeping, Look, html, see_other, try_later};
use crate::templates::value;

/// Shows the event and an empty form.
pub(crate) async fn show(making: &Making, request: &PageRequest, event_id: &str) -> Result<Response, Failure> {
    let look = look(making, request, event_id).await?;
    page(making, &look, &Wish::default(), &[], None)
}

async fn look(making: &Making, request: &PageRequest, event_id: &str) -> Result<Look, Failure> {
    let asked = Asked { path: &[("eventId", event_id)], ..Asked::default() };
    let event = making.api.event(request, &asked).await?;
    Look::new(making, language::of_request(request), event).await
}

/// Why the line takes nobody whose fields are right.
struct Refusal<'a> {
    /// The end of the name of the text that says it.
    text: &'a str,
    /// The key of the form, if the same press may succeed in a moment.
    key: Option<&'a str>,
}

/// The page, with what was typed and what is wrong with it.
fn page(
    making: &Making,
    look: &Look,
    wish: &Wish,
    errors: &[wish::FieldProblem],
    refusal: Option<&Refusal<'_>>,
) -> Result<Response, Failure> {
    let is_empty = errors.is_empty() && refusal.is_none();
    let (status, keeping) = if is_empty { (200, Keeping::Briefly) } else { (422, Keeping::Private) };
    let values = context! {
        wish => value(wish),
        errors => value(errors),
        refusal => refusal.map(|refusal| refusal.text),
        knows_country => look.settings.country.is_some(),
        key => refusal.and_then(|refusal| refusal.key).map_or_else(|| making.new_key(), str::to_owned),
        // A repeated press sends the same solution, so that it is the same request.
        solution => refusal.and_then(|refusal| refusal.key).and(wish.solution()),
        picture => value(&look.event["imageUrl"]),
        path => format!("/events/{}", look.event["eventId"].as_str().unwrap_or_default()),
    };
    html(&making.templates, look, (status, keeping), "event.html", values)
}

/// Joins the line, and leads to the page of the place.
pub(crate) async fn join(making: &Making, request: &PageRequest, event_id: &str) -> Result<Response, Failure> {
    let look = look(making, request, event_id).await?;
    let form = Form::new(request.form().ok_or(Failure::NoForm)?);
    let wish = Wish::read(&form, &look.event);
    let numbers = Numbers::of(&look);
    let mut wrong = wish.missing(&look.event, look.settings.privacy_url.is_some());
    wrong.extend(wish.wrong_numbers(&numbers));
    wish::in_order_of_the_form(&mut wrong);
    if !wrong.is_empty() {
        return page(making, &look, &wish, &wrong, None);
    }
    let body = wish.to_json(event_id, look.locale, &numbers);
    let key = form.text("key").map(|key| key_of(key, &body));
    let asked = Asked { idempotency_key: key.as_deref(), body: Some(&body), ..Asked::default() };
    match making.api.join(request, &asked).await {
        Ok(joined) => {
            let link = link_of(&joined).ok_or(Failure::NotFound)?;
            Ok(see_other(format!("{}?lang={}", link.path(), look.locale.as_str())))
        }
        Err(problem) => refused(making, &look, (&wish, form.text("key")), problem),
    }
}

/// The idempotency key of a form. A second press repeats nothing. Who goes back and types something
/// else, such as another name, sends it anew.
pub(crate) fn key_of(key: &str, body: &serde_json::Value) -> String {
    hexadecimal(&Sha256::digest(format!("{key} {body}")))
}

fn link_of(joined: &serde_json::Value) -> Option<PlaceLink> {
    let customer_id = CustomerId::parse(joined["customerId"].as_str()?).ok()?;
    Some(PlaceLink { customer_id, token: Token::parse(joined["token"].as_str()?).ok()?, entry_id: None })
}

/// Why a join may be refused whose fields are right, as the page says it.
const REFUSALS: [&str; 13] = [
    "tickets-available",
    "waitlist-full",
    "waitlist-closed",
    "joining-paused",
    "too-many-offers",
    "too-many-places",
    "too-many-joins",
    "too-many-wrong-codes",
    "challenge-required",
    "challenge-failed",
    "forbidden",
    "idempotency-in-progress",
    "busy",
];

/// The page again, with nothing lost that was typed.
fn refused(
    making: &Making,
    look: &Look,
    (wish, key): (&Wish, Option<&str>),
    problem: Problem,
) -> Result<Response, Failure> {
    let errors = wish.problems(&problem.fields);
    if !errors.is_empty() {
        return page(making, look, wish, &errors, None);
    }
    // What is no solution at all was made by no script of ours.
    let is_unsolved = problem.fields.iter().any(|pointer| pointer == "/challenge");
    let slug = if is_unsolved { "challenge-failed" } else { &problem.slug };
    let Some(text) = REFUSALS.into_iter().find(|known| *known == slug) else {
        return Err(Failure::Refused(problem));
    };
    let key = key.filter(|_| ["busy", "idempotency-in-progress"].contains(&text));
    let response = page(making, look, wish, &[], Some(&Refusal { text, key }))?;
    Ok(if matches!(problem.status, 429 | 503) { try_later(response, problem) } else { response })
}
