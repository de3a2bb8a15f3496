//! DynamoDB inside the test process: dynoxide, spoken to in DynamoDB's own JSON, without sockets.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;

use dynoxide::actions::get_records::GetRecordsRequest;
use dynoxide::actions::get_shard_iterator::encode_shard_iterator;
use dynoxide::types::{CapacityDetail, ConsumedCapacity};
use dynoxide::{Database, DynoxideError};
use serde_json::{Value, json};

use crate::change_feed::StreamRecord;
use crate::clock::Clock;
use crate::meter::{Consumed, Units};
use crate::table;

/// Most records of the stream that one read gives.
const MOST_RECORDS: usize = 1_000;

/// How long DynamoDB remembers a transaction's `ClientRequestToken`.
const TOKEN_MILLISECONDS: i64 = 10 * 60 * 1000;

/// A call's answer.
#[derive(Debug)]
pub struct Output {
    /// 200, 400 or 500.
    pub status: u16,
    /// DynamoDB JSON.
    pub body: String,
    /// By table and index, if the database measures.
    pub consumed: Vec<Consumed>,
}

/// One database with the tables of Waitlist in it.
pub struct LocalDynamoDb {
    database: Database,
    clock: Clock,
    measuring: bool,
    /// Where in the stream to read on.
    stream_position: Mutex<String>,
    /// When each transaction token was first seen, and how often it has been forgotten since.
    tokens: Mutex<HashMap<String, (i64, u32)>>,
}

impl fmt::Debug for LocalDynamoDb {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("LocalDynamoDb").finish_non_exhaustive()
    }
}

impl LocalDynamoDb {
    /// Empty tables named [`table::TABLE_NAME`] and [`table::ACCESS_TABLE_NAME`]. `measuring` makes every call report its capacity, asked or not.
    ///
    /// # Panics
    /// Where SQLite gives no database in memory or dynoxide refuses the table: nothing could be tested then.
    pub fn new(clock: Clock, measuring: bool) -> Self {
        let database =
            Database::memory_with_clock(std::sync::Arc::new(clock.clone())).expect("SQLite opens a database in memory");
        let stream_position =
            Mutex::new(encode_shard_iterator(table::TABLE_NAME, &dynoxide::streams::shard_id(table::TABLE_NAME), 0));
        let local = Self { database, clock, measuring, stream_position, tokens: Mutex::default() };
        for (operation, request) in [
            ("CreateTable", table::create_table_request(table::TABLE_NAME)),
            ("CreateTable", table::create_access_table_request(table::ACCESS_TABLE_NAME)),
            ("UpdateTimeToLive", table::time_to_live_request(table::TABLE_NAME)),
        ] {
            let answer = local.call(operation, &request.to_string());
            assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        }
        local
    }

    /// Answers one request: `operation` is the last part of `X-Amz-Target`.
    pub fn call(&self, operation: &str, body: &str) -> Output {
        self.run(operation, body).unwrap_or_else(|error| Output {
            status: error.status_code(),
            body: error.to_json(),
            consumed: Vec::new(),
        })
    }

    fn run(&self, operation: &str, body: &str) -> dynoxide::Result<Output> {
        // Reads the request, asks for the capacity in our own name, and writes the response.
        macro_rules! metered {
            ($call:ident, $request:ident, $write:literal) => {{
                let request: dynoxide::actions::$call::$request = read(body)?;
                metered!(request => $call, $write)
            }};
            ($request:ident => $call:ident, $write:literal) => {{
                let mut request = $request;
                if self.measuring {
                    request.return_consumed_capacity = Some("INDEXES".to_owned());
                }
                let response = self.database.$call(request)?;
                let consumed = consumed(response.consumed_capacity.list(), $write);
                answer(&response, consumed)
            }};
        }
        macro_rules! plain {
            ($call:ident) => {
                answer(&self.database.$call(read(body)?)?, Vec::new())
            };
        }
        match operation {
            "GetItem" => metered!(get_item, GetItemRequest, false),
            "BatchGetItem" => metered!(batch_get_item, BatchGetItemRequest, false),
            "TransactGetItems" => metered!(transact_get_items, TransactGetItemsRequest, false),
            "Query" => metered!(query, QueryRequest, false),
            "Scan" => metered!(scan, ScanRequest, false),
            "PutItem" => metered!(put_item, PutItemRequest, true),
            "UpdateItem" => metered!(update_item, UpdateItemRequest, true),
            "DeleteItem" => metered!(delete_item, DeleteItemRequest, true),
            "BatchWriteItem" => metered!(batch_write_item, BatchWriteItemRequest, true),
            "TransactWriteItems" => {
                let mut request: dynoxide::actions::transact_write_items::TransactWriteItemsRequest = read(body)?;
                request.client_request_token = request.client_request_token.map(|token| self.live_token(token));
                metered!(request => transact_write_items, true)
            }
            "CreateTable" => plain!(create_table),
            "DescribeTable" => plain!(describe_table),
            "UpdateTimeToLive" => plain!(update_time_to_live),
            "DescribeTimeToLive" => plain!(describe_time_to_live),
            other => Err(DynoxideError::ValidationException(format!("{other} is not part of the in-process cloud"))),
        }
    }

    /// dynoxide forgets a token ten minutes later by the wall clock. Here time is simulated, so a token that should
    /// have been forgotten is handed on under another name.
    fn live_token(&self, token: String) -> String {
        let now = self.clock.milliseconds();
        let mut tokens = self.tokens.lock().expect("no holder of this lock panics");
        let (first_seen, forgotten) = tokens.entry(token.clone()).or_insert((now, 0));
        if now - *first_seen >= TOKEN_MILLISECONDS {
            (*first_seen, *forgotten) = (now, *forgotten + 1);
        }
        match forgotten {
            0 => token,
            times => format!("{times}~{}", token.chars().rev().take(30).collect::<String>()),
        }
    }

    /// What the stream has received since the last call, oldest first.
    ///
    /// # Panics
    /// Where dynoxide can't read its own stream.
    pub fn take_stream_records(&self) -> Vec<StreamRecord> {
        let mut position = self.stream_position.lock().expect("no holder of this lock panics");
        let mut records = Vec::new();
        loop {
            let request = GetRecordsRequest { shard_iterator: position.clone(), limit: Some(MOST_RECORDS) };
            let page = self.database.get_records(request).expect("dynoxide reads its own stream");
            records.extend(page.records.iter().filter_map(StreamRecord::new));
            position.clone_from(&page.next_shard_iterator.expect("dynoxide never closes a shard"));
            if page.records.len() < MOST_RECORDS {
                return records;
            }
        }
    }

    /// All items of the table, in DynamoDB JSON.
    ///
    /// # Panics
    /// Where dynoxide can't read them.
    pub fn items(&self) -> Vec<Value> {
        let mut request = json!({ "TableName": table::TABLE_NAME, "ConsistentRead": true });
        let mut items = Vec::new();
        loop {
            let page = self.call("Scan", &request.to_string());
            assert_eq!(page.status, 200, "{}", page.body);
            let mut page: Value = serde_json::from_str(&page.body).expect("a page is JSON");
            items.extend(page["Items"].as_array_mut().map(std::mem::take).unwrap_or_default());
            match page.get("LastEvaluatedKey") {
                Some(key) => request["ExclusiveStartKey"] = key.clone(),
                None => return items,
            }
        }
    }

    /// Puts items, in DynamoDB JSON, where nothing was: no stream records, no capacity.
    ///
    /// # Panics
    /// Where one isn't an item of this table.
    pub fn load(&self, items: impl IntoIterator<Item = Value>) {
        let items = items.into_iter().map(|item| serde_json::from_value(item).expect("an item in DynamoDB JSON"));
        self.database
            .import_items(table::TABLE_NAME, items.collect(), dynoxide::ImportOptions::default())
            .expect("an item of this table");
    }

    /// Deletes what the table's `ttl` says is over, as DynamoDB does within some days. Gives the number of items.
    ///
    /// # Panics
    /// Where dynoxide can't.
    pub fn delete_expired(&self) -> usize {
        self.database.sweep_ttl().expect("dynoxide deletes what has expired")
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &str) -> dynoxide::Result<T> {
    serde_json::from_str(body).map_err(|error| {
        // dynoxide's readers mark their refusals, and serde_json adds where it stood.
        let message = error.to_string();
        let message =
            message.strip_prefix("VALIDATION_REQUEST:").or(message.strip_prefix("VALIDATION:")).unwrap_or(&message);
        let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
        DynoxideError::ValidationException(message.to_owned())
    })
}

fn answer<T: serde::Serialize>(response: &T, consumed: Vec<Consumed>) -> dynoxide::Result<Output> {
    let body =
        serde_json::to_string(response).map_err(|error| DynoxideError::InternalServerError(error.to_string()))?;
    Ok(Output { status: 200, body, consumed })
}

/// Single calls report one table, batches and transactions several.
trait Reports {
    fn list(&self) -> &[ConsumedCapacity];
}

impl Reports for Option<ConsumedCapacity> {
    fn list(&self) -> &[ConsumedCapacity] {
        self.as_slice()
    }
}

impl Reports for Option<Vec<ConsumedCapacity>> {
    fn list(&self) -> &[ConsumedCapacity] {
        self.as_deref().unwrap_or_default()
    }
}

fn consumed(reports: &[ConsumedCapacity], write: bool) -> Vec<Consumed> {
    let mut consumed = Vec::new();
    for report in reports {
        let mut add = |index: Option<&String>, detail: &CapacityDetail| {
            // A replayed transaction is a write that reports reads.
            let write = write && detail.read_capacity_units.is_none();
            let units = if write {
                Units { read: 0.0, write: detail.capacity_units }
            } else {
                Units { read: detail.capacity_units, write: 0.0 }
            };
            if detail.capacity_units > 0.0 {
                consumed.push(Consumed { table: report.table_name.clone(), index: index.cloned(), units });
            }
        };
        if let Some(table) = &report.table {
            add(None, table);
        }
        for (index, detail) in report.global_secondary_indexes.iter().flatten() {
            add(Some(index), detail);
        }
    }
    consumed
}
