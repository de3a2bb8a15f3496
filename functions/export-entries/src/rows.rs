//! An entry as a row.

use waitlist_domain::contact::PhoneNumber;
use waitlist_domain::entry::Entry;
use waitlist_domain::identifier::{AttendeeId, RegistrationId, TierId};
use waitlist_domain::time::Timestamp;
use waitlist_runtime::csv::record;

/// The names of the columns.
const COLUMNS: [&str; 18] = [
    "entryId",
    "customerId",
    "attendeeId",
    "ticketTypeId",
    "status",
    "tier",
    "lane",
    "number",
    "quantity",
    "minQuantity",
    "name",
    "email",
    "phone",
    "joinedAt",
    "offeredAt",
    "expiresAt",
    "offeredQuantity",
    "registrationId",
];

/// The first record: what the columns are.
pub(crate) fn header() -> String {
    record(COLUMNS)
}

/// The record of an entry.
pub(crate) fn row(entry: &Entry) -> String {
    let offer = entry.offer.as_ref();
    let fields: [String; COLUMNS.len()] = [
        entry.id.as_str().to_owned(),
        entry.place.customer_id.as_str().to_owned(),
        entry.place.attendee_id.as_ref().map_or("", AttendeeId::as_str).to_owned(),
        entry.place.line.ticket_type_id.as_str().to_owned(),
        entry.status.as_str().to_owned(),
        entry.tier.as_ref().map_or("", TierId::as_str).to_owned(),
        entry.lane.kind().to_owned(),
        entry.number.to_string(),
        entry.quantity.get().to_string(),
        entry.minimum.map(|minimum| minimum.get().to_string()).unwrap_or_default(),
        entry.name.as_str().to_owned(),
        entry.email.as_str().to_owned(),
        entry.phone.as_ref().map_or("", PhoneNumber::as_str).to_owned(),
        entry.joined_at.to_rfc3339(),
        offer.map(|offer| offer.offered_at).map(Timestamp::to_rfc3339).unwrap_or_default(),
        offer.map(|offer| offer.expires_at).map(Timestamp::to_rfc3339).unwrap_or_default(),
        offer.map(|offer| offer.quantity.get().to_string()).unwrap_or_default(),
        entry.registration_id.as_ref().map_or("", RegistrationId::as_str).to_owned(),
    ];
    record(fields.iter().map(String::as_str))
}
