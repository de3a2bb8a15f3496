//! The content of the mail with the links to all places of an address.

use jiff::Zoned;
use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::messages::message::NotificationKind;
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::contact::PersonName;
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::values::time_zone;
use waitlist_language::Locale;

use crate::links::Links;
use crate::organiser::Organiser;

/// A mail with links, with everything that it is made from.
#[derive(Debug, Clone, Copy)]
pub struct LinkMail<'a> {
    /// The mail's language.
    pub locale: Locale,
    /// The places, in the order in which they are listed. There is at least one.
    pub places: &'a [LinkedPlace<'a>],
    /// What the organiser set for all events.
    pub settings: &'a StackSettings,
    /// The time of writing.
    pub now: Timestamp,
}

/// A place in a mail with links.
#[derive(Debug, Clone)]
pub struct LinkedPlace<'a> {
    /// The entry that has the place.
    pub entry: &'a Entry,
    /// The entry's event.
    pub event: &'a Event,
    /// The token in the link. Its bearer can act for the customer.
    pub token: Token,
}

/// The values that the templates may use.
#[derive(Serialize)]
pub(crate) struct Variables<'a> {
    places: Vec<Place<'a>>,
    organiser: Organiser<'a>,
}

#[skip_serializing_none]
#[derive(Serialize)]
struct Place<'a> {
    /// The event's name.
    event: &'a str,
    /// When the event starts: day, time of day and zone.
    starts: String,
    ticket_type: &'a str,
    /// For whom the seats are, unless it must not be repeated.
    attendee: Option<PersonName>,
    /// How the place stands: `confirm`, `draw`, or the name of its status.
    state: &'static str,
    /// When the offer, the time to pay or the time to confirm ends.
    until: Option<String>,
    link: String,
}

impl<'a> LinkMail<'a> {
    pub(crate) fn variables(&self, links: &Links) -> Variables<'a> {
        Variables {
            places: self.places.iter().map(|place| self.place(place, links)).collect(),
            organiser: Organiser::of_stack(self.settings, self.locale, links),
        }
    }

    fn place(&self, place: &'a LinkedPlace<'a>, links: &Links) -> Place<'a> {
        let LinkedPlace { entry, event, token } = place;
        let ticket_type = &entry.place.line.ticket_type_id;
        let local = |instant| time_zone::local(instant, &event.time_zone);
        let awaits_confirmation = entry.status == Status::Waiting && !entry.is_confirmed();
        let until = if awaits_confirmation { entry.confirm_by } else { entry.deadline() };
        // What a stranger typed must not reach the owner of the address.
        let attendee = entry.attendee().filter(|_| entry.is_confirmed());
        Place {
            event: event.name.as_str(),
            starts: self.locale.instant(&local(event.starts_at), false),
            ticket_type: event.ticket_type(ticket_type).map_or(ticket_type.as_str(), |found| found.name.as_str()),
            attendee: attendee.and_then(|name| PersonName::parse(name.as_str()).ok()),
            state: match entry.status {
                _ if awaits_confirmation => "confirm",
                Status::Waiting if entry.lane == Lane::Pool => "draw",
                status => status.as_str(),
            },
            until: until.map(|until| self.until(&local(until), until)),
            link: links.link(kind_of(entry, awaits_confirmation), entry, token),
        }
    }

    /// A near deadline is written to the second. To the minute it might seem to have passed already.
    fn until(&self, local: &Zoned, until: Timestamp) -> String {
        let left = self.now.milliseconds_until(until);
        self.locale.instant(local, (0..crate::message::TOLD_TO_THE_SECOND).contains(&left))
    }
}

/// The kind of message that leads to the same page.
const fn kind_of(entry: &Entry, awaits_confirmation: bool) -> NotificationKind {
    match entry.status {
        _ if awaits_confirmation => NotificationKind::Confirm,
        Status::Offered => NotificationKind::Offered,
        Status::Claimed => NotificationKind::Claimed,
        _ => NotificationKind::JoinedAgain,
    }
}
