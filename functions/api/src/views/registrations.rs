//! Registrations.

use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::entry::registration::{Registration, RegistrationStatus, Source};
use waitlist_domain::values::identifier::{AttendeeId, CustomerId, EntryId, EventId, RegistrationId, TicketTypeId};
#[cfg(feature = "openapi")]
use waitlist_domain::values::label::Label;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Timestamp;

use crate::views::moments::utc;

/// A registration.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegistrationView<'registration> {
    registration_id: &'registration RegistrationId,
    event_id: &'registration EventId,
    ticket_type_id: &'registration TicketTypeId,
    quantity: Quantity,
    customer_id: &'registration CustomerId,
    attendee_id: Option<&'registration AttendeeId>,
    status: RegistrationStatus,
    source: Source,
    entry_id: Option<&'registration EntryId>,
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Label>"))]
    payment_reference: Option<&'registration str>,
    #[serde(serialize_with = "utc")]
    created_at: Timestamp,
}

impl<'registration> RegistrationView<'registration> {
    /// Shows a registration.
    pub fn new(registration: &'registration Registration) -> Self {
        Self {
            registration_id: &registration.id,
            event_id: &registration.line.event_id,
            ticket_type_id: &registration.line.ticket_type_id,
            quantity: registration.quantity,
            customer_id: &registration.customer_id,
            attendee_id: registration.attendee_id.as_ref(),
            status: registration.status,
            source: registration.source,
            entry_id: registration.entry_id.as_ref(),
            payment_reference: registration.payment_reference.as_deref(),
            created_at: registration.created_at,
        }
    }
}
