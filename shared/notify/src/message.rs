//! The content of a message.

use jiff::Zoned;
use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::entry::Entry;
use waitlist_domain::event::Event;
use waitlist_domain::messages::message::NotificationKind;
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::contact::PersonName;
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::RegistrationId;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::values::time_zone;
use waitlist_language::Locale;

use crate::links::Links;
use crate::organiser::Organiser;

/// The time before a deadline (milliseconds) from which on it is written to the second.
///
/// To the minute, a near deadline might seem to have passed already.
const TOLD_TO_THE_SECOND: i64 = 60 * 60 * 1000;

/// A message to a customer, with everything that it is made from.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// The kind of message.
    pub kind: NotificationKind,
    /// The message's language.
    pub locale: Locale,
    /// The threshold that the customer's position has reached, in a message about moving up.
    pub threshold: Option<u64>,
    /// The number of entrants of the customer's draw, before it is held.
    pub entrants: Option<u64>,
    /// The customer's entry.
    pub entry: &'a Entry,
    /// The entry's event.
    pub event: &'a Event,
    /// What the organiser set for all events.
    pub settings: &'a StackSettings,
    /// The token in the message's link. Its bearer can act for the customer.
    pub token: &'a Token,
    /// The time of writing.
    pub now: Timestamp,
}

/// The values that templates may use. Absent values are left out, so that a template which uses one
/// fails.
#[skip_serializing_none]
#[derive(Serialize)]
pub(crate) struct Variables<'a> {
    /// The customer's name, unless it must not be repeated.
    name: Option<&'a str>,
    /// The event's name.
    event: &'a str,
    /// When the event starts: day, time of day and zone.
    starts: String,
    /// The place of the event, not that in the line.
    place: Option<&'a str>,
    /// For whom the seats are, unless it must not be repeated.
    attendee: Option<PersonName>,
    /// The ticket type's name.
    ticket_type: &'a str,
    /// The number of seats.
    quantity: u32,
    /// Where the customer can act on the message.
    link: String,
    /// When the offer, or the time to pay, ends or ended.
    deadline: Option<Deadline>,
    /// Until when the address is to be confirmed.
    confirm: Option<Deadline>,
    /// How long a claimed offer may be paid for. It is empty if there is nothing to pay.
    pay_within: String,
    /// The id of the sale that the offer became.
    registration: Option<&'a str>,
    /// The threshold that the customer's position has reached: they are among so many at the head
    /// of the line.
    threshold: Option<u64>,
    /// The draw that the customer is in, before it is held.
    draw: Option<Draw>,
    organiser: Organiser<'a>,
}

/// A future draw in words.
#[derive(Serialize)]
struct Draw {
    /// The number of entrants.
    entrants: u64,
    /// The number of entrants with its digits grouped.
    written: String,
    /// Day, time of day and zone.
    at: String,
    /// The time of the draw in few characters.
    brief: String,
}

/// The end of an offer, or of the time to confirm, in words.
#[derive(Serialize)]
struct Deadline {
    /// Day, time of day and zone.
    at: String,
    /// Day, time of day and zone in few characters.
    brief: String,
    /// The time from now until then.
    remaining: String,
}

impl<'a> Message<'a> {
    pub(crate) fn variables(&self, links: &Links) -> Variables<'a> {
        let (entry, event) = (self.entry, self.event);
        let ticket_type = &entry.place.line.ticket_type_id;
        let offer = entry.offer.as_ref();
        let pay_within = offer.and_then(|offer| offer.purchase_window.as_ref());
        Variables {
            name: self.may_repeat().then_some(entry.applicant.name.as_str()),
            event: event.name.as_str(),
            starts: self.locale.instant(&self.local(event.starts_at), false),
            place: event.details.venue.as_ref().map(Label::as_str),
            attendee: self.attendee(),
            // A ticket type without waiting customers can be dropped while the last message about
            // it is on its way.
            ticket_type: event.ticket_type(ticket_type).map_or(ticket_type.as_str(), |found| found.name.as_str()),
            quantity: offer.map_or(entry.applicant.quantity, |offer| offer.quantity).get(),
            link: links.link(self.kind, entry, self.token),
            deadline: offer.map(|offer| self.deadline(offer.expires_at)),
            confirm: entry.confirm_by.map(|confirm_by| self.deadline(confirm_by)),
            pay_within: pay_within.map(|window| self.locale.length_of_time(window.milliseconds())).unwrap_or_default(),
            registration: entry.registration_id.as_ref().map(RegistrationId::as_str),
            threshold: self.threshold,
            draw: self.entrants.zip(event.rules.order.draw_at()).map(|(entrants, at)| self.draw(entrants, at)),
            organiser: Organiser::new(self.settings, event, self.locale, links),
        }
    }

    /// Whether the message may repeat what the joiner wrote. Anybody may join with anybody's
    /// address, and until that is proved their words must not reach its owner.
    const fn may_repeat(&self) -> bool {
        !self.kind.proves_the_address()
    }

    /// For whom the seats are. An id that can't be a name is left out, because an address in it would
    /// be shown as a link.
    fn attendee(&self) -> Option<PersonName> {
        let id = self.entry.place.attendee_id.as_ref().filter(|_| self.may_repeat())?;
        PersonName::parse(id.as_str()).ok()
    }

    fn local(&self, instant: Timestamp) -> Zoned {
        time_zone::local(instant, &self.event.time_zone)
    }

    fn draw(&self, entrants: u64, draw_at: Timestamp) -> Draw {
        let local = self.local(draw_at);
        Draw {
            entrants,
            written: self.locale.number(entrants),
            at: self.locale.instant(&local, false),
            brief: self.locale.brief_instant(&local, false),
        }
    }

    fn deadline(&self, expires_at: Timestamp) -> Deadline {
        let local = self.local(expires_at);
        let remaining = self.now.milliseconds_until(expires_at);
        let to_the_second = (0..TOLD_TO_THE_SECOND).contains(&remaining);
        Deadline {
            at: self.locale.instant(&local, to_the_second),
            brief: self.locale.brief_instant(&local, to_the_second),
            remaining: self.locale.length_of_time(remaining),
        }
    }
}
