//! The attributes of the marker of a notification.

use waitlist_domain::values::mandate::Actor;

/// The states of a marker.
pub(crate) const SENDING: &str = "sending";
pub(crate) const SENT: &str = "sent";
pub(crate) const FAILED: &str = "failed";

/// The attributes with the time at which a marker was done.
pub(crate) const SENT_AT: &str = "sent_at";
pub(crate) const FAILED_AT: &str = "failed_at";

/// The attribute with the line of the entry, for the journal.
pub(crate) const OF_LINE: &str = "of_line";

/// The actor of messages in the journal.
pub(crate) const WAS_SENT_BY: Actor = Actor::Waitlist;

/// The code of a message that was held back because its address had enough of its kind.
pub const TOO_MANY: &str = "TooManyMessages";
