//! The table that is measured: embedded dynoxide behind the AWS SDK's own client. It counts every
//! round trip, and all capacity by dynoxide's report and by AWS's rules.
//!
//! Each request takes the same paused time. So requests that are under way together are answered at
//! one instant, and count as one round trip.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig, retry, timeout};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use dynoxide::types::Item;
use dynoxide::{Database, DynoxideError, ImportOptions};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use waitlist_tests::{Clock, Units, table};

use crate::aws_rules::{self, Capacity};

/// The table's name.
pub(crate) const TABLE: &str = table::TABLE_NAME;

/// How long each request takes, in paused time.
const ROUND_TRIP: Duration = Duration::from_millis(1);

/// What an operation cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cost {
    /// Those one after another. Requests that are under way together are one.
    pub(crate) round_trips: usize,
    pub(crate) write_requests: usize,
    /// Writes whose condition failed: AWS bills them, and nobody reports them.
    pub(crate) refused_writes: usize,
    /// The capacity that dynoxide reports.
    pub(crate) reported: Capacity,
    /// The capacity by AWS's rules.
    pub(crate) by_rules: Capacity,
    /// The bytes of the largest written item. Each 1,024 bytes begun cost a unit.
    pub(crate) largest_item: usize,
    /// The bytes of all responses, as JSON.
    pub(crate) answered: usize,
}

impl Cost {
    /// Whether this cost is the same as `other`.
    pub(crate) fn equals(&self, other: &Self) -> bool {
        let parts = |cost: &Self| (cost.round_trips, cost.reported, cost.by_rules);
        parts(self) == parts(other)
    }
}

impl std::ops::AddAssign for Cost {
    fn add_assign(&mut self, more: Self) {
        self.round_trips += more.round_trips;
        self.write_requests += more.write_requests;
        self.refused_writes += more.refused_writes;
        self.reported += more.reported;
        self.by_rules += more.by_rules;
        self.largest_item = self.largest_item.max(more.largest_item);
        self.answered += more.answered;
    }
}

/// An item before and after it was written, null if there was none: what the stream would tell of
/// it.
pub(crate) type Written = [Value; 2];

struct Inner {
    database: Database,
    /// Present while something is measured.
    cost: Mutex<Option<Cost>>,
    /// Present while the writes are followed.
    written: Mutex<Option<Vec<Written>>>,
    /// When a request was last answered.
    answered_at: Mutex<Option<Instant>>,
}

/// The table and its meter. A clone is another handle to the same table.
#[derive(Clone)]
pub(crate) struct Metered(Arc<Inner>);

impl std::fmt::Debug for Metered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Metered").finish_non_exhaustive()
    }
}

impl Metered {
    /// An empty table without a stream, which consumes none of the table's capacity.
    pub(crate) fn new(clock: &Clock) -> Self {
        let database = Database::memory_with_clock(Arc::new(clock.clone())).expect("SQLite opens a database in memory");
        let mut create = table::create_table_request(TABLE);
        create["StreamSpecification"] = json!({ "StreamEnabled": false });
        let create = serde_json::from_value(create).expect("a request that DynamoDB takes");
        database.create_table(create).expect("a table that DynamoDB takes");
        let (cost, written, answered_at) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self(Arc::new(Inner { database, cost, written, answered_at }))
    }

    /// A client that counts what it does.
    pub(crate) fn client(&self, clock: &Clock) -> aws_sdk_dynamodb::Client {
        let configuration = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::from_static("eu-west-1"))
            .endpoint_url("http://measured")
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .http_client(Connector(self.clone()))
            .time_source(clock.clone())
            // Only conditions fail here, and they are not retried.
            .retry_config(retry::RetryConfig::disabled())
            .timeout_config(timeout::TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        aws_sdk_dynamodb::Client::from_conf(configuration)
    }

    /// Does `work` and returns what it cost.
    pub(crate) async fn measure<T>(&self, work: impl Future<Output = T>) -> (T, Cost) {
        *self.cost() = Some(Cost::default());
        let value = work.await;
        (value, self.cost().take().unwrap_or_default())
    }

    /// Does `work` and returns what it cost and what it wrote, in order.
    pub(crate) async fn follow<T>(&self, work: impl Future<Output = T>) -> (T, Cost, Vec<Written>) {
        *self.written() = Some(Vec::new());
        let (value, cost) = self.measure(work).await;
        (value, cost, self.written().take().unwrap_or_default())
    }

    /// Stores many items at once, below the SDK and unmeasured.
    ///
    /// # Panics
    ///
    /// If the engine refuses one.
    pub(crate) fn import(&self, items: Vec<Item>) {
        self.0.database.import_items(TABLE, items, ImportOptions::default()).expect("items that DynamoDB takes");
    }

    /// Calls the engine below the SDK, unmeasured.
    ///
    /// # Panics
    ///
    /// If the engine refuses.
    pub(crate) fn call(&self, operation: &str, request: &Value) -> Value {
        let (status, answer) = self.run(operation, &request.to_string());
        assert_eq!(status, 200, "{operation}: {answer}");
        serde_json::from_str(&answer).expect("dynoxide answers in JSON")
    }

    /// The stored item, or null. Unmeasured.
    pub(crate) fn item(&self, key: &Value) -> Value {
        let request = json!({ "TableName": TABLE, "Key": key, "ConsistentRead": true });
        self.call("GetItem", &request)["Item"].clone()
    }

    /// The HTTP status and body of the answer.
    fn run(&self, operation: &str, body: &str) -> (u16, String) {
        let answer = run(&self.0.database, operation, body);
        answer.map_or_else(|error| (error.status_code(), error.to_json()), |answer| (200, answer))
    }

    fn cost(&self) -> MutexGuard<'_, Option<Cost>> {
        self.0.cost.lock().expect("no holder of this lock panics")
    }

    fn written(&self) -> MutexGuard<'_, Option<Vec<Written>>> {
        self.0.written.lock().expect("no holder of this lock panics")
    }

    fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let target = request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
        let body = std::str::from_utf8(request.body().bytes().unwrap_or_default()).expect("the SDK speaks JSON");
        let (status, answer) = self.answer(target.unwrap_or_default(), body);
        let status = status.try_into().expect("every answer has an HTTP status");
        let mut response = HttpResponse::new(status, SdkBody::from(answer));
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        response
    }

    /// Whether no other request is answered at this instant.
    fn is_another_trip(&self) -> bool {
        let now = Instant::now();
        self.0.answered_at.lock().expect("no holder of this lock panics").replace(now) != Some(now)
    }

    fn answer(&self, operation: &str, body: &str) -> (u16, String) {
        if self.cost().is_none() {
            return self.run(operation, body);
        }
        let mut request: Value = serde_json::from_str(body).expect("the SDK speaks JSON");
        request["ReturnConsumedCapacity"] = json!("INDEXES");
        let writes = aws_rules::writes(operation, &request);
        let images = || -> Vec<Value> { writes.iter().map(|(_, key)| self.item(key)).collect() };
        let before = images();
        let (status, answer) = self.run(operation, &request.to_string());
        let read: Value = serde_json::from_str(&answer).expect("dynoxide answers in JSON");
        let is_write = !writes.is_empty();
        let after = images();
        let by_rules = if is_write {
            let kinds = writes.iter().map(|(kind, _)| *kind);
            aws_rules::writes_capacity(operation, kinds.zip(before.iter().zip(&after)))
        } else {
            aws_rules::read_capacity(operation, &request, &read)
        };
        if let Some(cost) = &mut *self.cost() {
            cost.round_trips += usize::from(self.is_another_trip());
            cost.write_requests += usize::from(is_write);
            cost.refused_writes += usize::from(status != 200);
            cost.reported += reported(&read["ConsumedCapacity"], is_write);
            cost.by_rules += by_rules;
            cost.largest_item = after.iter().map(aws_rules::size_of_item).fold(cost.largest_item, usize::max);
            cost.answered += answer.len();
        }
        if let Some(written) = &mut *self.written() {
            let changes = before.into_iter().zip(after).filter(|(before, after)| before != after);
            written.extend(changes.map(|(before, after)| [before, after]));
        }
        (status, answer)
    }
}

/// Lets dynoxide do one of the operations that the store uses, and returns its response.
fn run(database: &Database, operation: &str, body: &str) -> dynoxide::Result<String> {
    fn invalid(error: serde_json::Error) -> DynoxideError {
        DynoxideError::ValidationException(error.to_string())
    }
    macro_rules! answer {
        ($call:ident) => {
            serde_json::to_string(&database.$call(serde_json::from_str(body).map_err(invalid)?)?).map_err(invalid)
        };
    }
    match operation {
        "GetItem" => answer!(get_item),
        "BatchGetItem" => answer!(batch_get_item),
        "Query" => answer!(query),
        "PutItem" => answer!(put_item),
        "UpdateItem" => answer!(update_item),
        "TransactWriteItems" => answer!(transact_write_items),
        other => Err(DynoxideError::ValidationException(format!("{other} is not measured here"))),
    }
}

/// The capacity that a response reports: of one table for single requests, of several for batches
/// and transactions.
fn reported(consumed: &Value, is_write: bool) -> Capacity {
    let units = |detail: &Value| {
        let units = detail["CapacityUnits"].as_f64().unwrap_or_default();
        if is_write { Units { read: 0.0, write: units } } else { Units { read: units, write: 0.0 } }
    };
    let mut capacity = Capacity::default();
    let tables = consumed.as_array().map_or(std::slice::from_ref(consumed), Vec::as_slice);
    for table in tables {
        capacity.table += units(&table["Table"]);
        let indexes = table["GlobalSecondaryIndexes"].as_object();
        indexes.into_iter().flatten().for_each(|(_, index)| capacity.index += units(index));
    }
    capacity
}

/// The HTTP client of the SDK: it stands for the network.
#[derive(Debug, Clone)]
struct Connector(Metered);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self(metered) = self.clone();
        HttpConnectorFuture::new(async move {
            sleep(ROUND_TRIP).await;
            Ok(metered.respond(&request))
        })
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a request is about, its operation and body, and its units of table and index by AWS's
    /// documentation.
    type Step = (&'static str, &'static str, Value, f64, f64);

    fn update(expression: &str, values: Value) -> Value {
        json!({
            "TableName": TABLE,
            "Key": key("one"),
            "UpdateExpression": expression,
            "ExpressionAttributeNames": { "#line": "line", "#order": "order", "#number": "number", "#text": "text" },
            "ExpressionAttributeValues": values,
        })
    }

    fn key(pk: &str) -> Value {
        json!({ "pk": { "S": pk }, "sk": { "S": "-" } })
    }

    fn item(pk: &str, text: usize, in_line: bool) -> Value {
        let mut item = key(pk);
        item["text"] = json!({ "S": "x".repeat(text) });
        if in_line {
            item["line"] = json!({ "S": "LINE" });
            item["order"] = json!({ "S": pk });
        }
        item
    }

    fn put(item: Value) -> Value {
        json!({ "TableName": TABLE, "Item": item })
    }

    /// As [`update`], with only the names that it uses.
    fn set(expression: &str, values: Value) -> Value {
        let mut request = update(expression, values);
        let names = request["ExpressionAttributeNames"].as_object_mut().expect("it has names");
        names.retain(|name, _| expression.contains(name.as_str()));
        if request["ExpressionAttributeValues"].is_null() {
            request.as_object_mut().expect("an object").remove("ExpressionAttributeValues");
        }
        request
    }

    fn transaction(actions: Vec<Value>) -> Value {
        json!({ "TransactItems": actions })
    }

    fn writes() -> Vec<Step> {
        let check = json!({ "TableName": TABLE, "Key": key("fat"), "ConditionExpression": "attribute_exists(pk)" });
        let moved = |order: &str| set("SET #order = :order", json!({ ":order": { "S": order } }));
        vec![
            ("an item in no index", "PutItem", put(item("none", 10, false)), 1.0, 0.0),
            ("an index that projects little of a large item", "PutItem", put(item("fat", 1500, true)), 2.0, 1.0),
            ("an item in an index", "PutItem", put(item("one", 10, true)), 1.0, 1.0),
            ("what the index has not", "UpdateItem", set("SET #text = :t", json!({ ":t": { "S": "y" } })), 1.0, 0.0),
            ("what the index projects", "UpdateItem", set("SET #number = :n", json!({ ":n": { "N": "7" } })), 1.0, 1.0),
            ("the index's key", "UpdateItem", moved("two"), 1.0, 2.0),
            (
                "the index's key, in a transaction",
                "TransactWriteItems",
                transaction(vec![json!({ "Update": moved("three") })]),
                2.0,
                2.0,
            ),
            (
                "a check beside a put, in a transaction",
                "TransactWriteItems",
                transaction(vec![json!({ "ConditionCheck": check }), json!({ "Put": put(item("new", 1, false)) })]),
                6.0,
                0.0,
            ),
            ("out of the index", "UpdateItem", set("REMOVE #line", Value::Null), 1.0, 1.0),
            ("a large item made small", "PutItem", put(item("fat", 1, true)), 2.0, 0.0),
        ]
    }

    fn reads() -> Vec<Step> {
        let get =
            |pk: &str, consistent: bool| json!({ "TableName": TABLE, "Key": key(pk), "ConsistentRead": consistent });
        let keys = ["half", "other half", "none", "missing"].map(key);
        let query = json!({
            "TableName": TABLE,
            "IndexName": "line",
            "KeyConditionExpression": "#line = :line",
            "ExpressionAttributeNames": { "#line": "line" },
            "ExpressionAttributeValues": { ":line": { "S": "LINE" } },
        });
        vec![
            ("5 KB", "PutItem", put(item("large", 5000, true)), 5.0, 1.0),
            ("2 KB", "PutItem", put(item("half", 2000, false)), 2.0, 0.0),
            ("2 KB more", "PutItem", put(item("other half", 2000, false)), 2.0, 0.0),
            ("5 KB, strongly consistent", "GetItem", get("large", true), 2.0, 0.0),
            ("5 KB, eventually consistent", "GetItem", get("large", false), 1.0, 0.0),
            ("nothing, strongly consistent", "GetItem", get("missing", true), 1.0, 0.0),
            (
                "each item of a batch by itself",
                "BatchGetItem",
                json!({ "RequestItems": { TABLE: { "Keys": keys } } }),
                2.0,
                0.0,
            ),
            ("all of a query's items together", "Query", query, 0.0, 0.5),
        ]
    }

    #[tokio::test]
    async fn dynoxide_and_our_reading_of_the_rules_agree_with_what_aws_documents() {
        let table = Metered::new(&Clock::standing_still());
        for (what, operation, request, in_table, in_index) in writes().into_iter().chain(reads()) {
            let ((status, answer), cost) = table.measure(async { table.answer(operation, &request.to_string()) }).await;
            assert_eq!(status, 200, "{what}: {answer}");
            assert_eq!(cost.reported, cost.by_rules, "{what}");
            let units = |units: Units| units.read + units.write;
            assert_eq!((units(cost.reported.table), units(cost.reported.index)), (in_table, in_index), "{what}");
        }
    }

    #[tokio::test]
    async fn a_refused_write_is_reported_by_nobody_and_costs_what_the_item_measures() {
        let table = Metered::new(&Clock::standing_still());
        table.call("PutItem", &put(item("fat", 1500, true)));
        let mut request = put(item("fat", 1, true));
        request["ConditionExpression"] = json!("attribute_not_exists(pk)");
        let (_, cost) = table.measure(async { table.answer("PutItem", &request.to_string()) }).await;
        assert_eq!((cost.reported.total().write, cost.by_rules.total().write, cost.refused_writes), (0.0, 2.0, 1));
    }
}
