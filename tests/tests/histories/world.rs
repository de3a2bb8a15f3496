//! One world, in which a history happens.

use std::collections::BTreeMap;
use std::rc::Rc;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::time::Timestamp;
use waitlist_tests::{ChangeFeed, InProcessCloud, Random, StreamRecord};

use super::asks::Ask;
use super::early_numbers;
use super::functions::Functions;
use super::mirror::Mirror;
use super::mirror::sales::Fit;
use super::plan::Plan;
use super::progress::Progress;
use super::requests::{Endpoint, Sent};
use super::running::{Running, Waiter};
use super::schedule::Schedule;
use super::stays::Stays;
use super::trace::Trace;
use super::violation::{Violation, ensure};
use super::weather::Weather;

/// The only event.
pub(super) const EVENT: &str = "event";
/// Its ticket types. It may have fewer.
pub(super) const TICKET_TYPES: [&str; 2] = ["camper", "guest"];
pub(super) const ORGANISER_KEY: &str = "wl_OrganiserKey0000000000000000000000000000000";
pub(super) const SALES_KEY: &str = "wl_SalesKey00000000000000000000000000000000000";

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
            feed: ChangeFeed::default(),
            told: Vec::new(),
            schedule: Schedule::new(cloud.clock().milliseconds()),
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

    /// Makes keys and the event, while nothing goes wrong yet.
    pub(super) async fn set_up(&mut self) -> Result<(), Violation> {
        for (key, role) in [(ORGANISER_KEY, "organiser"), (SALES_KEY, "sales")] {
            self.put(json!({
                "pk": format!("KEY#{}", SecretHash::of(key).as_str()), "sk": "KEY", "role": role, "label": role,
            }))
            .await;
        }
        self.learn()?;
        self.ask(Sent::new(Endpoint::PutEvent, ORGANISER_KEY, self.first_event()).to("eventId", EVENT));
        self.live_until(self.now()).await?;
        while !self.running.is_empty() {
            self.take_a_turn()?;
        }
        ensure!(self.mirror.event.is_some(), "the first event is created", "{:?}", self.asks[0].answers);
        self.set_codes_up().await?;
        if self.plan.first_number > 1 {
            early_numbers::hand_out(self).await;
            self.learn()?;
        }
        self.weather = self.plan.weather.clone();
        self.cloud.faults(self.weather.plan());
        Ok(())
    }

    /// Reads what was written from outside.
    fn learn(&mut self) -> Result<(), Violation> {
        for record in self.cloud.take_stream_records() {
            self.mirror.apply(&record)?;
            self.told.push(record);
        }
        self.cloud.take_calls();
        Ok(())
    }

    fn first_event(&self) -> Value {
        let plan = &self.plan;
        let types = TICKET_TYPES.iter().zip(&plan.capacities);
        let types: Vec<Value> =
            types.map(|(id, capacity)| json!({ "id": id, "name": id, "capacity": capacity })).collect();
        let mut event = json!({
            "name": "Camp",
            "startsAt": Timestamp::from_milliseconds(self.now() + plan.starts_in).to_rfc3339(),
            "timeZone": "Europe/Berlin",
            "ticketTypes": types,
            "waitlist": {
                "maxSize": plan.max_size,
                "maxQuantity": plan.max_quantity,
                "fit": plan.fit.words().0,
                "notificationWindow": plan.notification_window,
                "purchaseWindow": plan.purchase_window,
                "reminderAt": plan.reminder_at,
                "movedUpAt": plan.moved_up_at,
            },
        });
        with_passes(&mut event, plan.fit);
        event["waitlist"]["form"] = asked(plan.form);
        plan.order.say(&mut event["waitlist"], self.began_at);
        event
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

/// A form with these questions. Each must be answered.
pub(super) fn asked<Id: AsRef<str>>(questions: &[Id]) -> Value {
    let ids = questions.iter().map(AsRef::as_ref);
    ids.map(|id| json!({ "id": id, "type": "text", "label": id, "required": true })).collect()
}

/// Sets how often an entry may be passed over, if any may.
pub(super) fn with_passes(event: &mut Value, fit: Fit) {
    if let Some(passes) = fit.words().1 {
        event["waitlist"]["maxPasses"] = json!(passes);
    }
}
