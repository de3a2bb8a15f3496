//! The table that is measured: embedded dynoxide behind the AWS SDK's own client, with a count of every round trip and
//! of all capacity, as dynoxide reports it and as AWS's rules have it.

use std::sync::{Arc, Mutex, MutexGuard};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region, StalledStreamProtectionConfig, retry, timeout};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use waitlist_tests::{Answer, Clock, Consumed, LocalDynamoDb, table};

use crate::aws_rules::{self, Capacity};

/// The measured table's name. It stands beside the one that every [`LocalDynamoDb`] has, for it does without a stream:
/// dynoxide looks through all its stream at every write, which a million entries make unbearable. On AWS a stream
/// consumes nothing of the table's capacity.
pub(crate) const TABLE: &str = "measured";

/// What an operation cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cost {
    pub(crate) round_trips: usize,
    pub(crate) write_requests: usize,
    /// Writes whose condition did not hold: billed, and reported by nobody.
    pub(crate) refused_writes: usize,
    /// As dynoxide reports it.
    pub(crate) reported: Capacity,
    /// As AWS's rules have it.
    pub(crate) by_rules: Capacity,
}

struct Inner {
    database: LocalDynamoDb,
    /// Present while something is measured.
    cost: Mutex<Option<Cost>>,
}

/// The table and its meter. Cloning it gives another handle to the same.
#[derive(Clone)]
pub(crate) struct Metered(Arc<Inner>);

impl std::fmt::Debug for Metered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Metered").finish_non_exhaustive()
    }
}

impl Metered {
    /// An empty table.
    pub(crate) fn new(clock: &Clock) -> Self {
        let metered =
            Self(Arc::new(Inner { database: LocalDynamoDb::new(clock.clone(), true), cost: Mutex::default() }));
        let mut create = table::create_table_request(TABLE);
        create["StreamSpecification"] = json!({ "StreamEnabled": false });
        metered.call("CreateTable", &create.to_string());
        metered
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
            // Nothing fails here but conditions, which nobody repeats.
            .retry_config(retry::RetryConfig::disabled())
            .timeout_config(timeout::TimeoutConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        aws_sdk_dynamodb::Client::from_conf(configuration)
    }

    /// Does `work` and says what it cost.
    pub(crate) async fn measure<T>(&self, work: impl Future<Output = T>) -> (T, Cost) {
        *self.cost() = Some(Cost::default());
        let value = work.await;
        (value, self.cost().take().unwrap_or_default())
    }

    /// Speaks to the engine below the SDK, unmeasured.
    ///
    /// # Panics
    /// Where the engine refuses.
    pub(crate) fn call(&self, operation: &str, body: &str) -> Value {
        let answer = self.0.database.call(operation, body);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        serde_json::from_str(&answer.body).expect("dynoxide answers in JSON")
    }

    /// An item as it is stored, null where there is none; unmeasured.
    pub(crate) fn item(&self, key: &Value) -> Value {
        let request = json!({ "TableName": TABLE, "Key": key, "ConsistentRead": true });
        self.call("GetItem", &request.to_string())["Item"].clone()
    }

    fn cost(&self) -> MutexGuard<'_, Option<Cost>> {
        self.0.cost.lock().expect("no holder of this lock panics")
    }

    fn answer(&self, operation: &str, body: &str) -> Answer {
        if self.cost().is_none() {
            return self.0.database.call(operation, body);
        }
        let request: Value = serde_json::from_str(body).expect("the SDK speaks JSON");
        let writes = aws_rules::writes(operation, &request);
        let images = || -> Vec<Value> { writes.iter().map(|(_, key)| self.item(key)).collect() };
        let before = images();
        let answer = self.0.database.call(operation, body);
        let succeeded = answer.status == 200;
        let by_rules = if writes.is_empty() {
            let reply = serde_json::from_str(&answer.body).expect("dynoxide answers in JSON");
            aws_rules::read_capacity(operation, &request, &reply)
        } else {
            let in_transaction = operation == "TransactWriteItems";
            let mut capacity = Capacity::default();
            // A refused write leaves the items as they were, and costs what they measure.
            for (((kind, _), before), after) in writes.iter().zip(&before).zip(images()) {
                capacity += aws_rules::write_capacity(kind, in_transaction, before, &after);
            }
            capacity
        };
        if let Some(cost) = &mut *self.cost() {
            cost.round_trips += 1;
            cost.write_requests += usize::from(!writes.is_empty());
            cost.refused_writes += usize::from(!succeeded);
            cost.reported += reported(&answer.consumed);
            cost.by_rules += by_rules;
        }
        answer
    }
}

fn reported(consumed: &[Consumed]) -> Capacity {
    let mut capacity = Capacity::default();
    for one in consumed {
        let share = if one.index.is_none() { &mut capacity.table } else { &mut capacity.index };
        *share += one.units;
    }
    capacity
}

/// What the client takes for the network.
#[derive(Debug, Clone)]
struct Connector(Metered);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").and_then(|target| target.rsplit('.').next());
        let body = std::str::from_utf8(request.body().bytes().unwrap_or_default()).expect("the SDK speaks JSON");
        let answer = self.0.answer(target.unwrap_or_default(), body);
        let status = answer.status.try_into().expect("every answer has an HTTP status");
        let mut response = HttpResponse::new(status, SdkBody::from(answer.body));
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
