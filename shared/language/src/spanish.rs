//! Times, dates and numbers in Spanish.

use jiff::Zoned;
use waitlist_domain::values::time_zone;

use crate::calendar::{month, time_of_day, weekday};
use crate::grouping::grouped;
use crate::length_of_time::{Unit, in_words};

/// The smallest number whose digits are grouped. Four digits are read at a glance.
const GROUPED_FROM: u64 = 10_000;

const WEEKDAYS: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];

const MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

const SHORT_MONTHS: [&str; 12] = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"];

/// `lunes, 5 de julio de 2027, 09:00 (America/New_York, UTC-04:00)`.
///
/// When summer time ends, a clock shows one hour twice, and the offset tells them apart.
pub(crate) fn instant(instant: &Zoned, to_the_second: bool) -> String {
    let time = time_of_day(instant, to_the_second);
    format!("{}, {time} ({})", date(instant), time_zone::name_and_offset(instant))
}

/// `lunes, 5 de julio de 2027`.
pub(crate) fn date(day: &Zoned) -> String {
    format!("{}, {} de {} de {}", weekday(day, &WEEKDAYS), day.day(), month(day, &MONTHS), day.year())
}

/// `5 jul 2027`.
pub(crate) fn short_date(day: &Zoned) -> String {
    format!("{} {} {}", day.day(), month(day, &SHORT_MONTHS), day.year())
}

/// `24 horas`, `1 hora y 30 minutos`, `6 días y 23 horas`.
pub(crate) fn length_of_time(milliseconds: i64) -> String {
    in_words(milliseconds, " y ", |count, unit| match (unit, count) {
        (Unit::Day, 1) => "día",
        (Unit::Day, _) => "días",
        (Unit::Hour, 1) => "hora",
        (Unit::Hour, _) => "horas",
        (Unit::Minute, 1) => "minuto",
        (Unit::Minute, _) => "minutos",
        (Unit::Second, 1) => "segundo",
        (Unit::Second, _) => "segundos",
    })
}

/// `1234`, `12.345`.
pub(crate) fn number(number: u64) -> String {
    if number < GROUPED_FROM { number.to_string() } else { grouped(number, '.') }
}

/// `7.º`: the place, "el puesto", is masculine.
pub(crate) fn ordinal(place: u64) -> String {
    format!("{}.º", number(place))
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
            (
                "2027-07-05T13:00:00Z",
                "America/New_York",
                "lunes, 5 de julio de 2027, 09:00 (America/New_York, UTC-04:00)",
            ),
            ("2027-07-06T07:00:00Z", "Europe/Madrid", "martes, 6 de julio de 2027, 09:00 (Europe/Madrid, UTC+02:00)"),
            ("2027-12-31T23:30:00Z", "Europe/Madrid", "sábado, 1 de enero de 2028, 00:30 (Europe/Madrid, UTC+01:00)"),
            ("2027-09-15T13:00:00Z", "UTC", "miércoles, 15 de septiembre de 2027, 13:00 (UTC)"),
        ] {
            assert_eq!(instant(&local(instant_in_utc, zone), false), words);
        }
    }

    #[test]
    fn the_offset_is_that_of_the_deadline_when_the_clocks_change() {
        for (instant_in_utc, words) in [
            ("2027-10-31T00:30:00Z", "domingo, 31 de octubre de 2027, 02:30 (Europe/Madrid, UTC+02:00)"),
            ("2027-10-31T01:30:00Z", "domingo, 31 de octubre de 2027, 02:30 (Europe/Madrid, UTC+01:00)"),
        ] {
            assert_eq!(instant(&local(instant_in_utc, "Europe/Madrid"), false), words);
        }
    }

    #[test]
    fn a_near_deadline_is_told_to_the_second() {
        let deadline = local("2027-07-05T13:00:07.900Z", "America/New_York");
        assert_eq!(instant(&deadline, true), "lunes, 5 de julio de 2027, 09:00:07 (America/New_York, UTC-04:00)");
    }

    #[test]
    fn a_date_has_no_time() {
        let day = local("2027-07-05T13:00:00Z", "Europe/Madrid");
        assert_eq!(date(&day), "lunes, 5 de julio de 2027");
        assert_eq!(short_date(&day), "5 jul 2027");
    }

    #[test]
    fn every_month_and_every_day_of_the_week_has_its_name() {
        let mut names = BTreeSet::new();
        for (month, day) in (1..=12).flat_map(|month| (1..=7).map(move |day| (month, day))) {
            let words = date(&local(&format!("2027-{month:02}-{day:02}T12:00:00Z"), "UTC"));
            let mut parts = words.split(" de ").flat_map(|part| part.split(", "));
            names.extend([parts.next().map(str::to_owned), parts.nth(1).map(str::to_owned)]);
        }
        assert_eq!(names.len(), 12 + 7, "{names:?}");
    }

    #[test]
    fn a_length_of_time_is_told_in_the_singular_and_the_plural() {
        for (seconds, words) in [
            (1, "1 segundo"),
            (90, "1 minuto y 30 segundos"),
            (3_600, "1 hora"),
            (2 * 3_600, "2 horas"),
            (24 * 3_600, "24 horas"),
            (2 * 86_400, "2 días"),
            (7 * 86_400 - 3_600, "6 días y 23 horas"),
            (6 * 86_400 + 3_600, "6 días y 1 hora"),
        ] {
            assert_eq!(length_of_time(seconds * 1_000), words, "{seconds} s");
        }
    }

    #[test]
    fn digits_are_grouped_from_five_on() {
        assert_eq!([7, 1_234, 9_999, 10_000, 1_234_567].map(number), ["7", "1234", "9999", "10.000", "1.234.567"]);
    }

    #[test]
    fn a_place_is_masculine() {
        assert_eq!([1, 2, 7, 1_234].map(ordinal), ["1.º", "2.º", "7.º", "1234.º"]);
    }
}
