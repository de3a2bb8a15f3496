//! Stored items and their attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;

/// A stored item.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// An attribute that must be a text.
pub(crate) fn text<'item>(item: &'item Item, name: &'static str) -> Result<&'item str, Error> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str).ok_or_else(|| malformed(name))
}

/// An attribute that must be a number.
pub(crate) fn number<N: std::str::FromStr>(item: &Item, name: &'static str) -> Result<N, Error> {
    optional_number(item, name)?.ok_or_else(|| malformed(name))
}

/// An attribute that is a number where it is there.
pub(crate) fn optional_number<N: std::str::FromStr>(item: &Item, name: &'static str) -> Result<Option<N>, Error> {
    match item.get(name) {
        None => Ok(None),
        Some(AttributeValue::N(digits)) => digits.parse().map(Some).map_err(|_| malformed(name)),
        Some(_) => Err(malformed(name)),
    }
}

/// A count of an item; 0 where there is none yet.
pub(crate) fn count_in(item: &Item, name: &str) -> u64 {
    match item.get(name) {
        Some(AttributeValue::N(digits)) => digits.parse().unwrap_or(0),
        _ => 0,
    }
}

/// An attribute that must be a flag.
pub(crate) fn flag(item: &Item, name: &'static str) -> Result<bool, Error> {
    item.get(name).and_then(|value| value.as_bool().ok()).copied().ok_or_else(|| malformed(name))
}

/// An item that is not of the form we write: somebody else wrote it, or we have a bug.
pub(crate) fn malformed(name: &'static str) -> Error {
    Error::internal("reading a stored item", Malformed(name))
}

/// Turns an item into the type that describes it.
pub(crate) fn from_item<T: serde::de::DeserializeOwned>(item: Item) -> Result<T, Error> {
    // The parser's own words quote what they stumble over, which may be somebody's address; this goes to the log.
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item).map_err(|_| malformed("an attribute"))
}

/// Turns a value into the attribute that describes it.
pub(crate) fn to_attribute<T: serde::Serialize>(value: &T) -> Result<AttributeValue, Error> {
    serde_dynamo::to_attribute_value(value).map_err(|error| Error::internal("writing an attribute", error))
}

/// Turns a value into the item that describes it.
pub(crate) fn to_item<T: serde::Serialize>(value: &T) -> Result<Item, Error> {
    serde_dynamo::aws_sdk_dynamodb_1::to_item(value).map_err(|error| Error::internal("writing an item", error))
}

/// An item that is not of the form we write.
#[derive(Debug, thiserror::Error)]
#[error("a stored item lacks or misuses {0}")]
pub(crate) struct Malformed(pub(crate) &'static str);
