//! Instants.

use serde::Serialize;
use waitlist_domain::values::time::Timestamp;

/// Writes an instant as responses show it: RFC 3339 in UTC.
pub(crate) fn utc<S: serde::Serializer>(instant: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&instant.to_rfc3339())
}

pub(crate) fn utc_if_any<S: serde::Serializer>(instant: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    instant.map(Timestamp::to_rfc3339).serialize(serializer)
}
