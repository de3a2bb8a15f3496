//! Times, dates and numbers in German.

use jiff::Zoned;
use waitlist_domain::values::time_zone;

use crate::calendar::{month, time_of_day, weekday};
use crate::grouping::grouped;
use crate::length_of_time::{Unit, in_words};

const WEEKDAYS: [&str; 7] = ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"];

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];

/// `Montag, 5. Juli 2027, 09:00 Uhr (America/New_York, UTC-04:00)`.
///
/// When summer time ends, a clock shows one hour twice, and the offset tells them apart.
pub(crate) fn instant(instant: &Zoned, to_the_second: bool) -> String {
    let time = time_of_day(instant, to_the_second);
    format!("{}, {time} Uhr ({})", date(instant), time_zone::name_and_offset(instant))
}

/// `Montag, 5. Juli 2027`.
pub(crate) fn date(day: &Zoned) -> String {
    format!("{}, {}. {} {}", weekday(day, &WEEKDAYS), day.day(), month(day, &MONTHS), day.year())
}

/// `5.7.2027`.
pub(crate) fn short_date(day: &Zoned) -> String {
    format!("{}.{}.{}", day.day(), day.month(), day.year())
}

/// `24 Stunden`, `1 Stunde 30 Minuten`, `6 Tagen 23 Stunden`. The words are in the dative, as after
/// "in" and "innerhalb von".
pub(crate) fn length_of_time(milliseconds: i64) -> String {
    in_words(milliseconds, " ", |count, unit| match (unit, count) {
        (Unit::Day, 1) => "Tag",
        (Unit::Day, _) => "Tagen",
        (Unit::Hour, 1) => "Stunde",
        (Unit::Hour, _) => "Stunden",
        (Unit::Minute, 1) => "Minute",
        (Unit::Minute, _) => "Minuten",
        (Unit::Second, 1) => "Sekunde",
        (Unit::Second, _) => "Sekunden",
    })
}

/// `1.234`.
pub(crate) fn number(number: u64) -> String {
    grouped(number, '.')
}

/// `7.`
pub(crate) fn ordinal(place: u64) -> String {
    format!("{}.", number(place))
}

#[cfg(test)]
mod tests {
    use waitlist_domain::values::time::Timestamp;

    use super::*;

    fn local(text: &str, zone: &str) -> Zoned {
        time_zone::local(Timestamp::parse(text).expect("valid"), zone)
    }

    #[test]
    fn a_deadline_is_told_in_the_zone_of_the_event() {
        for (instant_in_utc, zone, words) in [
            (
                "2027-07-05T13:00:00Z",
                "America/New_York",
                "Montag, 5. Juli 2027, 09:00 Uhr (America/New_York, UTC-04:00)",
            ),
            ("2027-12-31T23:30:00Z", "Europe/Vienna", "Samstag, 1. Januar 2028, 00:30 Uhr (Europe/Vienna, UTC+01:00)"),
            ("2027-03-14T13:00:00Z", "UTC", "Sonntag, 14. März 2027, 13:00 Uhr (UTC)"),
        ] {
            assert_eq!(instant(&local(instant_in_utc, zone), false), words);
        }
    }

    #[test]
    fn the_offset_is_that_of_the_deadline_when_the_clocks_change() {
        for (instant_in_utc, words) in [
            ("2027-10-31T00:30:00Z", "Sonntag, 31. Oktober 2027, 02:30 Uhr (Europe/Berlin, UTC+02:00)"),
            ("2027-10-31T01:30:00Z", "Sonntag, 31. Oktober 2027, 02:30 Uhr (Europe/Berlin, UTC+01:00)"),
        ] {
            assert_eq!(instant(&local(instant_in_utc, "Europe/Berlin"), false), words);
        }
    }

    #[test]
    fn a_near_deadline_is_told_to_the_second() {
        let deadline = local("2027-07-05T13:00:07.900Z", "America/New_York");
        assert_eq!(instant(&deadline, true), "Montag, 5. Juli 2027, 09:00:07 Uhr (America/New_York, UTC-04:00)");
    }

    #[test]
    fn every_month_and_every_day_of_the_week_has_its_name() {
        let mut names = std::collections::BTreeSet::new();
        for (month, day) in (1..=12).flat_map(|month| (1..=7).map(move |day| (month, day))) {
            let words = instant(&local(&format!("2027-{month:02}-{day:02}T12:00:00Z"), "UTC"), false);
            let mut parts = words.split([' ', ',']).filter(|part| !part.is_empty());
            names.extend([parts.next().map(str::to_owned), parts.nth(1).map(str::to_owned)]);
        }
        assert_eq!(names.len(), 12 + 7, "{names:?}");
    }

    #[test]
    fn a_length_of_time_is_told_in_the_dative() {
        for (seconds, words) in [
            (1, "1 Sekunde"),
            (90, "1 Minute 30 Sekunden"),
            (3_600, "1 Stunde"),
            (2 * 3_600, "2 Stunden"),
            (24 * 3_600, "24 Stunden"),
            (2 * 86_400, "2 Tagen"),
            (7 * 86_400 - 3_600, "6 Tagen 23 Stunden"),
            (6 * 86_400 + 3_600, "6 Tagen 1 Stunde"),
        ] {
            assert_eq!(length_of_time(seconds * 1_000), words, "{seconds} s");
        }
    }

    #[test]
    fn a_date_has_no_time() {
        let day = local("2027-07-05T13:00:00Z", "America/New_York");
        assert_eq!(date(&day), "Montag, 5. Juli 2027");
        assert_eq!(short_date(&day), "5.7.2027");
    }

    #[test]
    fn a_place_has_a_full_stop() {
        assert_eq!([1, 7, 1_234].map(ordinal), ["1.", "7.", "1.234."]);
    }
}
