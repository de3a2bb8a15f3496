//! The countries that text messages go to.

use crate::values::contact::PhoneNumber;

/// The beginnings of the phone numbers that text messages go to: `+43` is Austria, `+1` all of
/// North America, `+1212` Manhattan. Without any, no text message is sent.
///
/// There is no table of countries, which could be out of date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SmsCountries(Vec<String>);

impl SmsCountries {
    /// The most digits of a beginning: the country code and an area code.
    const MOST_DIGITS: usize = 7;

    /// The country codes of one digit. Any other digit begins the codes of many countries, and a
    /// list of `+4` would text a third of Europe.
    const CODES_OF_ONE_DIGIT: [&str; 2] = ["1", "7"];

    /// Reads beginnings with commas between them, such as `+43,+49`. An empty text has none.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be country codes with commas between them, such as +43,+49; +1 and +7 are the only \
            ones of a single digit";
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let read = |beginning: &str| {
            let digits = beginning.trim().strip_prefix('+')?;
            let is_code = (1..=Self::MOST_DIGITS).contains(&digits.len())
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && !digits.starts_with('0')
                && (digits.len() > 1 || Self::CODES_OF_ONE_DIGIT.contains(&digits));
            is_code.then(|| format!("+{digits}"))
        };
        text.split(',').map(read).collect::<Option<Vec<String>>>().map(Self).ok_or(RULE)
    }

    /// Whether text messages go to this number.
    pub fn have(&self, phone: &PhoneNumber) -> bool {
        self.0.iter().any(|beginning| phone.as_str().starts_with(beginning.as_str()))
    }

    /// The beginnings, in the order in which they were listed.
    pub fn beginnings(&self) -> &[String] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn countries(text: &str) -> SmsCountries {
        SmsCountries::parse(text).expect("valid")
    }

    fn phone(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text).expect("valid")
    }

    #[test]
    fn only_numbers_of_the_listed_countries_are_texted() {
        let listed = countries("+43, +49,+1212");
        for served in ["+436601234567", "+4930123456", "+12125550123"] {
            assert!(listed.have(&phone(served)), "{served}");
        }
        for other in ["+14155550123", "+447700900123", "+4115550123", "+18765550123"] {
            assert!(!listed.have(&phone(other)), "{other}");
        }
    }

    #[test]
    fn the_beginnings_are_shown_as_they_were_listed() {
        assert_eq!(countries("+43, +49,+1212").beginnings(), ["+43", "+49", "+1212"]);
    }

    #[test]
    fn without_a_country_nobody_is_texted() {
        for text in ["", " "] {
            assert!(countries(text).beginnings().is_empty());
            assert!(!countries(text).have(&phone("+436601234567")));
        }
    }

    #[test]
    fn nonsense_is_no_list_of_countries() {
        for text in
            ["43", "AT", "+", "+0", "+43,", ",+43", "+43;+49", "+43 +49", "+12345678", "++43", "*", "+4", "+43,+9"]
        {
            assert!(SmsCountries::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_texted_exactly_if_it_begins_as_listed(digits in "[1-9][0-9]{7,14}", listed in "\\+([17]|[1-9][0-9]{1,3})") {
            let number = format!("+{digits}");
            prop_assert_eq!(countries(&listed).have(&phone(&number)), number.starts_with(&listed));
        }
    }
}
