//! Two writers at once: one is held up between its read and its write until the other is done.
//!
//! The write that was held up arrives, or is lost, or loses its answer.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use tokio::sync::Notify;
use waitlist_store::Table;

use super::fixture::Fixture;

/// Does `work` with the same table and clock. Its first `operation`, such as `TransactWriteItems`,
/// waits for `meanwhile`.
pub(crate) async fn held_up<T>(
    fixture: &Fixture,
    operation: &'static str,
    work: impl AsyncFnOnce(Table) -> T,
    meanwhile: impl AsyncFnOnce(),
) -> T {
    delivered_as(fixture, Delivery::Arrives, operation, work, meanwhile).await
}

/// How a request is delivered once it is no longer held up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It arrives and is answered.
    Arrives,
    /// The connection breaks before it arrives.
    IsLost,
    /// It arrives, and the connection breaks before the answer does.
    AnswerIsLost,
    /// Its sender gives up waiting, repeats it and hears that it is in progress. It arrives in the
    /// end.
    StaysUnderWay,
}

/// Does `work` with the same table and clock. Its first `operation` waits for `meanwhile` and then
/// has this delivery.
///
/// The operation may be followed by a space and a text that its request contains, such as the
/// beginning of a key.
pub(crate) async fn delivered_as<T>(
    fixture: &Fixture,
    delivery: Delivery,
    operation: &'static str,
    work: impl AsyncFnOnce(Table) -> T,
    meanwhile: impl AsyncFnOnce(),
) -> T {
    let gate = Arc::new(Gate::new(operation, delivery));
    let work = work(fixture.table_through(|inner| SharedHttpClient::new(Gated { gate: Arc::clone(&gate), inner })));
    let meanwhile = async {
        gate.reached.notified().await;
        meanwhile().await;
        gate.opened.notify_one();
    };
    let work = async {
        let worked = work.await;
        assert!(gate.was_used.load(Ordering::Relaxed), "there was no {operation} to hold up");
        worked
    };
    tokio::pin!(work);
    // Work without such a request ends without `meanwhile`.
    tokio::select! {
        biased;
        () = meanwhile => work.await,
        worked = &mut work => worked,
    }
}

/// Does `work` with the same table and clock, and counts its requests.
pub(crate) async fn counted<T>(fixture: &Fixture, work: impl AsyncFnOnce(Table) -> T) -> (T, usize) {
    let gate = Arc::new(Gate::new("no operation", Delivery::Arrives));
    let table = fixture.table_through(|inner| SharedHttpClient::new(Gated { gate: Arc::clone(&gate), inner }));
    let worked = work(table).await;
    (worked, gate.requests.load(Ordering::Relaxed))
}

/// How many repetitions of a request are told that it is in progress.
const TIMES_UNDER_WAY: usize = 3;

/// The point at which a request waits.
#[derive(Debug)]
struct Gate {
    operation: &'static str,
    delivery: Delivery,
    was_used: AtomicBool,
    reached: Notify,
    opened: Notify,
    under_way: Mutex<Option<HttpRequest>>,
    times_under_way: AtomicUsize,
    requests: AtomicUsize,
}

impl Gate {
    fn new(operation: &'static str, delivery: Delivery) -> Self {
        Self {
            operation,
            delivery,
            was_used: AtomicBool::new(false),
            reached: Notify::new(),
            opened: Notify::new(),
            under_way: Mutex::default(),
            times_under_way: AtomicUsize::new(0),
            requests: AtomicUsize::new(0),
        }
    }

    fn is_for(&self, request: &HttpRequest) -> bool {
        let (operation, item) = self.operation.split_once(' ').unwrap_or((self.operation, ""));
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default());
        target.ends_with(&format!(".{operation}")) && body.contains(item)
    }

    fn holds_up(&self, request: &HttpRequest) -> bool {
        self.is_for(request) && !self.was_used.swap(true, Ordering::Relaxed)
    }

    fn take_under_way(&self) -> Option<HttpRequest> {
        self.under_way.lock().expect("no holder of this lock panics").take()
    }

    /// Whether this repetition of the request is told that it is in progress.
    fn is_under_way(&self, request: &HttpRequest) -> bool {
        let is_held = self.under_way.lock().expect("no holder of this lock panics").is_some();
        is_held && self.is_for(request) && self.times_under_way.fetch_add(1, Ordering::Relaxed) < TIMES_UNDER_WAY
    }
}

fn still_under_way() -> HttpResponse {
    let body = r#"{"__type":"com.amazonaws.dynamodb.v20120810#TransactionInProgressException","message":"under way"}"#;
    HttpResponse::new(400.try_into().expect("a status"), SdkBody::from(body))
}

/// A client that sends its requests through the gate.
#[derive(Debug)]
struct Gated<Inner> {
    gate: Arc<Gate>,
    inner: Inner,
}

impl HttpClient for Gated<SharedHttpClient> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Gated { gate: Arc::clone(&self.gate), inner })
    }
}

impl HttpConnector for Gated<SharedHttpConnector> {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (gate, inner) = (Arc::clone(&self.gate), self.inner.clone());
        gate.requests.fetch_add(1, Ordering::Relaxed);
        if !gate.holds_up(&request) {
            if gate.is_under_way(&request) {
                return HttpConnectorFuture::ready(Ok(still_under_way()));
            }
            return match gate.take_under_way() {
                None => inner.call(request),
                Some(late) => HttpConnectorFuture::new(async move {
                    inner.call(late).await?;
                    inner.call(request).await
                }),
            };
        }
        HttpConnectorFuture::new(async move {
            gate.reached.notify_one();
            gate.opened.notified().await;
            match gate.delivery {
                Delivery::Arrives => return inner.call(request).await,
                Delivery::IsLost => {}
                Delivery::AnswerIsLost => drop(inner.call(request).await?),
                Delivery::StaysUnderWay => {
                    *gate.under_way.lock().expect("no holder of this lock panics") = Some(request);
                }
            }
            Err(ConnectorError::io("the connection broke before the answer".into()))
        })
    }
}
