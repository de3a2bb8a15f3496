//! Countries by their codes.

use crate::values::shape::{Described, Shape};
use crate::values::text::text;

text! {
    /// The code of a country: two capital letters of ISO 3166-1.
    pub struct Country;
}

/// The codes that are assigned.
const CODES: [&str; 249] = [
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ", "BA", "BB", "BD",
    "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS", "BT", "BV", "BW", "BY", "BZ", "CA",
    "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE",
    "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA",
    "GB", "GD", "GE", "GF", "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK",
    "HM", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM", "JO", "JP",
    "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT",
    "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS",
    "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA", "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ",
    "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS",
    "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS", "ST",
    "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO", "TR", "TT", "TV", "TW",
    "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI", "VN", "VU", "WF", "WS", "YE", "YT", "ZA",
    "ZM", "ZW",
];

impl Country {
    /// Accepts the codes of countries in capital letters. The United Kingdom is `GB`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be the code of a country by ISO 3166-1 in capital letters, such as AT, US or GB";
        if CODES.contains(&text) { Ok(Self(text.to_owned())) } else { Err(RULE) }
    }
}

impl Described for Country {
    const SHAPE: Shape = Shape::OneOf(&CODES);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_one_of_the_assigned_codes() {
        assert!(CODES.is_sorted_by(|one, next| one < next), "each once, in order");
        for code in CODES {
            assert_eq!(Country::parse(code).map(String::from).as_deref(), Ok(code));
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "A", "at", "At", "AUT", "UK", "EU", "XX", "DA", "A T", " AT", "43", "ÄT"] {
            assert!(Country::parse(text).is_err(), "{text:?} should be refused");
        }
    }
}
