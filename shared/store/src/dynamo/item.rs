//! Stored items and their attributes.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;

pub(crate) type Item = HashMap<String, AttributeValue>;

/// An attribute that must be a string.
pub(crate) fn text<'item>(item: &'item Item, name: &'static str) -> Result<&'item str, Error> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str).ok_or_else(|| malformed(name))
}

/// An attribute that must be a number.
pub(crate) fn number<N: std::str::FromStr>(item: &Item, name: &'static str) -> Result<N, Error> {
    optional_number(item, name)?.ok_or_else(|| malformed(name))
}

/// A number attribute that may be missing.
pub(crate) fn optional_number<N: std::str::FromStr>(item: &Item, name: &'static str) -> Result<Option<N>, Error> {
    match item.get(name) {
        None => Ok(None),
        Some(AttributeValue::N(digits)) => digits.parse().map(Some).map_err(|_| malformed(name)),
        Some(_) => Err(malformed(name)),
    }
}

/// A count on an item. 0 if it is missing or unreadable.
pub(crate) fn count_in(item: &Item, name: &str) -> u64 {
    match item.get(name) {
        Some(AttributeValue::N(digits)) => digits.parse().unwrap_or(0),
        _ => 0,
    }
}

/// An attribute that must be a Boolean.
pub(crate) fn flag(item: &Item, name: &'static str) -> Result<bool, Error> {
    item.get(name).and_then(|value| value.as_bool().ok()).copied().ok_or_else(|| malformed(name))
}

/// The error for an item that does not have the form that we write. Another program wrote it, or we
/// have a bug.
pub(crate) fn malformed(name: &'static str) -> Error {
    Error::internal("reading a stored item", Malformed(name))
}

/// Deserialises an item.
pub(crate) fn from_item<T: serde::de::DeserializeOwned>(item: Item) -> Result<T, Error> {
    // The parser's message quotes the value, which may be a person's address, and the error goes to
    // the log.
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item).map_err(|_| malformed("an attribute"))
}

/// Serialises a value to an attribute.
pub(crate) fn to_attribute<T: serde::Serialize>(value: &T) -> Result<AttributeValue, Error> {
    serde_dynamo::to_attribute_value(value).map_err(|error| Error::internal("writing an attribute", error))
}

/// Serialises a value to an item.
pub(crate) fn to_item<T: serde::Serialize>(value: &T) -> Result<Item, Error> {
    serde_dynamo::aws_sdk_dynamodb_1::to_item(value).map_err(|error| Error::internal("writing an item", error))
}

/// An item that does not have the form that we write.
#[derive(Debug, thiserror::Error)]
#[error("a stored item lacks or misuses {0}")]
pub(crate) struct Malformed(pub(crate) &'static str);
