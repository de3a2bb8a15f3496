//! Time zones of events.

use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::values::shape::{Described, Shape};
use crate::values::text::text;
use crate::values::time::Timestamp;

text! {
    /// The IANA name of a time zone.
    pub struct ZoneName;
}

impl ZoneName {
    /// The name for the zone of a place that was not told its own.
    const NO_ZONE: &str = "Factory";

    /// Accepts the names of zones that this build knows.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        // A lookup would ignore case, and would link the rules of all zones into the program.
        let is_zone = jiff::tz::db().available().any(|name| name.as_str() == text) && text != Self::NO_ZONE;
        if is_zone { Ok(Self(text.to_owned())) } else { Err("must be an IANA time zone such as America/New_York") }
    }
}

impl Described for ZoneName {
    const SHAPE: Shape = Shape::Text { min: 1, max: None, pattern: None, format: None };
}

/// An instant by the clocks of a zone.
///
/// An unknown zone becomes UTC and is called so. Zones get renamed, and a deadline in another zone
/// is still right.
pub fn local(instant: Timestamp, zone: &str) -> Zoned {
    let instant = jiff::Timestamp::from_millisecond(instant.milliseconds()).unwrap_or(jiff::Timestamp::MAX);
    instant.to_zoned(TimeZone::get(zone).unwrap_or(TimeZone::UTC))
}

/// An instant by the clocks of a zone, to the second: `2027-07-05 09:00:00 UTC-04:00`.
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
    fn a_time_zone_is_one_of_the_iana_database_by_its_own_name() {
        for name in ["America/New_York", "Asia/Kathmandu", "US/Eastern", "Asia/Calcutta", "Etc/GMT+5", "UTC", "EST5EDT"]
        {
            assert_eq!(ZoneName::parse(name).map(String::from).as_deref(), Ok(name));
        }
        for name in ["america/new_york", "utc", "Mars/Olympus", "EST5", "+02:00", "Factory", "Etc/Unknown", "UTC ", ""]
        {
            let refusal = ZoneName::parse(name).expect_err(name);
            assert_eq!(refusal, "must be an IANA time zone such as America/New_York");
        }
    }

    #[test]
    fn an_unknown_zone_is_told_as_utc() {
        let instant = Timestamp::parse("2027-07-05T09:00:00-04:00").expect("valid");
        assert_eq!(name_and_offset(&local(instant, "Atlantis/Capital")), "UTC");
    }

    #[test]
    fn a_zone_is_named_with_its_offset() {
        let instant = Timestamp::parse("2027-07-05T09:00:00-04:00").expect("valid");
        assert_eq!(name_and_offset(&local(instant, "America/New_York")), "America/New_York, UTC-04:00");
        assert_eq!(name_and_offset(&local(instant, "UTC")), "UTC");
    }

    #[test]
    fn an_instant_is_told_to_the_second_by_the_clocks_of_the_zone() {
        let instant = Timestamp::parse("2027-01-05T23:09:05.999Z").expect("valid");
        assert_eq!(to_the_second(instant, "Europe/Berlin"), "2027-01-06 00:09:05 UTC+01:00");
        assert_eq!(to_the_second(instant, "UTC"), "2027-01-05 23:09:05 UTC");
    }
}
