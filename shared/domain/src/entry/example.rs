//! An entry for tests.

use crate::entry::applicant::Applicant;
use crate::entry::{AddressVersions, Entry, Offer, Status};
use crate::event::example::{START, line};
use crate::line::lane::Lane;
use crate::values::contact::{EmailAddress, PersonName, PhoneNumber};
use crate::values::credential::SecretHash;
use crate::values::identifier::{CustomerId, EntryId, PlaceId};
use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;

/// A day before the event begins, in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// When the entry joined.
pub(crate) const JOINED_AT: Timestamp = START.plus_milliseconds(-10 * DAY);

/// When it was offered seats, if it was.
pub(crate) const OFFERED_AT: Timestamp = START.plus_milliseconds(-5 * DAY);

/// The deadline of that offer.
pub(crate) const DEADLINE: Timestamp = START.plus_milliseconds(-4 * DAY);

/// A confirmed entry that waits for one seat.
pub(crate) fn entry() -> Entry {
    Entry {
        id: EntryId::from_bits([1; 16]),
        place: PlaceId { customer_id: CustomerId::parse("ada").expect("valid"), line: line(), attendee_id: None },
        lane: Lane::Common,
        number: 7,
        numbered_at: JOINED_AT,
        tier: None,
        applicant: Applicant::new(
            PersonName::parse("Ada").expect("valid"),
            EmailAddress::parse("ada@example.org").expect("valid"),
            Quantity::ONE,
        ),
        status: Status::Waiting,
        joined_at: JOINED_AT,
        confirm_by: None,
        confirmation_reminded_at: None,
        token_hash: SecretHash::of("token"),
        token_only_looks: false,
        address_versions: AddressVersions::default(),
        unreachable_by_mail: None,
        is_unsubscribed: false,
        offer: None,
        registration_id: None,
    }
}

/// The offer of one seat until [`DEADLINE`], for an event without purchase window and reminder.
pub(crate) fn offer() -> Offer {
    Offer {
        offered_at: OFFERED_AT,
        expires_at: DEADLINE,
        quantity: Quantity::ONE,
        purchase_window: None,
        remind_at: None,
        reminded_at: None,
    }
}

/// The entry in this status, after it was offered seats.
pub(crate) fn once_offered(status: Status) -> Entry {
    Entry { status, offer: Some(offer()), ..entry() }
}

/// The entry with a phone number.
pub(crate) fn with_phone(entry: Entry, is_unproven: bool) -> Entry {
    let phone = Some(PhoneNumber::parse("+14155550123").expect("valid"));
    Entry { applicant: Applicant { phone, is_phone_unproven: is_unproven, ..entry.applicant.clone() }, ..entry }
}
