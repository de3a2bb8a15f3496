//! The time zone in which an event's people are told times.

use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::values::time::Timestamp;

/// An instant as the clocks in a zone show it. A zone that this build does not know (events are checked when they are
/// made, but zones get renamed) becomes UTC and is called so: a deadline told in another zone is still right, and a
/// message that is not sent at all is not.
pub fn local(instant: Timestamp, zone: &str) -> Zoned {
    let instant = jiff::Timestamp::from_millisecond(instant.milliseconds()).unwrap_or(jiff::Timestamp::MAX);
    instant.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

/// An instant to the second, as the clocks in a zone show it: `2027-07-05 09:00:00 UTC-04:00`.
pub fn to_the_second(instant: Timestamp, zone: &str) -> String {
    let local = local(instant, zone);
    let (date, time) = (local.date(), local.time());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{date} {hour:02}:{minute:02}:{second:02} {}", offset(&local))
}

/// `UTC-04:00`, or plain `UTC`.
pub fn offset(instant: &Zoned) -> String {
    if is_utc(instant) { "UTC".to_owned() } else { format!("UTC{}", instant.strftime("%:z")) }
}

/// `America/New_York, UTC-04:00`, or plain `UTC`.
pub fn name_and_offset(instant: &Zoned) -> String {
    match instant.time_zone().iana_name() {
        Some(name) if !is_utc(instant) => format!("{name}, {}", offset(instant)),
        _ => offset(instant),
    }
}

fn is_utc(instant: &Zoned) -> bool {
    *instant.time_zone() == TimeZone::UTC
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_zone_is_told_as_utc() {
        let instant = Timestamp::parse("2027-07-05T09:00:00-04:00").expect("valid");
        assert_eq!(name_and_offset(&local(instant, "Atlantis/Capital")), "UTC");
    }

    #[test]
    fn an_instant_is_told_to_the_second_by_the_clocks_of_the_zone() {
        let instant = Timestamp::parse("2027-01-05T23:09:05.999Z").expect("valid");
        assert_eq!(to_the_second(instant, "Europe/Berlin"), "2027-01-06 00:09:05 UTC+01:00");
        assert_eq!(to_the_second(instant, "UTC"), "2027-01-05 23:09:05 UTC");
    }
}
