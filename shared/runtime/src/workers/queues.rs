//! The queues through which the workers wake each other. A function gets only the types of the
//! queues that it may send to.

use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use aws_types::SdkConfig;
use serde::Serialize;
use sha2::{Digest, Sha256};
use waitlist_domain::Error;
use waitlist_domain::messages::link_mail::LinkMailRequest;
use waitlist_domain::messages::message::{Notification, PromotionRequest, Wake};
use waitlist_domain::messages::send_rate::Precedence;
use waitlist_domain::values::identifier::{LineId, hexadecimal};
use waitlist_domain::values::time::Timestamp;

use crate::environment::configuration::{MissingVariable, variable};

/// The most messages in one request to SQS.
const MOST_AT_ONCE: usize = 10;
/// The most attempts to send a message that SQS refuses.
const MOST_ATTEMPTS: u32 = 4;
/// The longest delay of SQS.
const LONGEST_DELAY_SECONDS: i64 = 900;

/// How soon a line is promoted again that keeps free seats because of an unsettled number
/// (milliseconds).
const LOOK_AGAIN_AFTER: i64 = 1000;

#[derive(Debug, Clone)]
struct Queue {
    client: Client,
    url: String,
}

/// The attributes of a message for SQS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Outgoing {
    body: String,
    group: Option<String>,
    deduplication: Option<String>,
    delay_seconds: Option<i32>,
}

/// An error: SQS kept refusing messages.
#[derive(Debug, thiserror::Error)]
#[error("the queue did not take {count} message(s), the first for {code}")]
struct NotQueued {
    count: usize,
    code: String,
}

impl Queue {
    fn from_environment(aws: &SdkConfig, url: &'static str) -> Result<Self, MissingVariable> {
        Ok(Self { client: Client::new(aws), url: variable(url)? })
    }

    async fn send(&self, context: &'static str, messages: Vec<Outgoing>) -> Result<(), Error> {
        for batch in messages.chunks(MOST_AT_ONCE) {
            self.send_batch(context, batch).await?;
        }
        Ok(())
    }

    /// Sends up to ten messages. Messages that SQS refuses are sent again.
    async fn send_batch(&self, context: &'static str, batch: &[Outgoing]) -> Result<(), Error> {
        let mut entries = entries(context, batch)?;
        for attempt in 1.. {
            let request = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries.clone()));
            let output = request.send().await.map_err(|error| Error::internal(context, error))?;
            let Some(first) = output.failed.first() else {
                break;
            };
            if attempt == MOST_ATTEMPTS {
                let refused = NotQueued { count: output.failed.len(), code: first.code.clone() };
                return Err(Error::internal(context, refused));
            }
            entries.retain(|entry| output.failed.iter().any(|failed| failed.id == entry.id));
            tokio::time::sleep(Duration::from_millis(50 << attempt)).await;
        }
        Ok(())
    }
}

fn entries(context: &'static str, batch: &[Outgoing]) -> Result<Vec<SendMessageBatchRequestEntry>, Error> {
    let entry = |(index, message): (usize, &Outgoing)| {
        SendMessageBatchRequestEntry::builder()
            .id(index.to_string())
            .message_body(&message.body)
            .set_message_group_id(message.group.clone())
            .set_message_deduplication_id(message.deduplication.clone())
            .set_delay_seconds(message.delay_seconds)
            .build()
            .map_err(|error| Error::internal(context, error))
    };
    batch.iter().enumerate().map(entry).collect()
}

fn to_json(context: &'static str, message: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(message).map_err(|error| Error::internal(context, error))
}

/// A name of fixed length. A group or deduplication id may have 128 characters, and a line's id may
/// have 257.
fn shortened(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

/// The FIFO queue of lines to promote. Each line is a message group.
#[derive(Debug, Clone)]
pub struct Promotions(Queue);

impl Promotions {
    const CONTEXT: &'static str = "sending promotions";

    /// The queue whose URL is in `PROMOTIONS_QUEUE_URL`.
    pub fn from_environment(aws: &SdkConfig) -> Result<Self, MissingVariable> {
        Queue::from_environment(aws, "PROMOTIONS_QUEUE_URL").map(Self)
    }

    /// The queue at `url`.
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self(Queue { client, url: url.into() })
    }

    /// Sends promotions, each with its occasion. Of two promotions with the same line, occasion and
    /// need, SQS keeps one within five minutes.
    pub async fn send(&self, promotions: impl IntoIterator<Item = (PromotionRequest, String)>) -> Result<(), Error> {
        let outgoing = |(promotion, occasion): (PromotionRequest, String)| {
            let body = to_json(Self::CONTEXT, &promotion)?;
            let group = shortened(&promotion.line.to_string());
            let need = promotion.newcomers_need.map_or_else(String::new, |need| format!("#{}", need.get()));
            let deduplication = shortened(&format!("{}#{occasion}{need}", promotion.line));
            Ok(Outgoing { body, group: Some(group), deduplication: Some(deduplication), delay_seconds: None })
        };
        let messages = promotions.into_iter().map(outgoing).collect::<Result<_, Error>>()?;
        self.0.send(Self::CONTEXT, messages).await
    }
}

/// The queue of wake-ups.
#[derive(Debug, Clone)]
pub struct Timers(Queue);

impl Timers {
    const CONTEXT: &'static str = "sending timers";

    /// The queue whose URL is in `TIMERS_QUEUE_URL`.
    pub fn from_environment(aws: &SdkConfig) -> Result<Self, MissingVariable> {
        Queue::from_environment(aws, "TIMERS_QUEUE_URL").map(Self)
    }

    /// The queue at `url`.
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self(Queue { client, url: url.into() })
    }

    /// Sends wake-ups that arrive when they are due, or up to a second before.
    ///
    /// A wake-up beyond the longest delay of SQS arrives after that delay.
    pub async fn send(&self, wakes: impl IntoIterator<Item = Wake>, now: Timestamp) -> Result<(), Error> {
        let outgoing = |wake: Wake| {
            let delay_seconds = Some(delay_until(wake.due_at(), now));
            Ok(Outgoing { body: to_json(Self::CONTEXT, &wake)?, delay_seconds, ..Outgoing::default() })
        };
        let messages = wakes.into_iter().map(outgoing).collect::<Result<_, Error>>()?;
        self.0.send(Self::CONTEXT, messages).await
    }

    /// Wakes a line again in a moment.
    pub async fn look_again(&self, line: LineId, now: Timestamp) -> Result<(), Error> {
        self.send([Wake::Line { line, due_at: now.plus_milliseconds(LOOK_AGAIN_AFTER) }], now).await
    }

    /// Continues the draw of a line in a moment.
    pub async fn draw_again(&self, line: LineId, now: Timestamp) -> Result<(), Error> {
        self.send([Wake::Draw { line, due_at: now.plus_milliseconds(LOOK_AGAIN_AFTER) }], now).await
    }
}

/// The delay in whole seconds, rounded down. The consumer sleeps for the rest, which is more exact
/// than SQS.
fn delay_until(due_at: Timestamp, now: Timestamp) -> i32 {
    let seconds = (now.milliseconds_until(due_at) / 1000).clamp(0, LONGEST_DELAY_SECONDS);
    i32::try_from(seconds).unwrap_or(i32::MAX)
}

/// The queues of messages to customers. Urgent messages have a queue of their own, so that they
/// need not wait.
#[derive(Debug, Clone)]
pub struct Notifications {
    first: Queue,
    second: Queue,
}

impl Notifications {
    const CONTEXT: &'static str = "sending notifications";

    /// The queues whose URLs are in `URGENT_NOTIFICATIONS_QUEUE_URL` and `NOTIFICATIONS_QUEUE_URL`.
    pub fn from_environment(aws: &SdkConfig) -> Result<Self, MissingVariable> {
        let first = Queue::from_environment(aws, "URGENT_NOTIFICATIONS_QUEUE_URL")?;
        Ok(Self { first, second: Queue::from_environment(aws, "NOTIFICATIONS_QUEUE_URL")? })
    }

    /// The queues at these URLs, for urgent and for other messages.
    pub fn new(client: Client, urgent_url: impl Into<String>, url: impl Into<String>) -> Self {
        let first = Queue { client: client.clone(), url: urgent_url.into() };
        Self { first, second: Queue { client, url: url.into() } }
    }

    /// Sends notifications.
    pub async fn send(&self, notifications: impl IntoIterator<Item = Notification>) -> Result<(), Error> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for notification in notifications {
            let message = Outgoing { body: to_json(Self::CONTEXT, &notification)?, ..Outgoing::default() };
            match notification.kind.precedence() {
                Precedence::First => first.push(message),
                Precedence::Second => second.push(message),
            }
        }
        self.first.send(Self::CONTEXT, first).await?;
        self.second.send(Self::CONTEXT, second).await
    }

    /// Sends requests for mails with links. They are not urgent.
    pub async fn send_link_mails(&self, requests: impl IntoIterator<Item = &LinkMailRequest>) -> Result<(), Error> {
        let outgoing = |request| Ok(Outgoing { body: to_json(Self::CONTEXT, request)?, ..Outgoing::default() });
        let messages = requests.into_iter().map(outgoing).collect::<Result<_, Error>>()?;
        self.second.send(Self::CONTEXT, messages).await
    }
}

/// The queue of stream records that a follower of the stream can't process. A person looks at them.
#[derive(Debug, Clone)]
pub struct StreamDeadLetters(Queue);

impl StreamDeadLetters {
    const CONTEXT: &'static str = "sending dead letters";

    /// The queue whose URL is in `STREAM_DEAD_LETTERS_QUEUE_URL`. Each follower of the stream has
    /// its own.
    pub fn from_environment(aws: &SdkConfig) -> Result<Self, MissingVariable> {
        Queue::from_environment(aws, "STREAM_DEAD_LETTERS_QUEUE_URL").map(Self)
    }

    /// The queue at `url`.
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self(Queue { client, url: url.into() })
    }

    /// Sends letters that identify the records, such as their keys and sequence numbers.
    pub async fn send(&self, letters: impl IntoIterator<Item = impl Serialize>) -> Result<(), Error> {
        let outgoing = |letter| Ok(Outgoing { body: to_json(Self::CONTEXT, &letter)?, ..Outgoing::default() });
        let messages = letters.into_iter().map(outgoing).collect::<Result<_, Error>>()?;
        self.0.send(Self::CONTEXT, messages).await
    }
}

/// Most tasks in one message. With the longest ids it stays below 256 KB.
const MOST_TASKS_IN_A_MESSAGE: usize = 20;

/// The FIFO queue of what the relay could not do at once. Each line is a message group, so that a
/// line whose tasks keep failing holds no other up.
#[derive(Debug, Clone)]
pub struct Retries(Queue);

impl Retries {
    const CONTEXT: &'static str = "putting off the tasks of a line";

    /// The queue whose URL is in `RETRIES_QUEUE_URL`.
    pub fn from_environment(aws: &SdkConfig) -> Result<Self, MissingVariable> {
        Queue::from_environment(aws, "RETRIES_QUEUE_URL").map(Self)
    }

    /// The queue at `url`.
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self(Queue { client, url: url.into() })
    }

    /// Sends tasks of a line, in order. Of tasks that are sent again within five minutes, SQS keeps
    /// one copy.
    pub async fn send(&self, line: Option<&LineId>, tasks: &[impl Serialize]) -> Result<(), Error> {
        let group = shortened(&line.map(ToString::to_string).unwrap_or_default());
        for tasks in tasks.chunks(MOST_TASKS_IN_A_MESSAGE) {
            let body = to_json(Self::CONTEXT, &tasks)?;
            let deduplication = Some(shortened(&body));
            let message = Outgoing { body, group: Some(group.clone()), deduplication, delay_seconds: None };
            self.0.send_batch(Self::CONTEXT, std::slice::from_ref(&message)).await?;
        }
        Ok(())
    }
}

/// The FIFO queue of unreadable promotions. A person looks at them.
#[derive(Debug, Clone)]
pub struct PromotionsDeadLetters(Queue);

impl PromotionsDeadLetters {
    /// The queue whose URL is in `PROMOTIONS_DEAD_LETTERS_QUEUE_URL`.
    pub fn from_environment(aws: &SdkConfig) -> Result<Self, MissingVariable> {
        Queue::from_environment(aws, "PROMOTIONS_DEAD_LETTERS_QUEUE_URL").map(Self)
    }

    /// The queue at `url`.
    pub fn new(client: Client, url: impl Into<String>) -> Self {
        Self(Queue { client, url: url.into() })
    }

    /// Sends a message as it came. A message with the same id is sent only once.
    pub async fn send(&self, id: &str, body: &str) -> Result<(), Error> {
        let id = shortened(id);
        let letter =
            Outgoing { body: body.to_owned(), group: Some(id.clone()), deduplication: Some(id), delay_seconds: None };
        self.0.send("putting a promotion aside", vec![letter]).await
    }
}

#[cfg(test)]
mod tests {
    use waitlist_domain::offering::promotion::MOST_ENDED_AT_ONCE;
    use waitlist_domain::values::identifier::{AttendeeId, CustomerId, EventId, Holder, TicketTypeId};

    use super::*;

    #[test]
    fn a_timer_is_delayed_by_whole_seconds_that_do_not_pass_its_deadline() {
        let now = Timestamp::from_milliseconds(10_000);
        for (due_at, delay) in [(10_999, 0), (11_000, 1), (12_999, 2), (9_000, 0), (910_000, 900), (9_999_999, 900)] {
            assert_eq!(delay_until(Timestamp::from_milliseconds(due_at), now), delay, "{due_at}");
        }
    }

    #[test]
    fn the_name_of_any_line_fits_a_message_group() {
        assert_eq!(shortened(&"a".repeat(257)).len(), 64);
    }

    #[test]
    fn ten_of_the_longest_messages_fit_one_request_of_256_kilobytes() {
        let longest = |id: usize| format!("{id:0>128}");
        let holder = |id: usize| Holder {
            customer_id: CustomerId::parse(&longest(id)).expect("valid"),
            attendee_id: Some(AttendeeId::parse(&longest(id)).expect("valid")),
        };
        let line = LineId {
            event_id: EventId::parse(&longest(1)).expect("valid"),
            ticket_type_id: TicketTypeId::parse(&longest(1)).expect("valid"),
        };
        let holders = (0..MOST_ENDED_AT_ONCE).map(holder).collect();
        let due_at = Timestamp::from_milliseconds(i64::MAX);
        let message = to_json("a test", &Wake::Deadlines { line, holders, due_at }).expect("JSON");
        assert!(MOST_AT_ONCE * message.len() < 256 * 1024, "{} bytes", message.len());
    }
}
