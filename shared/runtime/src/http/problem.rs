//! Errors as the caller sees them: RFC 9457 `application/problem+json`.

use std::borrow::Cow;

use serde_json::{Value, json};
use waitlist_domain::{Error, FieldError, Refusal};

/// A header by its lower-case name.
pub(crate) type Header = (&'static str, Cow<'static, str>);

/// Where the types of problems live; the slug follows. Stable, for callers compare it.
const TYPES: &str = "https://waitlist.dev/problems/";
/// Most bad fields that an answer lists (docs/api.md). A body of 64 KB may have tens of thousands, and all of them would
/// be more than Lambda answers with, and than an item of the table holds where the answer is remembered.
pub(crate) const MOST_LISTED: usize = 100;
/// Most characters of a field's pointer that an answer shows.
const MOST_OF_A_POINTER: usize = 200;

/// An error, ready to be answered. Nothing of a fault's cause is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: u16,
    /// End of the type's URI.
    pub slug: &'static str,
    title: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    header: Option<Header>,
}

impl Problem {
    /// Describes an error to the caller.
    pub fn of(error: &Error) -> Self {
        let (status, slug, title) = match error {
            Error::Refused(refusal) => kind(refusal),
            Error::Busy { .. } => (503, "busy", "Too busy just now"),
            Error::Internal { .. } => (500, "internal", "Something went wrong on our side"),
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
        Self { status, slug, title, detail, errors, header: header_for(slug) }
    }

    /// The path is no route's.
    pub(crate) fn route_not_found() -> Self {
        Self {
            status: 404,
            slug: "route-not-found",
            title: "No such route",
            detail: "There is no route with this path. A slash in an id makes it another path.".to_owned(),
            errors: Vec::new(),
            header: None,
        }
    }

    /// The path's routes have other methods: `allowed`, as the header lists them.
    pub(crate) fn method_not_allowed(allowed: String) -> Self {
        Self {
            status: 405,
            slug: "method-not-allowed",
            title: "Method not allowed",
            detail: format!("This path takes {allowed} only."),
            errors: Vec::new(),
            header: Some(("allow", allowed.into())),
        }
    }

    /// The JSON object to answer with.
    pub fn body(&self) -> Value {
        let mut body = json!({
            "type": format!("{TYPES}{}", self.slug),
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        });
        if !self.errors.is_empty() {
            let row = |error: &FieldError| json!({"pointer": error.pointer, "detail": error.detail});
            body["errors"] = self.errors.iter().map(row).collect();
        }
        body
    }

    /// A header that the status calls for.
    pub fn header(&self) -> Option<Header> {
        self.header.clone()
    }
}

/// A complaint whose pointer is not longer than an answer shows.
fn shortened(error: &FieldError) -> FieldError {
    match error.pointer.char_indices().nth(MOST_OF_A_POINTER) {
        Some((end, _)) => FieldError::new(format!("{}…", &error.pointer[..end]), error.detail.clone()),
        None => error.clone(),
    }
}

/// The header that an error calls for.
fn header_for(slug: &str) -> Option<Header> {
    match slug {
        "unauthenticated" => Some(("www-authenticate", "Bearer".into())),
        "busy" | "idempotency-in-progress" => Some(("retry-after", "1".into())),
        _ => None,
    }
}

/// Status, slug and title of a refusal: the list in docs/api.md.
fn kind(refusal: &Refusal) -> (u16, &'static str, &'static str) {
    match refusal {
        Refusal::Invalid(_) => (422, "invalid", "The request is invalid"),
        Refusal::MalformedBody(_) => (400, "malformed-body", "The body is malformed"),
        Refusal::BodyTooLarge { .. } => (413, "body-too-large", "The body is too large"),
        Refusal::Unauthenticated(_) => (401, "unauthenticated", "Who is calling?"),
        Refusal::Forbidden(_) => (403, "forbidden", "Not allowed"),
        Refusal::EventNotFound => (404, "event-not-found", "No such event"),
        Refusal::EntryNotFound => (404, "entry-not-found", "No such entry"),
        Refusal::RegistrationNotFound => (404, "registration-not-found", "No such registration"),
        Refusal::ReleaseNotFound => (404, "release-not-found", "No such release"),
        Refusal::CodeNotFound => (404, "code-not-found", "No such access code"),
        Refusal::CodeTaken => (409, "code-taken", "The event has this access code"),
        Refusal::TooManyCodes { .. } => (409, "too-many-codes", "The event has too many access codes"),
        Refusal::SoldOut { .. } => (409, "sold-out", "Sold out"),
        Refusal::TicketsAvailable => (409, "tickets-available", "Seats are on sale"),
        Refusal::WaitlistFull { .. } => (409, "waitlist-full", "The waitlist is full"),
        Refusal::WaitlistClosed => (409, "waitlist-closed", "The waitlist is closed"),
        Refusal::JoiningPaused => (409, "joining-paused", "Joining is paused"),
        Refusal::CapacityInUse { .. } => (409, "capacity-in-use", "The capacity is in use"),
        Refusal::NotWaiting { .. } => (409, "not-waiting", "The entry does not wait"),
        Refusal::NoDraw => (404, "no-draw", "There is no draw"),
        Refusal::LotsDrawn => (409, "lots-drawn", "The lots are drawn"),
        Refusal::EntryEnded { .. } => (409, "entry-ended", "The entry has ended"),
        Refusal::StillWaiting { .. } => (409, "still-waiting", "The entry has not ended"),
        Refusal::SeatsNotFree { .. } => (409, "seats-not-free", "Too few seats are free"),
        Refusal::OrderInUse => (409, "order-in-use", "The order is in use"),
        Refusal::TicketTypeInUse { .. } => (409, "ticket-type-in-use", "The ticket type is in use"),
        Refusal::NoOffer { .. } => (409, "no-offer", "No offer"),
        Refusal::OfferExpired => (410, "offer-expired", "The offer has expired"),
        Refusal::ReleaseEnded { .. } => (409, "release-ended", "The release has ended"),
        Refusal::IdempotencyKeyReused => (422, "idempotency-key-reused", "The Idempotency-Key was used before"),
        Refusal::IdempotencyInProgress => (409, "idempotency-in-progress", "Still in progress"),
    }
}

/// A text as a sentence of its own.
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
        assert_eq!((problem.status, problem.header()), (401, Some(("www-authenticate", "Bearer".into()))));
    }

    #[test]
    fn whoever_meets_contention_is_told_when_to_come_back() {
        let problem = Problem::of(&Error::Busy { context: "selling a seat" });
        assert_eq!((problem.status, problem.header()), (503, Some(("retry-after", "1".into()))));
    }
}
