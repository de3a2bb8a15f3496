//! Tells one customer one thing.
//!
//! The steps are: wait for a booked slot, take the marker, make a token for the link, call the
//! provider, note the result. A crash at any step leaves the notification in the queue, so that
//! nothing is lost. A crash after the provider's reply repeats the message.

use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::event::Event;
use waitlist_domain::messages::message::{Notification, NotificationKind};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::{EmailAddress, PhoneNumber};
use waitlist_domain::values::credential::{Token, UnsubscribeToken};
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_domain::values::time::Timestamp;
use waitlist_language::Locale;
use waitlist_notify::{Message, PhoneCodeMessage, Rendered, SendError};
use waitlist_store::commands::notifying::{Allowance, Beginning, NOT_SERVED, SendingLease, TOO_MANY, UNREACHABLE};

use crate::ports::Ports;
use crate::relevance::is_still_true;
use crate::sending::{Handed, note_outcome, send_mail};

/// What became of a notification.
#[derive(Debug)]
enum Told {
    /// The provider accepted the message.
    Sent,
    /// The provider refused the message for good, with this error.
    Refused(SendError),
    /// The address has already had the allowed number of messages of this kind.
    Withheld,
    /// The address has had enough until this time. The message must not be lost, so it comes again
    /// then.
    PutOff(Timestamp),
    /// Mail does not reach the address.
    Unreachable,
    /// No text messages go to the country of the number.
    NotServed,
    /// The provider refused the message because it got too many at once, with this error.
    Throttled(SendError),
    /// It was refused, withheld or not served before.
    GivenUpBefore,
    /// Nothing was sent, for this reason.
    Skipped(&'static str),
    /// The entry or the customer's address changed just before sending.
    Changed,
}

impl From<Handed> for Told {
    fn from(handed: Handed) -> Self {
        match handed {
            Handed::Accepted => Self::Sent,
            Handed::Throttled(error) => Self::Throttled(error),
            Handed::Refused(error) => Self::Refused(error),
        }
    }
}

/// The address of a message.
#[derive(Debug, Clone, Copy)]
enum Address<'entry> {
    Email(&'entry EmailAddress),
    Phone(&'entry PhoneNumber),
}

impl<'entry> Address<'entry> {
    /// The address of the entry's customer for a channel, if there is one.
    fn of(entry: &'entry Entry, channel: Channel) -> Option<Self> {
        match channel {
            Channel::Email => Some(Self::Email(&entry.applicant.email)).filter(|_| !entry.applicant.is_removed()),
            Channel::Sms => entry.applicant.phone.as_ref().map(Self::Phone),
        }
    }

    /// What the limits of messages count: all spellings of a mailbox as one.
    fn limited(self) -> String {
        match self {
            Self::Email(email) => email.mailbox().into(),
            Self::Phone(phone) => phone.as_str().to_owned(),
        }
    }

    /// Whether messages go to such an address at all.
    fn is_served(self, countries: &SmsCountries) -> bool {
        match self {
            Self::Email(_) => true,
            Self::Phone(phone) => countries.have(phone),
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
    /// The token in the message's link is derived from the nonce and the address.
    ///
    /// All attempts share one token, because each token is stored with the entry. A corrected
    /// address gets another token.
    nonce: &'a [u8; 32],
    route: Route,
}

/// Why a notification goes by its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Route {
    /// The customer gets such messages by it.
    Chosen,
    /// The customer chose text messages alone, and none reaches them.
    MailInsteadOfText,
}

impl Telling<'_> {
    /// The address of the entry's customer, if the notification goes there.
    fn address<'entry>(&self, entry: &'entry Entry) -> Option<Address<'entry>> {
        let Notification { kind, channel, .. } = self.notification;
        let goes = self.route == Route::MailInsteadOfText || kind.goes_by(*channel, entry);
        Address::of(entry, *channel).filter(|_| goes)
    }
}

/// Tells the customer, if the notification is still true and unsent, and gets a slot by `latest`. If
/// no text message can go to them, a mail does at once.
///
/// An error means that the notification should be tried again.
pub(crate) async fn tell(ports: &Ports, notification: &Notification, latest: Timestamp) -> Result<(), Error> {
    let mut told = tell_by_channel(ports, notification, Route::Chosen, latest).await?;
    if matches!(told, Told::Refused(_) | Told::NotServed | Told::GivenUpBefore) {
        let entry = ports.notifying.entry(&notification.place).await?;
        if let Some(mail) = entry.and_then(|stored| notification.by_mail_instead(&stored.entry)) {
            told = tell_by_channel(ports, &mail, Route::MailInsteadOfText, latest).await?;
        }
    }
    match told {
        // A mail in place of a text message comes again as that text message, which leads to it.
        Told::PutOff(due_at) => ports.put_off_messages.put_off(notification, due_at).await,
        _ => Ok(()),
    }
}

/// Tells the customer by the notification's channel. Returns what became of it in the end.
async fn tell_by_channel(
    ports: &Ports,
    notification: &Notification,
    route: Route,
    latest: Timestamp,
) -> Result<Told, Error> {
    let nonce = &ports.notifying.fresh_nonce();
    loop {
        let told = tell_in_turn(Telling { ports, notification, nonce, route }, latest).await?;
        log(notification, &told);
        match told {
            Told::Throttled(_) => ports.slots.slow_down(notification.channel).await?,
            Told::Changed if ports.notifying.now() > latest => {
                return Err(Error::Busy { context: "telling somebody who is told things elsewhere every time" });
            }
            // The entry is read once more.
            Told::Changed => {}
            done @ (Told::Sent
            | Told::Refused(_)
            | Told::Withheld
            | Told::PutOff(_)
            | Told::Unreachable
            | Told::NotServed
            | Told::GivenUpBefore
            | Told::Skipped(_)) => return Ok(done),
        }
    }
}

/// Tells the customer when there is a slot. An outdated notification takes no slot, and is checked
/// again after the wait.
async fn tell_in_turn(telling: Telling<'_>, latest: Timestamp) -> Result<Told, Error> {
    let Telling { ports, notification, .. } = telling;
    let mut looked_at = look_at(telling).await?;
    let is_served = |entry: &Entry| telling.address(entry).is_none_or(|address| address.is_served(&ports.countries));
    // What is not sent takes no slot.
    if looked_at.as_ref().is_ok_and(is_served)
        && ports.slots.wait(notification.channel, notification.kind.precedence(), latest).await?
    {
        looked_at = look_at(telling).await?;
    }
    match looked_at {
        Ok(entry) => tell_once(telling, &entry).await,
        Err(reason) => Ok(Told::Skipped(reason)),
    }
}

/// The notification's entry, or the reason why there is nothing to send.
async fn look_at(telling: Telling<'_>) -> Result<Result<Entry, &'static str>, Error> {
    let Telling { ports, notification, .. } = telling;
    let entry = ports.notifying.entry(&notification.place).await?;
    let now = ports.notifying.now();
    Ok(match entry.filter(|stored| is_still_true(notification, stored, now)).map(|stored| stored.entry) {
        None => Err("it is not true any more"),
        Some(entry) if telling.address(&entry).is_none() => Err("they are not told things by it"),
        Some(entry) => Ok(entry),
    })
}

async fn tell_once(telling: Telling<'_>, entry: &Entry) -> Result<Told, Error> {
    let Telling { ports, notification, .. } = telling;
    let Some(address) = telling.address(entry) else {
        return Ok(Told::Skipped("they are not told things by it"));
    };
    let event = ports.notifying.event(&entry.place.line.event_id).await?;
    match ports.notifying.begin_sending(notification).await? {
        Beginning::Proceed(lease) => tell_under(telling, entry, &event, address, &lease).await,
        Beginning::AlreadySent => Ok(Told::Skipped("it was sent before")),
        Beginning::GivenUp => Ok(Told::GivenUpBefore),
        // This message stays in the queue until the other delivery has succeeded.
        Beginning::SomebodyElseIsSending => {
            Err(Error::Busy { context: "waiting for another delivery of a notification" })
        }
    }
}

/// Sends under the lease. After a failure the lease is released, so that the next attempt need not
/// wait for it.
async fn tell_under(
    telling: Telling<'_>,
    entry: &Entry,
    event: &Event,
    address: Address<'_>,
    lease: &SendingLease,
) -> Result<Told, Error> {
    let told = tell_within_limits(telling, entry, event, address, lease).await;
    let is_done =
        matches!(told, Ok(Told::Sent | Told::Refused(_) | Told::Withheld | Told::Unreachable | Told::NotServed));
    if !is_done {
        // A lease that can't be released expires by itself.
        let _ = telling.ports.notifying.release(lease).await;
    }
    told
}

async fn tell_within_limits(
    telling: Telling<'_>,
    entry: &Entry,
    event: &Event,
    address: Address<'_>,
    lease: &SendingLease,
) -> Result<Told, Error> {
    let Telling { ports, notification, .. } = telling;
    if !address.is_served(&ports.countries) {
        ports.notifying.give_up(lease, NOT_SERVED).await?;
        return Ok(Told::NotServed);
    }
    // This is looked up late, so that no mail goes out long after a report.
    if notification.channel == Channel::Email && !ports.notifying.is_within_reach(entry).await? {
        ports.notifying.give_up(lease, UNREACHABLE).await?;
        return Ok(Told::Unreachable);
    }
    if let Allowance::From(due_at) = ports.notifying.count_against_limit(notification, &address.limited()).await? {
        return hold_back(telling, lease, due_at).await;
    }
    if notification.kind == NotificationKind::PhoneCode {
        return send_code(telling, entry, event, lease).await;
    }
    match write(telling, entry, event, address).await? {
        Some(message) => send(telling, entry, &message, address, lease).await,
        None => Ok(Told::Changed),
    }
}

/// Does not send a message beyond the limit of its address. What must not be lost is to be put off
/// until the limit allows it.
async fn hold_back(telling: Telling<'_>, lease: &SendingLease, due_at: Timestamp) -> Result<Told, Error> {
    let Telling { ports, notification, .. } = telling;
    if !notification.outlasts_the_limit() {
        ports.notifying.give_up(lease, TOO_MANY).await?;
        return Ok(Told::Withheld);
    }
    Ok(Told::PutOff(due_at))
}

/// The customer's language, or else the event's, or else the stack's.
async fn locale(ports: &Ports, entry: &Entry, event: &Event) -> Result<Locale, Error> {
    let settings = ports.settings.lately().await?;
    Ok(Locale::of(entry.applicant.locale.iter().chain(&event.locale).chain(&settings.default_locale)))
}

/// Sends the code that was asked for, unless it has expired or another was asked for.
async fn send_code(telling: Telling<'_>, entry: &Entry, event: &Event, lease: &SendingLease) -> Result<Told, Error> {
    let Telling { ports, notification, .. } = telling;
    let code = ports.notifying.phone_code(notification, entry).await?;
    let Some((code, phone)) = code.zip(entry.applicant.phone.as_ref()) else {
        return Ok(Told::Skipped("the code is not valid any more"));
    };
    let locale = locale(ports, entry, event).await?;
    let text = ports.templates.render_code(&PhoneCodeMessage { locale, event, code: &code });
    let text = text.map_err(|error| Error::internal("writing a code", error))?;
    Ok(note_outcome(ports, lease, ports.texter.send(phone, &text).await).await?.into())
}

/// Writes the message, with a new token in its link.
///
/// Returns `None` if the entry or the customer's address has changed. The token must not reach
/// anybody else.
async fn write(
    telling: Telling<'_>,
    entry: &Entry,
    event: &Event,
    address: Address<'_>,
) -> Result<Option<Rendered>, Error> {
    let Telling { ports, notification, nonce, .. } = telling;
    let token = &Token::derive(&entry.place.tag(), nonce, address.as_str());
    if !ports.notifying.add_message_token(entry, notification.channel, &token.hash()).await? {
        return Ok(None);
    }
    let now = ports.notifying.now();
    let (locale, settings) = (locale(ports, entry, event).await?, ports.settings.lately().await?);
    let (kind, threshold) = (notification.kind, notification.threshold());
    let entrants = match kind {
        NotificationKind::Joined => ports.notifying.entrants(entry).await?,
        _ => None,
    };
    let message = Message { kind, locale, threshold, entrants, entry, event, settings: &settings, token, now };
    let rendered = ports.templates.render(&message).map_err(|error| Error::internal("writing a message", error))?;
    Ok(Some(rendered))
}

async fn send(
    telling: Telling<'_>,
    entry: &Entry,
    message: &Rendered,
    address: Address<'_>,
    lease: &SendingLease,
) -> Result<Told, Error> {
    let Telling { ports, notification, .. } = telling;
    let accepted = match address {
        Address::Email(to) => {
            let (name, unsubscribe_link) = (notification.name(), unsubscribe_link(telling, entry).await?);
            send_mail(ports, to, message, Some(&name), unsubscribe_link.as_deref()).await?
        }
        Address::Phone(phone) => ports.texter.send(phone, &message.sms).await,
    };
    Ok(note_outcome(ports, lease, accepted).await?.into())
}

/// The link by which the customer turns such mails off, if they may do without them.
async fn unsubscribe_link(telling: Telling<'_>, entry: &Entry) -> Result<Option<String>, Error> {
    let Telling { ports, notification, nonce, .. } = telling;
    if !notification.kind.is_news() {
        return Ok(None);
    }
    let token = UnsubscribeToken::derive(nonce);
    ports.unsubscribing.add_link(entry, &token.hash()).await?;
    Ok(Some(ports.templates.links().unsubscribe_link(&ports.api_url, &token)))
}

/// Logs one line for each notification. It identifies the customer's entry without personal data.
fn log(notification: &Notification, told: &Told) {
    let entry_id = notification.entry_id.as_str();
    let (kind, channel) = (notification.kind.as_str(), notification.channel.as_str());
    match told {
        Told::Sent => tracing::info!(entry_id, kind, channel, "sent"),
        Told::Refused(error) => tracing::warn!(entry_id, kind, channel, %error, "refused for good"),
        Told::Unreachable => tracing::warn!(entry_id, kind, channel, "not sent: mail does not reach the address"),
        Told::NotServed => tracing::info!(entry_id, kind, channel, "not sent: SmsCountries does not list the country"),
        Told::Withheld => tracing::warn!(entry_id, kind, channel, "withheld: the address gets too many"),
        Told::PutOff(_) => tracing::warn!(entry_id, kind, channel, "put off: the address gets too many"),
        Told::Throttled(error) => {
            tracing::warn!(entry_id, kind, channel, %error, "throttled: to be sent more slowly")
        }
        Told::GivenUpBefore => tracing::info!(entry_id, kind, channel, "not sent: it was given up before"),
        Told::Skipped(reason) => tracing::info!(entry_id, kind, channel, reason, "not sent"),
        Told::Changed => tracing::info!(entry_id, kind, channel, "changed meanwhile: to be looked at again"),
    }
}
