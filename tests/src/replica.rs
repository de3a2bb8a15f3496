//! A copy of the table that lags behind it, item by item: what an eventually consistent read may see.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use crate::change_feed::StreamRecord;
use crate::clock::Clock;
use crate::local_dynamodb::{LocalDynamoDb, Output};
use crate::random::Random;
use crate::table::TABLE_NAME;

/// How far behind an item may be: DynamoDB's indexes follow within a fraction of a second, seldom more.
const LONGEST_LAG_MILLISECONDS: i64 = 2_000;

pub(crate) struct Replica {
    table: LocalDynamoDb,
    /// What each item still has to go through, and since when.
    behind: BTreeMap<String, VecDeque<(i64, StreamRecord)>>,
}

impl Replica {
    /// A copy of all that `original` holds.
    pub(crate) fn of(original: &LocalDynamoDb, clock: Clock) -> Self {
        let table = LocalDynamoDb::new(clock, false);
        table.load(original.items());
        Self { table, behind: BTreeMap::new() }
    }

    /// Takes note of what happened to the original.
    pub(crate) fn note(&mut self, records: &[StreamRecord], now: i64) {
        for record in records {
            self.behind.entry(record.item().to_owned()).or_default().push_back((now, record.clone()));
        }
    }

    /// Reads what there is now, after each item has caught up as far as chance has it.
    pub(crate) fn read(&mut self, operation: &str, body: &str, now: i64, random: &mut Random) -> Output {
        for changes in self.behind.values_mut() {
            let at_least = changes.iter().filter(|(at, _)| now - at >= LONGEST_LAG_MILLISECONDS).count();
            let caught_up = at_least + random.below(changes.len() - at_least + 1);
            if let Some((_, newest)) = changes.drain(..caught_up).next_back() {
                match newest.new_image() {
                    Some(item) => put(&self.table, item),
                    None => delete(&self.table, newest.keys()),
                }
            }
        }
        self.behind.retain(|_, changes| !changes.is_empty());
        self.table.call(operation, body)
    }
}

fn put(table: &LocalDynamoDb, item: &Value) {
    let answer = table.call("PutItem", &json!({ "TableName": TABLE_NAME, "Item": item }).to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
}

fn delete(table: &LocalDynamoDb, keys: &Value) {
    let answer = table.call("DeleteItem", &json!({ "TableName": TABLE_NAME, "Key": keys }).to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
}
