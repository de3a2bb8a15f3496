//! Batches that Lambda hands to the workers, and the answer that gives back only what failed.

use std::collections::HashSet;
use std::time::Instant;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use aws_lambda_events::streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse};
use serde::de::DeserializeOwned;
use waitlist_domain::Error;

use crate::telemetry;

/// A message that is not of the form we send. Retrying does not help: it ends in the dead-letter queue.
///
/// Says where it can't be read and not what stands there, as the parser would: that may be somebody's address, and
/// this goes to the log.
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

/// Handles the messages of a batch one after another, and gives back those that failed.
///
/// In a FIFO queue the rest of a failed message's group is given back untouched, so that its order is kept. A message
/// that can't be read holds nobody up: it is given back alone, again and again, until the queue puts it aside.
pub async fn handle_messages<Message: DeserializeOwned>(
    function: &'static str,
    event: SqsEvent,
    handle: impl AsyncFn(Message) -> Result<(), Error>,
) -> SqsBatchResponse {
    let started = Instant::now();
    let count = event.records.len();
    let mut stopped_groups = HashSet::new();
    let mut failed = Vec::new();
    for message in &event.records {
        let id = message.message_id.as_deref().unwrap_or_default();
        let group = message.attributes.get("MessageGroupId");
        if group.is_some_and(|group| stopped_groups.contains(group)) {
            failed.push(id);
            continue;
        }
        let outcome = match parse(message) {
            Ok(parsed) => {
                // Boxed: handlers nest deeper than the compiler computes layouts by default.
                let outcome = Box::pin(handle(parsed)).await;
                if outcome.is_err() {
                    stopped_groups.extend(group);
                }
                outcome
            }
            Err(poison) => Err(Error::internal("reading a message", poison)),
        };
        if let Err(error) = outcome {
            telemetry::message_failed(function, id, &error);
            failed.push(id);
        }
    }
    telemetry::worked(function, count, failed.len(), started);
    let mut answer = SqsBatchResponse::default();
    answer.set_failures(failed);
    answer
}

/// Handles the messages of a batch together, where doing several at once is cheaper: `handle` answers for each, in
/// order. A message that can't be read is given back alone.
pub async fn handle_messages_together<Message: DeserializeOwned>(
    function: &'static str,
    event: SqsEvent,
    handle: impl AsyncFnOnce(Vec<Message>) -> Vec<Result<(), Error>>,
) -> SqsBatchResponse {
    let started = Instant::now();
    let count = event.records.len();
    let mut failed = Vec::new();
    let (mut ids, mut messages) = (Vec::new(), Vec::new());
    for message in &event.records {
        let id = message.message_id.as_deref().unwrap_or_default();
        match parse(message) {
            Ok(parsed) => {
                ids.push(id);
                messages.push(parsed);
            }
            Err(poison) => {
                telemetry::message_failed(function, id, &poison);
                failed.push(id);
            }
        }
    }
    for (id, outcome) in ids.into_iter().zip(Box::pin(handle(messages)).await) {
        if let Err(error) = outcome {
            telemetry::message_failed(function, id, &error);
            failed.push(id);
        }
    }
    telemetry::worked(function, count, failed.len(), started);
    let mut answer = SqsBatchResponse::default();
    answer.set_failures(failed);
    answer
}

fn parse<Message: DeserializeOwned>(message: &SqsMessage) -> Result<Message, Poison> {
    serde_json::from_str(message.body.as_deref().unwrap_or_default()).map_err(Poison::from)
}

/// The answer to a batch of stream records of which that with this sequence number, and all after it, must come again;
/// none where all are done.
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

    /// A batch of messages with id, group (none in a standard queue) and body.
    fn batch(messages: &[(&str, Option<&str>, &str)]) -> SqsEvent {
        let record = |(id, group, body): &(&str, Option<&str>, &str)| {
            let attributes = group.map_or(json!({}), |group| json!({"MessageGroupId": group}));
            json!({"messageId": id, "body": body, "attributes": attributes})
        };
        let records: Vec<Value> = messages.iter().map(record).collect();
        serde_json::from_value(json!({"Records": records})).expect("an event")
    }

    /// Handles a batch in which 13 fails, and tells which messages were handled and which given back.
    async fn outcome(event: SqsEvent) -> (Vec<u32>, Vec<String>) {
        let handled = RefCell::new(Vec::new());
        let answer = handle_messages("test", event, async |number: u32| {
            handled.borrow_mut().push(number);
            if number == 13 { Err(Error::Busy { context: "unlucky" }) } else { Ok(()) }
        });
        let given_back = answer.await.batch_item_failures;
        (handled.into_inner(), given_back.into_iter().map(|failure| failure.item_identifier).collect())
    }

    #[tokio::test]
    async fn a_message_that_cannot_be_read_holds_nobody_up() {
        let event = batch(&[("a", Some("g"), "1"), ("b", Some("g"), "poison"), ("c", Some("g"), "3")]);
        assert_eq!(outcome(event).await, (vec![1, 3], vec!["b".to_owned()]));
    }

    #[test]
    fn what_a_poison_message_holds_is_not_quoted() {
        let event = batch(&[("a", None, "\"ada@example.org\"")]);
        let poison = parse::<u32>(&event.records[0]).expect_err("a text is no number");
        assert!(!telemetry::chain(&poison).contains("ada"), "{poison}");
    }

    #[tokio::test]
    async fn a_failure_stops_its_own_group_and_no_other() {
        let event = batch(&[("a", Some("g"), "13"), ("b", Some("h"), "2"), ("c", Some("g"), "3")]);
        assert_eq!(outcome(event).await, (vec![13, 2], vec!["a".to_owned(), "c".to_owned()]));
    }

    #[tokio::test]
    async fn in_a_standard_queue_a_failure_stops_nothing() {
        let event = batch(&[("a", None, "13"), ("b", None, "2")]);
        assert_eq!(outcome(event).await, (vec![13, 2], vec!["a".to_owned()]));
    }

    #[test]
    fn a_stream_comes_again_from_the_first_record_that_failed() {
        let answer = serde_json::to_value(stream_answer(Some("42"))).expect("JSON");
        assert_eq!(answer, json!({"batchItemFailures": [{"itemIdentifier": "42"}]}));
        let answer = serde_json::to_value(stream_answer(None)).expect("JSON");
        assert_eq!(answer, json!({"batchItemFailures": []}));
    }
}
