//! The places of a person in an event. The key has only the hash of the person's mailbox.
//!
//! The item names the places that were taken with a count, and those that sales systems took. Most
//! people have no such item: their only place in a line is the one without an attendee.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::entry::recent_offers::RecentOffers;
use waitlist_domain::event::MaxPlaces;
use waitlist_domain::values::identifier::{AttendeeId, CustomerId, EventId, LineId, PlaceId, TicketTypeId};
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, malformed, optional_number};

/// The attribute with the places: a set of texts.
const PLACES: &str = "places";

/// The attribute with the times of offers at places that are no longer named: a set of texts.
const OFFERS: &str = "offers";

/// The attribute that grows with every change.
const VERSION: &str = "version";

/// The offers to a person by ticket type.
pub(crate) type OffersByType = BTreeMap<TicketTypeId, RecentOffers>;

/// The item as it was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct NotedPlaces {
    /// Nothing if there is no item.
    version: Option<u64>,
    pub(crate) places: BTreeSet<PlaceId>,
    /// The offers at places that are no longer named.
    pub(crate) offers: OffersByType,
}

impl NotedPlaces {
    /// Reads the item of a person in this event, if there is one.
    pub(crate) fn read(item: Option<&Item>, event: &EventId) -> Result<Self, Error> {
        let Some(item) = item else { return Ok(Self::default()) };
        let places = texts(item, PLACES)?.iter().map(|text| place(event, text).ok_or_else(|| malformed(PLACES)));
        let mut offers = OffersByType::new();
        for text in texts(item, OFFERS)? {
            let (ticket_type, at) = offer(text).ok_or_else(|| malformed(OFFERS))?;
            let merged = offers.entry(ticket_type).or_default();
            *merged = merged.and(&RecentOffers::new([at]));
        }
        Ok(Self { version: optional_number(item, VERSION)?, places: places.collect::<Result<_, _>>()?, offers })
    }

    /// Replaces what the item says, if it is as it was read.
    pub(crate) fn become_these(&self, places: &BTreeSet<PlaceId>, offers: &OffersByType) -> Expression {
        let places = places.iter().map(place_text).collect();
        let offers: Vec<String> =
            offers.iter().flat_map(|(ticket_type, offers)| offer_texts(ticket_type, offers)).collect();
        Expression::new()
            .set(VERSION, self.version.unwrap_or(0) + 1)
            .set(PLACES, AttributeValue::Ss(places))
            .set_or_remove(OFFERS, (!offers.is_empty()).then_some(AttributeValue::Ss(offers)))
            .when_still(VERSION, self.version)
    }
}

/// Names another place. A person who has as many as any event allows needs no more.
pub(crate) fn note(place: &PlaceId) -> Expression {
    Expression::new()
        .add_text(PLACES, place_text(place))
        .increase(VERSION, 1)
        .when_fewer_texts(PLACES, MaxPlaces::MOST.get())
}

fn texts<'item>(item: &'item Item, name: &'static str) -> Result<&'item [String], Error> {
    item.get(name).map_or(Ok(&[]), |value| value.as_ss().map(Vec::as_slice).map_err(|_| malformed(name)))
}

/// A place within its event. No identifier has a `#`.
fn place_text(place: &PlaceId) -> String {
    let attendee = place.attendee_id.as_ref().map_or("", AttendeeId::as_str);
    format!("{}#{attendee}#{}", place.line.ticket_type_id, place.customer_id)
}

fn place(event: &EventId, text: &str) -> Option<PlaceId> {
    let mut parts = text.splitn(3, '#');
    let (ticket_type, attendee, customer) = (parts.next()?, parts.next()?, parts.next()?);
    Some(PlaceId {
        customer_id: CustomerId::parse(customer).ok()?,
        line: LineId { event_id: event.clone(), ticket_type_id: TicketTypeId::parse(ticket_type).ok()? },
        attendee_id: if attendee.is_empty() { None } else { Some(AttendeeId::parse(attendee).ok()?) },
    })
}

fn offer_texts(ticket_type: &TicketTypeId, offers: &RecentOffers) -> impl Iterator<Item = String> {
    offers.times().map(move |at| format!("{ticket_type}#{}", at.milliseconds()))
}

fn offer(text: &str) -> Option<(TicketTypeId, Timestamp)> {
    let (ticket_type, at) = text.split_once('#')?;
    Some((TicketTypeId::parse(ticket_type).ok()?, Timestamp::from_milliseconds(at.parse().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let event = EventId::parse("camp").expect("valid");
        let ticket_type = TicketTypeId::parse("camper").expect("valid");
        for attendee in [None, Some("child-1")] {
            let written = PlaceId {
                customer_id: CustomerId::parse("email:00ff").expect("valid"),
                line: LineId { event_id: event.clone(), ticket_type_id: ticket_type.clone() },
                attendee_id: attendee.map(|id| AttendeeId::parse(id).expect("valid")),
            };
            assert_eq!(place(&event, &place_text(&written)), Some(written));
        }
        let at = Timestamp::from_milliseconds(1_800_000_000_000);
        let written = offer_texts(&ticket_type, &RecentOffers::new([at])).next().expect("one offer");
        assert_eq!(offer(&written), Some((ticket_type, at)));
    }
}
