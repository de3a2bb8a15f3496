//! One world, in which a history happens.

use std::collections::BTreeMap;
use std::rc::Rc;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use waitlist_tests::{ChangeFeed, InProcessCloud, Random, StreamRecord};

use super::asks::Ask;
use super::functions::Functions;
use super::mail_reports::MailReports;
use super::mirror::Mirror;
use super::mirror::entry::Entry;
use super::plan::Plan;
use super::progress::Progress;
use super::running::{Running, Waiter};
use super::schedule::{READERS_OF_EACH, SHARDS, Schedule};
use super::stays::Stays;
use super::trace::Trace;
use super::weather::Weather;

/// The parts of a world, and the record of what happened in it.
pub(super) struct World {
    pub(super) plan: Plan,
    pub(super) cloud: InProcessCloud,
    pub(super) functions: Rc<Functions>,
    /// Decides whose turn it is, and what happens to deliveries.
    pub(super) random: Random,
    /// How much goes wrong now.
    pub(super) weather: Weather,
    pub(super) mirror: Mirror,
    pub(super) stays: Stays,
    pub(super) progress: Progress,
    pub(super) asks: Vec<Ask>,
    /// Customers' tokens by entry.
    pub(super) tokens: BTreeMap<String, String>,
    pub(super) running: Vec<Running>,
    pub(super) invocations: usize,
    pub(super) waiter: Waiter,
    pub(super) feed: ChangeFeed,
    /// Everything that the stream has told.
    pub(super) told: Vec<StreamRecord>,
    pub(super) schedule: Schedule,
    pub(super) mail_reports: MailReports,
    /// How the organiser steered joining and offering in each line, and since when.
    pub(super) steered: BTreeMap<String, [Vec<(i64, String)>; 2]>,
    /// How often any capacity was changed.
    pub(super) capacity_writes: usize,
    /// Whether a message may have gone out twice, because its sender crashed or got no response.
    pub(super) is_mail_in_doubt: bool,
    /// Since when free seats lie idle, by line.
    pub(super) idle_since: BTreeMap<String, i64>,
    pub(super) trace: Trace,
    /// When the history began.
    pub(super) began_at: i64,
}

impl World {
    pub(super) fn new(plan: Plan, cloud: InProcessCloud, trace: Trace) -> Self {
        cloud.set_attempts(plan.weather.attempts);
        Self {
            functions: Functions::new(&cloud, plan.seed, plan.send_rate()),
            random: Random::new(plan.seed ^ 0x00c4_a05e),
            weather: Weather::calm(),
            mirror: Mirror::default(),
            stays: Stays::default(),
            progress: Progress::default(),
            asks: Vec::new(),
            tokens: BTreeMap::new(),
            running: Vec::new(),
            invocations: 0,
            waiter: Waiter::default(),
            feed: ChangeFeed::with_readers(SHARDS, READERS_OF_EACH),
            told: Vec::new(),
            schedule: Schedule::new(cloud.clock().milliseconds()),
            mail_reports: MailReports::new(plan.seed),
            steered: BTreeMap::new(),
            capacity_writes: 0,
            is_mail_in_doubt: false,
            idle_since: BTreeMap::new(),
            trace,
            plan,
            began_at: cloud.clock().milliseconds(),
            cloud,
        }
    }

    pub(super) fn now(&self) -> i64 {
        self.cloud.clock().milliseconds()
    }

    /// The next time at which something is due: a deadline, a batch, a draw, or something to confirm.
    pub(super) fn next_due(&self) -> Option<i64> {
        let now = self.now();
        let due = self.mirror.dues().chain(self.mirror.draws_to_hold(now)).chain(self.mirror.confirmations(now));
        // A reminder whose wake-up is lost does not come any more.
        let reminders = self.mirror.entries.values().filter_map(Entry::confirmation_reminder).filter(|at| *at > now);
        due.map(|(at, _)| at).chain(reminders).min()
    }

    /// Stores an item whose attributes are texts, numbers, or bytes (as a list of numbers).
    pub(super) async fn put(&self, item: Value) {
        let attributes = item.as_object().into_iter().flatten().map(|(name, value)| {
            let attribute = match value {
                Value::Number(number) => AttributeValue::N(number.to_string()),
                Value::Bool(flag) => AttributeValue::Bool(*flag),
                Value::Array(bytes) => {
                    let bytes = bytes.iter().filter_map(Value::as_u64).filter_map(|byte| u8::try_from(byte).ok());
                    AttributeValue::B(bytes.collect::<Vec<u8>>().into())
                }
                other => AttributeValue::S(other.as_str().unwrap_or_default().to_owned()),
            };
            (name.clone(), attribute)
        });
        let request = self.cloud.dynamodb().put_item().table_name(self.cloud.table_name());
        request.set_item(Some(attributes.collect())).send().await.expect("nothing goes wrong yet");
    }
}
