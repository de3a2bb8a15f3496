//! Metrics: one line for every invocation, in CloudWatch's embedded metric format.
//!
//! A handler counts with [`count`], and the line at the end of the invocation has the sums. Each
//! metric of each function costs money for every hour in which it is reported. A metric of zero is
//! therefore left out, except for the latency.

use std::cell::Cell;
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::values::time::Timestamp;
use waitlist_store::commands::promotions::Promoted;

/// A counter. It is reported beside the latency and faults of every invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// Offers made.
    Offers,
    /// Offers whose deadline passed.
    Lapses,
    /// Seats that customers in the line bought.
    Refills,
    /// Messages that a provider accepted.
    MessagesSent,
    /// Messages that a provider refused, for now or for good.
    SendFailures,
}

impl Counter {
    const ALL: [Self; 5] = [Self::Offers, Self::Lapses, Self::Refills, Self::MessagesSent, Self::SendFailures];

    const fn name(self) -> &'static str {
        match self {
            Self::Offers => "Offers",
            Self::Lapses => "Lapses",
            Self::Refills => "Refills",
            Self::MessagesSent => "MessagesSent",
            Self::SendFailures => "SendFailures",
        }
    }
}

/// The names of all metrics.
pub fn names() -> impl Iterator<Item = &'static str> {
    [LATENCY, COLD_START, FAULTS].into_iter().chain(Counter::ALL.map(Counter::name))
}

const LATENCY: &str = "Latency";
const COLD_START: &str = "ColdStart";
const FAULTS: &str = "Faults";

thread_local! {
    /// The counts of the current invocation. A function handles one invocation at a time, on one
    /// thread.
    static COUNTED: Cell<[u64; Counter::ALL.len()]> = const { Cell::new([0; Counter::ALL.len()]) };
}

/// Adds to a counter of this invocation.
pub fn count(counter: Counter, more: u64) {
    let mut counted = COUNTED.get();
    counted[counter as usize] += more;
    COUNTED.set(counted);
}

/// Counts the offers and lapses of a promotion.
pub fn count_promoted(promoted: &Promoted) {
    count(Counter::Offers, promoted.offered as u64);
    count(Counter::Lapses, promoted.expired as u64);
}

/// Counts a change of an entry: newly offered seats, or seats that it bought. An unchanged status
/// counts nothing.
pub fn count_change(before: &Entry, after: &Entry) {
    if before.status == after.status {
        return;
    }
    match after.status {
        Status::Offered => count(Counter::Offers, 1),
        Status::Converted => count(Counter::Refills, after.offer.as_ref().map_or(0, |offer| offer.quantity.into())),
        _ => {}
    }
}

/// The report of an invocation.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Report {
    function: &'static str,
    is_cold: bool,
    milliseconds: f64,
    faults: u64,
    counted: [u64; Counter::ALL.len()],
}

/// The origin of the metrics.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reporter {
    /// The CloudFormation stack's name.
    stack: String,
    /// The least severe level that Lambda keeps, which the line has as its own.
    ///
    /// Lambda treats a line without a level as INFO, and would drop it where INFO is filtered.
    level: String,
}

static REPORTER: OnceLock<Reporter> = OnceLock::new();
static WAS_INVOKED: AtomicBool = AtomicBool::new(false);

/// Turns reports on, if the function belongs to a stack.
pub(crate) fn start() {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(stack) = set("STACK_NAME") {
        let level = set("AWS_LAMBDA_LOG_LEVEL").unwrap_or_else(|| "INFO".to_owned());
        REPORTER.get_or_init(|| Reporter { stack, level });
    }
}

/// Reports an invocation and its counts. `started` is the beginning of the invocation.
pub(crate) fn report(function: &'static str, started: Instant, faults: u64) {
    let counted = COUNTED.take();
    let is_cold = !WAS_INVOKED.swap(true, Ordering::Relaxed);
    let Some(reporter) = REPORTER.get() else { return };
    // A resolution of a tenth of a millisecond is enough.
    let milliseconds = (started.elapsed().as_secs_f64() * 10_000.0).round() / 10.0;
    let line = reporter.line(&Report { function, is_cold, milliseconds, faults, counted }, now());
    if let Err(error) = writeln!(std::io::stdout(), "{line}") {
        tracing::warn!(%error, "metrics could not be reported");
    }
}

#[expect(clippy::disallowed_methods, reason = "a log line bears the machine's time, as all others do")]
fn now() -> Timestamp {
    Timestamp::from(DateTime::<Utc>::from(SystemTime::now()))
}

impl Reporter {
    /// The line of a report, by CloudWatch's specification.
    fn line(&self, report: &Report, now: Timestamp) -> Value {
        let mut definitions = Vec::new();
        let mut values = Map::new();
        let mut measure = |name: &str, unit: &str, value: Value| {
            definitions.push(json!({"Name": name, "Unit": unit}));
            values.insert(name.to_owned(), value);
        };
        measure(LATENCY, "Milliseconds", json!(report.milliseconds));
        let of_every_function = [(COLD_START, u64::from(report.is_cold)), (FAULTS, report.faults)];
        let counted = Counter::ALL.map(Counter::name).into_iter().zip(report.counted);
        for (name, count) in of_every_function.into_iter().chain(counted).filter(|(_, count)| *count > 0) {
            measure(name, "Count", json!(count));
        }
        let directive = json!({
            "Namespace": "Waitlist", "Dimensions": [["Stack", "Function"]], "Metrics": definitions,
        });
        let mut line = json!({
            "_aws": {"Timestamp": now.milliseconds(), "CloudWatchMetrics": [directive]},
            // Lambda reads the level only if the line also has a time.
            "level": self.level,
            "timestamp": now.to_rfc3339(),
            "Stack": self.stack,
            "Function": report.function,
        });
        line.as_object_mut().expect("it was made as an object just now").append(&mut values);
        line
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_123);

    fn reporter(level: &str) -> Reporter {
        Reporter { stack: "waitlist".to_owned(), level: level.to_owned() }
    }

    fn report(is_cold: bool, milliseconds: f64, faults: u64, counted: [u64; 5]) -> Report {
        Report { function: "promote", is_cold, milliseconds, faults, counted }
    }

    fn text_within(value: &Value, most: usize) -> &str {
        let text = value.as_str().expect("a text");
        assert!((1..=most).contains(&text.chars().count()), "{text:?}");
        text
    }

    fn members(value: &Value) -> BTreeSet<&str> {
        value.as_object().expect("an object").keys().map(String::as_str).collect()
    }

    /// Checks a document against the specification of the embedded metric format, and returns the
    /// names of its metrics.
    fn check(document: &Value) -> BTreeSet<String> {
        const UNITS: [&str; 2] = ["Count", "Milliseconds"];
        let metadata = &document["_aws"];
        assert_eq!(members(metadata), ["CloudWatchMetrics", "Timestamp"].into());
        assert!(metadata["Timestamp"].is_u64(), "milliseconds since 1970");
        let directives = metadata["CloudWatchMetrics"].as_array().expect("a list");
        let mut names = BTreeSet::new();
        for directive in directives {
            assert_eq!(members(directive), ["Dimensions", "Metrics", "Namespace"].into());
            text_within(&directive["Namespace"], 1024);
            let sets = directive["Dimensions"].as_array().expect("a list of sets");
            assert!(!sets.is_empty());
            for set in sets.iter().map(|set| set.as_array().expect("a set")) {
                assert!(set.len() <= 30);
                for name in set {
                    text_within(&document[text_within(name, 250)], 1024);
                }
            }
            let metrics = directive["Metrics"].as_array().expect("a list");
            assert!(metrics.len() <= 100);
            for metric in metrics {
                assert_eq!(members(metric), ["Name", "Unit"].into());
                let name = text_within(&metric["Name"], 1024);
                assert!(UNITS.contains(&metric["Unit"].as_str().expect("a unit")), "{metric}");
                assert!(document[name].is_number(), "{name} of {document}");
                assert!(names.insert(name.to_owned()), "{name} is defined twice");
            }
        }
        names
    }

    proptest! {
        #[test]
        fn every_line_is_as_the_specification_has_it(
            is_cold: bool, milliseconds in 0.0..900_000.0f64, faults in 0u64..3, counted: [u32; 5],
        ) {
            let line = reporter("INFO").line(&report(is_cold, milliseconds, faults, counted.map(u64::from)), NOW);
            let names = check(&line);
            prop_assert!(names.contains("Latency"));
            prop_assert_eq!(names.contains("ColdStart"), is_cold);
            prop_assert_eq!(names.contains("Faults"), faults > 0);
            for (counter, count) in Counter::ALL.into_iter().zip(counted) {
                prop_assert_eq!(names.contains(counter.name()), count > 0);
                prop_assert_eq!(line[counter.name()].as_u64().unwrap_or(0), u64::from(count));
            }
            prop_assert!(!line.to_string().contains('\n'), "one line of the log is one document");
        }
    }

    #[test]
    fn a_quiet_invocation_reports_its_latency_and_nothing_that_costs_more() {
        let line = reporter("INFO").line(&report(false, 4.2, 0, [0; 5]), NOW);
        assert_eq!(check(&line), ["Latency".to_owned()].into());
        assert_eq!((&line["Stack"], &line["Function"]), (&json!("waitlist"), &json!("promote")));
        let named = ["Function", "Latency", "Stack", "_aws", "level", "timestamp"];
        assert_eq!(members(&line), named.into(), "nothing else is told");
    }

    #[test]
    fn no_level_of_logs_filters_a_line() {
        for level in ["ERROR", "WARN", "INFO"] {
            let line = reporter(level).line(&report(true, 4.2, 0, [0; 5]), NOW);
            assert_eq!(line["level"], level);
            let time = DateTime::parse_from_rfc3339(line["timestamp"].as_str().expect("a time"));
            assert_eq!(time.expect("RFC 3339").timestamp_millis(), NOW.milliseconds());
        }
    }

    #[test]
    fn what_is_counted_is_reported_once() {
        count(Counter::Offers, 2);
        count(Counter::Lapses, 1);
        count(Counter::Offers, 3);
        assert_eq!(COUNTED.get(), [5, 1, 0, 0, 0]);
        super::report("test", Instant::now(), 0);
        assert_eq!(COUNTED.get(), [0; 5]);
    }
}
