//! Errors as callers see them: RFC 9457 `application/problem+json`.

use std::borrow::Cow;

use serde_json::{Value, json};
use waitlist_domain::{Error, FieldError, Refusal};

use crate::http::problem_kinds::{self, ProblemKind};

/// A header by its lower-case name.
pub type Header = (&'static str, Cow<'static, str>);

/// The base URI of problem types, before the slug. It is stable, because callers compare it.
pub const TYPES: &str = "https://waitlist.dev/problems/";
/// The most bad fields that a response lists (docs/api.md).
///
/// A body of 64 KB may have tens of thousands. All of them would exceed the largest response of
/// Lambda and the largest item that remembers a response.
pub const MOST_LISTED: usize = 100;
/// The most characters of a field's pointer in a response.
pub const MOST_OF_A_POINTER: usize = 200;

/// An error in the form of a response. It reveals nothing of a fault's cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind of the problem.
    pub kind: ProblemKind,
    detail: String,
    errors: Vec<FieldError>,
    header: Option<Header>,
}

impl Problem {
    /// Describes an error to the caller.
    pub fn of(error: &Error) -> Self {
        let kind = match error {
            Error::Refused(refusal) => kind(refusal),
            Error::Busy { .. } => problem_kinds::BUSY,
            Error::Internal { .. } => problem_kinds::INTERNAL,
        };
        let detail = match error {
            Error::Refused(Refusal::Invalid(errors)) if errors.len() > MOST_LISTED => {
                format!(
                    "More than {MOST_LISTED} field(s) of the request are invalid: the first {MOST_LISTED} are listed."
                )
            }
            Error::Refused(refusal) => sentence(&refusal.to_string()),
            Error::Busy { .. } => "Nothing is wrong with the request: send it again in a moment.".to_owned(),
            Error::Internal { .. } => "The request could not be completed. It may be sent again.".to_owned(),
        };
        let errors = match error {
            Error::Refused(Refusal::Invalid(errors)) => errors.iter().take(MOST_LISTED).map(shortened).collect(),
            _ => Vec::new(),
        };
        Self { kind, detail, errors, header: header_for(kind) }
    }

    /// The problem of a path without a route.
    pub(crate) fn route_not_found() -> Self {
        Self {
            kind: problem_kinds::ROUTE_NOT_FOUND,
            detail: "There is no route with this path. A slash in an id makes it another path.".to_owned(),
            errors: Vec::new(),
            header: None,
        }
    }

    /// The problem of a path whose routes have other methods. `allowed` lists them for the header.
    pub(crate) fn method_not_allowed(allowed: String) -> Self {
        Self {
            kind: problem_kinds::METHOD_NOT_ALLOWED,
            detail: format!("This path takes {allowed} only."),
            errors: Vec::new(),
            header: Some(("allow", allowed.into())),
        }
    }

    /// The JSON body of the response.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "type": format!("{TYPES}{}", self.kind.slug),
            "title": self.kind.title,
            "status": self.kind.status,
            "detail": self.detail,
        });
        if !self.errors.is_empty() {
            let row = |error: &FieldError| json!({"pointer": error.pointer, "detail": error.detail});
            body["errors"] = self.errors.iter().map(row).collect();
        }
        body
    }

    /// The header that belongs to the status.
    pub fn header(&self) -> Option<Header> {
        self.header.clone()
    }
}

/// A complaint with its pointer cut to the longest that a response shows.
fn shortened(error: &FieldError) -> FieldError {
    match error.pointer.char_indices().nth(MOST_OF_A_POINTER) {
        Some((end, _)) => FieldError::new(format!("{}…", &error.pointer[..end]), error.detail.clone()),
        None => error.clone(),
    }
}

/// The header that belongs to a kind of problem and always has the same value.
pub fn header_for(kind: ProblemKind) -> Option<Header> {
    match kind {
        problem_kinds::UNAUTHENTICATED => Some(("www-authenticate", "Bearer".into())),
        problem_kinds::BUSY | problem_kinds::IDEMPOTENCY_IN_PROGRESS => Some(("retry-after", "1".into())),
        _ => None,
    }
}

/// The kind of problem for a refusal.
fn kind(refusal: &Refusal) -> ProblemKind {
    match refusal {
        Refusal::Invalid(_) => problem_kinds::INVALID,
        Refusal::MalformedBody(_) => problem_kinds::MALFORMED_BODY,
        Refusal::BodyTooLarge { .. } => problem_kinds::BODY_TOO_LARGE,
        Refusal::UnsupportedMediaType => problem_kinds::UNSUPPORTED_MEDIA_TYPE,
        Refusal::Unauthenticated(_) => problem_kinds::UNAUTHENTICATED,
        Refusal::Forbidden(_) => problem_kinds::FORBIDDEN,
        Refusal::EventNotFound => problem_kinds::EVENT_NOT_FOUND,
        Refusal::EntryNotFound => problem_kinds::ENTRY_NOT_FOUND,
        Refusal::RegistrationNotFound => problem_kinds::REGISTRATION_NOT_FOUND,
        Refusal::ReleaseNotFound => problem_kinds::RELEASE_NOT_FOUND,
        Refusal::CodeNotFound => problem_kinds::CODE_NOT_FOUND,
        Refusal::CodeTaken => problem_kinds::CODE_TAKEN,
        Refusal::TooManyCodes { .. } => problem_kinds::TOO_MANY_CODES,
        Refusal::SoldOut { .. } => problem_kinds::SOLD_OUT,
        Refusal::TicketsAvailable => problem_kinds::TICKETS_AVAILABLE,
        Refusal::WaitlistFull { .. } => problem_kinds::WAITLIST_FULL,
        Refusal::WaitlistClosed => problem_kinds::WAITLIST_CLOSED,
        Refusal::JoiningPaused => problem_kinds::JOINING_PAUSED,
        Refusal::CapacityInUse { .. } => problem_kinds::CAPACITY_IN_USE,
        Refusal::NotWaiting { .. } => problem_kinds::NOT_WAITING,
        Refusal::NoDraw => problem_kinds::NO_DRAW,
        Refusal::LotsDrawn => problem_kinds::LOTS_DRAWN,
        Refusal::EntryEnded { .. } => problem_kinds::ENTRY_ENDED,
        Refusal::StillWaiting { .. } => problem_kinds::STILL_WAITING,
        Refusal::SeatsNotFree { .. } => problem_kinds::SEATS_NOT_FREE,
        Refusal::OrderInUse => problem_kinds::ORDER_IN_USE,
        Refusal::TicketTypeInUse { .. } => problem_kinds::TICKET_TYPE_IN_USE,
        Refusal::NoOffer { .. } => problem_kinds::NO_OFFER,
        Refusal::OfferExpired => problem_kinds::OFFER_EXPIRED,
        Refusal::ReleaseEnded { .. } => problem_kinds::RELEASE_ENDED,
        Refusal::IdempotencyKeyReused => problem_kinds::IDEMPOTENCY_KEY_REUSED,
        Refusal::IdempotencyInProgress => problem_kinds::IDEMPOTENCY_IN_PROGRESS,
    }
}

/// The text as a sentence, with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let start: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{start}{}.", characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_field_has_its_row() {
        let errors = vec![FieldError::new("/quantity", "must be 1"), FieldError::new("eventId", "is required")];
        let body = Problem::of(&Refusal::Invalid(errors).into()).body();
        assert_eq!(body["type"], "https://waitlist.dev/problems/invalid");
        assert_eq!(body["status"], 422);
        assert_eq!(body["detail"], "2 field(s) of the request are invalid.");
        let rows =
            json!([{"pointer": "/quantity", "detail": "must be 1"}, {"pointer": "eventId", "detail": "is required"}]);
        assert_eq!(body["errors"], rows);
    }

    #[test]
    fn of_many_bad_fields_the_first_are_listed_and_of_a_long_pointer_the_beginning() {
        let errors = (0..5_000).map(|index| FieldError::new(format!("/{index}{}", "ä".repeat(30_000)), "is bad"));
        let body = Problem::of(&Refusal::Invalid(errors.take(MOST_LISTED + 1).collect()).into()).body();
        assert_eq!(body["detail"], "More than 100 field(s) of the request are invalid: the first 100 are listed.");
        let rows = body["errors"].as_array().expect("a list");
        assert_eq!(rows.len(), MOST_LISTED);
        assert_eq!(rows[99]["pointer"], format!("/99{}…", "ä".repeat(MOST_OF_A_POINTER - 3)));
    }

    #[test]
    fn a_fault_keeps_its_cause_to_itself() {
        let error = Error::internal("reading the table waitlist-Table", std::io::Error::other("secret"));
        let text = Problem::of(&error).body().to_string();
        assert!(!text.contains("secret") && !text.contains("waitlist-Table"), "{text}");
    }

    #[test]
    fn a_missing_credential_is_answered_with_the_scheme_to_use() {
        let problem = Problem::of(&Refusal::Unauthenticated("a credential is needed").into());
        assert_eq!((problem.kind.status, problem.header()), (401, Some(("www-authenticate", "Bearer".into()))));
    }

    #[test]
    fn whoever_meets_contention_is_told_when_to_come_back() {
        let problem = Problem::of(&Error::Busy { context: "selling a seat" });
        assert_eq!((problem.kind.status, problem.header()), (503, Some(("retry-after", "1".into()))));
    }
}
