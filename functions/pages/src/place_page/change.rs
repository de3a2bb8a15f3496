//! `/p/{place}/change`: a customer changes what they said when they joined.
//!
//! The page does not show the name and the answers that are stored, because a link may be passed on.
//! What is left empty stays as it is.

use minijinja::context;
use serde_json::json;
use waitlist_language::Locale;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use super::notices::{refused, with_notice};
use super::{Place, find, only_looks, ticket_type};
use crate::api::Problem;
use crate::event_page::key_of;
use crate::event_page::wish::{FieldProblem, Numbers, Wish};
use crate::form::Form;
use crate::language;
use crate::making::Making;
use crate::place_link::PlaceLink;
use crate::reply::{Failure, Keeping, html, see_other, try_later};
use crate::templates::value;

/// What was typed.
struct Typed {
    wish: Wish,
    language: Locale,
}

/// Why a change was not made whose fields are right, and the key with which it may be sent again.
struct Refusal<'a> {
    text: &'a str,
    key: &'a str,
}

/// Shows the form. If nothing may change now, it leads to the place.
pub(crate) async fn show(making: &Making, request: &PageRequest, place: &str) -> Result<Response, Failure> {
    let link = PlaceLink::parse(place).ok_or(Failure::NotFound)?;
    let place = find(making, request, &link, false).await?;
    if place.entry["status"] != "waiting" || place.entry["confirmed"] != true || only_looks(&place.entry) {
        return Ok(see_other(link.path()));
    }
    let typed = Typed { wish: Wish::of_entry(&place.entry), language: place.look.locale };
    page(making, &link, &place, &typed, &[], None)
}

fn page(
    making: &Making,
    link: &PlaceLink,
    place: &Place,
    typed: &Typed,
    errors: &[FieldProblem],
    refusal: Option<&Refusal<'_>>,
) -> Result<Response, Failure> {
    let status = if errors.is_empty() && refusal.is_none() { 200 } else { 422 };
    let languages = Locale::ALL
        .map(|locale| json!({"tag": locale.as_str(), "name": own_name(locale), "chosen": locale == typed.language}));
    let values = context! {
        entry => value(&place.entry),
        ticket_type => ticket_type(&place.look.event, &place.entry),
        wish => value(&typed.wish),
        answers_something => typed.wish.answers_something(),
        languages => value(languages),
        errors => value(errors),
        refusal => refusal.map(|refusal| refusal.text),
        key => refusal.map_or_else(|| making.new_key(), |refusal| refusal.key.to_owned()),
        path => link.path(),
    };
    html(&making.templates, &place.look, (status, Keeping::Private), "change.html", values)
}

/// The name of a language in that language.
const fn own_name(locale: Locale) -> &'static str {
    match locale {
        Locale::English => "English",
        Locale::German => "Deutsch",
        Locale::French => "Français",
        Locale::Spanish => "Español",
    }
}

/// Makes the change, and leads to the place.
pub(crate) async fn change(making: &Making, request: &PageRequest, place: &str) -> Result<Response, Failure> {
    let link = PlaceLink::parse(place).ok_or(Failure::NotFound)?;
    let form = Form::new(request.form().ok_or(Failure::NoForm)?);
    let place = find(making, request, &link, false).await?;
    let event = &place.look.event;
    let language = language::of_tag(form.text("language")).unwrap_or(place.look.locale);
    let typed = Typed { wish: Wish::read(&form, event), language };
    let numbers = Numbers::of(&place.look);
    let mut wrong = if typed.wish.answers_something() { typed.wish.missing_answers(event) } else { Vec::new() };
    wrong.extend(typed.wish.wrong_numbers(&numbers));
    if !wrong.is_empty() {
        return page(making, &link, &place, &typed, &wrong, None);
    }
    let mut body = typed.wish.to_change(&numbers);
    // What was left as it was shown is no change. By now it may be another number.
    let shown = [("quantity", "quantity", "quantity-before"), ("minQuantity", "minimum", "minimum-before")];
    for (field, typed, before) in shown {
        if form.text(before).is_some_and(|before| form.text(typed) == Some(before))
            && let Some(fields) = body.as_object_mut()
        {
            fields.remove(field);
        }
    }
    body["entryId"] = json!(form.text("entryId"));
    body["locale"] = json!(language.as_str());
    let key = form.text("key").map(|key| key_of(key, &body));
    let path = [("customerId", link.customer_id.as_str())];
    let token = Some(link.token.as_str());
    let asked = Asked { path: &path, token, idempotency_key: key.as_deref(), body: Some(&body), ..Asked::default() };
    match making.api.change(request, &asked).await {
        Ok(_) => Ok(with_notice(&link, "changed")),
        Err(problem) => form_again(making, &link, &place, (&typed, form.text("key")), problem),
    }
}

/// The form again, with nothing lost that was typed. A change that came too late leads to the place.
fn form_again(
    making: &Making,
    link: &PlaceLink,
    place: &Place,
    (typed, key): (&Typed, Option<&str>),
    problem: Problem,
) -> Result<Response, Failure> {
    let errors = typed.wish.problems(&problem.fields);
    if !errors.is_empty() {
        return page(making, link, place, typed, &errors, None);
    }
    match (problem.slug.as_str(), key) {
        (text @ ("busy" | "idempotency-in-progress"), Some(key)) => {
            let response = page(making, link, place, typed, &[], Some(&Refusal { text, key }))?;
            Ok(try_later(response, problem))
        }
        _ => refused(link, problem),
    }
}
