//! Batches that Lambda hands to the workers. The response gives back only the failed messages.

use std::collections::BTreeMap;
use std::time::Instant;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use futures_util::stream::{self, StreamExt};
use serde::de::DeserializeOwned;
use waitlist_domain::Error;

use crate::environment::telemetry;

/// A message in a bad format. Retrying does not help, so it ends in the dead-letter queue.
///
/// The error is logged, so it says only where the message is unreadable. The parser's own text
/// would quote the message, which may contain a customer's address.
#[derive(Debug, thiserror::Error)]
#[error("the message can't be read ({category:?} error at line {line}, column {column})")]
struct Poison {
    category: serde_json::error::Category,
    line: usize,
    column: usize,
}

impl From<serde_json::Error> for Poison {
    fn from(error: serde_json::Error) -> Self {
        Self { category: error.classify(), line: error.line(), column: error.column() }
    }
}

/// Handles the messages of a batch concurrently, and gives back the failed ones.
///
/// An unreadable message is given back alone, until the queue moves it to the dead letters.
pub async fn handle_messages<Message: DeserializeOwned>(
    function: &'static str,
    event: SqsEvent,
    handle: impl AsyncFn(Message) -> Result<(), Error>,
) -> SqsBatchResponse {
    let mut batch = Batch::begin(function, &event);
    let handle_one = async |message| match parse(message) {
        // Boxed, because handlers nest deeper than the compiler's default limit for layouts.
        Ok(parsed) => Box::pin(handle(parsed)).await,
        Err(poison) => Err(Error::internal(READING, poison)),
    };
    let outcomes: Vec<_> = stream::iter(event.records.iter().map(handle_one)).buffered(MOST_AT_ONCE).collect().await;
    for (message, outcome) in event.records.iter().zip(outcomes) {
        batch.note(message, outcome);
    }
    batch.end()
}

/// Handles the messages of a FIFO queue. The messages of a group are handled together, and given
/// back together after a failure. Different groups are handled concurrently.
///
/// A FIFO queue holds a group back until its first message is done. An unreadable message would
/// block its group, so `put_aside` removes it at once. If `put_aside` fails, that message and the
/// later ones of its group are given back.
pub async fn handle_groups<Message: DeserializeOwned>(
    function: &'static str,
    event: SqsEvent,
    handle: impl AsyncFn(Vec<Message>) -> Result<(), Error>,
    put_aside: impl AsyncFn(&SqsMessage) -> Result<(), Error>,
) -> SqsBatchResponse {
    let mut batch = Batch::begin(function, &event);
    let mut groups: BTreeMap<Option<&String>, Vec<&SqsMessage>> = BTreeMap::new();
    for message in &event.records {
        groups.entry(message.attributes.get("MessageGroupId")).or_default().push(message);
    }
    let together = async |messages: Vec<&SqsMessage>| {
        let (mut readable, mut parsed, mut given_back) = (Vec::new(), Vec::new(), Vec::new());
        for (place, &message) in messages.iter().enumerate() {
            match parse(message) {
                Ok(read) => {
                    readable.push(message);
                    parsed.push(read);
                }
                Err(poison) => {
                    telemetry::message_failed(function, id_of(message), &Error::internal(READING, poison));
                    if let Err(error) = Box::pin(put_aside(message)).await {
                        telemetry::message_failed(function, id_of(message), &error);
                        given_back = messages[place..].to_vec();
                        break;
                    }
                }
            }
        }
        if let Some(&first) = readable.first()
            && let Err(error) = Box::pin(handle(parsed)).await
        {
            telemetry::message_failed(function, id_of(first), &error);
            given_back.extend(readable);
        }
        given_back.into_iter().map(|message| id_of(message).to_owned()).collect::<Vec<_>>()
    };
    let given_back = stream::iter(groups.into_values().map(together)).buffer_unordered(MOST_AT_ONCE);
    batch.failed = given_back.concat().await;
    batch.end()
}

/// The most messages or groups that are handled at the same time: the most messages in a batch.
const MOST_AT_ONCE: usize = 10;

const READING: &str = "reading a message";

/// The result of a batch.
struct Batch {
    function: &'static str,
    started: Instant,
    count: usize,
    failed: Vec<String>,
}

impl Batch {
    fn begin(function: &'static str, event: &SqsEvent) -> Self {
        Self { function, started: Instant::now(), count: event.records.len(), failed: Vec::new() }
    }

    fn note(&mut self, message: &SqsMessage, outcome: Result<(), Error>) {
        if let Err(error) = outcome {
            telemetry::message_failed(self.function, id_of(message), &error);
            self.give_back(message);
        }
    }

    fn give_back(&mut self, message: &SqsMessage) {
        self.failed.push(id_of(message).to_owned());
    }

    fn end(self) -> SqsBatchResponse {
        telemetry::worked(self.function, self.count, self.failed.len(), self.started);
        let mut answer = SqsBatchResponse::default();
        answer.set_failures(self.failed);
        answer
    }
}

fn id_of(message: &SqsMessage) -> &str {
    message.message_id.as_deref().unwrap_or_default()
}

/// Handles the messages of a batch together, where that is cheaper. `handle` returns the results in
/// the order of the messages. An unreadable message is given back alone.
pub async fn handle_messages_together<Message: DeserializeOwned>(
    function: &'static str,
    event: SqsEvent,
    handle: impl AsyncFnOnce(Vec<Message>) -> Vec<Result<(), Error>>,
) -> SqsBatchResponse {
    let mut batch = Batch::begin(function, &event);
    let (mut readable, mut parsed) = (Vec::new(), Vec::new());
    for message in &event.records {
        match parse(message) {
            Ok(read) => {
                readable.push(message);
                parsed.push(read);
            }
            Err(poison) => batch.note(message, Err(Error::internal(READING, poison))),
        }
    }
    for (message, outcome) in readable.into_iter().zip(Box::pin(handle(parsed)).await) {
        batch.note(message, outcome);
    }
    batch.end()
}

fn parse<Message: DeserializeOwned>(message: &SqsMessage) -> Result<Message, Poison> {
    serde_json::from_str(message.body.as_deref().unwrap_or_default()).map_err(Poison::from)
}

/// The response to a batch of stream records.
///
/// Lambda retries from the record with this sequence number on. Without a number the whole batch is
/// done.
pub fn stream_answer(first_failed: Option<&str>) -> DynamoDbEventResponse {
    let mut answer = DynamoDbEventResponse::default();
    answer.batch_item_failures = first_failed.into_iter().map(failed_record).collect();
    answer
}

fn failed_record(sequence_number: &str) -> DynamoDbBatchItemFailure {
    let mut failure = DynamoDbBatchItemFailure::default();
    failure.item_identifier = Some(sequence_number.to_owned());
    failure
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::{Value, json};

    use super::*;

    /// A batch of messages with id, group and body. In a standard queue a message has no group.
    fn batch(messages: &[(&str, Option<&str>, &str)]) -> SqsEvent {
        let record = |(id, group, body): &(&str, Option<&str>, &str)| {
            let attributes = group.map_or(json!({}), |group| json!({"MessageGroupId": group}));
            json!({"messageId": id, "body": body, "attributes": attributes})
        };
        let records: Vec<Value> = messages.iter().map(record).collect();
        serde_json::from_value(json!({"Records": records})).expect("an event")
    }

    /// The result of a batch in which message 13 fails.
    #[derive(Debug, PartialEq, Eq, Default)]
    struct Outcome {
        handled: Vec<Vec<u32>>,
        put_aside: Vec<String>,
        given_back: Vec<String>,
    }

    fn given_back(answer: SqsBatchResponse) -> Vec<String> {
        answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    fn fails_if_unlucky(number: u32) -> Result<(), Error> {
        if number == 13 { Err(Error::Busy { context: "unlucky" }) } else { Ok(()) }
    }

    async fn in_groups(event: SqsEvent) -> Outcome {
        let outcome = RefCell::new(Outcome::default());
        let handle = async |numbers: Vec<u32>| {
            outcome.borrow_mut().handled.push(numbers.clone());
            numbers.into_iter().try_for_each(fails_if_unlucky)
        };
        let put_aside = async |message: &SqsMessage| {
            outcome.borrow_mut().put_aside.push(id_of(message).to_owned());
            fails_if_unlucky(if message.body.as_deref() == Some("unlucky") { 13 } else { 0 })
        };
        let answer = handle_groups("test", event, handle, put_aside).await;
        Outcome { given_back: given_back(answer), ..outcome.into_inner() }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[tokio::test]
    async fn a_message_that_cannot_be_read_holds_nobody_up() {
        let event = batch(&[("a", None, "1"), ("b", None, "poison"), ("c", None, "3")]);
        let handled = RefCell::new(Vec::new());
        let handle = async |number: u32| {
            handled.borrow_mut().push(number);
            Ok(())
        };
        assert_eq!(given_back(handle_messages("test", event, handle).await), texts(&["b"]));
        assert_eq!(handled.into_inner(), [1, 3]);
    }

    #[tokio::test]
    async fn in_a_group_a_message_that_cannot_be_read_is_put_aside_and_holds_nobody_up() {
        let event = batch(&[("a", Some("g"), "1"), ("b", Some("g"), "poison"), ("c", Some("g"), "3")]);
        let expected = Outcome { handled: vec![vec![1, 3]], put_aside: texts(&["b"]), given_back: vec![] };
        assert_eq!(in_groups(event).await, expected);
    }

    #[tokio::test]
    async fn a_message_that_cannot_be_put_aside_is_not_lost() {
        let event = batch(&[("a", Some("g"), "unlucky"), ("b", Some("g"), "2")]);
        let expected = Outcome { handled: vec![], put_aside: texts(&["a"]), given_back: texts(&["a", "b"]) };
        assert_eq!(in_groups(event).await, expected);
    }

    #[test]
    fn what_a_poison_message_holds_is_not_quoted() {
        let event = batch(&[("a", None, "\"ada@example.org\"")]);
        let poison = parse::<u32>(&event.records[0]).expect_err("a text is no number");
        assert!(!telemetry::chain(&poison).contains("ada"), "{poison}");
    }

    #[tokio::test]
    async fn the_messages_of_a_group_are_handled_together_and_none_with_another_s() {
        let event = batch(&[("a", Some("g"), "13"), ("b", Some("h"), "2"), ("c", Some("g"), "3")]);
        let expected =
            Outcome { handled: vec![vec![13, 3], vec![2]], put_aside: vec![], given_back: texts(&["a", "c"]) };
        assert_eq!(in_groups(event).await, expected);
    }

    #[tokio::test]
    async fn in_a_standard_queue_a_failure_stops_nothing() {
        let event = batch(&[("a", None, "13"), ("b", None, "2")]);
        let answer = handle_messages("test", event, async |number: u32| fails_if_unlucky(number)).await;
        assert_eq!(given_back(answer), texts(&["a"]));
    }

    #[test]
    fn a_stream_comes_again_from_the_first_record_that_failed() {
        let answer = serde_json::to_value(stream_answer(Some("42"))).expect("JSON");
        assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "42"}]}));
        let answer = serde_json::to_value(stream_answer(None)).expect("JSON");
        assert_eq!(answer, json!({"batchItemFailures": []}));
    }
}
