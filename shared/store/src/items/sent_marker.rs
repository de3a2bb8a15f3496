//! The attributes of the marker that stands beside each notification.

use waitlist_domain::values::mandate::Actor;

/// States of a marker, as stored.
pub(crate) const SENDING: &str = "sending";
pub(crate) const SENT: &str = "sent";
pub(crate) const FAILED: &str = "failed";

/// When a marker came to its last state, on it.
pub(crate) const SENT_AT: &str = "sent_at";
pub(crate) const FAILED_AT: &str = "failed_at";

/// The line of the entry that a marker is about, on it: for the journal.
pub(crate) const OF_LINE: &str = "of_line";

/// Who sends messages.
pub(crate) const WAS_SENT_BY: Actor = Actor::Waitlist;

/// The code of a message that was held back, since its address had had enough of its kind.
pub const TOO_MANY: &str = "TooManyMessages";
