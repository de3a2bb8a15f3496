//! Notifications: each is sent once.
//!
//! Each notification has a marker. A sender takes a lease on the marker, sends the message and
//! notes the outcome on the marker.
//!
//! If the sender crashes before the provider accepts the message, the lease runs out and another
//! sender tries again. A message goes out twice only if the sender crashes after that, before the
//! note.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use waitlist_domain::Error;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::numbers::waiting_in;
use waitlist_domain::messages::link_mail::{DAY, LinkMailRequest};
use waitlist_domain::messages::message::Notification;
use waitlist_domain::messages::message_limit::{LIMIT_WINDOW, LatelySent};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EventId, PlaceId, hexadecimal};
use waitlist_domain::values::phone_code::PhoneCode;
use waitlist_domain::values::time::Timestamp;

use crate::commands::unreachable_addresses::note_on_entry;
use crate::dynamo::expression::{Alternative, Expression, Value};
use crate::dynamo::item::{Item, from_item, malformed, text, to_attribute};
use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::entry_item::{StoredEntry, address_of, tokens_sent_by};
use crate::items::event_item::get_event;
use crate::items::hash_secret::HashSecret;
use crate::items::key::Key;
use crate::items::numbers_item::lanes_from;
use crate::items::phone_items::SentCode;
use crate::items::sent_marker::{FAILED, FAILED_AT, KEPT_SECONDS, SENDING, SENT, SENT_AT, of_place};
pub use crate::items::sent_marker::{NOT_SERVED, TOO_MANY, UNREACHABLE};
use crate::items::table::Table;
use crate::items::unreachable_item::unreachable_at;
use crate::queries::entries::entry_at;

/// How long a lease lasts: 60 seconds, the timeout of the function, so that two never send at once.
/// It is shorter than the queue's visibility timeout (180 seconds). So the next delivery after a
/// crash finds the lease run out.
const LEASE_MILLISECONDS: i64 = 60_000;

/// How long the marker of a mail with links is kept: longer than its request counts.
const LINKS_KEPT_SECONDS: i64 = 2 * DAY / 1000;

/// The recent messages of one kind to one address.
#[derive(Debug, Deserialize)]
struct LatelySentItem {
    version: u64,
    sent: LatelySent,
}

/// Whether a notification may be sent now.
#[derive(Debug, PartialEq, Eq)]
pub enum Beginning {
    /// It may be sent. Nobody else sends it until the lease is released or has run out.
    Proceed(SendingLease),
    /// It was sent before.
    AlreadySent,
    /// The provider refused it for good.
    GivenUp,
    /// Another sender has the lease, or crashed with it. Try again later.
    SomebodyElseIsSending,
}

/// Whether the limit of an address allows one more message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// It does, and the message is counted.
    Now,
    /// It does not before this time.
    From(Timestamp),
}

/// The right to send one notification. The sender ends it with [`Notifying::finish_sending`],
/// [`Notifying::give_up`] or [`Notifying::release`].
#[derive(Debug, PartialEq, Eq)]
pub struct SendingLease {
    marker: Key,
    id: String,
}

/// Coordinates the senders of notifications.
#[derive(Debug, Clone)]
pub struct Notifying {
    table: Table,
    secret: HashSecret,
}

impl Notifying {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), secret: HashSecret::of(table) }
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        self.table.now()
    }

    /// The newest entry of a place.
    pub async fn entry(&self, place: &PlaceId) -> Result<Option<StoredEntry>, Error> {
        entry_at(&self.table, place).await
    }

    /// How many entries are in the draw that the entry waits for. Nothing if it waits for no draw.
    pub async fn entrants(&self, entry: &Entry) -> Result<Option<u64>, Error> {
        if entry.lane != Lane::Pool || entry.status != Status::Waiting {
            return Ok(None);
        }
        let numbers = get(&self.table, Key::numbers(&entry.place.line)).await?;
        let entrants = |numbers: &Item| Ok(waiting_in(&lanes_from(numbers)?, &Lane::Pool));
        numbers.as_ref().map(entrants).transpose()
    }

    /// An event. Fails with [`waitlist_domain::Refusal::EventNotFound`] if there is none.
    pub async fn event(&self, id: &EventId) -> Result<Event, Error> {
        get_event(&self.table, id).await
    }

    /// Random bits for the token in one message's link. Earlier tokens cannot be sent again,
    /// because only their hashes are stored.
    pub fn fresh_nonce(&self) -> [u8; 32] {
        self.table.random()
    }

    /// Accepts the token as proof of the entry's customer.
    ///
    /// False if the entry is no longer at its place, or the customer's address for the channel has
    /// changed.
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

    /// Whether mail reaches the entry's customer, by the reports on their address. If not, that is
    /// noted on the entry.
    pub async fn is_within_reach(&self, entry: &Entry) -> Result<bool, Error> {
        let address = &entry.applicant.email;
        let Some(unreachable) = unreachable_at(&self.table, address).await? else { return Ok(true) };
        note_on_entry(&self.table, &entry.place, &entry.id, address, unreachable).await?;
        Ok(false)
    }

    /// The code that a message is for. Nothing once it has expired or another was asked for. Nothing
    /// if the entry has another number by now.
    pub async fn phone_code(&self, notification: &Notification, entry: &Entry) -> Result<Option<PhoneCode>, Error> {
        let Some(phone) = &entry.applicant.phone else { return Ok(None) };
        let stored = get(&self.table, Key::phone_code(&entry.id)).await?.map(SentCode::from_stored).transpose()?;
        let now = self.table.now();
        let is_meant = |code: &SentCode| notification.is_of_code_asked_at(code.asked_at) && now < code.expires_at;
        let Some(sent) = stored.filter(is_meant) else { return Ok(None) };
        sent.code(&self.secret.made_bits().await?, phone)
    }

    /// Counts a message against the hourly limit of its kind for this address, over all events. The
    /// address is an e-mail address or a telephone number.
    ///
    /// Returns when the message may be sent. A repeated call for the same message counts once.
    pub async fn count_against_limit(&self, notification: &Notification, address: &str) -> Result<Allowance, Error> {
        const CONTEXT: &str = "counting the messages to an address";
        let most = notification.kind.most_to_an_address();
        let key = Key::lately_sent(address, notification.kind);
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let stored = get(&self.table, key.clone()).await?.map(from_item::<LatelySentItem>).transpose()?;
            let (version, sent) = stored.map_or((None, LatelySent::default()), |item| (Some(item.version), item.sent));
            let now = self.table.now();
            let sent = match sent.with(notification, most, now) {
                Ok(sent) => sent,
                Err(allowed_from) => return Ok(Attempt::Done(Allowance::From(allowed_from))),
            };
            let counted = Expression::new()
                .set("version", version.unwrap_or(0) + 1)
                .set("sent", to_attribute(&sent)?)
                .set("ttl", now.plus_milliseconds(LIMIT_WINDOW).seconds() + 1)
                .when_still("version", version);
            Ok(match send_update(CONTEXT, counted.update(&self.table, key.clone())).await? {
                Written::Made(_) => Attempt::Done(Allowance::Now),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }

    /// Takes a lease on the notification's marker, unless it is done or another sender has the
    /// lease.
    pub async fn begin_sending(&self, notification: &Notification) -> Result<Beginning, Error> {
        let of_message = |marker| of_place(marker, &notification.place);
        self.take_lease(Key::sent(&notification.name()), KEPT_SECONDS, of_message).await
    }

    /// Takes a lease on a mail with links to this address, as [`Self::begin_sending`] does.
    pub async fn begin_sending_links(
        &self,
        request: &LinkMailRequest,
        address: &EmailAddress,
    ) -> Result<Beginning, Error> {
        self.take_lease(Key::sent_links(request, address), LINKS_KEPT_SECONDS, |marker| marker).await
    }

    /// Takes a lease on a marker that is kept for so many seconds.
    async fn take_lease(
        &self,
        marker: Key,
        kept: i64,
        complete: impl Fn(Expression) -> Expression,
    ) -> Result<Beginning, Error> {
        const CONTEXT: &str = "beginning to send a message";
        let id = hexadecimal(&self.table.random_identifier_bits());
        let lease = SendingLease { marker, id };
        let found = retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let now = self.table.now();
            // A finished marker has no lease, so this comparison fails.
            let is_free = [Alternative::Absent, Alternative::AtMost("lease_until", Value::from(now))];
            let leased = complete(leased(&lease, now, kept));
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

    /// Notes that the provider accepted the notification, and the provider's id for it. It applies
    /// even if the lease has run out, because the message was sent.
    pub async fn finish_sending(&self, lease: &SendingLease, provider_message_id: &str) -> Result<(), Error> {
        self.note(lease, "noting that a notification was sent", || {
            done(SENT).set("provider_message_id", provider_message_id).set(SENT_AT, self.table.now()).when_exists()
        })
        .await
    }

    /// Notes that the provider refused the notification for good, with this code.
    pub async fn give_up(&self, lease: &SendingLease, code: &str) -> Result<(), Error> {
        self.note(lease, "noting that a notification was refused", || {
            done(FAILED).set("code", code).set(FAILED_AT, self.table.now()).when_equal("lease", lease.id.as_str())
        })
        .await
    }

    /// Ends the lease at once, so that the next sender may try.
    pub async fn release(&self, lease: &SendingLease) -> Result<(), Error> {
        self.note(lease, "releasing a notification", || {
            Expression::new().set("lease_until", 0i64).when_equal("lease", lease.id.as_str())
        })
        .await
    }

    /// Updates the marker. Does nothing if another sender has taken the lease.
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

/// Gives the marker to the holder of the lease.
fn leased(lease: &SendingLease, now: Timestamp, kept: i64) -> Expression {
    // An update is used because a put would add its operation to the function's binary.
    Expression::new()
        .set("state", SENDING)
        .set("lease", lease.id.as_str())
        .set("lease_until", now.plus_milliseconds(LEASE_MILLISECONDS))
        .set("ttl", now.seconds() + kept)
}

/// Ends a marker, so that nobody takes a lease on it any more.
fn done(state: &str) -> Expression {
    Expression::new().set("state", state).remove(&["lease", "lease_until"])
}

/// The state of a marker that could not be taken.
fn beginning(marker: &Item, lease: SendingLease) -> Result<Beginning, Error> {
    match text(marker, "state")? {
        SENT => Ok(Beginning::AlreadySent),
        FAILED => Ok(Beginning::GivenUp),
        // The response to our own earlier attempt was lost.
        SENDING if text(marker, "lease")? == lease.id => Ok(Beginning::Proceed(lease)),
        SENDING => Ok(Beginning::SomebodyElseIsSending),
        _ => Err(malformed("state")),
    }
}
