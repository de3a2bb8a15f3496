//! Reading items.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use waitlist_domain::Error;

use crate::dynamo::failure::fault;
use crate::dynamo::item::Item;
use crate::dynamo::key::{Key, key_of};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::table::DynamoTable;

/// Most keys of a `BatchGetItem` request.
const MOST_KEYS_AT_ONCE: usize = 100;

/// The consistency of a read. A strong read sees every earlier write and costs twice as much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consistency {
    Strong,
    Eventual,
}

/// Reads one item, strongly consistent.
pub(crate) async fn get(table: &DynamoTable, key: Key) -> Result<Option<Item>, Error> {
    get_with(table, key, Consistency::Strong).await
}

/// Reads one item at half the cost. The last changes may be missing.
pub(crate) async fn get_copy(table: &DynamoTable, key: Key) -> Result<Option<Item>, Error> {
    get_with(table, key, Consistency::Eventual).await
}

/// Reads an item that is written once and never changed. A copy of it is whole, or missing for a
/// moment.
pub(crate) async fn get_written_once(table: &DynamoTable, key: Key) -> Result<Option<Item>, Error> {
    match get_copy(table, key.clone()).await? {
        Some(item) => Ok(Some(item)),
        None => get(table, key).await,
    }
}

async fn get_with(table: &DynamoTable, key: Key, consistency: Consistency) -> Result<Option<Item>, Error> {
    let request = table.client.get_item().table_name(&table.name).set_key(Some(key.into_attributes()));
    let request = request.consistent_read(consistency == Consistency::Strong);
    let output = request.send().await.map_err(|error| fault("reading an item", error))?;
    Ok(output.item)
}

/// Reads several items, in one round trip for each 100. Items that do not exist are missing from
/// the result.
pub(crate) async fn get_all(
    table: &DynamoTable,
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
    table: &DynamoTable,
    mut keys: Vec<HashMap<String, AttributeValue>>,
    consistency: Consistency,
    found: &mut HashMap<Key, Item>,
) -> Result<(), Error> {
    const CONTEXT: &str = "reading several items";
    retry(table, RetryBudget::REQUEST, CONTEXT, async || {
        let request = KeysAndAttributes::builder()
            .set_keys(Some(std::mem::take(&mut keys)))
            .consistent_read(consistency == Consistency::Strong)
            .build()
            .map_err(|error| Error::internal(CONTEXT, error))?;
        let output = table.client.batch_get_item().request_items(&table.name, request).send().await;
        let output = output.map_err(|error| fault(CONTEXT, error))?;
        for item in output.responses.into_iter().flatten().flat_map(|(_, items)| items) {
            found.insert(key_of(&item)?, item);
        }
        let unprocessed = output.unprocessed_keys.and_then(|mut tables| tables.remove(&table.name));
        keys = unprocessed.map(|rest| rest.keys).unwrap_or_default();
        Ok(if keys.is_empty() { Attempt::Done(()) } else { Attempt::Again })
    })
    .await
}

/// Which of the items found by a query to return.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Wanted {
    All,
    /// At most so many, from the first on.
    First(usize),
    /// At most so many, from the first after this key on.
    Behind(Item, usize),
}

/// Reads what a query finds, page by page. `context` names the purpose in errors.
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
