//! Writes lengths of time in at most two units.

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The shortest length of time that is written in days: "24 hours" and "36 hours" say more than "1
/// day".
const TOLD_IN_DAYS: i64 = 2 * DAY;

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Hour,
    Minute,
    Second,
}

impl Unit {
    const fn milliseconds(self) -> i64 {
        match self {
            Self::Day => DAY,
            Self::Hour => HOUR,
            Self::Minute => MINUTE,
            Self::Second => SECOND,
        }
    }
}

/// Writes a length of time in at most two units: `24 hours`, `1 hour 30 minutes`, `6 days 23
/// hours`.
///
/// It is rounded to the smaller unit. A message written two seconds after the offer still says what
/// the organiser promised. `name` is the word for a unit, in the singular or plural of the given
/// number. `joint` stands between the two units.
pub(crate) fn in_words(milliseconds: i64, joint: &str, name: impl Fn(i64, Unit) -> &'static str) -> String {
    let finest = match milliseconds {
        ..HOUR => SECOND,
        HOUR..TOLD_IN_DAYS => MINUTE,
        _ => HOUR,
    };
    let mut rest = ((milliseconds + finest / 2) / finest * finest).max(SECOND);
    let units = match rest {
        TOLD_IN_DAYS.. => [Unit::Day, Unit::Hour],
        HOUR.. => [Unit::Hour, Unit::Minute],
        _ => [Unit::Minute, Unit::Second],
    };
    let mut words = Vec::new();
    for unit in units {
        let count = rest / unit.milliseconds();
        rest %= unit.milliseconds();
        if count > 0 {
            words.push(format!("{count} {}", name(count, unit)));
        }
    }
    words.join(joint)
}
