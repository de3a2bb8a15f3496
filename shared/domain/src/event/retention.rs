//! How long personal data outlive an event.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::values::shape::{Described, Shape};
use crate::values::time::{LONGEST_TEXT, Timestamp, read_duration};

/// How long the personal data of an event's entries are kept after its start: from 1 day to 10
/// years of 365 days.
///
/// It is kept as it was written, because responses show it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Retention {
    written: String,
    milliseconds: i64,
}

impl Retention {
    const SHORTEST: i64 = TimeDelta::days(1).num_milliseconds();
    const LONGEST: i64 = TimeDelta::days(3650).num_milliseconds();

    /// Reads `180 days`, `26 weeks` or ISO 8601 (`P180D`). A day has 24 hours.
    pub fn parse(text: &str) -> Result<Self, String> {
        match read_duration(text, Self::SHORTEST..=Self::LONGEST)? {
            Some(milliseconds) => Ok(Self { written: text.to_owned(), milliseconds }),
            None => Err("must be a duration such as \"180 days\" or \"P180D\", from 1 day to 3650 days".to_owned()),
        }
    }

    pub const fn milliseconds(&self) -> i64 {
        self.milliseconds
    }

    /// The end of a retention that begins at `start`.
    pub const fn after(&self, start: Timestamp) -> Timestamp {
        start.plus_milliseconds(self.milliseconds)
    }

    /// The retention of an event whose organiser names none.
    pub fn usual() -> Self {
        Self::parse("180 days").expect("the usual retention is one")
    }
}

impl Described for Retention {
    const SHAPE: Shape = Shape::Duration { shortest: Self::SHORTEST, longest: Self::LONGEST, max: LONGEST_TEXT };
}

impl TryFrom<String> for Retention {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Retention> for String {
    fn from(retention: Retention) -> Self {
        retention.written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_is_from_one_day_to_ten_years() {
        for text in ["1 day", "24 hours", "3650 days", "26 weeks", "P180D"] {
            assert!(Retention::parse(text).is_ok(), "{text}");
        }
        for text in ["23 hours", "3651 days", "1 year", "6 months", "", "long", "-3 days"] {
            assert!(Retention::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_retention_is_shown_as_it_was_written() {
        let retention: Retention = serde_json::from_str("\"26 weeks\"").expect("valid");
        assert_eq!(serde_json::to_value(&retention).expect("a text"), "26 weeks");
        assert!(serde_json::from_str::<Retention>("\"26 hours ago\"").is_err());
    }
}
