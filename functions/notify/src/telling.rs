//! Telling one customer one thing.
//!
//! First a slot is booked and waited for, then the marker taken, then a token made for the link, then the provider asked,
//! then the outcome noted. A crash anywhere leaves the message in the queue, so nothing is lost; one after the provider's
//! answer repeats the message.

use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::event::Event;
use waitlist_domain::messages::message::{Notification, NotificationKind};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::{EmailAddress, PhoneNumber};
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::time::Timestamp;
use waitlist_notify::{Locale, Message, ProviderMessageId, Rendered, SendError};
use waitlist_runtime::environment::metrics::{Counter, count};
use waitlist_runtime::environment::telemetry::chain;
use waitlist_store::commands::notifying::{Beginning, SendingLease, TOO_MANY};

use crate::Ports;
use crate::relevance::is_still_true;

/// What became of a notification.
#[derive(Debug)]
enum Outcome {
    /// The provider accepted it.
    Sent,
    /// The provider refused it for good, for this reason.
    Refused(SendError),
    /// The address has had as many messages of the kind as it gets.
    Withheld,
    /// The provider was sent too much at once.
    Throttled(SendError),
    /// There was nothing to send, for this reason.
    Skipped(&'static str),
    /// The entry, or where its customer is told things, changed just before.
    Changed,
}

/// Where a message goes.
#[derive(Debug, Clone, Copy)]
enum Address<'entry> {
    Email(&'entry EmailAddress),
    Phone(&'entry PhoneNumber),
}

impl<'entry> Address<'entry> {
    /// Where the entry's customer is told things by a channel, if they are.
    fn of(entry: &'entry Entry, channel: Channel) -> Option<Self> {
        entry.is_told_at(channel)?;
        match channel {
            Channel::Email => Some(Self::Email(&entry.email)),
            Channel::Sms => entry.phone.as_ref().map(Self::Phone),
        }
    }

    fn as_str(self) -> &'entry str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }
}

/// One message on its way.
#[derive(Debug, Clone, Copy)]
struct Telling<'a> {
    ports: &'a Ports,
    notification: &'a Notification,
    /// Of it and the address is made what its link proves its bearer by: one token for all attempts, for each is kept with
    /// the entry, and another one where the address is put right in between.
    nonce: &'a [u8; 32],
}

/// Tells the customer, if it is still true and they have not been told, and there is a slot for it by `latest`. An error:
/// it should be tried again.
pub(crate) async fn tell(ports: &Ports, notification: &Notification, latest: Timestamp) -> Result<(), Error> {
    let nonce = &ports.notifying.fresh_nonce();
    loop {
        let outcome = tell_in_turn(Telling { ports, notification, nonce }, latest).await?;
        log(notification, &outcome);
        match outcome {
            Outcome::Throttled(_) => ports.slots.slow_down(notification.channel).await?,
            Outcome::Changed if ports.notifying.now() > latest => {
                return Err(Error::Busy { context: "telling somebody who is told things elsewhere every time" });
            }
            // To be looked at once more.
            Outcome::Changed => {}
            Outcome::Sent | Outcome::Refused(_) | Outcome::Withheld | Outcome::Skipped(_) => return Ok(()),
        }
    }
}

/// Tells the customer when there is a slot. What is not true any more takes none, and it is looked at again after a wait.
async fn tell_in_turn(telling: Telling<'_>, latest: Timestamp) -> Result<Outcome, Error> {
    let Telling { ports, notification, .. } = telling;
    let mut looked_at = look_at(ports, notification).await?;
    if looked_at.is_ok() && ports.slots.wait(notification.channel, notification.kind.precedence(), latest).await? {
        looked_at = look_at(ports, notification).await?;
    }
    match looked_at {
        Ok(entry) => tell_once(telling, &entry).await,
        Err(reason) => Ok(Outcome::Skipped(reason)),
    }
}

/// The entry that it is about, or why there is nothing to tell.
async fn look_at(ports: &Ports, notification: &Notification) -> Result<Result<Entry, &'static str>, Error> {
    let entry = ports.notifying.entry(&notification.place).await?;
    let now = ports.notifying.now();
    Ok(match entry.filter(|stored| is_still_true(notification, stored, now)).map(|stored| stored.entry) {
        None => Err("it is not true any more"),
        Some(entry) if entry.is_told_at(notification.channel).is_none() => Err("they are not told things by it"),
        Some(entry) => Ok(entry),
    })
}

async fn tell_once(telling: Telling<'_>, entry: &Entry) -> Result<Outcome, Error> {
    let Telling { ports, notification, .. } = telling;
    let Some(address) = Address::of(entry, notification.channel) else {
        return Ok(Outcome::Skipped("they are not told things by it"));
    };
    let event = ports.notifying.event(&entry.place.line.event_id).await?;
    match ports.notifying.begin_sending(notification).await? {
        Beginning::Proceed(lease) => tell_under(telling, entry, &event, address, &lease).await,
        Beginning::AlreadySent => Ok(Outcome::Skipped("it was sent before")),
        Beginning::GivenUp => Ok(Outcome::Skipped("it was refused before")),
        // The message has to stay in the queue until that one is known to have succeeded.
        Beginning::SomebodyElseIsSending => {
            Err(Error::Busy { context: "waiting for another delivery of a notification" })
        }
    }
}

/// Sends with the marker in hand, and gives it back on failure, so that the next attempt need not wait for it.
async fn tell_under(
    telling: Telling<'_>,
    entry: &Entry,
    event: &Event,
    address: Address<'_>,
    lease: &SendingLease,
) -> Result<Outcome, Error> {
    let outcome = tell_within_limits(telling, entry, event, address, lease).await;
    if !matches!(outcome, Ok(Outcome::Sent | Outcome::Refused(_) | Outcome::Withheld)) {
        // A lease that can't be given back runs out by itself.
        let _ = telling.ports.notifying.release(lease).await;
    }
    outcome
}

async fn tell_within_limits(
    telling: Telling<'_>,
    entry: &Entry,
    event: &Event,
    address: Address<'_>,
    lease: &SendingLease,
) -> Result<Outcome, Error> {
    let Telling { ports, notification, .. } = telling;
    if !ports.notifying.count_against_limit(notification, address.as_str()).await? {
        ports.notifying.give_up(lease, TOO_MANY).await?;
        return Ok(Outcome::Withheld);
    }
    match write(telling, entry, event, address).await? {
        Some(message) => send(ports, &message, address, lease).await,
        None => Ok(Outcome::Changed),
    }
}

/// Puts the message into words, with a token of its own in its link; nothing if the entry has gone meanwhile, or its
/// customer is told things elsewhere: nobody else is to get hold of it.
async fn write(
    telling: Telling<'_>,
    entry: &Entry,
    event: &Event,
    address: Address<'_>,
) -> Result<Option<Rendered>, Error> {
    let Telling { ports, notification, nonce } = telling;
    let token = &Token::derive(nonce, address.as_str());
    if !ports.notifying.add_message_token(entry, notification.channel, &token.hash()).await? {
        return Ok(None);
    }
    let now = ports.notifying.now();
    let locale = Locale::of(entry.locale.iter().chain(&event.locale));
    let (kind, threshold) = (notification.kind, notification.threshold());
    let entrants = match kind {
        NotificationKind::Joined => ports.notifying.entrants(entry).await?,
        _ => None,
    };
    let message = Message { kind, locale, threshold, entrants, entry, event, token, now };
    let rendered = ports.templates.render(&message).map_err(|error| Error::internal("writing a message", error))?;
    Ok(Some(rendered))
}

async fn send(ports: &Ports, message: &Rendered, address: Address<'_>, lease: &SendingLease) -> Result<Outcome, Error> {
    let accepted = match address {
        Address::Email(email) => ports.mailer.send(email, message).await,
        Address::Phone(phone) => ports.texter.send(phone, message).await,
    };
    count(if accepted.is_ok() { Counter::MessagesSent } else { Counter::SendFailures }, 1);
    match accepted {
        Ok(id) => {
            note_sent(ports, lease, &id).await;
            Ok(Outcome::Sent)
        }
        Err(error) if error.is_throttling() => Ok(Outcome::Throttled(error)),
        Err(error) if error.may_succeed_later() => Err(Error::internal("sending a message", error)),
        Err(error) => {
            ports.notifying.give_up(lease, error.code()).await?;
            Ok(Outcome::Refused(error))
        }
    }
}

/// The message is on its way. Failing now would only have it sent again for certain; without the note it is sent again
/// only if its notification should come twice.
async fn note_sent(ports: &Ports, lease: &SendingLease, id: &ProviderMessageId) {
    if let Err(error) = ports.notifying.finish_sending(lease, &id.0).await {
        tracing::error!(error = chain(&error), "sent, but not noted");
    }
}

/// One line for each notification, from which the customer can be found and not read.
fn log(notification: &Notification, outcome: &Outcome) {
    let entry_id = notification.entry_id.as_str();
    let (kind, channel) = (notification.kind.as_str(), notification.channel.as_str());
    match outcome {
        Outcome::Sent => tracing::info!(entry_id, kind, channel, "sent"),
        Outcome::Refused(error) => tracing::warn!(entry_id, kind, channel, %error, "refused for good"),
        Outcome::Withheld => tracing::warn!(entry_id, kind, channel, "withheld: the address gets too many"),
        Outcome::Throttled(error) => {
            tracing::warn!(entry_id, kind, channel, %error, "throttled: to be sent more slowly")
        }
        Outcome::Skipped(reason) => tracing::info!(entry_id, kind, channel, reason, "not sent"),
        Outcome::Changed => tracing::info!(entry_id, kind, channel, "changed meanwhile: to be looked at again"),
    }
}
