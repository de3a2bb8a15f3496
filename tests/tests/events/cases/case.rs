//! A request and the answer that it must get.

use serde_json::Value;

use crate::events::function::EventFile;
use crate::events::payload::Payload;
use crate::events::reply::Reply;
use crate::events::scene::{MAILED_TOKEN, ORGANISER, SALES, TOKEN, VIEWER};

/// Whose credential a request has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    Anyone,
    Organiser,
    Sales,
    Viewer,
    /// `parent-1`, with the token from their join.
    Customer,
    /// `parent-20`, with the token from their mail.
    Mailed,
}

/// The answer that a request must get.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expected {
    Status(u16),
    /// A problem of this status and slug.
    Problem(u16, &'static str),
    /// 422, and the errors point at these fields and parameters.
    Invalid(Vec<&'static str>),
}

/// A request and its answer.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// What the request is; the path of an event file.
    pub(crate) about: String,
    pub(crate) payload: Payload,
    expected: Expected,
}

/// A row for a request that succeeds.
pub(super) fn done(status: u16, about: &str) -> Case {
    Case::new(about, Expected::Status(status))
}

/// A row for a request that is refused with this status and slug.
pub(super) fn refused(status: u16, slug: &'static str, about: &str) -> Case {
    Case::new(about, Expected::Problem(status, slug))
}

/// A row for a request with bad fields or parameters.
pub(super) fn invalid(pointers: &[&'static str], about: &str) -> Case {
    Case::new(about, Expected::Invalid(pointers.to_vec()))
}

/// The id of the scene's entry with this number. There is no 99.
pub(crate) fn entry(number: u8) -> String {
    format!("ent_{number:032x}")
}

impl Caller {
    const fn credential(self) -> Option<&'static str> {
        match self {
            Self::Anyone => None,
            Self::Organiser => Some(ORGANISER),
            Self::Sales => Some(SALES),
            Self::Viewer => Some(VIEWER),
            Self::Customer => Some(TOKEN),
            Self::Mailed => Some(MAILED_TOKEN),
        }
    }
}

/// How a row is written.
impl Case {
    fn new(about: &str, expected: Expected) -> Self {
        Self { about: about.to_owned(), payload: Payload::new(), expected }
    }

    pub(super) fn of_file(file: &EventFile) -> Self {
        let expected = Expected::Status(file.expected_status());
        Self { about: file.path(), payload: Payload::of_event(file.event.clone()), expected }
    }

    fn sends(self, payload: Payload, caller: Caller) -> Self {
        let payload = caller.credential().into_iter().fold(payload, Payload::from);
        Self { payload, ..self }
    }

    pub(super) fn get(self, target: &str, caller: Caller) -> Self {
        self.sends(Payload::get(target), caller)
    }

    pub(super) fn post(self, target: &str, caller: Caller) -> Self {
        self.sends(Payload::post(target), caller)
    }

    pub(super) fn put(self, target: &str, caller: Caller) -> Self {
        self.sends(Payload::put(target), caller)
    }

    pub(super) fn delete(self, target: &str, caller: Caller) -> Self {
        self.sends(Payload::delete(target), caller)
    }

    /// With this idempotency key.
    pub(super) fn keyed(self, key: &str) -> Self {
        Self { payload: self.payload.keyed(key), ..self }
    }

    pub(super) fn body(self, body: Value) -> Self {
        Self { payload: self.payload.body(&body), ..self }
    }

    /// With a body of this type.
    pub(super) fn typed(self, content_type: &str, body: &str) -> Self {
        Self { payload: self.payload.typed(Some(content_type), body), ..self }
    }

    /// With a body that is not written as JSON values are.
    pub(super) fn text(self, body: &str) -> Self {
        Self { payload: self.payload.text(body), ..self }
    }
}

impl Case {
    pub(crate) const fn succeeds(&self) -> bool {
        matches!(self.expected, Expected::Status(..400))
    }

    pub(crate) fn method(&self) -> &str {
        self.payload.method()
    }

    #[track_caller]
    pub(crate) fn check(&self, answer: &Reply) {
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
