//! Days of the calendar.

use chrono::NaiveDate;

use crate::values::shape::{Described, Shape};
use crate::values::text::text;

text! {
    /// A day of the calendar, without a time zone. It is kept as a text, since the texts have the
    /// order of the days.
    pub struct Date;
}

impl Described for Date {
    const SHAPE: Shape = Shape::format(10, Some(10), "date");
}

impl Date {
    /// Reads `2027-07-05` and no other form, in the years 1 to 9999.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be a date such as 2027-07-05";
        let number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
        let parts: Vec<&str> = text.split('-').collect();
        let day = match parts[..] {
            [year, month, day] if (year.len(), month.len(), day.len()) == (4, 2, 2) => {
                let year = number(year).and_then(|year: u32| i32::try_from(year).ok()).filter(|year| *year > 0);
                year.zip(number(month)).zip(number(day))
            }
            _ => None,
        };
        let is_day = day.is_some_and(|((year, month), day)| NaiveDate::from_ymd_opt(year, month, day).is_some());
        if is_day { Ok(Self(text.to_owned())) } else { Err(RULE) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_that_there_is() {
        for text in ["2027-07-05", "2028-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(Date::parse(text).map(|date| date.to_string()), Ok(text.to_owned()));
        }
        for text in [
            "2027-02-29",
            "2027-13-01",
            "2027-00-01",
            "2027-01-32",
            "0000-01-01",
            "2027-7-5",
            "20270705",
            "2027-07-05T00:00:00Z",
            "+027-07-05",
            "2027-+7-05",
            "2027-07-05 ",
            "05.07.2027",
            "",
        ] {
            assert!(Date::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn an_earlier_date_comes_first() {
        let [first, second] = ["2027-09-30", "2027-10-01"].map(|text| Date::parse(text).expect("valid"));
        assert!(first < second);
    }
}
