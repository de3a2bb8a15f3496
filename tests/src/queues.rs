//! SQS on the simulated clock: delays, visibility, FIFO groups, deduplication and dead letters.

use std::collections::BTreeMap;

use aws_lambda_events::event::sqs::SqsEvent;
use serde_json::{Value, json};

use crate::random::Random;
use crate::table::REGION;

/// How long a received message stays out of sight, as in the template.
const VISIBILITY_MILLISECONDS: i64 = 180_000;
/// The same for the work of a line that was put off.
const VISIBILITY_OF_RETRIES: i64 = 30_000;
/// How often a message is delivered before it is a dead letter, as in the template.
const MOST_RECEIVES: u32 = 5;
/// How often a message to a customer is delivered before it is a dead letter, as in the template.
const MOST_RECEIVES_OF_NOTIFICATIONS: u32 = 20;
/// How often the work of a line is delivered before it is a dead letter, as in the template.
const MOST_RECEIVES_OF_RETRIES: u32 = 1000;
/// How long a FIFO queue remembers a deduplication id.
const DEDUPLICATION_MILLISECONDS: i64 = 5 * 60 * 1000;
/// SQS's longest delay.
const LONGEST_DELAY_SECONDS: i64 = 900;
/// SQS's largest message.
const LARGEST_MESSAGE: usize = 1024 * 1024;
/// SQS's most entries to a batch.
const MOST_ENTRIES: usize = 10;

/// One message.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// SQS's id of it.
    pub id: String,
    /// What the sender wrote.
    pub body: String,
    /// The sender's attributes, in SQS's JSON.
    pub attributes: Value,
    /// The FIFO group.
    pub group: Option<String>,
    /// The FIFO deduplication id.
    pub deduplication_id: Option<String>,
    /// When it was sent, in milliseconds since 1970.
    pub sent_at: i64,
    /// From when it can be received (again), in milliseconds since 1970.
    pub visible_at: i64,
    /// How often it has been received.
    pub received: u32,
}

/// Why SQS refuses a request: its error code and a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Refusal {
    pub code: &'static str,
    pub message: String,
}

impl Refusal {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// One queue. A message stays until it is deleted; received, it is out of sight for a while.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    name: String,
    fifo: bool,
    visibility: i64,
    most_receives: u32,
    messages: Vec<Message>,
    dead_letters: Vec<Message>,
    /// Deduplication ids: when first seen, and the id of the message they came with.
    seen: BTreeMap<String, (i64, String)>,
    sent: usize,
}

impl Queue {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            fifo: name.ends_with(".fifo"),
            visibility: if name == "retries.fifo" { VISIBILITY_OF_RETRIES } else { VISIBILITY_MILLISECONDS },
            most_receives: match name {
                "urgent-notifications" | "notifications" => MOST_RECEIVES_OF_NOTIFICATIONS,
                "retries.fifo" => MOST_RECEIVES_OF_RETRIES,
                _ => MOST_RECEIVES,
            },
            messages: Vec::new(),
            dead_letters: Vec::new(),
            seen: BTreeMap::new(),
            sent: 0,
        }
    }

    /// `SendMessage`, and each entry of `SendMessageBatch`: gives the message's id.
    pub(crate) fn send(&mut self, entry: &Value, now: i64) -> Result<String, Refusal> {
        let text = |name: &str| entry[name].as_str().map(str::to_owned);
        let (group, deduplication_id) = (text("MessageGroupId"), text("MessageDeduplicationId"));
        let body = text("MessageBody").unwrap_or_default();
        if body.is_empty() {
            return Err(Refusal::new("MissingParameter", "The request must contain the parameter MessageBody."));
        }
        if body.len() > LARGEST_MESSAGE {
            return Err(Refusal::new("InvalidParameterValue", "One or more parameters are invalid: message too long."));
        }
        let delay = entry["DelaySeconds"].as_i64();
        if delay.is_some_and(|delay| !(0..=LONGEST_DELAY_SECONDS).contains(&delay) || (self.fifo && delay > 0)) {
            return Err(Refusal::new(
                "InvalidParameterValue",
                format!("Value {} for parameter DelaySeconds is invalid.", entry["DelaySeconds"]),
            ));
        }
        if self.fifo && group.is_none() {
            return Err(Refusal::new("MissingParameter", "The request must contain the parameter MessageGroupId."));
        }
        if self.fifo != deduplication_id.is_some() {
            return Err(Refusal::new(
                "InvalidParameterValue",
                "MessageDeduplicationId goes with FIFO queues, and they need it (no content-based deduplication here).",
            ));
        }
        self.seen.retain(|_, (at, _)| now - *at < DEDUPLICATION_MILLISECONDS);
        if let Some((_, id)) = deduplication_id.as_ref().and_then(|id| self.seen.get(id)) {
            return Ok(id.clone());
        }
        self.sent += 1;
        let id = format!("{}-{:06}", self.name, self.sent);
        if let Some(deduplication_id) = &deduplication_id {
            self.seen.insert(deduplication_id.clone(), (now, id.clone()));
        }
        self.messages.push(Message {
            id: id.clone(),
            body,
            attributes: entry.get("MessageAttributes").cloned().unwrap_or_else(|| json!({})),
            group,
            deduplication_id,
            sent_at: now,
            visible_at: now + delay.unwrap_or_default() * 1000,
            received: 0,
        });
        Ok(id)
    }

    /// `SendMessageBatch` as a whole: the answer, entry by entry. `fails` says which entries SQS loses hold of.
    pub(crate) fn send_batch(
        &mut self,
        request: &Value,
        now: i64,
        mut fails: impl FnMut() -> bool,
    ) -> Result<Value, Refusal> {
        let entries = request["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
        if entries.is_empty() {
            return Err(Refusal::new(
                "AWS.SimpleQueueService.EmptyBatchRequest",
                "There should be at least one entry.",
            ));
        }
        if entries.len() > MOST_ENTRIES {
            return Err(Refusal::new("AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "At most 10 entries."));
        }
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for entry in entries {
            let outcome = if fails() {
                Err(Refusal::new("InternalError", "We encountered an internal error."))
            } else {
                self.send(entry, now)
            };
            match outcome {
                Ok(id) => successful.push(json!({ "Id": entry["Id"], "MessageId": id, "MD5OfMessageBody": "" })),
                Err(refusal) => failed.push(json!({
                    "Id": entry["Id"],
                    "Code": refusal.code,
                    "Message": refusal.message,
                    "SenderFault": refusal.code != "InternalError",
                })),
            }
        }
        Ok(json!({ "Successful": successful, "Failed": failed }))
    }

    /// Receives up to `at_most` visible messages.
    ///
    /// A standard queue gives them in any order. A FIFO queue gives them in order within a group, and none of a group
    /// that has one out of sight.
    pub(crate) fn receive(&mut self, now: i64, at_most: usize, random: &mut Random) -> Vec<Message> {
        let (dead, alive) = std::mem::take(&mut self.messages)
            .into_iter()
            .partition(|message| message.visible_at <= now && message.received >= self.most_receives);
        self.messages = alive;
        self.dead_letters.extend::<Vec<_>>(dead);

        let mut order: Vec<usize> = (0..self.messages.len()).collect();
        if !self.fifo {
            random.shuffle(&mut order);
        }
        let blocked: Vec<Option<String>> = self
            .messages
            .iter()
            .filter(|message| self.fifo && message.visible_at > now)
            .map(|message| message.group.clone())
            .collect();
        let mut batch = Vec::new();
        for index in order {
            let message = &mut self.messages[index];
            if batch.len() < at_most && message.visible_at <= now && !blocked.contains(&message.group) {
                message.visible_at = now + self.visibility;
                message.received += 1;
                batch.push(message.clone());
            }
        }
        batch
    }

    pub(crate) fn delete(&mut self, id: &str) {
        self.messages.retain(|message| message.id != id);
    }

    /// Everything not yet deleted, in the order of sending.
    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    pub(crate) fn dead_letters(&self) -> &[Message] {
        &self.dead_letters
    }

    /// The earliest moment at which a message can be received.
    pub(crate) fn next_due(&self) -> Option<i64> {
        self.messages.iter().map(|message| message.visible_at).min()
    }
}

/// The invocation payload that carries `messages` of the queue `queue`.
pub fn queue_event_json(queue: &str, messages: &[Message]) -> Value {
    let records: Vec<Value> = messages
        .iter()
        .map(|message| {
            let mut attributes = json!({
                "ApproximateReceiveCount": message.received.to_string(),
                "SentTimestamp": message.sent_at.to_string(),
                "SenderId": "AROAEXAMPLE:waitlist",
                "ApproximateFirstReceiveTimestamp": message.sent_at.to_string(),
            });
            if let (Some(group), Some(deduplication_id)) = (&message.group, &message.deduplication_id) {
                attributes["MessageGroupId"] = json!(group);
                attributes["MessageDeduplicationId"] = json!(deduplication_id);
                attributes["SequenceNumber"] = json!(message.id);
            }
            json!({
                "messageId": message.id,
                "receiptHandle": format!("{}#{}", message.id, message.received),
                "body": message.body,
                "attributes": attributes,
                "messageAttributes": message_attributes(&message.attributes),
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": format!("arn:aws:sqs:{REGION}:000000000000:{queue}"),
                "awsRegion": REGION,
            })
        })
        .collect();
    json!({ "Records": records })
}

/// The invocation of [`queue_event_json`], read as our functions read it.
///
/// # Panics
/// If the payload isn't what `aws_lambda_events` takes.
pub fn queue_event(queue: &str, messages: &[Message]) -> SqsEvent {
    serde_json::from_value(queue_event_json(queue, messages)).expect("the payload has the shape of an SQS event")
}

/// Lambda spells the senders' attributes in camel case.
fn message_attributes(sent: &Value) -> Value {
    let attributes = sent.as_object().into_iter().flatten().map(|(name, attribute)| {
        let value = json!({
            "dataType": attribute["DataType"],
            "stringValue": attribute["StringValue"],
            "stringListValues": [],
            "binaryListValues": [],
        });
        (name.clone(), value)
    });
    Value::Object(attributes.collect())
}
