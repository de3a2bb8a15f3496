//! Times, dates and numbers in English.

use jiff::Zoned;
use waitlist_domain::values::time_zone;

use crate::calendar::time_of_day;
use crate::grouping::grouped;
use crate::length_of_time::{Unit, in_words};

/// `Monday 5 July 2027 at 09:00 (America/New_York, UTC-04:00)`.
///
/// When summer time ends, a clock shows one hour twice, and the offset tells them apart.
pub(crate) fn instant(instant: &Zoned, to_the_second: bool) -> String {
    let time = time_of_day(instant, to_the_second);
    format!("{} at {time} ({})", date(instant), time_zone::name_and_offset(instant))
}

/// `Monday 5 July 2027`.
pub(crate) fn date(day: &Zoned) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// `5 Jul 2027`.
pub(crate) fn short_date(day: &Zoned) -> String {
    day.strftime("%-d %b %Y").to_string()
}

/// `24 hours`, `1 hour 30 minutes`, `6 days 23 hours`.
pub(crate) fn length_of_time(milliseconds: i64) -> String {
    in_words(milliseconds, " ", |count, unit| match (unit, count) {
        (Unit::Day, 1) => "day",
        (Unit::Day, _) => "days",
        (Unit::Hour, 1) => "hour",
        (Unit::Hour, _) => "hours",
        (Unit::Minute, 1) => "minute",
        (Unit::Minute, _) => "minutes",
        (Unit::Second, 1) => "second",
        (Unit::Second, _) => "seconds",
    })
}

/// `1,234`.
pub(crate) fn number(number: u64) -> String {
    grouped(number, ',')
}

/// `1st`, `2nd`, `3rd`, `7th`, `11th`, `1,234th`.
pub(crate) fn ordinal(place: u64) -> String {
    let ending = match (place % 100, place % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{}{ending}", number(place))
}

#[cfg(test)]
mod tests {
    use waitlist_domain::values::time::Timestamp;

    use super::*;

    const SECOND: i64 = 1_000;
    const MINUTE: i64 = 60 * SECOND;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;

    fn local(text: &str, zone: &str) -> Zoned {
        time_zone::local(Timestamp::parse(text).expect("valid"), zone)
    }

    #[test]
    fn a_deadline_is_told_in_the_zone_of_the_event() {
        for (instant_in_utc, zone, words) in [
            ("2027-07-05T13:00:00Z", "America/New_York", "Monday 5 July 2027 at 09:00 (America/New_York, UTC-04:00)"),
            ("2027-12-31T23:30:00Z", "Europe/Berlin", "Saturday 1 January 2028 at 00:30 (Europe/Berlin, UTC+01:00)"),
            ("2027-07-05T13:00:00Z", "Asia/Kathmandu", "Monday 5 July 2027 at 18:45 (Asia/Kathmandu, UTC+05:45)"),
            ("2027-07-05T13:00:00Z", "UTC", "Monday 5 July 2027 at 13:00 (UTC)"),
        ] {
            assert_eq!(instant(&local(instant_in_utc, zone), false), words);
        }
    }

    #[test]
    fn the_offset_is_that_of_the_deadline_when_the_clocks_change() {
        for (instant_in_utc, zone, words) in [
            // New York springs forward on 14 March 2027 at 02:00. It falls back on 7 November at
            // 02:00.
            ("2027-03-14T06:59:00Z", "America/New_York", "Sunday 14 March 2027 at 01:59 (America/New_York, UTC-05:00)"),
            ("2027-03-14T07:00:00Z", "America/New_York", "Sunday 14 March 2027 at 03:00 (America/New_York, UTC-04:00)"),
            (
                "2027-11-07T05:30:00Z",
                "America/New_York",
                "Sunday 7 November 2027 at 01:30 (America/New_York, UTC-04:00)",
            ),
            (
                "2027-11-07T06:30:00Z",
                "America/New_York",
                "Sunday 7 November 2027 at 01:30 (America/New_York, UTC-05:00)",
            ),
            // Lord Howe Island changes by half an hour.
            (
                "2027-04-03T14:59:00Z",
                "Australia/Lord_Howe",
                "Sunday 4 April 2027 at 01:59 (Australia/Lord_Howe, UTC+11:00)",
            ),
            (
                "2027-04-03T15:00:00Z",
                "Australia/Lord_Howe",
                "Sunday 4 April 2027 at 01:30 (Australia/Lord_Howe, UTC+10:30)",
            ),
        ] {
            assert_eq!(instant(&local(instant_in_utc, zone), false), words);
        }
    }

    #[test]
    fn a_near_deadline_is_told_to_the_second() {
        let deadline = local("2027-07-05T13:00:07.900Z", "America/New_York");
        assert_eq!(instant(&deadline, true), "Monday 5 July 2027 at 09:00:07 (America/New_York, UTC-04:00)");
    }

    #[test]
    fn a_length_of_time_is_told_in_the_two_units_that_matter() {
        for (milliseconds, words) in [
            (1, "1 second"),
            (1_499, "1 second"),
            (59_600, "1 minute"),
            (90 * SECOND, "1 minute 30 seconds"),
            (HOUR - 400, "1 hour"),
            (2 * HOUR, "2 hours"),
            (HOUR + 30 * MINUTE, "1 hour 30 minutes"),
            (DAY - 2 * SECOND, "24 hours"),
            (DAY + HOUR, "25 hours"),
            (2 * DAY - SECOND, "2 days"),
            (7 * DAY - HOUR, "6 days 23 hours"),
            (365 * DAY - SECOND, "365 days"),
        ] {
            assert_eq!(length_of_time(milliseconds), words, "{milliseconds} ms");
        }
    }

    #[test]
    fn a_date_has_no_time() {
        let day = local("2027-07-05T13:00:00Z", "America/New_York");
        assert_eq!(date(&day), "Monday 5 July 2027");
        assert_eq!(short_date(&day), "5 Jul 2027");
    }

    #[test]
    fn a_place_has_the_ending_that_is_spoken() {
        for (place, written) in [
            (1, "1st"),
            (2, "2nd"),
            (3, "3rd"),
            (4, "4th"),
            (10, "10th"),
            (11, "11th"),
            (12, "12th"),
            (13, "13th"),
            (21, "21st"),
            (22, "22nd"),
            (23, "23rd"),
            (101, "101st"),
            (111, "111th"),
            (1_011, "1,011th"),
            (1_234, "1,234th"),
        ] {
            assert_eq!(ordinal(place), written);
        }
    }
}
