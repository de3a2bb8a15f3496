//! Telling customers things, each once.
//!
//! A marker stands beside each notification: whoever wants to send it takes the marker first, under a lease, and notes
//! the outcome on it afterwards. A crash before the provider's answer leaves a lease that runs out; one between the
//! answer and the note is the only way for a message to go out twice.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use waitlist_domain::Error;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::numbers::waiting_in;
use waitlist_domain::messages::message::Notification;
use waitlist_domain::messages::message_limit::{LIMIT_WINDOW, LatelySent};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EventId, PlaceId, hexadecimal};
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::{Alternative, Expression, Value};
use crate::dynamo::item::{Item, from_item, malformed, text, to_attribute};
use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::entry_item::{StoredEntry, address_of, tokens_sent_by};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::numbers_item::lanes_from;
pub use crate::items::sent_marker::TOO_MANY;
use crate::items::sent_marker::{FAILED, FAILED_AT, OF_LINE, SENDING, SENT, SENT_AT};
use crate::items::table::Table;
use crate::queries::entries::entry_at;

/// How long a lease lasts: as long as the function may run (60 seconds), so that two never send at once, and shorter
/// than the queue hides a message (180 seconds), so that the next delivery after a crash finds it run out.
const LEASE_MILLISECONDS: i64 = 60_000;

/// How long a marker is kept: longer than the longest window, whose end is the last thing an entry may be told.
const KEPT_SECONDS: i64 = 400 * 24 * 60 * 60;

/// The messages of one kind that one address was sent lately.
#[derive(Debug, Deserialize)]
struct LatelySentItem {
    version: u64,
    sent: LatelySent,
}

/// Whether a notification may be sent now.
#[derive(Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Yes, and by nobody else until the lease is given back or has run out.
    Proceed(SendingLease),
    /// It has been sent.
    AlreadySent,
    /// The provider refused it for good.
    GivenUp,
    /// Somebody else is at it, or was and crashed: look again later.
    SomebodyElseIsSending,
}

/// The right to send one notification. What became of it is told by giving the lease back.
#[derive(Debug, PartialEq, Eq)]
pub struct SendingLease {
    marker: Key,
    id: String,
}

/// Telling customers things.
#[derive(Debug, Clone)]
pub struct Notifying {
    table: Table,
}

impl Notifying {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.table.now()
    }

    /// The newest entry of a place.
    pub async fn entry(&self, place: &PlaceId) -> Result<Option<StoredEntry>, Error> {
        entry_at(&self.table, place).await
    }

    /// How many are in the draw that an entry is in; nothing where it is in none that is still to be held.
    pub async fn entrants(&self, entry: &Entry) -> Result<Option<u64>, Error> {
        if entry.lane != Lane::Pool || entry.status != Status::Waiting {
            return Ok(None);
        }
        let numbers = get(&self.table, Key::numbers(&entry.place.line)).await?;
        let entrants = |numbers: &Item| Ok(waiting_in(&lanes_from(numbers)?, &Lane::Pool));
        numbers.as_ref().map(entrants).transpose()
    }

    /// An event, or [`waitlist_domain::Refusal::EventNotFound`].
    pub async fn event(&self, id: &EventId) -> Result<Event, Error> {
        get_event(&self.table, id).await
    }

    /// What to make the token for the link of one message of: of older ones only hashes are kept, so none could be
    /// repeated.
    pub fn fresh_nonce(&self) -> [u8; 32] {
        self.table.random()
    }

    /// Makes the token of a message by this channel prove its bearer to be the entry's customer; whether the entry still
    /// stands at its place, and its customer is told things at the same address.
    pub async fn add_message_token(&self, entry: &Entry, channel: Channel, token: &SecretHash) -> Result<bool, Error> {
        const CONTEXT: &str = "adding a message's token to an entry";
        let Some(address) = entry.address(channel) else { return Ok(false) };
        let request = self
            .table
            .client
            .update_item()
            .table_name(&self.table.name)
            .set_key(Some(Key::entry(&entry.place).into_attributes()))
            .update_expression(format!("ADD {} :token", tokens_sent_by(channel)))
            .condition_expression("entry_id = :entry_id AND #address = :address")
            .expression_attribute_names("#address", address_of(channel))
            .expression_attribute_values(":token", AttributeValue::Ss(vec![token.as_str().to_owned()]))
            .expression_attribute_values(":address", AttributeValue::S(address.to_owned()))
            .expression_attribute_values(":entry_id", AttributeValue::S(entry.id.as_str().to_owned()));
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            Ok(Attempt::Done(match send_update(CONTEXT, request.clone()).await? {
                Written::Made(_) => true,
                Written::ConditionFailed(_) => false,
            }))
        })
        .await
    }

    /// Counts a message against what its address, an e-mail address or telephone number, may get of the kind within an
    /// hour, over all events; whether it may be sent. Asked again for the same message, it counts once.
    pub async fn count_against_limit(&self, notification: &Notification, address: &str) -> Result<bool, Error> {
        const CONTEXT: &str = "counting the messages to an address";
        let Some(most) = notification.kind.most_to_an_address() else { return Ok(true) };
        let key = Key::lately_sent(address, notification.kind);
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let stored = get(&self.table, key.clone()).await?.map(from_item::<LatelySentItem>).transpose()?;
            let (version, sent) = stored.map_or((None, LatelySent::default()), |item| (Some(item.version), item.sent));
            let now = self.table.now();
            let Some(sent) = sent.with(notification, most, now) else { return Ok(Attempt::Done(false)) };
            let counted = Expression::new()
                .set("version", version.unwrap_or(0) + 1)
                .set("sent", to_attribute(&sent)?)
                .set("ttl", now.plus_milliseconds(LIMIT_WINDOW).seconds() + 1)
                .when_still("version", version);
            Ok(match send_update(CONTEXT, counted.update(&self.table, key.clone())).await? {
                Written::Made(_) => Attempt::Done(true),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }

    /// Takes the notification's marker, unless it is done or in other hands.
    pub async fn begin_sending(&self, notification: &Notification) -> Result<Beginning, Error> {
        const CONTEXT: &str = "beginning to send a notification";
        let id = hexadecimal(&self.table.random_identifier_bits());
        let lease = SendingLease { marker: Key::sent(notification), id };
        let found = retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let now = self.table.now();
            // A marker that is done has no lease, so no comparison with it holds.
            let is_free = [Alternative::Absent, Alternative::AtMost("lease_until", Value::from(now))];
            let leased = leased(&lease, now).set(OF_LINE, notification.place.line.to_string());
            let request = leased.when_any(is_free).update(&self.table, lease.marker.clone());
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(_) => Attempt::Done(None),
                Written::ConditionFailed(Some(marker)) => Attempt::Done(Some(marker)),
                Written::ConditionFailed(None) => Attempt::Again,
            })
        });
        match found.await? {
            None => Ok(Beginning::Proceed(lease)),
            Some(marker) => beginning(&marker, lease),
        }
    }

    /// Notes that the provider accepted the notification, and under which name. Holds even where the lease has run
    /// out meanwhile: it was sent all the same.
    pub async fn finish_sending(&self, lease: &SendingLease, provider_message_id: &str) -> Result<(), Error> {
        self.note(lease, "noting that a notification was sent", || {
            done(SENT).set("provider_message_id", provider_message_id).set(SENT_AT, self.table.now()).when_exists()
        })
        .await
    }

    /// Notes that the provider refuses the notification for good, and by which code.
    pub async fn give_up(&self, lease: &SendingLease, code: &str) -> Result<(), Error> {
        self.note(lease, "noting that a notification was refused", || {
            done(FAILED).set("code", code).set(FAILED_AT, self.table.now()).when_equal("lease", lease.id.as_str())
        })
        .await
    }

    /// Lets whoever comes next try to send the notification.
    pub async fn release(&self, lease: &SendingLease) -> Result<(), Error> {
        self.note(lease, "releasing a notification", || {
            Expression::new().set("lease_until", 0i64).when_equal("lease", lease.id.as_str())
        })
        .await
    }

    /// Changes the marker. One that has passed into other hands is theirs to change: then nothing is done.
    async fn note(
        &self,
        lease: &SendingLease,
        context: &'static str,
        change: impl Fn() -> Expression,
    ) -> Result<(), Error> {
        retry(&self.table, RetryBudget::REQUEST, context, async || {
            let request = change().update(&self.table, lease.marker.clone());
            send_update(context, request).await.map(|_| Attempt::Done(()))
        })
        .await
    }
}

/// The marker in the hands of whoever has the lease.
fn leased(lease: &SendingLease, now: Timestamp) -> Expression {
    // An update and no put: without that operation the function is smaller.
    Expression::new()
        .set("state", SENDING)
        .set("lease", lease.id.as_str())
        .set("lease_until", now.plus_milliseconds(LEASE_MILLISECONDS))
        .set("ttl", now.seconds() + KEPT_SECONDS)
}

/// A marker that nobody will take any more.
fn done(state: &str) -> Expression {
    Expression::new().set("state", state).remove(&["lease", "lease_until"])
}

/// What a marker says to one who could not take it.
fn beginning(marker: &Item, lease: SendingLease) -> Result<Beginning, Error> {
    match text(marker, "state")? {
        SENT => Ok(Beginning::AlreadySent),
        FAILED => Ok(Beginning::GivenUp),
        // The answer to an earlier attempt of this very request was lost.
        SENDING if text(marker, "lease")? == lease.id => Ok(Beginning::Proceed(lease)),
        SENDING => Ok(Beginning::SomebodyElseIsSending),
        _ => Err(malformed("state")),
    }
}
