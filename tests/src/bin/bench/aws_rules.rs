//! The capacity of a request by AWS's documented rules, worked out from the items and not from what dynoxide reports.
//!
//! This is the yardstick for dynoxide's accounting. It is also the only count of refused writes: DynamoDB bills them and
//! reports nothing.
//!
//! The sources are these chapters of the Amazon DynamoDB Developer Guide:
//!
//! - "Item sizes and formats",
//! - "Capacity unit consumption for read and write operations",
//! - "Managing complex workflows with transactions",
//! - "Using Global Secondary Indexes: provisioned throughput considerations".
//!
//! A transaction doubles the table's share only, and not that of the indexes. This is not documented. The authors of
//! dynoxide measured it on AWS (see its `actions/index_capacity.rs`).

use serde_json::{Value, json};
use waitlist_tests::{Units, table};

/// Capacity of a table and of its indexes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Capacity {
    pub(crate) table: Units,
    pub(crate) index: Units,
}

impl Capacity {
    pub(crate) fn total(&self) -> Units {
        let mut total = self.table;
        total += self.index;
        total
    }
}

impl std::ops::AddAssign for Capacity {
    fn add_assign(&mut self, more: Self) {
        self.table += more.table;
        self.index += more.index;
    }
}

/// A request that writes, item by item: what it does to each, and its key.
pub(crate) fn writes<'request>(operation: &str, request: &'request Value) -> Vec<(&'request str, Value)> {
    match operation {
        "PutItem" => vec![("Put", key_of(&request["Item"]))],
        "UpdateItem" => vec![("Update", request["Key"].clone())],
        "TransactWriteItems" => {
            let actions = request["TransactItems"].as_array().into_iter().flatten().filter_map(Value::as_object);
            actions.flatten().map(|(kind, action)| (kind.as_str(), action_key(action))).collect()
        }
        _ => Vec::new(),
    }
}

fn action_key(action: &Value) -> Value {
    if action["Item"].is_null() { action["Key"].clone() } else { key_of(&action["Item"]) }
}

fn key_of(item: &Value) -> Value {
    json!({ "pk": item["pk"], "sk": item["sk"] })
}

/// What a read consumes.
///
/// # Panics
/// Where it is of a kind the store does not send.
pub(crate) fn read_capacity(operation: &str, request: &Value, answer: &Value) -> Capacity {
    let items = |list: &Value| -> Vec<usize> { list.as_array().into_iter().flatten().map(size_of_item).collect() };
    let (sizes, asked) = match operation {
        "GetItem" => (vec![if answer["Item"].is_null() { 0 } else { size_of_item(&answer["Item"]) }], request),
        // All that a query returns is one read.
        "Query" => (vec![items(&answer["Items"]).iter().sum()], request),
        "BatchGetItem" => {
            let (name, asked) = request["RequestItems"].as_object().and_then(|all| all.iter().next()).expect("a table");
            let mut sizes = items(&answer["Responses"][name]);
            // A key without an item costs as much as the smallest item.
            sizes.resize(asked["Keys"].as_array().map_or(0, Vec::len), 0);
            (sizes, asked)
        }
        other => panic!("the rules for {other} are not written down here"),
    };
    assert!(asked["ProjectionExpression"].is_null() && asked["FilterExpression"].is_null(), "returned sizes suffice");
    let consistency = if asked["ConsistentRead"] == true { 1.0 } else { 0.5 };
    let read = consistency * sizes.into_iter().map(|size| blocks(size, 4096)).sum::<f64>();
    let units = Units { read, write: 0.0 };
    if asked["IndexName"].is_null() {
        Capacity { table: units, ..Capacity::default() }
    } else {
        Capacity { index: units, ..Capacity::default() }
    }
}

/// What a request's writes consume, each of a kind and with the item before and after it.
///
/// A refused write leaves the item as it was, and costs as much as that item measures.
pub(crate) fn writes_capacity<'items>(
    operation: &str,
    writes: impl Iterator<Item = (&'items str, (&'items Value, &'items Value))>,
) -> Capacity {
    let mut capacity = Capacity::default();
    for (kind, (before, after)) in writes {
        capacity += write_capacity(kind, operation == "TransactWriteItems", before, after);
    }
    capacity
}

/// What the write of one item consumes. `kind` is as in a transaction.
fn write_capacity(kind: &str, in_transaction: bool, before: &Value, after: &Value) -> Capacity {
    let factor = if in_transaction { 2.0 } else { 1.0 };
    // A write counts the larger of the item before and after it. A condition check counts the item
    // that it reads.
    let after = if kind == "ConditionCheck" { before } else { after };
    let table = factor * size_in_blocks(before).max(size_in_blocks(after));
    Capacity { table: writes_of(table), index: writes_of(index_writes(before, after)) }
}

fn writes_of(units: f64) -> Units {
    Units { read: 0.0, write: units }
}

/// A missing item counts as the smallest one.
fn size_in_blocks(item: &Value) -> f64 {
    blocks(if item.is_null() { 0 } else { size_of_item(item) }, 1024)
}

fn index_writes(before: &Value, after: &Value) -> f64 {
    let properties = table::properties();
    let indexes = properties["GlobalSecondaryIndexes"].as_array().into_iter().flatten();
    indexes.map(|index| one_index_writes(&seen_by(index, before), &seen_by(index, after))).sum()
}

/// The write units of one index for one item. Adding an entry is a write, and so is removing one.
/// Moving it is both. Changing a projected attribute is a write too.
fn one_index_writes(before: &Option<Seen>, after: &Option<Seen>) -> f64 {
    match (before, after) {
        (None, None) => 0.0,
        (Some(one), None) | (None, Some(one)) => blocks(one.size, 1024),
        (Some(before), Some(after)) if before.key != after.key => blocks(before.size, 1024) + blocks(after.size, 1024),
        (Some(before), Some(after)) if before.projected == after.projected => 0.0,
        (Some(before), Some(after)) => blocks(before.size.max(after.size), 1024),
    }
}

/// An item as an index sees it.
struct Seen {
    key: Vec<Value>,
    projected: Value,
    size: usize,
}

/// The item as the index sees it. Nothing if it lacks one of the index's keys.
fn seen_by(index: &Value, item: &Value) -> Option<Seen> {
    let names = |list: &Value, field: &str| -> Vec<String> {
        let all = list.as_array().into_iter().flatten();
        all.filter_map(|one| if field.is_empty() { one } else { &one[field] }.as_str().map(str::to_owned)).collect()
    };
    let keys = names(&index["KeySchema"], "AttributeName");
    let key: Vec<Value> = keys.iter().map(|name| item[name].clone()).filter(|value| !value.is_null()).collect();
    if key.len() < keys.len() {
        return None;
    }
    let mut wanted = names(&index["Projection"]["NonKeyAttributes"], "");
    wanted.extend(keys);
    wanted.extend(["pk".to_owned(), "sk".to_owned()]);
    let mut projected = item.clone();
    projected.as_object_mut()?.retain(|name, _| wanted.contains(name));
    Some(Seen { key, size: size_of_item(&projected), projected })
}

/// How many blocks of `block` bytes count, at least one.
fn blocks(bytes: usize, block: usize) -> f64 {
    bytes.div_ceil(block).max(1) as f64
}

/// The size of an item: of its attributes' names and values.
pub(crate) fn size_of_item(item: &Value) -> usize {
    item.as_object().into_iter().flatten().map(|(name, value)| name.len() + size_of_value(value)).sum()
}

fn size_of_value(value: &Value) -> usize {
    let Some((kind, value)) = value.as_object().and_then(|tagged| tagged.iter().next()) else { return 0 };
    let texts = || value.as_array().into_iter().flatten().filter_map(Value::as_str);
    match (kind.as_str(), value) {
        ("S", Value::String(text)) => text.len(),
        ("N", Value::String(digits)) => size_of_number(digits),
        ("B", Value::String(base64)) => size_of_binary(base64),
        ("SS", _) => texts().map(str::len).sum(),
        ("NS", _) => texts().map(size_of_number).sum(),
        ("BS", _) => texts().map(size_of_binary).sum(),
        ("L", Value::Array(list)) => 3 + list.iter().map(|one| 1 + size_of_value(one)).sum::<usize>(),
        ("M", Value::Object(map)) => {
            3 + map.iter().map(|(name, value)| 1 + name.len() + size_of_value(value)).sum::<usize>()
        }
        // A flag or null.
        _ => 1,
    }
}

/// One byte, and one for every two significant digits. The store writes whole numbers only.
fn size_of_number(digits: &str) -> usize {
    let sign = usize::from(digits.starts_with('-'));
    let significant = digits.trim_start_matches(['-', '0']).trim_end_matches('0');
    1 + sign + significant.len().div_ceil(2)
}

fn size_of_binary(base64: &str) -> usize {
    base64.trim_end_matches('=').len() * 3 / 4
}
