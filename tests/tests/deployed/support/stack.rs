//! The deployed stack, which `make up` describes in the environment, and its callers.

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

use crate::conformance::{Exchange, Parameters, check, routed};

use super::reply::Reply;
use super::turns::{Kind, Turn};

/// The longest wait for an answer. An API function may take 10 s.
const PATIENCE: Duration = Duration::from_secs(20);

/// The deployed stack.
#[derive(Clone)]
pub struct Stack(Arc<Parts>);

struct Parts {
    /// Both are held until the last of a test's callers and lines is dropped.
    _turn: Turn,
    _crowd: Option<MutexGuard<'static, ()>>,
    http: Client<HttpConnector, Full<Bytes>>,
    sqs: aws_sdk_sqs::Client,
    sns: aws_sdk_sns::Client,
    dynamodb: aws_sdk_dynamodb::Client,
}

/// A setting of the stack under test.
///
/// # Panics
/// If it is missing. Without a stack there is nothing to test, and that is no success.
#[track_caller]
pub fn setting(name: &str) -> String {
    std::env::var(name).ok().filter(|value| !value.is_empty()).unwrap_or_else(|| {
        panic!(
            "{name} is not set, so there is no deployed stack to test. `make integration` starts one; against one that \
             is up: `set -a; . .dev/env; set +a; cargo test --locked -p waitlist-tests --test main -- deployed::`"
        )
    })
}

impl Stack {
    /// The stack that the environment names.
    pub async fn up() -> Self {
        setting("WAITLIST_URL");
        Self::connect(Turn::of(Kind::Patient).await, None)
    }

    /// The stack, for a test with many requests at once. Only one such test runs at a time.
    pub async fn up_for_a_crowd() -> Self {
        static CROWD: Mutex<()> = Mutex::const_new(());
        setting("WAITLIST_URL");
        let crowd = CROWD.lock().await;
        Self::connect(Turn::of(Kind::Patient).await, Some(crowd))
    }

    /// The stack, for a test that needs deadlines met in time.
    pub async fn in_time() -> Self {
        setting("WAITLIST_URL");
        Self::connect(Turn::of(Kind::Punctual).await, None)
    }

    /// The stack, for a test that runs alone.
    pub async fn alone() -> Self {
        setting("WAITLIST_URL");
        Self::connect(Turn::of(Kind::Alone).await, None)
    }

    /// Connects within the calling test's runtime.
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
            .region(region.clone())
            .endpoint_url(endpoint.clone())
            .credentials_provider(credentials.clone())
            .http_client(http_client.clone())
            .build();
        let sns = aws_sdk_sns::Config::builder()
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
            sns: aws_sdk_sns::Client::from_conf(sns),
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

    /// A caller with this key or token.
    pub fn bearer(&self, credential: &str) -> Caller {
        Caller { stack: self.clone(), authorization: Some(format!("Bearer {credential}")) }
    }

    /// A caller with this `Authorization` header.
    pub fn authorized_by(&self, header: &str) -> Caller {
        Caller { stack: self.clone(), authorization: Some(header.to_owned()) }
    }

    /// A caller without a credential.
    pub fn public(&self) -> Caller {
        Caller { stack: self.clone(), authorization: None }
    }

    pub fn sqs(&self) -> &aws_sdk_sqs::Client {
        &self.0.sqs
    }

    pub fn sns(&self) -> &aws_sdk_sns::Client {
        &self.0.sns
    }

    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        &self.0.dynamodb
    }

    /// Calls the local cloud's own API, or an AWS API without a client here.
    pub async fn cloud(&self, method: &str, path: &str, service: &str, body: Option<Value>) -> Value {
        let scope = format!("test/20260101/{}/{service}/aws4_request", setting("AWS_REGION"));
        let signature = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
        let url = format!("{}{path}", setting("AWS_ENDPOINT_URL"));
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let reply = self.exchange(method, &url, &[("authorization", signature.as_str())], body).await;
        assert!(reply.status < 300, "{} answered {} {}", reply.request, reply.status, reply.text);
        reply.body
    }

    /// The functions, as Lambda lists them: 50 to a page.
    pub async fn functions(&self) -> Vec<Value> {
        let (mut functions, mut path) = (Vec::new(), "/2015-03-31/functions/".to_owned());
        loop {
            let page = self.cloud("GET", &path, "lambda", None).await;
            functions.extend(page["Functions"].as_array().cloned().unwrap_or_default());
            let Some(next) = page["NextMarker"].as_str().filter(|next| !next.is_empty()) else { return functions };
            path = format!("/2015-03-31/functions/?Marker={next}");
        }
    }

    async fn exchange(&self, method: &str, url: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Reply {
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
            Ok::<_, String>(Reply { request, status, headers: parts.headers, body, text })
        };
        // Boxed: tests hold many of these at once.
        match tokio::time::timeout(PATIENCE, Box::pin(exchange)).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(error)) => panic!("{about:.200}: {error}"),
            Err(_) => panic!("{about:.200} was not answered within {PATIENCE:?}"),
        }
    }
}

/// A caller of the API.
#[derive(Clone)]
pub struct Caller {
    stack: Stack,
    authorization: Option<String>,
}

impl Caller {
    pub async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], Vec::new()).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send("DELETE", path, &[], Vec::new()).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send("PUT", path, &[], body.to_string().into_bytes()).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[], body.to_string().into_bytes()).await
    }

    /// A POST with an idempotency key.
    pub async fn post_once(&self, idempotency_key: &str, path: &str, body: &Value) -> Reply {
        self.send("POST", path, &[("idempotency-key", idempotency_key)], body.to_string().into_bytes()).await
    }

    /// Sends any request. The body's content type is JSON unless `headers` has another.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Reply {
        self.send_to("WAITLIST_URL", method, path, headers, body).await
    }

    /// Sends a request to the address that this setting names.
    pub async fn send_to(
        &self,
        address: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let mut all = headers.to_vec();
        if let Some(authorization) = &self.authorization {
            all.push(("authorization", authorization));
        }
        if !body.is_empty() && !headers.iter().any(|(name, _)| *name == "content-type") {
            all.push(("content-type", "application/json"));
        }
        let url = format!("{}{path}", setting(address));
        let reply = self.stack.exchange(method, &url, &all, body.clone()).await;
        let (route, parameters) = routed(method, path);
        let headers_sent = all.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let headers = reply.headers.iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        let is_json = reply.header("content-type").contains("json");
        check(&Exchange {
            route,
            parameters: Parameters { header: headers_sent.collect(), ..parameters },
            request: &body,
            status: reply.status,
            headers: headers.collect(),
            response: &if is_json { reply.body.clone() } else { reply.text.clone().into() },
        });
        reply
    }
}
