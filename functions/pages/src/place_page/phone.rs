//! The code that confirms the phone number of a place.
//!
//! An act leads to the page again. What it came to stands in the address of the page, so that
//! nothing is sent twice.

use serde::Serialize;
use serde_json::json;
use waitlist_runtime::http::Response;
use waitlist_runtime::http::pages::{Asked, PageRequest};

use super::notices::{refused, with_notice};
use crate::api::Problem;
use crate::event_page::key_of;
use crate::form::Form;
use crate::making::Making;
use crate::place_link::PlaceLink;
use crate::reply::{Failure, see_other};

/// What a page says of the code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Code {
    /// How it stands with the code: `sent`, or the end of the name of a text that says what is wrong.
    name: Option<&'static str>,
    /// How often a wrong code can still be tried.
    left: u64,
    is_wrong: bool,
    can_be_entered: bool,
    /// Whether too many were asked for, so that none was sent this time.
    is_refused: bool,
}

/// The ways in which it can stand, and whether a code can be entered then.
const STATES: [(&str, bool); 7] = [
    ("sent", true),
    ("missing", true),
    ("wrong", true),
    ("used-up", false),
    ("none", false),
    // An earlier code may still be valid.
    ("too-many", true),
    ("too-soon", true),
];

/// Seconds.
const AN_HOUR: u64 = 3_600;

/// How many digits a code has.
const DIGITS: usize = 6;

impl Code {
    /// Reads the address of a page.
    pub(super) fn of(request: &PageRequest) -> Self {
        let named = request.query("code");
        let found = STATES.into_iter().find(|(name, _)| named.as_deref() == Some(name));
        let left = request.query("left").and_then(|left| left.parse().ok()).unwrap_or(0).min(9);
        found.map_or_else(Self::default, |(name, can_be_entered)| Self {
            name: Some(name),
            left,
            is_wrong: name != "sent",
            can_be_entered,
            is_refused: ["too-many", "too-soon"].contains(&name),
        })
    }
}

/// The page with the field for the code, which has the focus.
fn with_field(link: &PlaceLink, query: &str) -> Response {
    see_other(format!("{}?{query}", link.path()))
}

/// The page without the field, at the button that asks for another code.
fn without_field(link: &PlaceLink, query: &str) -> Response {
    see_other(format!("{}?{query}#phone", link.path()))
}

/// Has a code sent to the number.
pub(super) async fn send_code(
    making: &Making,
    request: &PageRequest,
    link: &PlaceLink,
    form: &Form,
) -> Result<Response, Failure> {
    let path = [("customerId", link.customer_id.as_str())];
    let body = json!({ "entryId": form.text("entryId") });
    let asked = Asked {
        path: &path,
        token: Some(link.token.as_str()),
        idempotency_key: form.text("key"),
        body: Some(&body),
        ..Asked::default()
    };
    match making.api.send_phone_code(request, &asked).await {
        // The customer has confirmed the number before, in another line.
        Ok(sent) if sent["codeExpiresAt"].is_null() => Ok(confirmed(link)),
        Ok(_) => Ok(with_field(link, "code=sent")),
        Err(problem) if problem.slug == "too-many-phone-codes" => {
            let seconds = problem.retry_after.and_then(|seconds| seconds.parse().ok()).unwrap_or(u64::MAX);
            Ok(with_field(link, if seconds <= AN_HOUR { "code=too-soon" } else { "code=too-many" }))
        }
        Err(problem) => refused(link, problem),
    }
}

/// Confirms the number by the code that was typed.
pub(super) async fn confirm(
    making: &Making,
    request: &PageRequest,
    link: &PlaceLink,
    form: &Form,
) -> Result<Response, Failure> {
    let Some(code) = form.text("code").and_then(digits) else { return Ok(with_field(link, "code=missing")) };
    let path = [("customerId", link.customer_id.as_str())];
    let body = json!({ "entryId": form.text("entryId"), "code": code });
    let key = form.text("key").map(|key| key_of(key, &body));
    let token = Some(link.token.as_str());
    let asked = Asked { path: &path, token, idempotency_key: key.as_deref(), body: Some(&body), ..Asked::default() };
    match making.api.confirm_phone(request, &asked).await {
        Ok(_) => Ok(confirmed(link)),
        Err(Problem { tries_left: Some(0), .. }) => Ok(without_field(link, "code=used-up")),
        Err(Problem { tries_left: Some(left), .. }) => Ok(with_field(link, &format!("code=wrong&left={left}"))),
        Err(problem) if problem.slug == "no-phone-code" => Ok(without_field(link, "code=none")),
        Err(problem) => refused(link, problem),
    }
}

fn confirmed(link: &PlaceLink) -> Response {
    with_notice(link, "phone-confirmed")
}

/// The code of a text that was typed, or copied with the spaces and hyphens of a message.
fn digits(text: &str) -> Option<String> {
    let code: String = text.chars().filter(|character| !character.is_whitespace() && *character != '-').collect();
    let is_code = code.len() == DIGITS && code.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_however_they_are_grouped() {
        for text in ["012345", "012 345", "012-345", "01 23 45"] {
            assert_eq!(digits(text).as_deref(), Some("012345"), "{text}");
        }
        for text in ["", "12345", "1234567", "12345a", "\u{661}\u{662}3456", "+12345"] {
            assert_eq!(digits(text), None, "{text}");
        }
    }
}
