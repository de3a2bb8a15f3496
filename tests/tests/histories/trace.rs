//! The trace of a history, for a person who reads it.

use serde_json::Value;
use waitlist_tests::{Call, START_MILLISECONDS};

/// The lines of a trace, if they are kept.
#[derive(Debug, Default)]
pub(super) struct Trace(Option<Vec<String>>);

impl Trace {
    /// Keeps nothing.
    pub(super) fn silent() -> Self {
        Self(None)
    }

    /// Keeps every line.
    pub(super) fn listening() -> Self {
        Self(Some(Vec::new()))
    }

    pub(super) fn note(&mut self, now: i64, line: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.0 {
            lines.push(format!("{} {}", clock(now), line()));
        }
    }

    pub(super) fn calls(&mut self, invocation: usize, calls: &[Call]) {
        if let Some(lines) = &mut self.0 {
            lines.extend(calls.iter().map(|call| format!("{}   #{invocation} {}", clock(call.at), told(call))));
        }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.0.unwrap_or_default()
    }
}

/// Time since the beginning of the history.
fn clock(now: i64) -> String {
    let milliseconds = now - START_MILLISECONDS;
    let (minutes, rest) = (milliseconds / 60_000, milliseconds % 60_000);
    format!("{minutes:>4}:{:02}.{:03}", rest / 1000, rest % 1000)
}

/// A call: the items it touched, and what went wrong.
fn told(call: &Call) -> String {
    let status = call.status.map_or("no answer".to_owned(), |status| status.to_string());
    let fault = call.fault.map_or(String::new(), |fault| format!(" [{fault:?}]"));
    format!("{} {status}{fault} {}", call.operation, subject(call))
}

fn subject(call: &Call) -> String {
    let request: Value = serde_json::from_str(&call.request).unwrap_or_default();
    let mut items = Vec::new();
    collect_keys(&request, &mut items);
    let messages = request["Entries"].as_array().into_iter().flatten();
    items.extend(messages.map(|entry| format!("{} +{}", entry["MessageBody"], entry["DelaySeconds"])));
    if let Some(index) = request["IndexName"].as_str() {
        items.push(format!("{index} {}", request["ExpressionAttributeValues"]));
    }
    items.dedup();
    items.join(", ")
}

/// Every primary key in a request, wherever it stands.
fn collect_keys(value: &Value, found: &mut Vec<String>) {
    if let (Some(pk), Some(sk)) = (value["pk"]["S"].as_str(), value["sk"]["S"].as_str()) {
        found.push(format!("{pk}|{sk}"));
        return;
    }
    match value {
        Value::Object(members) => members.values().for_each(|member| collect_keys(member, found)),
        Value::Array(elements) => elements.iter().for_each(|element| collect_keys(element, found)),
        _ => {}
    }
}
