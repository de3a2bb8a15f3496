//! Reads the parameters of a request, beside the fields of its body.

use serde_json::{Map, Value};
use waitlist_domain::values::shape::Described;
use waitlist_domain::{Error, FieldError, Refusal};

use crate::input::fields::Fields;
#[cfg(feature = "openapi")]
use crate::input::recording::{Form, Need, Notes, ParameterNotes, Recording};

/// The parts of a request: path, query and body.
#[derive(Debug, Default)]
pub struct Input {
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    complaints: Vec<FieldError>,
    #[cfg(feature = "openapi")]
    notes: ParameterNotes,
    /// The fields of the body.
    pub body: Fields,
}

impl Input {
    /// Makes an input from its decoded parts.
    pub fn new(path: Vec<(String, String)>, query: Vec<(String, String)>, body: Map<String, Value>) -> Self {
        Self { path, query, body: Fields::new(body), ..Self::default() }
    }

    /// Adds complaints from before the reading.
    #[must_use]
    pub fn with_complaints(mut self, complaints: Vec<FieldError>) -> Self {
        self.complaints.extend(complaints);
        self
    }

    /// A parameter in the path, without parsing it.
    pub fn path_text(&self, name: &str) -> &str {
        self.path.iter().find(|(other, _)| other == name).map_or("", |(_, text)| text)
    }

    /// A required parameter in the path.
    pub fn path<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        #[cfg(feature = "openapi")]
        self.notes.path.add(name, Need::Required, Form::Value(T::SHAPE));
        let given = take(&mut self.path, name);
        self.parse(name, given.first().map_or("", String::as_str), parse)
    }

    /// An optional parameter in the query.
    pub fn query<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        #[cfg(feature = "openapi")]
        self.notes.query.add(name, Need::Optional, Form::Value(T::SHAPE));
        match take(&mut self.query, name).as_slice() {
            [] => Some(None),
            [text] => self.parse(name, text, parse).map(Some),
            _ => {
                self.complaints.push(given_more_than_once(name));
                None
            }
        }
    }

    fn parse<T, E: Into<String>>(
        &mut self,
        name: &str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        parse(text).map_err(|detail| self.complaints.push(FieldError::new(name, detail))).ok()
    }

    /// Runs a reading once over nothing, and returns what it asked for.
    #[cfg(feature = "openapi")]
    pub fn record<T>(read: impl FnOnce(&mut Self) -> Option<T>) -> Recording {
        let notes = ParameterNotes { path: Notes::taken(), query: Notes::taken() };
        let body = Fields::noted();
        let mut input = Self { notes, body, ..Self::default() };
        // It finds nothing that it requires, so it reads nothing.
        let _ = read(&mut input);
        Recording {
            path: input.notes.path.into_fields(),
            query: input.notes.query.into_fields(),
            body: input.body.into_notes(),
        }
    }

    /// Reads everything with `build`, then refuses bad and unknown fields.
    pub fn read<T>(mut self, build: impl FnOnce(&mut Self) -> Option<T>) -> Result<T, Error> {
        let built = build(&mut self);
        let unknown =
            self.query.iter().map(|(name, _)| FieldError::new(name, "is not a parameter of this route: leave it out"));
        let mut complaints = self.complaints;
        complaints.extend(unknown);
        complaints.extend(self.body.into_complaints());
        match built {
            Some(value) if complaints.is_empty() => Ok(value),
            None if complaints.is_empty() => {
                Err(Error::internal("reading a request", "a field was refused without a complaint"))
            }
            _ => Err(Refusal::Unreadable(complaints).into()),
        }
    }
}

/// The complaint about a parameter of the query that is given several times. Other readers of the
/// same link may take another of its values.
pub(crate) fn given_more_than_once(name: &str) -> FieldError {
    FieldError::new(name, "must not be given more than once")
}

/// Removes all values of a parameter, and returns them.
fn take(parameters: &mut Vec<(String, String)>, name: &str) -> Vec<String> {
    parameters.extract_if(.., |(other, _)| other == name).map(|(_, value)| value).collect()
}
