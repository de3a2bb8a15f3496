//! The time zone in which an event's people are told deadlines.

use chrono::DateTime;
use chrono_tz::Tz;
use waitlist_domain::time::Timestamp;

/// An instant as the clocks in a zone show it. A zone that this build does not know (events are checked when they are
/// made, but zones get renamed) becomes UTC and is called so: a deadline told in another zone is still right, and a
/// message that is not sent at all is not.
pub(crate) fn local(instant: Timestamp, zone: &str) -> DateTime<Tz> {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    instant.to_date_time().with_timezone(&zone)
}

/// `UTC-04:00`, or plain `UTC`.
pub(crate) fn offset(instant: &DateTime<Tz>) -> String {
    if instant.timezone() == Tz::UTC { "UTC".to_owned() } else { format!("UTC{}", instant.format("%:z")) }
}

/// `America/New_York, UTC-04:00`, or plain `UTC`.
pub(crate) fn name_and_offset(instant: &DateTime<Tz>) -> String {
    let zone = instant.timezone();
    if zone == Tz::UTC { offset(instant) } else { format!("{}, {}", zone.name(), offset(instant)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_zone_is_told_as_utc() {
        let instant = Timestamp::parse("2027-07-05T09:00:00-04:00").expect("valid");
        assert_eq!(name_and_offset(&local(instant, "Atlantis/Capital")), "UTC");
    }
}
