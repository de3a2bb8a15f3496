//! An event for tests.

use crate::event::details::Details;
use crate::event::{Event, TicketType, WaitlistRules};
use crate::values::identifier::{EventId, LineId, TicketTypeId};
use crate::values::label::Label;
use crate::values::time::Timestamp;

/// The start of the event.
pub(crate) const START: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);

/// The id of a ticket type, such as [`event`] has.
pub(crate) fn ticket_type(id: &str) -> TicketTypeId {
    TicketTypeId::parse(id).expect("valid")
}

/// A camp in Berlin with one ticket type and the usual rules.
pub(crate) fn event() -> Event {
    Event {
        id: EventId::parse("camp").expect("valid"),
        version: 1,
        name: Label::parse("Camp").expect("valid"),
        starts_at: START,
        time_zone: "Europe/Berlin".to_owned(),
        locale: None,
        details: Details::default(),
        ticket_types: vec![TicketType { id: ticket_type("camper"), name: Label::parse("Camper").expect("valid") }],
        rules: WaitlistRules::usual(),
    }
}

/// The line of its ticket type.
pub(crate) fn line() -> LineId {
    LineId { event_id: EventId::parse("camp").expect("valid"), ticket_type_id: ticket_type("camper") }
}
