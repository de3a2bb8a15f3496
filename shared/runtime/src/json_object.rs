//! Reads a JSON object and notices fields that are named twice. `serde_json` keeps the last of them without a word, while
//! another reader of the same body (a firewall, a log) may keep the first.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use waitlist_domain::FieldError;

use crate::fields::escaped;

/// The value of a text, and a complaint about every field in it that is named more than once.
pub(crate) fn read(text: &str) -> Result<(Value, Vec<FieldError>), serde_json::Error> {
    let mut complaints = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Reading { at: String::new(), complaints: &mut complaints }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, complaints))
}

/// The reading of one value.
struct Reading<'complaints> {
    /// JSON pointer to it.
    at: String,
    complaints: &'complaints mut Vec<FieldError>,
}

impl Reading<'_> {
    fn within(&mut self, name: &str) -> Reading<'_> {
        Reading { at: format!("{}/{}", self.at, escaped(name)), complaints: self.complaints }
    }
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

    fn visit_seq<A: SeqAccess<'json>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        let mut read = Vec::new();
        while let Some(element) = elements.next_element_seed(self.within(&read.len().to_string()))? {
            read.push(element);
        }
        Ok(Value::Array(read))
    }

    fn visit_map<A: MapAccess<'json>>(mut self, mut fields: A) -> Result<Value, A::Error> {
        let mut read = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let field = self.within(&name);
            let pointer = field.at.clone();
            let value = fields.next_value_seed(field)?;
            if read.insert(name, value).is_some() {
                self.complaints.push(FieldError::new(pointer, "is there more than once"));
            }
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
        let (value, complaints) = read(text).expect("JSON");
        let pointers: Vec<&str> = complaints.iter().map(|complaint| complaint.pointer.as_str()).collect();
        assert_eq!(pointers, ["/b/0/c~1d", "/a"]);
        assert_eq!(value, serde_json::from_str::<Value>(text).expect("JSON"));
    }

    #[test]
    fn what_is_behind_the_value_is_not_passed_over() {
        for text in ["{} {}", "{", "{}]", ""] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
