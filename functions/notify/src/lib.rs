//! Sends messages to customers: one e-mail or text message for each message of the queue.

mod linking;
mod ports;
mod relevance;
mod sending;
mod telling;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use waitlist_domain::messages::message::CustomerMessage;
use waitlist_runtime::workers::batches::handle_messages;

pub use crate::ports::Ports;

/// How long the messages of one invocation wait for their slots in total (milliseconds).
///
/// The function has 60 seconds, and the rest is enough for sending. A message without a slot by
/// then returns to the queue.
const LONGEST_WAIT: i64 = 45_000;

/// Handles a batch of notifications. The response gives back those that another attempt may
/// deliver.
pub async fn handle(ports: &Ports, event: SqsEvent) -> SqsBatchResponse {
    let latest = ports.notifying.now().plus_milliseconds(LONGEST_WAIT);
    // Boxed, because the futures of three SDK clients nest too deeply for the compiler.
    let tell = async |message: CustomerMessage| match message {
        CustomerMessage::About(notification) => Box::pin(telling::tell(ports, &notification, latest)).await,
        CustomerMessage::Links(request) => Box::pin(linking::mail_links(ports, &request, latest)).await,
    };
    handle_messages("notify", event, tell).await
}
