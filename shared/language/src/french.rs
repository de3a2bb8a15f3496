//! Times, dates and numbers in French.

use jiff::Zoned;
use waitlist_domain::values::time_zone;

use crate::calendar::{month, time_of_day, weekday};
use crate::grouping::grouped;
use crate::length_of_time::{Unit, in_words};

const WEEKDAYS: [&str; 7] = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// The months in few characters. A text message with `û` would count each character more than
/// twice, so August is written as the spelling of 1990 allows.
const SHORT_MONTHS: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "aout", "sept.", "oct.", "nov.", "déc."];

/// A space at which no line breaks.
const NO_BREAK_SPACE: char = '\u{a0}';

/// `lundi 5 juillet 2027 à 09:00 (America/New_York, UTC-04:00)`.
///
/// When summer time ends, a clock shows one hour twice, and the offset tells them apart.
pub(crate) fn instant(instant: &Zoned, to_the_second: bool) -> String {
    let time = time_of_day(instant, to_the_second);
    format!("{} à {time} ({})", date(instant), time_zone::name_and_offset(instant))
}

/// `lundi 5 juillet 2027`.
pub(crate) fn date(day: &Zoned) -> String {
    format!("{} {} {} {}", weekday(day, &WEEKDAYS), day_of_month(day), month(day, &MONTHS), day.year())
}

/// `5 juil. 2027`.
pub(crate) fn short_date(day: &Zoned) -> String {
    format!("{} {} {}", day_of_month(day), month(day, &SHORT_MONTHS), day.year())
}

/// `24 heures`, `1 heure 30 minutes`, `6 jours 23 heures`.
pub(crate) fn length_of_time(milliseconds: i64) -> String {
    in_words(milliseconds, " ", |count, unit| match (unit, count) {
        (Unit::Day, 1) => "jour",
        (Unit::Day, _) => "jours",
        (Unit::Hour, 1) => "heure",
        (Unit::Hour, _) => "heures",
        (Unit::Minute, 1) => "minute",
        (Unit::Minute, _) => "minutes",
        (Unit::Second, 1) => "seconde",
        (Unit::Second, _) => "secondes",
    })
}

/// `1 234`, with a space at which no line breaks.
pub(crate) fn number(number: u64) -> String {
    grouped(number, NO_BREAK_SPACE)
}

/// `1re`, `7e`: the place, "la place", is feminine.
pub(crate) fn ordinal(place: u64) -> String {
    format!("{}{}", number(place), if place == 1 { "re" } else { "e" })
}

/// Only the first day of a month has an ordinal number.
fn day_of_month(day: &Zoned) -> String {
    if day.day() == 1 { "1er".to_owned() } else { day.day().to_string() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use waitlist_domain::values::time::Timestamp;

    use super::*;

    fn local(text: &str, zone: &str) -> Zoned {
        time_zone::local(Timestamp::parse(text).expect("valid"), zone)
    }

    #[test]
    fn a_deadline_is_told_in_the_zone_of_the_event() {
        for (instant_in_utc, zone, words) in [
            ("2027-07-05T13:00:00Z", "America/New_York", "lundi 5 juillet 2027 à 09:00 (America/New_York, UTC-04:00)"),
            ("2027-07-06T07:00:00Z", "Europe/Paris", "mardi 6 juillet 2027 à 09:00 (Europe/Paris, UTC+02:00)"),
            ("2027-12-31T23:30:00Z", "Europe/Paris", "samedi 1er janvier 2028 à 00:30 (Europe/Paris, UTC+01:00)"),
            ("2027-08-15T13:00:00Z", "UTC", "dimanche 15 août 2027 à 13:00 (UTC)"),
        ] {
            assert_eq!(instant(&local(instant_in_utc, zone), false), words);
        }
    }

    #[test]
    fn the_offset_is_that_of_the_deadline_when_the_clocks_change() {
        for (instant_in_utc, words) in [
            ("2027-10-31T00:30:00Z", "dimanche 31 octobre 2027 à 02:30 (Europe/Paris, UTC+02:00)"),
            ("2027-10-31T01:30:00Z", "dimanche 31 octobre 2027 à 02:30 (Europe/Paris, UTC+01:00)"),
        ] {
            assert_eq!(instant(&local(instant_in_utc, "Europe/Paris"), false), words);
        }
    }

    #[test]
    fn a_near_deadline_is_told_to_the_second() {
        let deadline = local("2027-07-05T13:00:07.900Z", "America/New_York");
        assert_eq!(instant(&deadline, true), "lundi 5 juillet 2027 à 09:00:07 (America/New_York, UTC-04:00)");
    }

    #[test]
    fn a_date_has_no_time_and_the_first_of_a_month_is_the_first() {
        let [first, fifth] = ["2027-07-01T13:00:00Z", "2027-07-05T13:00:00Z"].map(|day| local(day, "Europe/Paris"));
        assert_eq!(date(&first), "jeudi 1er juillet 2027");
        assert_eq!(short_date(&first), "1er juil. 2027");
        assert_eq!(date(&fifth), "lundi 5 juillet 2027");
        assert_eq!(short_date(&fifth), "5 juil. 2027");
    }

    #[test]
    fn every_month_and_every_day_of_the_week_has_its_name() {
        let mut names = BTreeSet::new();
        for (month, day) in (1..=12).flat_map(|month| (1..=7).map(move |day| (month, day))) {
            let words = date(&local(&format!("2027-{month:02}-{day:02}T12:00:00Z"), "UTC"));
            let mut parts = words.split(' ');
            names.extend([parts.next().map(str::to_owned), parts.nth(1).map(str::to_owned)]);
        }
        assert_eq!(names.len(), 12 + 7, "{names:?}");
    }

    #[test]
    fn a_length_of_time_is_told_in_the_singular_and_the_plural() {
        for (seconds, words) in [
            (1, "1 seconde"),
            (90, "1 minute 30 secondes"),
            (3_600, "1 heure"),
            (2 * 3_600, "2 heures"),
            (24 * 3_600, "24 heures"),
            (2 * 86_400, "2 jours"),
            (7 * 86_400 - 3_600, "6 jours 23 heures"),
            (6 * 86_400 + 3_600, "6 jours 1 heure"),
        ] {
            assert_eq!(length_of_time(seconds * 1_000), words, "{seconds} s");
        }
    }

    #[test]
    fn a_place_is_feminine() {
        assert_eq!([1, 2, 7, 21, 1_234].map(ordinal), ["1re", "2e", "7e", "21e", "1\u{a0}234e"]);
    }
}
