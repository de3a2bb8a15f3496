//! The attributes of the marker of a notification.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::{AttendeeId, CustomerId, PlaceId};
use waitlist_domain::values::mandate::Actor;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, malformed, text};
use crate::items::key::line_id;

/// How long a marker is kept: longer than the longest offer window. After the end of its window an
/// entry is told nothing.
pub(crate) const KEPT_SECONDS: i64 = 400 * 24 * 60 * 60;

/// The states of a marker.
pub(crate) const SENDING: &str = "sending";
pub(crate) const SENT: &str = "sent";
pub(crate) const FAILED: &str = "failed";

/// The attributes with the time at which a marker was done.
pub(crate) const SENT_AT: &str = "sent_at";
pub(crate) const FAILED_AT: &str = "failed_at";

/// The attribute with the line of the entry, for the journal.
pub(crate) const OF_LINE: &str = "of_line";

/// The attributes with the customer and the attendee of the entry, for reports on the message.
const OF_CUSTOMER: &str = "of_customer";
const OF_ATTENDEE: &str = "of_attendee";

/// Sets the place of the entry that a message is about.
pub(crate) fn of_place(marker: Expression, place: &PlaceId) -> Expression {
    marker
        .set(OF_LINE, place.line.to_string())
        .set(OF_CUSTOMER, place.customer_id.as_str())
        .set_if_some(OF_ATTENDEE, place.attendee_id.as_ref().map(AttendeeId::as_str))
}

/// The place of the entry that a message is about.
pub(crate) fn place_of(marker: &Item) -> Result<PlaceId, Error> {
    let line = line_id(text(marker, OF_LINE)?).ok_or_else(|| malformed(OF_LINE))?;
    let customer_id = CustomerId::parse(text(marker, OF_CUSTOMER)?).map_err(|_| malformed(OF_CUSTOMER))?;
    let attendee_id = marker.contains_key(OF_ATTENDEE).then(|| text(marker, OF_ATTENDEE)).transpose()?;
    let attendee_id = attendee_id.map(AttendeeId::parse).transpose().map_err(|_| malformed(OF_ATTENDEE))?;
    Ok(PlaceId { customer_id, line, attendee_id })
}

/// The actor of messages in the journal.
pub(crate) const WAS_SENT_BY: Actor = Actor::Waitlist;

/// The code of a message that was held back because its address had enough of its kind.
pub const TOO_MANY: &str = "TooManyMessages";

/// The code of a message that was not sent because no text messages go to the country of its number.
pub const NOT_SERVED: &str = "CountryNotServed";

/// The code of a message that was not sent because mail does not reach its address.
pub const UNREACHABLE: &str = "UnreachableAddress";
