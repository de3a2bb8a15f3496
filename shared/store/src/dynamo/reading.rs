//! Reading items.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use waitlist_domain::Error;

use crate::dynamo::failure::{Item, Malformed, fault};
use crate::dynamo::table::{Attempts, Table};
use crate::items::key::Key;

/// DynamoDB returns at most so many items for one request.
const MOST_KEYS_AT_ONCE: usize = 100;

/// Whether a read must see every write acknowledged before it, at twice the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consistency {
    Strong,
    Eventual,
}

/// Reads one item, strongly consistent.
pub(crate) async fn get(table: &Table, key: Key) -> Result<Option<Item>, Error> {
    let request =
        table.client.get_item().table_name(&table.name).set_key(Some(key.into_attributes())).consistent_read(true);
    let output = request.send().await.map_err(|error| fault("reading an item", error))?;
    Ok(output.item)
}

/// Reads several items in one round trip (for each 100 of them). Those that do not exist are missing from the answer.
pub(crate) async fn get_all(
    table: &Table,
    keys: impl IntoIterator<Item = Key>,
    consistency: Consistency,
) -> Result<HashMap<Key, Item>, Error> {
    let mut wanted: Vec<Key> = keys.into_iter().collect();
    wanted.sort();
    wanted.dedup();
    let mut found = HashMap::new();
    for keys in wanted.chunks(MOST_KEYS_AT_ONCE) {
        let attributes = keys.iter().cloned().map(Key::into_attributes).collect();
        get_batch(table, attributes, consistency, &mut found).await?;
    }
    Ok(found)
}

async fn get_batch(
    table: &Table,
    mut keys: Vec<HashMap<String, AttributeValue>>,
    consistency: Consistency,
    found: &mut HashMap<Key, Item>,
) -> Result<(), Error> {
    const CONTEXT: &str = "reading several items";
    let mut attempts = Attempts::new(table);
    loop {
        let request = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(consistency == Consistency::Strong)
            .build()
            .map_err(|error| Error::internal(CONTEXT, error))?;
        let output = table.client.batch_get_item().request_items(&table.name, request).send().await;
        let output = output.map_err(|error| fault(CONTEXT, error))?;
        for item in output.responses.into_iter().flatten().flat_map(|(_, items)| items) {
            found.insert(key_of(&item)?, item);
        }
        let unprocessed = output.unprocessed_keys.and_then(|mut tables| tables.remove(&table.name));
        keys = match unprocessed {
            Some(rest) if !rest.keys.is_empty() => rest.keys,
            _ => return Ok(()),
        };
        if !attempts.another().await {
            return Err(Error::Busy { context: CONTEXT });
        }
    }
}

/// Which items of those that a query finds are wanted.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wanted {
    All,
    /// So many at most, from the first on.
    First(usize),
    /// So many at most, from the first behind this key on.
    Behind(Item, usize),
}

/// Reads what a query finds, page by page. `context` says for what, should it fail.
pub(crate) async fn query_all(
    query: QueryFluentBuilder,
    wanted: Wanted,
    context: &'static str,
) -> Result<Vec<Item>, Error> {
    let (mut start, most) = match wanted {
        Wanted::All => (None, None),
        Wanted::First(most) => (None, Some(most)),
        Wanted::Behind(key, most) => (Some(key), Some(most)),
    };
    let mut found = Vec::new();
    loop {
        let left = most.map(|most| i32::try_from(most - found.len()).unwrap_or(i32::MAX));
        let page = query.clone().set_limit(left).set_exclusive_start_key(start).send().await;
        let page = page.map_err(|error| fault(context, error))?;
        found.extend(page.items.unwrap_or_default());
        start = page.last_evaluated_key;
        if start.is_none() || most.is_some_and(|most| found.len() >= most) {
            return Ok(found);
        }
    }
}

/// The primary key of an item.
pub(crate) fn key_of(item: &Item) -> Result<Key, Error> {
    Ok(Key { pk: text(item, "pk")?.to_owned(), sk: text(item, "sk")?.to_owned() })
}

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
