//! Requests and the answers that they must get: one row each, by topic, beside the files in
//! `events/`.
//!
//! Every row speaks of the people and ids of the scene.

mod codes;
mod customers;
mod events;
mod joining;
mod lists;
mod organising;
mod releases;
mod routing;
mod sales;
pub(crate) mod workers;

use serde_json::Value;

use super::answer::Answer;
use super::function::{EventFile, Function};
use super::payload::Payload;
use super::scene::{ORGANISER, SALES, TOKEN};

/// Whose credential a request has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Caller {
    Anyone,
    Organiser,
    Sales,
    /// `parent-1`, with the token from their join.
    Customer,
}

/// The answer that a request must get.
#[derive(Debug, Clone, PartialEq)]
enum Expected {
    Status(u16),
    /// A problem of this status and slug.
    Problem(u16, &'static str),
    /// 422, and the errors point at these fields and parameters.
    Invalid(Vec<&'static str>),
}

/// A request and its answer.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// What the request is; the path of an event file.
    pub(super) about: String,
    pub(super) payload: Payload,
    expected: Expected,
}

/// Every case: the event files and the rows.
pub(super) fn all() -> Vec<Case> {
    let files = Function::of_the_api().into_iter().flat_map(|function| function.files());
    files.map(|file| Case::of_file(&file)).chain(rows()).collect()
}

/// The rows of every topic.
pub(super) fn rows() -> Vec<Case> {
    [
        events::rows(),
        sales::rows(),
        joining::rows(),
        customers::rows(),
        releases::rows(),
        lists::rows(),
        organising::rows(),
        codes::rows(),
        routing::rows(),
    ]
    .concat()
}

/// A row for a request that succeeds.
fn done(status: u16, about: &str) -> Case {
    Case::new(about, Expected::Status(status))
}

/// A row for a request that is refused with this status and slug.
fn refused(status: u16, slug: &'static str, about: &str) -> Case {
    Case::new(about, Expected::Problem(status, slug))
}

/// A row for a request with bad fields or parameters.
fn invalid(pointers: &[&'static str], about: &str) -> Case {
    Case::new(about, Expected::Invalid(pointers.to_vec()))
}

/// The id of the scene's entry with this number. There is no 99.
pub(super) fn entry(number: u8) -> String {
    format!("ent_{number:032x}")
}

impl Caller {
    const fn credential(self) -> Option<&'static str> {
        match self {
            Self::Anyone => None,
            Self::Organiser => Some(ORGANISER),
            Self::Sales => Some(SALES),
            Self::Customer => Some(TOKEN),
        }
    }
}

/// How a row is written.
impl Case {
    fn new(about: &str, expected: Expected) -> Self {
        Self { about: about.to_owned(), payload: Payload::new(), expected }
    }

    fn of_file(file: &EventFile) -> Self {
        let expected = Expected::Status(file.expected_status());
        Self { about: file.path(), payload: Payload::of_event(file.event.clone()), expected }
    }

    fn sends(self, payload: Payload, caller: Caller) -> Self {
        let payload = caller.credential().into_iter().fold(payload, Payload::from);
        Self { payload, ..self }
    }

    fn get(self, target: &str, caller: Caller) -> Self {
        self.sends(Payload::get(target), caller)
    }

    fn post(self, target: &str, caller: Caller) -> Self {
        self.sends(Payload::post(target), caller)
    }

    fn put(self, target: &str, caller: Caller) -> Self {
        self.sends(Payload::put(target), caller)
    }

    fn delete(self, target: &str, caller: Caller) -> Self {
        self.sends(Payload::delete(target), caller)
    }

    /// With this idempotency key.
    fn keyed(self, key: &str) -> Self {
        Self { payload: self.payload.keyed(key), ..self }
    }

    fn body(self, body: Value) -> Self {
        Self { payload: self.payload.body(&body), ..self }
    }

    /// With a body that is not written as JSON values are.
    fn text(self, body: &str) -> Self {
        Self { payload: self.payload.text(body), ..self }
    }
}

impl Case {
    pub(super) const fn succeeds(&self) -> bool {
        matches!(self.expected, Expected::Status(..400))
    }

    pub(super) fn method(&self) -> &str {
        self.payload.method()
    }

    #[track_caller]
    pub(super) fn check(&self, answer: &Answer) {
        let about = &self.about;
        match &self.expected {
            Expected::Status(status) => assert_eq!(answer.status, *status, "{about}: {answer:?}"),
            Expected::Problem(status, slug) => {
                assert_eq!((answer.status, answer.slug()), (*status, *slug), "{about}: {answer:?}");
            }
            Expected::Invalid(pointers) => {
                assert_eq!((answer.status, answer.slug()), (422, "invalid"), "{about}: {answer:?}");
                assert_eq!(answer.pointers(), *pointers, "{about}: {answer:?}");
            }
        }
        answer.check_form(about);
    }
}
