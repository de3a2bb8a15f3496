//! Days, months and times of day, for languages whose names the program must bring.

use jiff::Zoned;

/// The name of the day of the week. `names` begins with that of Monday.
pub(crate) fn weekday(day: &Zoned, names: &[&'static str; 7]) -> &'static str {
    names[usize::from(day.weekday().to_monday_zero_offset().unsigned_abs())]
}

/// The name of the month. `names` begins with that of January.
pub(crate) fn month(day: &Zoned, names: &[&'static str; 12]) -> &'static str {
    names[usize::from(day.month().unsigned_abs()) - 1]
}

/// `09:00`, or `09:00:07`.
pub(crate) fn time_of_day(instant: &Zoned, to_the_second: bool) -> String {
    instant.strftime(if to_the_second { "%H:%M:%S" } else { "%H:%M" }).to_string()
}
