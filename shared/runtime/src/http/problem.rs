//! Errors as callers see them: RFC 9457 `application/problem+json`.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use waitlist_domain::{Error, FieldError, Refusal};

use crate::http::problem_kinds::{self, ProblemKind};

/// A header by its lower-case name.
pub type Header = (&'static str, Cow<'static, str>);

/// The base URI of problem types, before the slug. It is stable, because callers compare it.
pub const TYPES: &str = "https://waitlist.dev/problems/";
/// The most bad fields that a response lists (docs/api.md). A body of 64 KB may have tens of
/// thousands.
pub const MOST_LISTED: usize = 100;
/// The most bytes of a field's pointer, as JSON writes it and without the mark of the cut.
pub const MOST_OF_A_POINTER: usize = 200;
/// The same of what is wrong with a field.
pub const MOST_OF_A_DETAIL: usize = 300;
/// The most bytes of a problem's JSON (docs/api.md).
const LARGEST: usize = 32 * 1024;
/// The most bytes of a problem's [record](Problem::record). So the item that remembers it has at
/// most 1 KB, and its write consumes one unit.
///
/// One bad field always fits, however long its pointer and its detail.
pub(crate) const LARGEST_RECORD: usize = 700;

/// An error in the form of a response. It reveals nothing of a fault's cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The kind of the problem.
    pub kind: ProblemKind,
    detail: String,
    /// The bad fields that are listed.
    errors: Vec<FieldError>,
    /// The number of bad fields that were found.
    found: usize,
    /// How often the code to a phone can still be tried.
    tries_left: Option<u64>,
    header: Option<Header>,
}

/// What a [`Problem`] does not take from its kind, as the table remembers it.
#[derive(Debug, Serialize, Deserialize)]
struct Record<'problem> {
    slug: Cow<'problem, str>,
    detail: Cow<'problem, str>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    errors: Vec<(Cow<'problem, str>, Cow<'problem, str>)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tries_left: Option<u64>,
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
            Error::Refused(refusal) => sentence(&cut(&refusal.to_string(), MOST_OF_A_DETAIL)),
            Error::Busy { .. } => "Nothing is wrong with the request: send it again in a moment.".to_owned(),
            Error::Internal { .. } => "The request could not be completed. It may be sent again.".to_owned(),
        };
        let all = match error {
            Error::Refused(Refusal::Unreadable(errors) | Refusal::Invalid(errors)) => errors.as_slice(),
            _ => &[],
        };
        let header = match error {
            Error::Refused(
                Refusal::TooManyJoins { seconds }
                | Refusal::TooManyWrongCodes { seconds }
                | Refusal::TooManyPhoneCodes { seconds, .. }
                | Refusal::TooManyLinkMails { seconds },
            ) => Some((RETRY_AFTER, seconds.to_string().into())),
            _ => header_for(kind),
        };
        let tries_left = match error {
            Error::Refused(Refusal::WrongPhoneCode { left }) => Some(*left),
            _ => None,
        };
        let errors: Vec<FieldError> = all.iter().take(MOST_LISTED).map(shortened).collect();
        let listed = errors.len();
        let problem = Self { kind, detail, errors, found: all.len(), tries_left, header };
        problem.listing(listed).within(LARGEST, |problem| problem.body().to_string().len())
    }

    /// The problem with its first bad fields alone, and so that its [record](Self::record) is not
    /// too long.
    pub(crate) fn recordable(&self) -> Self {
        self.within(LARGEST_RECORD, |problem| problem.record().len())
    }

    /// The problem with as many bad fields as this size allows.
    fn within(&self, limit: usize, size: impl Fn(&Self) -> usize) -> Self {
        let counts: Vec<usize> = (1..=self.errors.len()).collect();
        match counts.partition_point(|count| size(&self.listing(*count)) <= limit) {
            // One field always fits, and a problem without bad fields is short.
            0 => self.listing(self.errors.len().min(1)),
            fitting => self.listing(fitting),
        }
    }

    /// The problem with its first bad fields.
    fn listing(&self, count: usize) -> Self {
        if count == self.found {
            return self.clone();
        }
        let many = match self.found {
            ..=MOST_LISTED => self.found.to_string(),
            _ => format!("More than {MOST_LISTED}"),
        };
        let detail = format!("{many} field(s) of the request are invalid: the first {count} are listed.");
        Self { detail, errors: self.errors.iter().take(count).cloned().collect(), ..self.clone() }
    }

    /// The problem in a form that is short enough to remember.
    pub(crate) fn record(&self) -> String {
        let errors = self.errors.iter().map(|error| (error.pointer.as_str().into(), error.detail.as_str().into()));
        let record = Record {
            slug: self.kind.slug.into(),
            detail: self.detail.as_str().into(),
            errors: errors.collect(),
            tries_left: self.tries_left,
        };
        serde_json::to_string(&record).expect("texts are JSON")
    }

    /// The problem that was remembered in this form.
    pub(crate) fn from_record(record: &str) -> Result<Self, Error> {
        const CONTEXT: &str = "reading a remembered problem";
        let record: Record<'_> = serde_json::from_str(record).map_err(|error| Error::internal(CONTEXT, error))?;
        let kind = problem_kinds::KINDS.iter().find(|kind| kind.slug == record.slug);
        let kind = *kind.ok_or_else(|| Error::internal(CONTEXT, "there is no such kind of problem"))?;
        let errors: Vec<FieldError> =
            record.errors.into_iter().map(|(pointer, detail)| FieldError::new(pointer, detail)).collect();
        let found = errors.len();
        let (detail, tries_left) = (record.detail.into_owned(), record.tries_left);
        Ok(Self { kind, detail, errors, found, tries_left, header: header_for(kind) })
    }

    /// The problem of a path without a route.
    pub(crate) fn route_not_found() -> Self {
        Self {
            kind: problem_kinds::ROUTE_NOT_FOUND,
            detail: "There is no route with this path. A slash in an id makes it another path.".to_owned(),
            errors: Vec::new(),
            found: 0,
            tries_left: None,
            header: None,
        }
    }

    /// The problem of a path whose routes have other methods. `allowed` lists them for the header.
    pub(crate) fn method_not_allowed(allowed: String) -> Self {
        Self {
            kind: problem_kinds::METHOD_NOT_ALLOWED,
            detail: format!("This path takes {allowed} only."),
            errors: Vec::new(),
            found: 0,
            tries_left: None,
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
        if let Some(left) = self.tries_left {
            body["triesLeft"] = json!(left);
        }
        body
    }

    /// The header that belongs to the status.
    pub fn header(&self) -> Option<Header> {
        self.header.clone()
    }
}

/// A complaint with its texts cut to the longest that a response shows.
fn shortened(error: &FieldError) -> FieldError {
    FieldError::new(cut(&error.pointer, MOST_OF_A_POINTER), cut(&error.detail, MOST_OF_A_DETAIL))
}

/// The beginning of a text with at most so many bytes in JSON, and a mark if the rest is cut off.
fn cut(text: &str, most: usize) -> String {
    let mut written = 0;
    let mut is_beyond = |character: char| {
        written += bytes_in_json(character);
        written > most
    };
    match text.char_indices().find(|(_, character)| is_beyond(*character)) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The number of bytes that JSON writes for a character. It writes some as `\n` or `\u0001`.
fn bytes_in_json(character: char) -> usize {
    match character {
        '"' | '\\' | '\u{8}' | '\t' | '\n' | '\u{c}' | '\r' => 2,
        ..' ' => 6,
        _ => character.len_utf8(),
    }
}

const RETRY_AFTER: &str = "retry-after";

/// The header that belongs to a kind of problem and always has the same value.
pub fn header_for(kind: ProblemKind) -> Option<Header> {
    match kind {
        problem_kinds::UNAUTHENTICATED => Some(("www-authenticate", "Bearer".into())),
        problem_kinds::BUSY | problem_kinds::IDEMPOTENCY_IN_PROGRESS => Some((RETRY_AFTER, "1".into())),
        _ => None,
    }
}

/// The kind of problem for a refusal.
fn kind(refusal: &Refusal) -> ProblemKind {
    match refusal {
        Refusal::Unreadable(_) | Refusal::Invalid(_) => problem_kinds::INVALID,
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
        Refusal::TooManyOffers { .. } => problem_kinds::TOO_MANY_OFFERS,
        Refusal::TooManyPlaces { .. } => problem_kinds::TOO_MANY_PLACES,
        Refusal::TooManyJoins { .. } => problem_kinds::TOO_MANY_JOINS,
        Refusal::TooManyWrongCodes { .. } => problem_kinds::TOO_MANY_WRONG_CODES,
        Refusal::ChallengeRequired => problem_kinds::CHALLENGE_REQUIRED,
        Refusal::NoChallenge => problem_kinds::NO_CHALLENGE,
        Refusal::ChallengeFailed { .. } => problem_kinds::CHALLENGE_FAILED,
        Refusal::NoPhone => problem_kinds::NO_PHONE,
        Refusal::CountryNotServed => problem_kinds::COUNTRY_NOT_SERVED,
        Refusal::TooManyPhoneCodes { .. } => problem_kinds::TOO_MANY_PHONE_CODES,
        Refusal::TooManyLinkMails { .. } => problem_kinds::TOO_MANY_LINK_MAILS,
        Refusal::WrongPhoneCode { .. } => problem_kinds::WRONG_PHONE_CODE,
        Refusal::NoPhoneCode => problem_kinds::NO_PHONE_CODE,
        Refusal::TooManyCodes { .. } => problem_kinds::TOO_MANY_CODES,
        Refusal::SoldOut { .. } => problem_kinds::SOLD_OUT,
        Refusal::TicketsAvailable => problem_kinds::TICKETS_AVAILABLE,
        Refusal::WaitlistFull { .. } => problem_kinds::WAITLIST_FULL,
        Refusal::WaitlistClosed => problem_kinds::WAITLIST_CLOSED,
        Refusal::JoiningPaused => problem_kinds::JOINING_PAUSED,
        Refusal::CapacityInUse { .. } => problem_kinds::CAPACITY_IN_USE,
        Refusal::NotWaiting { .. } => problem_kinds::NOT_WAITING,
        Refusal::NotConfirmed => problem_kinds::NOT_CONFIRMED,
        Refusal::NoDraw => problem_kinds::NO_DRAW,
        Refusal::LotsDrawn => problem_kinds::LOTS_DRAWN,
        Refusal::EntryEnded { .. } => problem_kinds::ENTRY_ENDED,
        Refusal::PersonalDataRemoved => problem_kinds::PERSONAL_DATA_REMOVED,
        Refusal::TooManyChanges { .. } => problem_kinds::TOO_MANY_CHANGES,
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

    fn problem_of(errors: impl IntoIterator<Item = FieldError>) -> Problem {
        Problem::of(&Refusal::Invalid(errors.into_iter().collect()).into())
    }

    #[test]
    fn of_many_bad_fields_the_first_are_listed_and_of_a_long_pointer_the_beginning() {
        let errors = (0..5_000).map(|index| FieldError::new(format!("/{index}{}", "ä".repeat(30_000)), "is bad"));
        let body = problem_of(errors.take(MOST_LISTED + 1)).body();
        assert_eq!(body["detail"], "More than 100 field(s) of the request are invalid: the first 100 are listed.");
        let rows = body["errors"].as_array().expect("a list");
        assert_eq!(rows.len(), MOST_LISTED);
        assert_eq!(rows[0]["pointer"], format!("/0{}…", "ä".repeat((MOST_OF_A_POINTER - 2) / 2)));
        assert_eq!(rows[99]["pointer"], format!("/99{}…", "ä".repeat((MOST_OF_A_POINTER - 3) / 2)));
    }

    /// Characters that take different numbers of bytes, in UTF-8 and in JSON.
    const CHARACTERS: [&str; 8] = ["a", "ä", "€", "🎟", "\u{1}", "\n", "\"", "\\"];

    #[test]
    fn no_pointer_no_detail_and_no_problem_has_more_bytes_than_its_bound() {
        for character in CHARACTERS {
            for count in [1, 2, 100, 101] {
                for length in [0, 33, 100, 199, 200, 201, 299, 300, 301, 2_000] {
                    let long = character.repeat(length);
                    let problem = problem_of(vec![FieldError::new(format!("/{long}"), long); count]);
                    let about = format!("{count} fields of {length} {character:?}");
                    let body = problem.body();
                    assert!(body.to_string().len() <= LARGEST, "{about}: {}", body.to_string().len());
                    let rows = body["errors"].as_array().expect("a list");
                    assert!(!rows.is_empty() && rows.len() <= count.min(MOST_LISTED), "{about}");
                    for row in rows {
                        let written = |name: &str| row[name].to_string().len() - "\"\"".len();
                        assert!(written("pointer") <= MOST_OF_A_POINTER + '…'.len_utf8(), "{about}: {row}");
                        assert!(written("detail") <= MOST_OF_A_DETAIL + '…'.len_utf8(), "{about}: {row}");
                    }
                    let says_so = body["detail"].as_str().is_some_and(|detail| detail.contains("are listed"));
                    assert_eq!(says_so, rows.len() < count, "{about}: {}", body["detail"]);
                    let record = problem.recordable().record();
                    assert!(record.len() <= LARGEST_RECORD, "{about}: {}", record.len());
                }
            }
        }
    }

    #[test]
    fn a_hundred_ordinary_bad_fields_are_listed_in_full() {
        let detail = "must have no control characters, line breaks or invisible marks of direction: delete them";
        let errors = (0..100).map(|index| FieldError::new(format!("/waitlist/form/{index}/options/99/label"), detail));
        assert_eq!(problem_of(errors).errors.len(), 100);
    }

    #[test]
    fn a_problem_is_read_from_its_record_as_it_was() {
        let fields =
            |count: usize| (0..count).map(|index| FieldError::new(format!("/answers/q{index}"), "is required"));
        let refusals = [Refusal::EntryNotFound, Refusal::OfferExpired, Refusal::WrongPhoneCode { left: 3 }];
        let problems = refusals.map(|refusal| Problem::of(&refusal.into()));
        for problem in problems.into_iter().chain([1, 15, 16, 100, 101].map(|count| problem_of(fields(count)))) {
            let remembered = problem.recordable();
            let again = Problem::from_record(&remembered.record()).expect("it was written here");
            assert_eq!(again.body(), remembered.body());
        }
        let form = problem_of(fields(15));
        assert_eq!(form.recordable(), form, "the answers to a whole form are listed");
        let body = problem_of(fields(50)).recordable().body();
        let count = body["errors"].as_array().map_or(0, Vec::len);
        let detail = format!("50 field(s) of the request are invalid: the first {count} are listed.");
        assert_eq!(body["detail"], detail);
    }

    #[test]
    fn every_refusal_by_rule_can_be_recorded() {
        for kind in problem_kinds::KINDS {
            let detail = "x".repeat(MOST_OF_A_DETAIL);
            let problem = Problem { kind: *kind, detail, errors: Vec::new(), found: 0, tries_left: None, header: None };
            assert!(problem.record().len() <= LARGEST_RECORD, "{}", kind.slug);
        }
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
