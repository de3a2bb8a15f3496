//! The table's stream, and the liberties that its delivery may take.

use std::collections::{BTreeMap, VecDeque};

use aws_lambda_events::event::dynamodb::Event;
use dynoxide::actions::get_records::Record;
use serde_json::{Value, json};

use crate::random::Random;
use crate::table::{REGION, TABLE_NAME};

/// One change of one item, in the JSON in which Lambda hands it to a function.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamRecord {
    item: String,
    record: Value,
    write: u64,
}

impl StreamRecord {
    /// From dynoxide's record. Nothing for a write that changed nothing: dynoxide records those, DynamoDB doesn't.
    pub(crate) fn new(record: &Record) -> Option<Self> {
        let mut record = serde_json::to_value(record).ok()?;
        let change = &record["dynamodb"];
        if change["OldImage"] == change["NewImage"] {
            return None;
        }
        let sequence_number = change["SequenceNumber"].as_str()?.to_owned();
        let item = item_key(&change["Keys"]);
        // dynoxide's event ids are random; the sequence number is as unique, and the same in every run.
        record["eventID"] = json!(format!("{sequence_number:0>32}"));
        record["awsRegion"] = json!(REGION);
        record["eventSourceARN"] =
            json!(format!("arn:aws:dynamodb:{REGION}:000000000000:table/{TABLE_NAME}/stream/2027-01-04T09:00:00.000"));
        Some(Self { item, record, write: 0 })
    }

    /// The same, as part of the write with this number.
    pub(crate) fn of_write(self, write: u64) -> Self {
        Self { write, ..self }
    }

    /// Counts writes: records of one call, a transaction's for example, have the same.
    pub const fn write(&self) -> u64 {
        self.write
    }

    /// `INSERT`, `MODIFY` or `REMOVE`.
    pub fn event_name(&self) -> &str {
        self.record["eventName"].as_str().unwrap_or_default()
    }

    /// Partition and sort key, as `pk|sk`.
    pub fn item(&self) -> &str {
        &self.item
    }

    /// The number by which a batch's failures are named.
    pub fn sequence_number(&self) -> &str {
        self.record["dynamodb"]["SequenceNumber"].as_str().unwrap_or_default()
    }

    /// The item before, in DynamoDB JSON; nothing on an insert.
    pub fn old_image(&self) -> Option<&Value> {
        self.record["dynamodb"].get("OldImage")
    }

    /// The item after, in DynamoDB JSON; nothing on a removal.
    pub fn new_image(&self) -> Option<&Value> {
        self.record["dynamodb"].get("NewImage")
    }

    /// The table's keys of the item, in DynamoDB JSON.
    pub fn keys(&self) -> &Value {
        &self.record["dynamodb"]["Keys"]
    }

    /// The whole record as Lambda writes it.
    pub const fn as_json(&self) -> &Value {
        &self.record
    }
}

/// An item's identity, as one string.
fn item_key(keys: &Value) -> String {
    format!("{}|{}", keys["pk"]["S"].as_str().unwrap_or_default(), keys["sk"]["S"].as_str().unwrap_or_default())
}

/// The invocation payload that carries `records`.
pub fn stream_event_json(records: &[StreamRecord]) -> Value {
    json!({ "Records": records.iter().map(StreamRecord::as_json).collect::<Vec<_>>() })
}

/// The same, read the way our function reads it.
///
/// # Panics
/// Where the payload isn't what `aws_lambda_events` takes.
pub fn stream_event(records: &[StreamRecord]) -> Event {
    serde_json::from_value(stream_event_json(records)).expect("the payload has the shape of a stream event")
}

/// Records on their way to a follower: the stream's shards, and the readers of each.
///
/// A partition key has its shard, and an item of it its reader. Within an item the order is kept.
/// Across items chance delays and reorders records. A record that is given back comes again.
#[derive(Debug, Clone)]
pub struct ChangeFeed {
    shards: usize,
    readers_of_each: usize,
    /// What waits for each reader, by item.
    waiting: Vec<BTreeMap<String, VecDeque<StreamRecord>>>,
}

impl Default for ChangeFeed {
    /// One shard with one reader.
    fn default() -> Self {
        Self::with_readers(1, 1)
    }
}

impl ChangeFeed {
    /// A feed with so many shards, each with so many readers (Lambda's `ParallelizationFactor`).
    pub fn with_readers(shards: usize, readers_of_each: usize) -> Self {
        Self { shards, readers_of_each, waiting: vec![BTreeMap::new(); shards * readers_of_each] }
    }

    /// Every reader, by its number.
    pub fn readers(&self) -> std::ops::Range<usize> {
        0..self.waiting.len()
    }

    /// The reader of an item.
    pub fn reader_of(&self, item: &str) -> usize {
        let partition = item.split('|').next().unwrap_or_default();
        spread(partition, self.shards) * self.readers_of_each + spread(item, self.readers_of_each)
    }

    /// Adds newer records.
    pub fn extend(&mut self, records: impl IntoIterator<Item = StreamRecord>) {
        for record in records {
            let reader = self.reader_of(&record.item);
            self.waiting[reader].entry(record.item.clone()).or_default().push_back(record);
        }
    }

    /// How many records wait.
    pub fn len(&self) -> usize {
        self.waiting.iter().flat_map(BTreeMap::values).map(VecDeque::len).sum()
    }

    /// Whether none do.
    pub fn is_empty(&self) -> bool {
        self.waiting.iter().all(BTreeMap::is_empty)
    }

    /// Whether any record waits for this reader.
    pub fn waits_for(&self, reader: usize) -> bool {
        !self.waiting[reader].is_empty()
    }

    /// A reader's next batch: up to `at_most` records from items that chance picks. The others wait on.
    pub fn next_batch(&mut self, reader: usize, random: &mut Random, at_most: usize) -> Vec<StreamRecord> {
        let waiting = &mut self.waiting[reader];
        let mut batch = Vec::new();
        while batch.len() < at_most {
            let Some(item) = waiting.keys().nth(random.below(waiting.len())).cloned() else { break };
            if let Some(lane) = waiting.get_mut(&item) {
                batch.extend(lane.pop_front());
                if lane.is_empty() {
                    waiting.remove(&item);
                }
            }
        }
        batch
    }

    /// Takes back records of a batch, to be delivered again ahead of newer ones of the same items.
    ///
    /// After a failure these are the records from the failed one on. For a doubled delivery they are all of them.
    pub fn give_back(&mut self, records: impl IntoIterator<Item = StreamRecord, IntoIter: DoubleEndedIterator>) {
        for record in records.into_iter().rev() {
            let reader = self.reader_of(&record.item);
            self.waiting[reader].entry(record.item.clone()).or_default().push_front(record);
        }
    }
}

/// One of `0..count`, by a text (FNV-1a).
fn spread(text: &str, count: usize) -> usize {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    Random::new(hash).below(count)
}
