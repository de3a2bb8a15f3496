//! Reads a request field by field, and complains about all bad fields at once.
//!
//! A bad field reads as `None`, and the complaint is kept. A handler therefore reads every field
//! before it builds its command: `Some(Command { name: name?, quantity: quantity? })`.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};
use waitlist_domain::values::shape::{Described, Shape};
use waitlist_domain::{Error, FieldError, Refusal};

#[cfg(feature = "openapi")]
use crate::input::recording::{Field, Form, Need, Notes, ParameterNotes, Recording};

/// Notes a field while a route is described. A deployed function has no notes.
macro_rules! note {
    ($fields:expr, $name:expr, $need:ident, $form:expr) => {
        #[cfg(feature = "openapi")]
        $fields.notes.add($name, Need::$need, $form);
    };
}

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

    /// A required list of `least` to `most` objects.
    pub fn objects<T>(
        &mut self,
        name: &str,
        (least, most): (usize, usize),
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        #[cfg(feature = "openapi")]
        if self.notes.are_taken() {
            let _ =
                self.note_inside(name, Need::Required, read, |fields| Form::list(Form::Object(fields), least..=most));
            return None;
        }
        match self.required(name)? {
            Value::Array(elements) if (least..=most).contains(&elements.len()) => {
                let one = |(index, element)| self.element(&format!("{name}/{index}"), element, &mut read);
                // Every element is read, so that every bad field in any of them is found.
                let read: Vec<Option<T>> = elements.into_iter().enumerate().map(one).collect();
                read.into_iter().collect()
            }
            Value::Array(elements) => {
                self.complain(name, format!("must have {least} to {most} elements, not {}", elements.len()))
            }
            other => self.complain(name, format!("must be a list of objects, not {}", kind(&other))),
        }
    }

    /// An optional list with a maximum number of objects.
    pub fn optional_objects<T>(
        &mut self,
        name: &str,
        most: usize,
        read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Option<Vec<T>>> {
        #[cfg(feature = "openapi")]
        if self.notes.are_taken() {
            let _ = self.note_inside(name, Need::Optional, read, |fields| Form::list(Form::Object(fields), 0..=most));
            return Some(None);
        }
        if self.names(name) {
            return self.objects(name, (0, most), read).map(Some);
        }
        self.unread.remove(name);
        Some(None)
    }

    /// An optional list. Each element is an object, or a text as its short form.
    pub fn optional_texts_or_objects<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        mut parse: impl FnMut(&str) -> Result<T, E>,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Option<Vec<T>>> {
        #[cfg(feature = "openapi")]
        if self.notes.are_taken() {
            let _ = self.note_inside(name, Need::Optional, read, |fields| {
                Form::list(Form::AnyOf(vec![Form::Value(T::SHAPE), Form::Object(fields)]), 0..=usize::MAX)
            });
            return Some(None);
        }
        self.optional_list(name, 0..=usize::MAX, "texts or objects", |fields, at, element| match element {
            Value::Object(object) => fields.read_object(at, object.clone(), &mut read),
            text => fields.parse_text(at, text, &mut parse),
        })
    }

    /// An optional list of texts.
    pub fn optional_texts<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        mut parse: impl FnMut(&str) -> Result<T, E>,
    ) -> Option<Option<Vec<T>>> {
        note!(self, name, Optional, Form::list(Form::Value(T::SHAPE), 0..=usize::MAX));
        self.optional_list(name, 0..=usize::MAX, "texts", |fields, at, element| {
            fields.parse_text(at, element, &mut parse)
        })
    }

    /// An optional list of texts, with a range for its length.
    pub fn optional_texts_within<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        sizes: RangeInclusive<usize>,
        mut parse: impl FnMut(&str) -> Result<T, E>,
    ) -> Option<Option<Vec<T>>> {
        note!(self, name, Optional, Form::list(Form::Value(T::SHAPE), sizes.clone()));
        self.optional_list(name, sizes, "texts", |fields, at, element| fields.parse_text(at, element, &mut parse))
    }

    /// An optional list of whole numbers.
    pub fn optional_wholes<T: Described, E: Into<String>>(
        &mut self,
        name: &str,
        mut parse: impl FnMut(i64) -> Result<T, E>,
    ) -> Option<Option<Vec<T>>> {
        note!(self, name, Optional, Form::list(Form::Value(T::SHAPE), 0..=usize::MAX));
        self.optional_list(name, 0..=usize::MAX, "whole numbers", |fields, at, element| {
            fields.parse_whole(at, element, &mut parse)
        })
    }

    fn optional_list<T>(
        &mut self,
        name: &str,
        sizes: RangeInclusive<usize>,
        of_what: &str,
        mut read: impl FnMut(&mut Self, &str, &Value) -> Option<T>,
    ) -> Option<Option<Vec<T>>> {
        match self.optional(name) {
            None => Some(None),
            Some(Value::Array(elements)) if sizes.contains(&elements.len()) => {
                let numbered = elements.iter().enumerate();
                let one = |(index, element)| read(self, &format!("{name}/{index}"), element);
                // Every element is read, so that every bad one is found.
                let read: Vec<Option<T>> = numbered.map(one).collect();
                read.into_iter().collect::<Option<Vec<T>>>().map(Some)
            }
            Some(Value::Array(elements)) => {
                let (least, most) = sizes.into_inner();
                self.complain(name, format!("must have {least} to {most} elements, not {}", elements.len()))
            }
            Some(other) => self.complain(name, format!("must be a list of {of_what}, not {}", kind(&other))),
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

    fn element<T>(&mut self, name: &str, element: Value, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        match element {
            Value::Object(object) => self.read_object(name, object, read),
            other => self.complain(name, format!("must be an object, not {}", kind(&other))),
        }
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

    fn into_complaints(self) -> Vec<FieldError> {
        let unknown = self.unread.keys().map(|name| {
            FieldError::new(format!("{}/{}", self.at, escaped(name)), "is not a field of this request: leave it out")
        });
        let unknown: Vec<FieldError> = unknown.collect();
        self.complaints.into_iter().chain(unknown).collect()
    }
}

/// A field's name as a part of a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The value as a whole number.
///
/// JSON knows only numbers, so `2.0` and `1e3` are whole as well. A number too large to be exact
/// becomes the largest possible number, which every field refuses as too large.
pub fn whole(value: &Value) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, as the comment above says")]
    let from_float = |number: f64| (number.fract() == 0.0).then_some(number as i64);
    value.as_i64().or_else(|| value.as_f64().and_then(from_float))
}

/// The type of a JSON value, in words.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

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
            _ => self.parse(name, "", |_| Err::<T, _>("must not be given more than once")).map(Some),
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
        let body = Fields { notes: Notes::taken(), ..Fields::default() };
        let mut input = Self { notes, body, ..Self::default() };
        // It finds nothing that it requires, so it reads nothing.
        let _ = read(&mut input);
        Recording {
            path: input.notes.path.into_fields(),
            query: input.notes.query.into_fields(),
            body: input.body.notes.into_fields(),
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
            _ => Err(Refusal::Invalid(complaints).into()),
        }
    }
}

/// Removes all values of a parameter, and returns them.
fn take(parameters: &mut Vec<(String, String)>, name: &str) -> Vec<String> {
    parameters.extract_if(.., |(other, _)| other == name).map(|(_, value)| value).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use waitlist_domain::values::contact::PersonName;
    use waitlist_domain::values::identifier::{EventId, TicketTypeId};
    use waitlist_domain::values::quantity::Quantity;

    use super::*;

    fn input(body: Value) -> Input {
        let Value::Object(body) = body else { panic!("the test's body is no object") };
        let path = vec![("eventId".to_owned(), "camp".to_owned())];
        Input::new(path, Vec::new(), body)
    }

    fn with_query(query: &[(&str, &str)]) -> Input {
        let query = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Input::new(Vec::new(), query, Map::new())
    }

    fn complaints<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<(String, String)> {
        match result {
            Err(Error::Refused(Refusal::Invalid(errors))) => {
                errors.into_iter().map(|error| (error.pointer, error.detail)).collect()
            }
            other => panic!("expected complaints, got {other:?}"),
        }
    }

    fn pointers<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<String> {
        complaints(result).into_iter().map(|(pointer, _)| pointer).collect()
    }

    fn quantity_of(value: Value) -> Result<Quantity, Error> {
        input(json!({"quantity": value})).read(|input| input.body.whole("quantity", Quantity::parse))
    }

    #[test]
    fn every_bad_field_is_listed_at_once() {
        let body = json!({"name": "", "quantity": 0, "colour": "red", "a/b~c": 1});
        let result = input(body).read(|input| {
            let name = input.body.text("name", PersonName::parse);
            let quantity = input.body.whole("quantity", Quantity::parse);
            let ticket_type = input.body.text("ticketTypeId", TicketTypeId::parse);
            Some((name?, quantity?, ticket_type?))
        });
        assert_eq!(pointers(result), ["/name", "/quantity", "/ticketTypeId", "/a~1b~0c", "/colour"]);
    }

    #[test]
    fn quantities_must_be_whole_and_in_range() {
        assert_eq!(quantity_of(json!(2)).expect("valid"), Quantity::parse(2).expect("valid"));
        assert_eq!(quantity_of(json!(2.0)).expect("valid"), Quantity::parse(2).expect("valid"));
        for (value, complaint) in [
            (json!(1.5), "must be a whole number"),
            (json!("2"), "must be a whole number, not a text"),
            (json!(true), "must be a whole number, not true or false"),
            (json!([2]), "must be a whole number, not a list"),
            (json!(0), "must be a whole number from 1 to 100000"),
            (json!(-1), "must be a whole number from 1 to 100000"),
            (json!(1_000_000_000_000_i64), "must be a whole number from 1 to 100000"),
            (json!(1e12), "must be a whole number from 1 to 100000"),
            (json!(1e300), "must be a whole number from 1 to 100000"),
            (json!(u64::MAX), "must be a whole number from 1 to 100000"),
        ] {
            let expected = vec![("/quantity".to_owned(), complaint.to_owned())];
            assert_eq!(complaints(quantity_of(value.clone())), expected, "{value}");
        }
    }

    #[test]
    fn null_is_the_same_as_absence() {
        let optional = input(json!({"quantity": null}))
            .read(|input| input.body.optional_whole("quantity", Quantity::parse).map(|quantity| quantity.is_none()));
        assert!(optional.expect("null is absence"));
        assert_eq!(complaints(quantity_of(Value::Null)), [("/quantity".to_owned(), "is required".to_owned())]);
    }

    #[test]
    fn null_can_mean_none_where_absence_means_a_default() {
        let read = |body: Value| {
            let length = |text: &str| i64::try_from(text.len()).map_err(|error| error.to_string());
            input(body).read(|input| input.body.nullable_text("purchaseWindow", 7, length)).expect("valid")
        };
        assert_eq!(read(json!({})), Some(7));
        assert_eq!(read(json!({"purchaseWindow": null})), None);
        assert_eq!(read(json!({"purchaseWindow": "2h"})), Some(2));
        let number = |body: Value| {
            let any = |number: i64| Ok::<_, String>(number);
            input(body).read(|input| input.body.nullable_whole("reminderAt", Some(75), any)).expect("valid")
        };
        assert_eq!(number(json!({})), Some(75));
        assert_eq!(number(json!({"reminderAt": null})), None);
        assert_eq!(number(json!({"reminderAt": 50})), Some(50));
    }

    #[test]
    fn bad_fields_in_lists_and_objects_are_pointed_at() {
        let body = json!({
            "ticketTypes": [{"capacity": "many"}, 7, {"capacity": 1, "colour": "red"}],
            "waitlist": {"maxSize": 0.5}
        });
        let capacity = |number: i64| Ok::<_, String>(number);
        let result = input(body).read(|input| {
            let capacities = input.body.objects("ticketTypes", (1, 30), |fields| fields.whole("capacity", capacity));
            let size = input.body.object("waitlist", |fields| fields.optional_whole("maxSize", capacity));
            Some((capacities?, size?))
        });
        let expected = ["/ticketTypes/0/capacity", "/ticketTypes/1", "/ticketTypes/2/colour", "/waitlist/maxSize"];
        assert_eq!(pointers(result), expected);
    }

    #[test]
    fn a_list_must_have_as_many_elements_as_the_contract_says() {
        for body in [json!({"ticketTypes": []}), json!({"ticketTypes": [{}, {}, {}]}), json!({"ticketTypes": {}})] {
            let result = input(body).read(|input| input.body.objects("ticketTypes", (1, 2), |_| Some(())));
            assert_eq!(pointers(result), ["/ticketTypes"]);
        }
    }

    #[test]
    fn every_bad_element_of_a_list_of_texts_is_pointed_at() {
        let read = |body: Value| input(body).read(|input| input.body.optional_texts("ids", EventId::parse));
        let ids = read(json!({"ids": ["a", "b"]})).expect("valid").expect("there are some");
        assert_eq!(ids.iter().map(EventId::as_str).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(read(json!({})).expect("it may be left out"), None);
        assert_eq!(pointers(read(json!({"ids": ["#", "a", 7]}))), ["/ids/0", "/ids/2"]);
        assert_eq!(pointers(read(json!({"ids": "a"}))), ["/ids"]);
    }

    #[test]
    fn every_bad_element_of_a_list_of_whole_numbers_is_pointed_at() {
        let positive = |count: i64| if count > 0 { Ok(count) } else { Err("must be above 0") };
        let read = |body: Value| input(body).read(|input| input.body.optional_wholes("counts", positive));
        assert_eq!(read(json!({"counts": [3, 1.0]})).expect("valid"), Some(vec![3, 1]));
        assert_eq!(read(json!({})).expect("it may be left out"), None);
        assert_eq!(pointers(read(json!({"counts": [0, 1, "2", 1.5]}))), ["/counts/0", "/counts/2", "/counts/3"]);
        assert_eq!(pointers(read(json!({"counts": 1}))), ["/counts"]);
    }

    #[test]
    fn parameters_are_named_without_a_slash() {
        let bad = Input::new(vec![("eventId".to_owned(), "a#b".to_owned())], Vec::new(), Map::new());
        assert_eq!(pointers(bad.read(|input| input.path("eventId", EventId::parse))), ["eventId"]);
        let bad = with_query(&[("eventId", "a b")]);
        assert_eq!(pointers(bad.read(|input| input.query("eventId", EventId::parse))), ["eventId"]);
    }

    #[test]
    fn unknown_and_repeated_parameters_are_refused() {
        let unknown = with_query(&[("colour", "red")]);
        assert_eq!(pointers(unknown.read(|_| Some(()))), ["colour"]);
        let repeated = with_query(&[("eventId", "a"), ("eventId", "b")]);
        let expected = [("eventId".to_owned(), "must not be given more than once".to_owned())];
        assert_eq!(complaints(repeated.read(|input| input.query("eventId", EventId::parse))), expected);
    }
}
