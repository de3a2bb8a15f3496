//! The deployed stack, as `make up` describes it in the environment, and those who call it.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::sync::{Mutex, MutexGuard};

use crate::openapi::{Exchange, check};

use super::answer::Answer;
use super::event_builder::EventBuilder;
use super::table_reader::TableReader;
use super::turns::{Kind, Turn};

/// An API function has 10 s.
const PATIENCE: Duration = Duration::from_secs(20);

/// The deployed stack.
#[derive(Clone)]
pub struct Stack(Arc<Parts>);

struct Parts {
    /// Both end with the last of a test's callers and lines.
    _turn: Turn,
    _crowd: Option<MutexGuard<'static, ()>>,
    http: Client<HttpConnector, Full<Bytes>>,
    sqs: aws_sdk_sqs::Client,
    dynamodb: aws_sdk_dynamodb::Client,
}

/// A setting of the stack under test.
///
/// # Panics
/// Where it is missing: without a stack there is nothing to test, and that is no success.
#[track_caller]
pub fn setting(name: &str) -> String {
    std::env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| {
        panic!(
            "{name} is not set, so there is no deployed stack to test. `make integration` starts one; against one that \
             is up: `set -a; . .dev/env; set +a; cargo test -p waitlist-tests --test main -- deployed::`"
        )
    })
}

impl Stack {
    /// The stack that the environment names.
    pub async fn up() -> Self {
        setting("WAITLIST_URL");
        Self::connect(Turn::of(Kind::Patient).await, None)
    }

    /// The same for a test that calls it many times at once: one such test at a time.
    pub async fn up_for_a_crowd() -> Self {
        static CROWD: Mutex<()> = Mutex::const_new(());
        setting("WAITLIST_URL");
        let crowd = CROWD.lock().await;
        Self::connect(Turn::of(Kind::Patient).await, Some(crowd))
    }

    /// The same, where deadlines are met in time.
    pub async fn in_time() -> Self {
        setting("WAITLIST_URL");
        Self::connect(Turn::of(Kind::Punctual).await, None)
    }

    /// The same with nobody beside it.
    pub async fn alone() -> Self {
        setting("WAITLIST_URL");
        Self::connect(Turn::of(Kind::Alone).await, None)
    }

    /// Connections belong to the calling test's runtime.
    fn connect(turn: Turn, crowd: Option<MutexGuard<'static, ()>>) -> Self {
        let region = Region::new(setting("AWS_REGION"));
        let credentials =
            Credentials::new(setting("AWS_ACCESS_KEY_ID"), setting("AWS_SECRET_ACCESS_KEY"), None, None, "environment");
        let endpoint = setting("AWS_ENDPOINT_URL");
        let http_client = aws_smithy_http_client::Builder::new().build_http();
        let dynamodb = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(region.clone())
            .endpoint_url(endpoint.clone())
            .credentials_provider(credentials.clone())
            .http_client(http_client.clone())
            .build();
        let sqs = aws_sdk_sqs::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(region)
            .endpoint_url(endpoint)
            .credentials_provider(credentials)
            .http_client(http_client)
            .build();
        Self(Arc::new(Parts {
            _turn: turn,
            _crowd: crowd,
            http: Client::builder(TokioExecutor::new()).build(HttpConnector::new()),
            sqs: aws_sdk_sqs::Client::from_conf(sqs),
            dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb),
        }))
    }

    /// The organiser.
    pub fn organiser(&self) -> Caller {
        self.bearer(&setting("WAITLIST_ORGANISER_KEY"))
    }

    /// A sales system.
    pub fn sales(&self) -> Caller {
        self.bearer(&setting("WAITLIST_SALES_KEY"))
    }

    /// Whoever bears this key or token.
    pub fn bearer(&self, credential: &str) -> Caller {
        Caller { stack: self.clone(), authorization: Some(format!("Bearer {credential}")) }
    }

    /// Whoever sends this `Authorization` header.
    pub fn authorized_by(&self, header: &str) -> Caller {
        Caller { stack: self.clone(), authorization: Some(header.to_owned()) }
    }

    /// Nobody in particular.
    pub fn public(&self) -> Caller {
        Caller { stack: self.clone(), authorization: None }
    }

    /// A new event of this test's own.
    pub fn event(&self) -> EventBuilder {
        EventBuilder::new(self)
    }

    /// A reader of the whole table.
    pub fn table(&self) -> TableReader {
        TableReader::new(&self.0.dynamodb, &setting("TABLE_NAME"))
    }

    /// The queues.
    pub fn sqs(&self) -> &aws_sdk_sqs::Client {
        &self.0.sqs
    }

    /// The table's database.
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        &self.0.dynamodb
    }

    /// One of the local cloud's own listings, or of AWS's APIs that the tests have no client of.
    pub async fn cloud(&self, method: &str, path: &str, service: &str, body: Option<Value>) -> Value {
        let scope = format!("test/20260101/{}/{service}/aws4_request", setting("AWS_REGION"));
        let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let url = format!("{}{path}", setting("AWS_ENDPOINT_URL"));
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let answer = self.exchange(method, &url, &[("authorization", signature.as_str())], body).await;
        assert!(answer.status < 300, "{} answered {} {}", answer.request, answer.status, answer.text);
        answer.body
    }

    async fn exchange(&self, method: &str, url: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = hyper::Request::builder().method(method).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let about = format!("{method} {}", url.split_once("%24default").map_or(url, |(_, path)| path));
        let request =
            request.body(Full::new(Bytes::from(body))).unwrap_or_else(|error| panic!("{about:.200}: {error}"));
        let exchange = async {
            let response = self.0.http.request(request).await.map_err(|error| format!("{error:?}"))?;
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.map_err(|error| format!("{error:?}"))?.to_bytes();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let body = serde_json::from_str(&text).unwrap_or(Value::Null);
            let (request, status) = (format!("{about:.200}"), parts.status.as_u16());
            Ok::<_, String>(Answer { request, status, headers: parts.headers, body, text })
        };
        // Boxed: tests hold many of these at once.
        match tokio::time::timeout(PATIENCE, Box::pin(exchange)).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => panic!("{about:.200}: {error}"),
            Err(_) => panic!("{about:.200} was not answered within {PATIENCE:?}"),
        }
    }
}

/// Somebody who calls the API.
#[derive(Clone)]
pub struct Caller {
    stack: Stack,
    authorization: Option<String>,
}

impl Caller {
    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Vec::new()).await
    }

    /// Deletes.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], Vec::new()).await
    }

    /// Puts.
    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &[], body.to_string().into_bytes()).await
    }

    /// Posts.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[], body.to_string().into_bytes()).await
    }

    /// Posts, to be done once however often it is sent.
    pub async fn post_once(&self, idempotency_key: &str, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("idempotency-key", idempotency_key)], body.to_string().into_bytes()).await
    }

    /// Sends anything. A body is said to be JSON unless `headers` say otherwise.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut all = headers.to_vec();
        if let Some(authorization) = &self.authorization {
            all.push(("authorization", authorization));
        }
        if !body.is_empty() && !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", "application/json"));
        }
        let url = format!("{}{path}", setting("WAITLIST_URL"));
        let answer = self.stack.exchange(method, &url, &all, body.clone()).await;
        let content_type = answer.header("content-type");
        check(&Exchange {
            method,
            path,
            request: &body,
            status: answer.status,
            content_type,
            response: &if content_type.contains("json") { answer.body.clone() } else { answer.text.clone().into() },
        });
        answer
    }
}
