//! Logs: JSON lines on stdout, with one summary for every invocation.
//!
//! A line never holds an e-mail address, a phone number, a name, a token or a form's answer. No
//! function here accepts such data. Dependencies may log whole requests, so only their warnings and
//! errors are logged.

use std::error::Error as StdError;
use std::time::Instant;

use lambda_runtime::tracing::subscriber::filter::{LevelFilter, Targets};
use lambda_runtime::tracing::subscriber::fmt;
use lambda_runtime::tracing::subscriber::layer::SubscriberExt;
use lambda_runtime::tracing::subscriber::util::SubscriberInitExt;
use waitlist_domain::Error;
use waitlist_domain::values::identifier::KeyId;

use crate::environment::metrics;

/// Starts the logs and the metrics. `own_crate` is the function's `module_path!()`.
///
/// Lambda sets `AWS_LAMBDA_LOG_LEVEL` where it filters JSON logs. Elsewhere `RUST_LOG` names the
/// least severe level.
pub fn start(own_crate: &'static str) {
    let level = ["AWS_LAMBDA_LOG_LEVEL", "RUST_LOG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok()?.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    let heard = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("waitlist", level)
        .with_target(own_crate, level);
    let lines = fmt().json().flatten_event(true).with_current_span(false).with_span_list(false).with_target(false);
    lines.with_max_level(level).finish().with(heard).init();
    metrics::start();
}

/// The description of an API invocation in the logs.
#[derive(Debug, Clone)]
pub(crate) struct Invocation<'request> {
    pub(crate) function: &'static str,
    pub(crate) method: &'static str,
    /// The route with the names of its parameters. Their values are left out, because they may be
    /// customer ids or tokens.
    pub(crate) route: &'static str,
    pub(crate) request_id: &'request str,
    /// The id of the caller's API key, once it is known. Neither the key nor its hash is logged.
    pub(crate) key_id: Option<KeyId>,
}

impl Invocation<'_> {
    /// Logs the summary line of an API invocation.
    pub(crate) fn answered(&self, status: u16, started: Instant) {
        let Self { function, method, route, request_id, .. } = *self;
        let (key_id, milliseconds) = (self.key_id(), milliseconds_since(started));
        tracing::info!(function, method, route, status, milliseconds, request_id, key_id, "answered");
        metrics::report(function, started, u64::from(status >= 500));
    }

    /// Logs a fault with all its sources. A refusal is not a fault: the status in the summary is
    /// enough.
    pub(crate) fn failed(&self, error: &Error) {
        let Self { function, request_id, .. } = *self;
        let key_id = self.key_id();
        match error {
            Error::Refused(_) => {}
            Error::Busy { .. } => tracing::warn!(function, request_id, key_id, error = chain(error), "too busy"),
            Error::Internal { .. } => tracing::error!(function, request_id, key_id, error = chain(error), "failed"),
        }
    }

    fn key_id(&self) -> Option<&str> {
        self.key_id.as_ref().map(KeyId::as_str)
    }
}

/// Logs the summary line of a worker's invocation: the number of messages or records, and the
/// number given back.
pub fn worked(function: &'static str, messages: usize, failed: usize, started: Instant) {
    let milliseconds = milliseconds_since(started);
    tracing::info!(function, messages, failed, milliseconds, "worked");
    metrics::report(function, started, failed as u64);
}

/// Logs a worker's fault over one message or record. `message_id` is the queue's or the stream's
/// id.
pub fn message_failed(function: &'static str, message_id: &str, error: &(dyn StdError + 'static)) {
    tracing::error!(function, message_id, error = chain(error), "message failed");
}

fn milliseconds_since(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// An error and all its sources, outermost first.
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let sources = std::iter::successors(Some(error), |error| (*error).source());
    sources.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use serde_json::Value;

    use super::*;

    /// Keeps the lines of a log.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("no holder of this lock panics").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// The lines that are logged meanwhile.
    fn logged(work: impl FnOnce()) -> Vec<Value> {
        let lines = Lines::default();
        let kept = lines.clone();
        let subscriber = fmt().json().flatten_event(true).with_writer(move || kept.clone()).finish();
        tracing::subscriber::with_default(subscriber, work);
        let bytes = lines.0.lock().expect("no holder of this lock panics").clone();
        let text = String::from_utf8(bytes).expect("a text");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    #[test]
    fn each_line_of_a_request_names_the_key_of_its_caller_by_the_id() {
        let invocation = |key_id| Invocation {
            function: "claim",
            method: "POST",
            route: "/api/waitlist/claim/{customerId}",
            request_id: "r",
            key_id,
        };
        let key_id = KeyId::from_bits([7; 16]);
        let lines = logged(|| {
            invocation(Some(key_id.clone())).answered(200, Instant::now());
            invocation(Some(key_id.clone())).failed(&Error::Busy { context: "claiming an offer" });
            invocation(None).answered(200, Instant::now());
        });
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert_eq!([&lines[0]["key_id"], &lines[1]["key_id"]], [key_id.as_str(); 2]);
        assert_eq!(lines[2].get("key_id"), None);
    }

    #[test]
    fn an_error_is_logged_with_all_its_sources() {
        let below = Error::internal("reading an item", std::io::Error::other("connection reset"));
        let error = Error::internal("claiming an offer", below);
        assert_eq!(chain(&error), "claiming an offer: reading an item: connection reset");
    }
}
