//! `POST /api/registrations`: the sales system sells seats directly.
//!
//! Before the event begins, it sells only seats on which the line has no claim. Afterwards it sells
//! any free seat.

use waitlist_domain::Error;
use waitlist_domain::entry::registration::{Registration, RegistrationStatus, Source};
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::identifier::{AttendeeId, CustomerId, EventId, RegistrationId, TicketTypeId};
use waitlist_domain::values::quantity::Quantity;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::commands::registrations::DirectSales;
use waitlist_store::queries::events::Events;

use crate::views::registrations::RegistrationView;

pub(crate) struct Sale {
    event_id: EventId,
    ticket_type_id: TicketTypeId,
    quantity: Quantity,
    customer_id: CustomerId,
    attendee_id: Option<AttendeeId>,
}

pub(crate) fn read(input: &mut Input) -> Option<Sale> {
    let body = &mut input.body;
    let event_id = body.text("eventId", EventId::parse);
    let ticket_type_id = body.text("ticketTypeId", TicketTypeId::parse);
    let quantity = body.whole("quantity", Quantity::parse);
    let customer_id = body.text("customerId", CustomerId::parse);
    let attendee = body.optional_text("attendeeId", AttendeeName::parse);
    Some(Sale {
        event_id: event_id?,
        ticket_type_id: ticket_type_id?,
        quantity: quantity?,
        customer_id: customer_id?,
        attendee_id: attendee?.map(|name| name.id()),
    })
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let sale = call.input.read(read)?;
    let event = Events::new(table).get(&sale.event_id).await?;
    let registration = Registration {
        id: RegistrationId::from_bits(call.mint.bits()),
        line: event.line(&sale.ticket_type_id)?,
        quantity: sale.quantity,
        customer_id: sale.customer_id,
        attendee_id: sale.attendee_id,
        status: RegistrationStatus::Confirmed,
        source: Source::Direct,
        entry_id: None,
        payment_reference: None,
        created_at: table.now(),
    };
    let sold = DirectSales::new(&table.acting_as(call.caller.mandate())).sell(&registration).await?;
    Reply::created(&RegistrationView::new(&sold))
}
