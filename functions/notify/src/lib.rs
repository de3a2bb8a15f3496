//! Tells customers what concerns them: for each message of the queue one e-mail or one text message.

mod relevance;
mod telling;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use waitlist_domain::messages::message::Notification;
use waitlist_notify::{Mailer, Templates, Texter};
use waitlist_runtime::workers::batches::handle_messages;
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::send_slots::SendSlots;

/// How long the messages of one invocation wait for their slots, in all (milliseconds): of the function's 60 seconds
/// enough are left to send them. What gets none by then comes again.
const LONGEST_WAIT: i64 = 45_000;

/// What the function reaches.
#[derive(Debug, Clone)]
pub struct Ports {
    /// Entries, events and the markers of what was sent.
    pub notifying: Notifying,
    /// When each message may be sent.
    pub slots: SendSlots,
    /// The words.
    pub templates: Templates,
    /// E-mail.
    pub mailer: Mailer,
    /// Text messages.
    pub texter: Texter,
}

/// Tells everybody in the batch. Given back are the messages that another attempt may deliver.
pub async fn handle(ports: &Ports, event: SqsEvent) -> SqsBatchResponse {
    let latest = ports.notifying.now().plus_milliseconds(LONGEST_WAIT);
    // Boxed, for the compiler gives up on futures nested as deep as those of three SDK clients.
    let tell = async |notification: Notification| Box::pin(telling::tell(ports, &notification, latest)).await;
    handle_messages("notify", event, tell).await
}
