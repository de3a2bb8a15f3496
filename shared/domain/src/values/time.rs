//! Instants and windows of time.

use std::ops::RangeInclusive;

use chrono::{DateTime, TimeDelta, Utc};
use jiff::{Span, SpanRelativeTo};
use serde::{Deserialize, Serialize};

use crate::values::shape::{Described, Shape};

/// An instant in UTC, in milliseconds. The table stores it, and deadlines are tested with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970-01-01T00:00:00Z.
    pub const fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn milliseconds(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The instant so many milliseconds later, or earlier if they are negative.
    pub const fn plus_milliseconds(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// The milliseconds from this instant to `other`, negative if that is earlier.
    pub const fn milliseconds_until(self, other: Self) -> i64 {
        other.0.saturating_sub(self.0)
    }

    /// For printing and for calendars.
    pub fn to_date_time(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The time in RFC 3339 in UTC, with milliseconds if there are any.
    pub fn to_rfc3339(self) -> String {
        self.to_date_time().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
    }

    /// Reads RFC 3339 with an offset. Without one a time names no instant.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be an RFC 3339 time with an offset, such as 2027-07-05T09:00:00-04:00";
        let instant = DateTime::parse_from_rfc3339(text).map_err(|_| RULE)?;
        Ok(Self(instant.timestamp_millis()))
    }
}

impl Described for Timestamp {
    const SHAPE: Shape = Shape::format("2027-07-05T13:00:00Z".len(), None, "date-time");
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(instant: DateTime<Utc>) -> Self {
        Self(instant.timestamp_millis())
    }
}

/// A length of time from 1 second to 365 days: of an offer, a purchase window or the pause between
/// batches.
///
/// It is kept as it was written, because responses show it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window {
    written: String,
    milliseconds: i64,
}

impl Window {
    /// The shortest, in milliseconds.
    const SHORTEST: i64 = TimeDelta::seconds(1).num_milliseconds();

    /// The longest, in days.
    pub(crate) const MOST_DAYS: i64 = 365;

    /// The longest, in milliseconds.
    pub(crate) const LONGEST: i64 = TimeDelta::days(Self::MOST_DAYS).num_milliseconds();

    /// Reads `24 hours`, `2h`, `90 seconds` or ISO 8601 (`PT2H`). A day has 24 hours.
    pub fn parse(text: &str) -> Result<Self, String> {
        match read_duration(text, Self::SHORTEST..=Self::LONGEST)? {
            Some(milliseconds) => Ok(Self { written: text.to_owned(), milliseconds }),
            None => Err(format!(
                "must be a duration such as \"24 hours\", \"90 seconds\" or \"PT2H\", from 1 second to {} days",
                Self::MOST_DAYS
            )),
        }
    }

    /// The instant at which a window that opens at `start` closes.
    pub fn after(&self, start: Timestamp) -> Timestamp {
        start.plus_milliseconds(self.milliseconds)
    }

    pub fn milliseconds(&self) -> i64 {
        self.milliseconds
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

/// Most characters of the text of a duration.
pub(crate) const LONGEST_TEXT: usize = 64;

/// Reads the milliseconds of a duration such as `24 hours`, `2h` or `PT2H`. A day has 24 hours.
/// Nothing if it is not within `limits`. Fails if it uses months or years.
pub(crate) fn read_duration(text: &str, limits: RangeInclusive<i64>) -> Result<Option<i64>, String> {
    let span = text.trim().parse::<Span>().ok().filter(|_| text.len() <= LONGEST_TEXT);
    if span.is_some_and(|span| span.get_months() != 0 || span.get_years() != 0) {
        return Err("must not use months or years, whose length varies: write days instead".to_owned());
    }
    let duration = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
    let milliseconds = duration.and_then(|duration| i64::try_from(duration.as_millis()).ok());
    Ok(milliseconds.filter(|milliseconds| limits.contains(milliseconds)))
}

impl Described for Window {
    const SHAPE: Shape = Shape::Duration { shortest: Self::SHORTEST, longest: Self::LONGEST, max: LONGEST_TEXT };
}

impl TryFrom<String> for Window {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("24 hours", 86_400),
            ("2h", 7_200),
            ("90 seconds", 90),
            ("PT2H", 7_200),
            ("1 second", 1),
            ("365 days", 31_536_000),
            ("P1D", 86_400),
            ("1 week", 604_800),
            ("1h 30m", 5_400),
        ] {
            assert_eq!(Window::parse(text).map(|window| window.milliseconds()), Ok(seconds * 1000), "{text}");
        }
    }

    #[test]
    fn windows_outside_one_second_to_365_days_are_refused() {
        for text in [
            "-1 hour",
            "soon",
            "",
            "0 seconds",
            "999 ms",
            "366 days",
            "1 year",
            "2 months",
            "24",
            "PT",
            "-PT2H",
            "2 hours ago",
        ] {
            assert!(Window::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn a_window_is_shown_as_it_was_written_and_has_no_months_or_years() {
        let window: Window = serde_json::from_str("\"90 seconds\"").expect("valid");
        assert_eq!(
            (window.as_str(), serde_json::to_value(&window).expect("a text")),
            ("90 seconds", "90 seconds".into())
        );
        for text in ["1 year", "2 months"] {
            assert!(Window::parse(text).is_err_and(|refused| refused.contains("months or years")), "{text}");
        }
    }

    #[test]
    fn seconds_are_whole_and_rounded_down() {
        for (milliseconds, seconds) in [(0, 0), (999, 0), (1_000, 1), (2_999, 2), (-1, -1), (-1_000, -1), (-1_001, -2)]
        {
            assert_eq!(Timestamp::from_milliseconds(milliseconds).seconds(), seconds, "{milliseconds}");
        }
    }

    #[test]
    fn a_time_without_an_offset_names_no_instant() {
        assert!(Timestamp::parse("2027-07-05T09:00:00").is_err());
        assert!(Timestamp::parse("2027-07-05").is_err());
        assert_eq!(
            Timestamp::parse("2027-07-05T09:00:00-04:00").map(Timestamp::to_rfc3339),
            Ok("2027-07-05T13:00:00Z".to_owned())
        );
    }
}
