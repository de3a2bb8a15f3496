//! Two who use the table at once, at the moment that matters: one is held up between what it read and its write, until
//! the other is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use tokio::sync::Notify;
use waitlist_store::Table;

use super::fixture::Fixture;

/// Does `work` with the same table and clock. Its first `operation` (`TransactWriteItems` and the like) is held up until
/// `meanwhile` is done.
pub(crate) async fn held_up<T>(
    fixture: &Fixture,
    operation: &'static str,
    work: impl AsyncFnOnce(Table) -> T,
    meanwhile: impl AsyncFnOnce(),
) -> T {
    let gate = Arc::new(Gate::new(operation));
    let work = work(fixture.table_through(|inner| SharedHttpClient::new(Gated { gate: Arc::clone(&gate), inner })));
    let meanwhile = async {
        gate.reached.notified().await;
        meanwhile().await;
        gate.opened.notify_one();
    };
    tokio::join!(work, meanwhile).0
}

/// Where a request waits.
#[derive(Debug)]
struct Gate {
    operation: &'static str,
    was_used: AtomicBool,
    reached: Notify,
    opened: Notify,
}

impl Gate {
    fn new(operation: &'static str) -> Self {
        Self { operation, was_used: AtomicBool::new(false), reached: Notify::new(), opened: Notify::new() }
    }

    fn holds_up(&self, request: &HttpRequest) -> bool {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        target.ends_with(&format!(".{}", self.operation)) && !self.was_used.swap(true, Ordering::Relaxed)
    }
}

/// A client whose requests come to the gate.
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
        if !self.gate.holds_up(&request) {
            return self.inner.call(request);
        }
        let (gate, inner) = (Arc::clone(&self.gate), self.inner.clone());
        HttpConnectorFuture::new(async move {
            gate.reached.notify_one();
            gate.opened.notified().await;
            inner.call(request).await
        })
    }
}
