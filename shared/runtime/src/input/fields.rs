//! Reads a JSON object field by field, and complains about all bad fields at once.

use serde_json::{Map, Value};
use waitlist_domain::FieldError;
use waitlist_domain::values::shape::{Described, Shape};

use crate::input::json::{escaped, kind, whole};
#[cfg(feature = "openapi")]
use crate::input::recording::{Field, Form, Need, Notes};

/// Notes a field while a route is described. A deployed function has no notes.
macro_rules! note {
    ($fields:expr, $name:expr, $need:ident, $form:expr) => {
        #[cfg(feature = "openapi")]
        $fields.notes.add($name, Need::$need, $form);
    };
}

mod lists;

/// A JSON object being read. Fields that no reader asked for are refused by name.
#[derive(Debug, Default)]
pub struct Fields {
    /// The JSON pointer to the object.
    at: String,
    unread: Map<String, Value>,
    complaints: Vec<FieldError>,
    #[cfg(feature = "openapi")]
    notes: Notes,
}

impl Fields {
    /// Makes the fields of a body.
    pub fn new(object: Map<String, Value>) -> Self {
        Self::within(String::new(), object)
    }

    fn within(at: String, object: Map<String, Value>) -> Self {
        Self { at, unread: object, ..Self::default() }
    }

    /// Whether the object has this field with a value other than `null`.
    pub fn names(&self, name: &str) -> bool {
        self.unread.get(name).is_some_and(|value| !value.is_null())
    }

    /// Whether the field is `null`, where that differs from a missing field.
    pub fn is_null(&self, name: &str) -> bool {
        self.unread.get(name).is_some_and(Value::is_null)
    }

    /// A required text.
    pub fn text<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        note!(self, name, Required, Form::Value(T::SHAPE));
        let value = self.required(name)?;
        self.parse_text(name, &value, parse)
    }

    /// An optional text.
    pub fn optional_text<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        note!(self, name, Optional, Form::Value(T::SHAPE));
        match self.optional(name) {
            None => Some(None),
            Some(value) => self.parse_text(name, &value, parse).map(Some),
        }
    }

    /// An optional text with a default. `null` means no text.
    pub fn nullable_text<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        note!(self, name, Nullable, Form::Value(T::SHAPE));
        match self.unread.remove(name) {
            None => Some(Some(default)),
            Some(Value::Null) => Some(None),
            Some(value) => self.parse_text(name, &value, parse).map(Some),
        }
    }

    /// A required whole number.
    pub fn whole<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        parse: impl FnOnce(i64) -> Result<T, E>,
    ) -> Option<T> {
        note!(self, name, Required, Form::Value(T::SHAPE));
        let value = self.required(name)?;
        self.parse_whole(name, &value, parse)
    }

    /// An optional whole number.
    pub fn optional_whole<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        parse: impl FnOnce(i64) -> Result<T, E>,
    ) -> Option<Option<T>> {
        note!(self, name, Optional, Form::Value(T::SHAPE));
        match self.optional(name) {
            None => Some(None),
            Some(value) => self.parse_whole(name, &value, parse).map(Some),
        }
    }

    /// An optional whole number that may have a default. `null` means no number.
    pub fn nullable_whole<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        default: Option<T>,
        parse: impl FnOnce(i64) -> Result<T, E>,
    ) -> Option<Option<T>> {
        note!(self, name, Nullable, Form::Value(T::SHAPE));
        match self.unread.remove(name) {
            None => Some(default),
            Some(Value::Null) => Some(None),
            Some(value) => self.parse_whole(name, &value, parse).map(Some),
        }
    }

    /// An optional yes or no.
    pub fn optional_flag(&mut self, name: &str) -> Option<Option<bool>> {
        note!(self, name, Optional, Form::Value(Shape::Flag));
        match self.optional(name) {
            None => Some(None),
            Some(Value::Bool(flag)) => Some(Some(flag)),
            Some(other) => self.complain(name, format!("must be true or false, not {}", kind(&other))),
        }
    }

    /// A field that must be missing because of other fields. `detail` says why.
    pub fn absent(&mut self, name: &str, detail: impl Into<String>) -> Option<()> {
        match self.optional(name) {
            None => Some(()),
            Some(_) => self.complain(name, detail),
        }
    }

    /// An optional object with fields of any name and value. The reading gets each field's name.
    pub fn optional_named<T>(
        &mut self,
        name: &str,
        mut read: impl FnMut(&str, &Value) -> Result<T, String>,
    ) -> Option<Option<Vec<T>>> {
        note!(self, name, Optional, Form::Named { of: Box::new(Form::Anything) });
        match self.optional(name) {
            None => Some(None),
            Some(Value::Object(object)) => {
                // Every field is read, so that every bad one is found. `null` means the same as
                // leaving the field out.
                let given = object.iter().filter(|(_, value)| !value.is_null());
                let one = |(inner, value): (&String, &Value)| {
                    let pointer = format!("{name}/{}", escaped(inner));
                    read(inner, value).map_err(|detail| self.complain::<T>(&pointer, detail)).ok()
                };
                let read: Vec<Option<T>> = given.map(one).collect();
                read.into_iter().collect::<Option<Vec<T>>>().map(Some)
            }
            Some(other) => self.complain(name, format!("must be an object, not {}", kind(&other))),
        }
    }

    /// An optional object. A missing one is read as an empty object, so that its defaults apply.
    pub fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        #[cfg(feature = "openapi")]
        if self.notes.are_taken() {
            return self.note_inside(name, Need::Optional, read, Form::Object);
        }
        match self.optional(name) {
            None => self.read_object(name, Map::new(), read),
            Some(Value::Object(object)) => self.read_object(name, object, read),
            Some(other) => self.complain(name, format!("must be an object, not {}", kind(&other))),
        }
    }

    /// An optional object with whole numbers as fields of any name. The reading gets each field's
    /// name.
    pub fn optional_named_wholes<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        mut parse: impl FnMut(&str, i64) -> Result<T, E>,
    ) -> Option<Option<Vec<T>>> {
        note!(self, name, Optional, Form::Named { of: Box::new(Form::Value(T::SHAPE)) });
        match self.optional(name) {
            None => Some(None),
            Some(Value::Object(object)) => {
                let read = |inner: &mut Self| {
                    let names: Vec<String> = inner.unread.keys().cloned().collect();
                    let one = |name: String| {
                        // The caller chose the name, so it may have the characters that separate
                        // the parts of a pointer.
                        let at = escaped(&name);
                        match inner.optional(&name) {
                            Some(value) => inner.parse_whole(&at, &value, |number| parse(&name, number)),
                            None => inner.complain(&at, "is required"),
                        }
                    };
                    let read: Vec<Option<T>> = names.into_iter().map(one).collect();
                    read.into_iter().collect()
                };
                self.read_object(name, object, read).map(Some)
            }
            Some(other) => self.complain(name, format!("must be an object of whole numbers, not {}", kind(&other))),
        }
    }

    /// Declares the shape of a field, if the field's type does not define all of it.
    pub fn has_shape(&mut self, name: &str, shape: Shape) {
        #[cfg(feature = "openapi")]
        self.notes.shape(name, shape);
        #[cfg(not(feature = "openapi"))]
        let _ = (name, shape);
    }

    /// Declares that `null` differs from a missing field, if the field's reading does not.
    pub fn has_null(&mut self, name: &str) {
        #[cfg(feature = "openapi")]
        self.notes.null(name);
        #[cfg(not(feature = "openapi"))]
        let _ = name;
    }

    /// Complains about a field that is well-formed by itself.
    pub fn complain<T>(&mut self, name: &str, detail: impl Into<String>) -> Option<T> {
        self.complaints.push(FieldError::new(format!("{}/{name}", self.at), detail));
        None
    }

    /// Fields that are noted, without input.
    #[cfg(feature = "openapi")]
    pub(crate) fn noted() -> Self {
        Self { notes: Notes::taken(), ..Self::default() }
    }

    /// The notes of the fields that were asked for.
    #[cfg(feature = "openapi")]
    pub(crate) fn into_notes(self) -> Vec<Field> {
        self.notes.into_fields()
    }

    /// Notes an object or a list by one reading of its inside without input.
    #[cfg(feature = "openapi")]
    fn note_inside<T>(
        &mut self,
        name: &str,
        need: Need,
        read: impl FnOnce(&mut Self) -> Option<T>,
        form: impl FnOnce(Vec<Field>) -> Form,
    ) -> Option<T> {
        let mut inner = Self { notes: Notes::taken(), ..Self::default() };
        let value = read(&mut inner);
        self.notes.add(name, need, form(inner.notes.into_fields()));
        value
    }

    fn read_object<T>(
        &mut self,
        name: &str,
        object: Map<String, Value>,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let mut inner = Self::within(format!("{}/{name}", self.at), object);
        let value = read(&mut inner);
        self.complaints.extend(inner.into_complaints());
        value
    }

    /// The value of a field. `null` means the same as a missing field.
    fn optional(&mut self, name: &str) -> Option<Value> {
        self.unread.remove(name).filter(|value| !value.is_null())
    }

    fn required(&mut self, name: &str) -> Option<Value> {
        self.optional(name).or_else(|| self.complain(name, "is required"))
    }

    fn parse_text<T, E: Into<String>>(
        &mut self,
        name: &str,
        value: &Value,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let Value::String(text) = value else {
            return self.complain(name, format!("must be a text, not {}", kind(value)));
        };
        parse(text).map_err(|detail| self.complain::<T>(name, detail)).ok()
    }

    fn parse_whole<T, E: Into<String>>(
        &mut self,
        name: &str,
        value: &Value,
        parse: impl FnOnce(i64) -> Result<T, E>,
    ) -> Option<T> {
        match whole(value) {
            Some(number) => parse(number).map_err(|detail| self.complain::<T>(name, detail)).ok(),
            None if value.is_number() => self.complain(name, "must be a whole number"),
            None => self.complain(name, format!("must be a whole number, not {}", kind(value))),
        }
    }

    /// The complaints about the fields, and one about each field that no reader asked for.
    pub(crate) fn into_complaints(self) -> Vec<FieldError> {
        let unknown = self.unread.keys().map(|name| {
            FieldError::new(format!("{}/{}", self.at, escaped(name)), "is not a field of this request: leave it out")
        });
        let unknown: Vec<FieldError> = unknown.collect();
        self.complaints.into_iter().chain(unknown).collect()
    }
}
