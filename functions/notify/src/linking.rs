//! Mails a person the links to all their places, for who lost them.
//!
//! It finds the places by the mailbox. Links go only to an address that has places, as it is stored
//! with them. So nobody gets the links of another spelling, which may be another person's.

use std::collections::{BTreeMap, HashMap};

use waitlist_domain::Error;
use waitlist_domain::event::Event;
use waitlist_domain::messages::link_mail::{DAY, ENDED_LATELY, LinkMailRequest, MOST_PLACES};
use waitlist_domain::messages::send_rate::Precedence;
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::time::Timestamp;
use waitlist_language::Locale;
use waitlist_notify::{LinkMail, LinkedPlace, Mail, SenderName};
use waitlist_runtime::environment::metrics::{Counter, count};
use waitlist_store::StoredEntry;
use waitlist_store::commands::notifying::{Beginning, SendingLease, UNREACHABLE};

use crate::ports::Ports;

/// A place to be listed, with its event.
struct Place {
    stored: StoredEntry,
    event: Event,
}

/// What became of a mail. Its words are for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Sent,
    Throttled,
    /// For good, with this reason.
    NotSent(&'static str),
}

/// Mails the links of a mailbox, to each of its addresses with places that can still be looked at.
///
/// An error means that the request should be tried again.
pub(crate) async fn mail_links(ports: &Ports, request: &LinkMailRequest, latest: Timestamp) -> Result<(), Error> {
    // It may have waited among dead letters. By now nobody expects the mail.
    if request.asked_at.milliseconds_until(ports.notifying.now()) > DAY {
        return Ok(());
    }
    for places in by_address(places_of(ports, request).await?) {
        let Some(address) = places.first().map(|place| place.stored.entry.applicant.email.clone()) else { continue };
        loop {
            let outcome = mail_in_turn(ports, request, &address, &places, latest).await?;
            match outcome {
                Outcome::Sent => tracing::info!(places = places.len(), "sent links"),
                Outcome::NotSent(reason) => tracing::info!(reason, "sent no links"),
                Outcome::Throttled => ports.slots.slow_down(Channel::Email).await?,
            }
            if outcome != Outcome::Throttled {
                break;
            }
        }
    }
    Ok(())
}

/// The places of the mailbox that have not ended, or lately, and can still be looked at. First come
/// those whose events begin first.
async fn places_of(ports: &Ports, request: &LinkMailRequest) -> Result<Vec<Place>, Error> {
    let now = ports.notifying.now();
    let mut events: HashMap<EventId, Event> = HashMap::new();
    let mut places = Vec::new();
    for stored in ports.mailbox_places.of(&request.mailbox).await? {
        let ended_long_ago = stored.may_rejoin() && stored.last_change.at.milliseconds_until(now) >= ENDED_LATELY;
        if ended_long_ago {
            continue;
        }
        let id = &stored.entry.place.line.event_id;
        if !events.contains_key(id) {
            events.insert(id.clone(), ports.notifying.event(id).await?);
        }
        let event = events[id].clone();
        if event.check_tokens(now).is_ok() {
            places.push(Place { stored, event });
        }
    }
    places.sort_by_key(|place| (place.event.starts_at, place.stored.entry.joined_at, place.stored.entry.place.clone()));
    Ok(places)
}

/// Most spellings of a mailbox that get a mail. Strangers can invent as many as they join with.
const MOST_SPELLINGS: usize = 3;

/// The places of each address. An address gets those that go on before those that have ended, and no
/// more than a mail lists. Spellings with a confirmed place go before others.
fn by_address(places: Vec<Place>) -> Vec<Vec<Place>> {
    let mut addresses: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for place in places {
        let address = place.stored.entry.applicant.email.as_str().to_owned();
        addresses.entry(address).or_default().push(place);
    }
    for places in addresses.values_mut() {
        places.sort_by_key(|place| place.stored.may_rejoin());
        places.truncate(MOST_PLACES);
    }
    let mut addresses: Vec<Vec<Place>> = addresses.into_values().collect();
    let is_confirmed = |places: &[Place]| places.iter().any(|place| place.stored.entry.is_confirmed());
    addresses.sort_by_key(|places| !is_confirmed(places));
    addresses.truncate(MOST_SPELLINGS);
    addresses
}

/// Mails the links when there is a slot, unless that was done before.
async fn mail_in_turn(
    ports: &Ports,
    request: &LinkMailRequest,
    address: &EmailAddress,
    places: &[Place],
    latest: Timestamp,
) -> Result<Outcome, Error> {
    ports.slots.wait(Channel::Email, Precedence::Second, latest).await?;
    let lease = match ports.notifying.begin_sending_links(request, address).await? {
        Beginning::Proceed(lease) => lease,
        Beginning::AlreadySent | Beginning::GivenUp => return Ok(Outcome::NotSent("they were sent before")),
        Beginning::SomebodyElseIsSending => {
            return Err(Error::Busy { context: "waiting for another delivery of links" });
        }
    };
    let outcome = mail(ports, request, address, places, &lease).await;
    if !matches!(outcome, Ok(Outcome::Sent | Outcome::NotSent(_))) {
        // A lease that can't be released expires by itself.
        let _ = ports.notifying.release(&lease).await;
    }
    outcome
}

async fn mail(
    ports: &Ports,
    request: &LinkMailRequest,
    address: &EmailAddress,
    places: &[Place],
    lease: &SendingLease,
) -> Result<Outcome, Error> {
    let Some(first) = places.first() else { return Ok(Outcome::NotSent("there is no place")) };
    if !ports.notifying.is_within_reach(&first.stored.entry).await? {
        ports.notifying.give_up(lease, UNREACHABLE).await?;
        return Ok(Outcome::NotSent("mail does not reach the address"));
    }
    let linked = with_tokens(ports, address, places).await?;
    if linked.is_empty() {
        ports.notifying.give_up(lease, "NoPlaces").await?;
        return Ok(Outcome::NotSent("every place changed meanwhile"));
    }
    let settings = ports.settings.lately().await?;
    let wishes = request.locale.iter().chain(&first.stored.entry.applicant.locale).chain(&first.event.locale);
    let locale = Locale::of(wishes.chain(&settings.default_locale));
    let mail = LinkMail { locale, places: &linked, settings: &settings, now: ports.notifying.now() };
    let message = ports.templates.render_links(&mail).map_err(|error| Error::internal("writing links", error))?;
    let from_name = settings.organiser_name.as_ref().map(SenderName::of);
    let (from_name, reply_to) = (from_name.as_ref(), settings.reply_to.as_ref());
    let mail = Mail { to: address, message: &message, name: None, from_name, reply_to, unsubscribe_link: None };
    let accepted = ports.mailer.send(mail).await;
    count(if accepted.is_ok() { Counter::MessagesSent } else { Counter::SendFailures }, 1);
    match accepted {
        Ok(id) => {
            // An error would certainly send the mail again. A missing note does only if the request
            // comes twice.
            let _ = ports.notifying.finish_sending(lease, &id.0).await;
            Ok(Outcome::Sent)
        }
        Err(error) if error.is_throttling() => Ok(Outcome::Throttled),
        Err(error) if error.may_succeed_later() => Err(Error::internal("sending links", error)),
        Err(error) => {
            ports.notifying.give_up(lease, error.code()).await?;
            Ok(Outcome::NotSent("the provider refused the mail for good"))
        }
    }
}

/// The places with a new token each. One whose address or entry has changed is left out.
async fn with_tokens<'places>(
    ports: &Ports,
    address: &EmailAddress,
    places: &'places [Place],
) -> Result<Vec<LinkedPlace<'places>>, Error> {
    let mut linked = Vec::new();
    for Place { stored, event } in places {
        let entry = &stored.entry;
        let token = Token::derive(&entry.place.tag(), &ports.notifying.fresh_nonce(), address.as_str());
        if ports.notifying.add_message_token(entry, Channel::Email, &token.hash()).await? {
            linked.push(LinkedPlace { entry, event, token });
        }
    }
    Ok(linked)
}
