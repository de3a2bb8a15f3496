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
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::time::Timestamp;
use waitlist_language::Locale;
use waitlist_notify::{LinkMail, LinkedPlace};
use waitlist_store::StoredEntry;
use waitlist_store::commands::notifying::{Beginning, SendingLease, UNREACHABLE};

use crate::ports::Ports;
use crate::sending::{Handed, note_outcome, send_mail};

/// A place to be listed, with its event.
struct Place {
    stored: StoredEntry,
    event: Event,
}

/// What became of a mail.
#[derive(Debug)]
enum Outcome {
    Handed(Handed),
    /// Nothing was sent, for this reason.
    Skipped(&'static str),
}

impl Outcome {
    /// Whether the mail is to be sent once more.
    const fn is_throttled(&self) -> bool {
        matches!(self, Self::Handed(Handed::Throttled(_)))
    }
}

/// One request on its way.
#[derive(Clone, Copy)]
struct Linking<'a> {
    ports: &'a Ports,
    request: &'a LinkMailRequest,
    /// The tokens in the links are derived from it. All attempts share them, because each token is
    /// stored with its entry.
    nonce: &'a [u8; 32],
}

/// Mails the links of a mailbox, to each of its addresses with places that can still be looked at.
///
/// An error means that the request should be tried again.
pub(crate) async fn mail_links(ports: &Ports, request: &LinkMailRequest, latest: Timestamp) -> Result<(), Error> {
    // It may have waited among dead letters. By now nobody expects the mail.
    if request.asked_at.milliseconds_until(ports.notifying.now()) > DAY {
        return Ok(());
    }
    let linking = Linking { ports, request, nonce: &ports.notifying.fresh_nonce() };
    for places in by_address(places_of(ports, request).await?) {
        loop {
            let outcome = mail_in_turn(linking, &places, latest).await?;
            log(&outcome, places.len());
            if !outcome.is_throttled() {
                break;
            }
            ports.slots.slow_down(Channel::Email).await?;
        }
    }
    Ok(())
}

/// Logs one line for each mail, without personal data.
fn log(outcome: &Outcome, places: usize) {
    match outcome {
        Outcome::Handed(Handed::Accepted) => tracing::info!(places, "sent links"),
        Outcome::Handed(Handed::Throttled(error)) => tracing::warn!(%error, "throttled: links to be sent more slowly"),
        Outcome::Handed(Handed::Refused(error)) => tracing::warn!(%error, "links refused for good"),
        Outcome::Skipped(reason) => tracing::info!(reason, "sent no links"),
    }
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
async fn mail_in_turn(linking: Linking<'_>, places: &[Place], latest: Timestamp) -> Result<Outcome, Error> {
    let Linking { ports, request, .. } = linking;
    let Some(first) = places.first() else { return Ok(Outcome::Skipped("there is no place")) };
    ports.slots.wait(Channel::Email, Precedence::Second, latest).await?;
    let lease = match ports.notifying.begin_sending_links(request, &first.stored.entry.applicant.email).await? {
        Beginning::Proceed(lease) => lease,
        Beginning::AlreadySent | Beginning::GivenUp => return Ok(Outcome::Skipped("they were sent before")),
        Beginning::SomebodyElseIsSending => {
            return Err(Error::Busy { context: "waiting for another delivery of links" });
        }
    };
    let outcome = mail(linking, first, places, &lease).await;
    if outcome.as_ref().map_or(true, Outcome::is_throttled) {
        // A lease that can't be released expires by itself.
        let _ = ports.notifying.release(&lease).await;
    }
    outcome
}

async fn mail(linking: Linking<'_>, first: &Place, places: &[Place], lease: &SendingLease) -> Result<Outcome, Error> {
    let Linking { ports, request, .. } = linking;
    let entry = &first.stored.entry;
    if !ports.notifying.is_within_reach(entry).await? {
        ports.notifying.give_up(lease, UNREACHABLE).await?;
        return Ok(Outcome::Skipped("mail does not reach the address"));
    }
    let linked = with_tokens(linking, places).await?;
    if linked.is_empty() {
        ports.notifying.give_up(lease, "NoPlaces").await?;
        return Ok(Outcome::Skipped("every place changed meanwhile"));
    }
    let settings = ports.settings.lately().await?;
    let wishes = request.locale.iter().chain(&entry.applicant.locale).chain(&first.event.locale);
    let locale = Locale::of(wishes.chain(&settings.default_locale));
    let mail = LinkMail { locale, places: &linked, settings: &settings, now: ports.notifying.now() };
    let message = ports.templates.render_links(&mail).map_err(|error| Error::internal("writing links", error))?;
    let accepted = send_mail(ports, &entry.applicant.email, &message, None, None).await?;
    note_outcome(ports, lease, accepted).await.map(Outcome::Handed)
}

/// The places with a new token each. One whose address or entry has changed is left out.
async fn with_tokens<'places>(
    Linking { ports, nonce, .. }: Linking<'_>,
    places: &'places [Place],
) -> Result<Vec<LinkedPlace<'places>>, Error> {
    let mut linked = Vec::new();
    for Place { stored, event } in places {
        let entry = &stored.entry;
        // No token tells that of another place.
        let key = format!("{} {}", entry.applicant.email.as_str(), entry.id.as_str());
        let token = Token::derive(&entry.place.tag(), nonce, &key);
        if ports.notifying.add_message_token(entry, Channel::Email, &token.hash()).await? {
            linked.push(LinkedPlace { entry, event, token });
        }
    }
    Ok(linked)
}
