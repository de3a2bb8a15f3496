//! The sort keys of entries, for tests that read or damage items themselves.

use waitlist_domain::values::identifier::{AttendeeId, CustomerId, EventId, LineId, PlaceId, TicketTypeId};

/// The sort key of the entry at a place.
pub fn entry_sort_key(place: &PlaceId) -> String {
    let attendee = place.attendee_id.as_ref().map_or("", AttendeeId::as_str);
    format!("ENTRY#{}#{}#{attendee}", place.tag(), place.line)
}

/// The sort key of the entry of a customer, or of an attendee if `attendee` is not empty.
///
/// # Panics
/// If a part is no identifier.
pub fn entry_sort_key_of(event: &str, ticket_type: &str, attendee: &str) -> String {
    let line = LineId {
        event_id: EventId::parse(event).expect("an identifier"),
        ticket_type_id: TicketTypeId::parse(ticket_type).expect("an identifier"),
    };
    let attendee_id =
        Some(attendee).filter(|id| !id.is_empty()).map(|id| AttendeeId::parse(id).expect("an identifier"));
    // The customer is not part of the sort key.
    entry_sort_key(&PlaceId { customer_id: CustomerId::parse("anybody").expect("an identifier"), line, attendee_id })
}
