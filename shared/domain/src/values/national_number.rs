//! Telephone numbers as people write them at home: `0664 123 45 67`, `(415) 555-0123`.
//!
//! A numbering plan says less than a library of them. It has no ranges of mobiles and no area codes.
//! It tells how to make a national number international, and finds digits that are missing.

use crate::values::contact::PhoneNumber;
use crate::values::country::Country;

/// The numbering plans, a country in each line.
const PLANS: &str = include_str!("numbering_plans.txt");

/// The fewest digits of a number that is written without what is dialled before it within the
/// country. A shorter one may lack its area code: no number within an area is as long.
const FEWEST_WITHOUT_TRUNK: usize = 9;

/// Why a text is no number.
pub const UNREADABLE: &str = "must be a phone number, with the country's code such as +43 664 1234567";

impl PhoneNumber {
    /// Reads a number as people write it in `home`, or with the code of any country. Without `home`
    /// only a number with the code of its country can be read.
    pub fn read(text: &str, home: Option<&Country>) -> Result<Self, &'static str> {
        let written = Written::read(text).ok_or(UNREADABLE)?;
        let plan = home.and_then(Plan::of);
        let number = match (written.beyond_borders(plan.as_ref()), plan) {
            (Some(digits), _) => international(digits),
            (None, Some(plan)) => plan.dialled_at_home(&written.digits),
            (None, None) => None,
        };
        Self::parse(&format!("+{}", number.ok_or(UNREADABLE)?)).map_err(|_| UNREADABLE)
    }
}

/// The digits of a number as it was written.
struct Written {
    digits: String,
    /// Whether a `+` stands before them.
    has_plus: bool,
}

impl Written {
    /// Leaves out what stands between the digits. Contacts that are copied often have marks of
    /// direction around them.
    fn read(text: &str) -> Option<Self> {
        let is_dropped = |character: &char| {
            character.is_whitespace()
                || matches!(character, '-' | '.' | '/' | '(' | ')')
                || matches!(character, '\u{2010}'..='\u{2015}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
                || matches!(character, '\u{2060}'..='\u{2069}' | '\u{feff}')
        };
        let kept: String = text.chars().filter(|character| !is_dropped(character)).collect();
        let digits = kept.strip_prefix('+').unwrap_or(&kept);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| Self { digits: digits.to_owned(), has_plus: digits.len() < kept.len() })
    }

    /// The digits from the calling code on, if it was written.
    fn beyond_borders(&self, home: Option<&Plan<'_>>) -> Option<&str> {
        if self.has_plus {
            return Some(&self.digits);
        }
        self.digits.strip_prefix(home.map_or(Some("00"), |plan| plan.international)?)
    }
}

/// The digits of a number after a calling code, without what is only dialled within the country.
fn international(digits: &str) -> Option<String> {
    let plans: Vec<Plan<'_>> = Plan::all().filter(|plan| digits.starts_with(plan.code)).collect();
    if plans.is_empty() {
        // Some networks belong to no country.
        return Some(digits.to_owned());
    }
    plans.iter().find_map(|plan| Some(format!("{}{}", plan.code, plan.significant(&digits[plan.code.len()..])?)))
}

/// How numbers are written in a country.
#[derive(Debug, Clone, Copy)]
struct Plan<'line> {
    country: &'line str,
    /// The calling code.
    code: &'line str,
    /// What may be dialled before a number within the country, with commas.
    trunk: Option<&'line str>,
    /// Whether people write numbers without it.
    is_trunk_optional: bool,
    /// What is dialled before a calling code.
    international: Option<&'line str>,
    fewest: usize,
    most: usize,
}

impl<'line> Plan<'line> {
    fn all() -> impl Iterator<Item = Plan<'static>> {
        PLANS.lines().filter_map(Plan::read)
    }

    fn of(country: &Country) -> Option<Plan<'static>> {
        Plan::all().find(|plan| plan.country == country.as_str())
    }

    fn read(line: &'line str) -> Option<Self> {
        let [country, code, trunk, international, digits] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
        let (fewest, most) = digits.split_once('-')?;
        let unless_none = |text: &'line str| Some(text).filter(|text| *text != "-");
        Some(Self {
            country,
            code,
            trunk: unless_none(trunk.trim_end_matches('?')),
            is_trunk_optional: trunk == "-" || trunk.ends_with('?'),
            international: unless_none(international),
            fewest: fewest.parse().ok()?,
            most: most.parse().ok()?,
        })
    }

    fn trunks(&self) -> impl Iterator<Item = &'line str> {
        self.trunk.into_iter().flat_map(|trunks| trunks.split(','))
    }

    /// The number in E.164 form without `+`, if its digits are dialled in this country.
    fn dialled_at_home(&self, digits: &str) -> Option<String> {
        // People leave out the `+`. No number at home is as long and begins like this.
        let beyond_code = digits.strip_prefix(self.code).filter(|rest| rest.len() >= FEWEST_WITHOUT_TRUNK);
        if let Some(significant) = beyond_code.and_then(|rest| self.significant(rest)) {
            return Some(format!("{}{significant}", self.code));
        }
        let significant = self.significant(digits)?;
        let has_trunk = significant.len() < digits.len();
        let is_whole = has_trunk || self.is_trunk_optional || significant.len() >= FEWEST_WITHOUT_TRUNK;
        is_whole.then(|| format!("{}{significant}", self.code))
    }

    /// The digits after the calling code.
    fn significant<'digits>(&self, digits: &'digits str) -> Option<&'digits str> {
        let fits = |digits: &&str| (self.fewest..=self.most).contains(&digits.len());
        let without = |trunk| digits.strip_prefix(trunk).filter(fits).filter(|rest| !rest.starts_with('0'));
        // A number in Russia may begin with 8, which is dialled before others.
        let begins_like_one = |digits: &&str| self.trunks().any(|trunk| trunk != "8" && digits.starts_with(trunk));
        self.trunks().find_map(without).or_else(|| Some(digits).filter(fits).filter(|all| !begins_like_one(all)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, home: &str) -> Result<String, &'static str> {
        let home = Country::parse(home).ok();
        PhoneNumber::read(text, home.as_ref()).map(String::from)
    }

    #[track_caller]
    fn reads(home: &str, cases: &[(&str, &str)]) {
        for (text, number) in cases {
            assert_eq!(read(text, home).as_deref(), Ok(*number), "{text:?} in {home}");
        }
    }

    #[test]
    fn a_number_is_read_as_it_is_written_at_home() {
        reads("AT", &[("0664 123 45 67", "+436641234567"), ("(01) 514 44-0", "+431514440")]);
        reads("DE", &[("030/1234567", "+49301234567"), ("0171-1234567", "+491711234567")]);
        reads("CH", &[("079 123 45 67", "+41791234567"), ("044 668 18 00", "+41446681800")]);
        reads("US", &[("(415) 555-0123", "+14155550123"), ("1-415-555-0123", "+14155550123")]);
        reads("CA", &[("604.555.0123", "+16045550123")]);
        reads("GB", &[("07700 900123", "+447700900123"), ("020 7946 0123", "+442079460123")]);
        reads("FR", &[("06 12 34 56 78", "+33612345678"), ("01 99 00 12 34", "+33199001234")]);
        reads("ES", &[("612 34 56 78", "+34612345678"), ("911 23 45 67", "+34911234567")]);
        // The zero belongs to a number in Italy.
        reads("IT", &[("06 1234 5678", "+390612345678"), ("347 123 4567", "+393471234567")]);
        reads("HU", &[("06 20 123 4567", "+36201234567"), ("06 1 234 5678", "+3612345678")]);
        reads("RU", &[("8 912 345-67-89", "+79123456789"), ("812 123 45 67", "+78121234567")]);
        reads("BY", &[("8 029 123-45-67", "+375291234567"), ("029 123 45 67", "+375291234567")]);
        reads("LT", &[("8 612 34567", "+37061234567"), ("0 612 34567", "+37061234567")]);
        reads("IN", &[("098765 43210", "+919876543210"), ("98765 43210", "+919876543210")]);
        reads("BR", &[("(11) 98765-4321", "+5511987654321"), ("011 98765-4321", "+5511987654321")]);
        reads("JP", &[("090-1234-5678", "+819012345678"), ("03-1234-5678", "+81312345678")]);
        reads("UY", &[("2123 1234", "+59821231234"), ("094 231 234", "+59894231234")]);
        reads("DK", &[("20 12 34 56", "+4520123456")]);
        reads("AU", &[("0412 345 678", "+61412345678")]);
        reads("MX", &[("55 1234 5678", "+525512345678")]);
    }

    #[test]
    fn a_number_with_a_country_s_code_is_read_anywhere() {
        for home in ["AT", "US", "IT", "none"] {
            reads(
                home,
                &[
                    ("+43 664 123 45 67", "+436641234567"),
                    ("+43 (0)664 123 45 67", "+436641234567"),
                    ("+43 0664 1234567", "+436641234567"),
                    ("+44 (0) 20 7946 0123", "+442079460123"),
                    ("+39 06 1234 5678", "+390612345678"),
                    ("+1 (415) 555-0123", "+14155550123"),
                    ("+7 8 912 345-67-89", "+79123456789"),
                    ("\u{202a}+43\u{a0}664\u{202f}123\u{2011}4567\u{202c}", "+436641234567"),
                    // A network that belongs to no country.
                    ("+882 99 555 012 345", "+88299555012345"),
                ],
            );
        }
        reads("AT", &[("0049 30 1234567", "+49301234567")]);
        reads("none", &[("0049 30 1234567", "+49301234567")]);
        reads("US", &[("011 43 664 1234567", "+436641234567")]);
        reads("AU", &[("0011 43 664 1234567", "+436641234567")]);
        reads("RU", &[("810 43 664 1234567", "+436641234567")]);
    }

    #[test]
    fn a_forgotten_plus_is_understood_where_no_number_at_home_begins_so() {
        reads("AT", &[("43 664 1234567", "+436641234567")]);
        reads("DE", &[("49 170 1234567", "+491701234567"), ("0491 1234567", "+494911234567")]);
        reads("IT", &[("39 347 1234567", "+393471234567"), ("391 123 4567", "+393911234567")]);
        reads("BR", &[("55 98765-4321", "+5555987654321")]);
        reads("IN", &[("91876 54321", "+919187654321")]);
    }

    #[test]
    fn what_lacks_digits_or_may_lack_them_is_refused() {
        for (home, texts) in [
            ("AT", &["514 44 00", "1234567", "43 66", "0", "00", "+", "+43", "+43 0", "anrufen", "0664 ABC"][..]),
            ("US", &["555-0123", "415 555 012", "415 555 01234", "+1 415 555 012", "1 115 555 012", "00436641234567"]),
            ("BR", &["98765-4321", "0 98765-4321"]),
            ("ES", &["61 234 56 7", "0612 34 56 78"]),
            ("AU", &["0043 664 1234567", "2345 6789"]),
            ("GB", &["+44 7700 900", "7700 9001"]),
            ("none", &["0664 1234567", "415 555 0123", "", " ", "++43 664 1234567", "+43+664", "+0123456789", "٠٦٦٤"]),
        ] {
            for text in texts {
                assert_eq!(read(text, home), Err(UNREADABLE), "{text:?} in {home}");
            }
        }
    }

    #[test]
    fn every_line_is_a_plan_and_each_country_has_one() {
        let lines = PLANS.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(Plan::all().count(), lines);
        let countries: Vec<&str> = Plan::all().map(|plan| plan.country).collect();
        assert!(countries.is_sorted_by(|one, next| one < next), "each once, in order");
        for plan in Plan::all() {
            let digits = [Some(plan.code), plan.trunk, plan.international].into_iter().flatten();
            assert!(digits.flat_map(str::bytes).all(|byte| byte.is_ascii_digit() || byte == b','), "{plan:?}");
            assert!(plan.fewest <= plan.most && plan.code.len() + plan.most <= 15, "{plan:?}");
            assert!(
                Plan::all().all(|other| other.code == plan.code || !other.code.starts_with(plan.code)),
                "no calling code begins another: {plan:?}"
            );
            // Kosovo has a calling code, and no code of ISO 3166-1.
            assert!(plan.country == "XK" || Country::parse(plan.country).is_ok(), "{plan:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_is_a_number_that_reads_as_itself(text in "[+]?[0-9 ()/-]{0,20}", home in 0_usize..243) {
            let home = Plan::all().nth(home).and_then(|plan| Country::parse(plan.country).ok());
            if let Ok(number) = PhoneNumber::read(&text, home.as_ref()) {
                prop_assert_eq!(PhoneNumber::parse(number.as_str()), Ok(number.clone()));
                prop_assert_eq!(PhoneNumber::read(number.as_str(), None), Ok(number.clone()));
            }
        }

        #[test]
        fn no_text_is_too_odd(text in ".{0,40}") {
            let _ = PhoneNumber::read(&text, Country::parse("AT").ok().as_ref());
        }
    }
}
