//! Reads a JSON object, and notices repeated fields.
//!
//! `serde_json` silently keeps the last of them. Another reader of the same body, such as a
//! firewall or a log, may keep the first.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use waitlist_domain::FieldError;

use crate::input::json::escaped;

/// Parses a text, and complains about every repeated field in it.
///
/// A complaint may be as long as the body. At most `most` complaints are kept.
pub(crate) fn read(text: &str, most: usize) -> Result<(Value, Vec<FieldError>), serde_json::Error> {
    let mut complaints = Complaints { kept: Vec::new(), most };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Reading { at: &Place::Body, complaints: &mut complaints }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, complaints.kept))
}

/// The first complaints.
struct Complaints {
    kept: Vec<FieldError>,
    most: usize,
}

/// The place of a value in the body. Only a complaint turns it into a pointer.
#[derive(Debug, Clone, Copy)]
enum Place<'above> {
    Body,
    Field { of: &'above Self, name: &'above str },
    Element { of: &'above Self, index: usize },
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Body => String::new(),
            Self::Field { of, name } => format!("{}/{}", of.pointer(), escaped(name)),
            Self::Element { of, index } => format!("{}/{index}", of.pointer()),
        }
    }
}

/// The reading of one value.
struct Reading<'reading> {
    at: &'reading Place<'reading>,
    complaints: &'reading mut Complaints,
}

impl<'json> DeserializeSeed<'json> for Reading<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'json>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'json> Visitor<'json> for Reading<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Value, E> {
        Number::from_f64(number).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_seq<A: SeqAccess<'json>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        loop {
            let place = Place::Element { of: self.at, index: read.len() };
            let reading = Reading { at: &place, complaints: &mut *self.complaints };
            let Some(element) = elements.next_element_seed(reading)? else { break };
            read.push(element);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'json>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let place = Place::Field { of: self.at, name: &name };
            let value = fields.next_value_seed(Reading { at: &place, complaints: &mut *self.complaints })?;
            if read.contains_key(&name) && self.complaints.kept.len() < self.complaints.most {
                self.complaints.kept.push(FieldError::new(place.pointer(), "is there more than once"));
            }
            read.insert(name, value);
        }
        Ok(Value::Object(read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_there_twice_is_named_wherever_it_is() {
        let text = r#"{"a": 1, "b": [{"c/d": 1, "c/d": 1}, null, true, -2, 2.5, "x"], "a": 3, "e": {"a": 4}}"#;
        let (value, complaints) = read(text, 101).expect("JSON");
        let pointers: Vec<&str> = complaints.iter().map(|complaint| complaint.pointer.as_str()).collect();
        assert_eq!(pointers, ["/b/0/c~1d", "/a"]);
        assert_eq!(value, serde_json::from_str::<Value>(text).expect("JSON"));
    }

    #[test]
    fn only_as_many_complaints_are_kept_as_asked_for() {
        let text = format!("{{{}\"a\": 1}}", "\"a\": 1, ".repeat(1_000));
        assert_eq!(read(&text, 101).expect("JSON").1.len(), 101);
    }

    #[test]
    fn what_is_behind_the_value_is_not_passed_over() {
        for text in ["{} {}", "{", "{}]", ""] {
            assert!(read(text, 101).is_err(), "{text}");
        }
    }
}
