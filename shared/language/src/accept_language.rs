//! The header `Accept-Language` of a browser (RFC 9110, 12.5.4).

use waitlist_domain::values::language::LanguageTag;

/// The weight of a language without one, in thousandths.
const FULL_WEIGHT: u16 = 1_000;

/// The languages that a header names, the most wished for first.
///
/// Equal wishes keep their order. Malformed parts, languages of weight 0 and `*` are left out.
pub(crate) fn wishes(header: &str) -> Vec<LanguageTag> {
    let mut weighted: Vec<(u16, LanguageTag)> = header.split(',').filter_map(wish).collect();
    weighted.retain(|(weight, _)| *weight > 0);
    weighted.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighted.into_iter().map(|(_, tag)| tag).collect()
}

/// One language with its weight: `de-AT`, or `de;q=0.8`.
fn wish(part: &str) -> Option<(u16, LanguageTag)> {
    let (tag, weight) = match part.split_once(';') {
        Some((tag, parameter)) => (tag, weight(parameter.trim())?),
        None => (part, FULL_WEIGHT),
    };
    Some((weight, LanguageTag::parse(tag.trim()).ok()?))
}

/// The weight of `q=0.8`, in thousandths.
fn weight(parameter: &str) -> Option<u16> {
    let value = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let is_short = decimals.len() <= 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
    let thousandths = format!("{decimals:0<3}").parse().ok().filter(|_| is_short)?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(FULL_WEIGHT),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(header: &str) -> Vec<String> {
        wishes(header).into_iter().map(String::from).collect()
    }

    #[test]
    fn the_heaviest_wish_comes_first_and_equal_ones_keep_their_order() {
        for (header, tags) in [
            ("de", &["de"][..]),
            ("de-AT,de;q=0.9,en;q=0.8", &["de-AT", "de", "en"]),
            ("en;q=0.5, fr;q=0.9, es", &["es", "fr", "en"]),
            ("da, en-GB;q=0.8, en;q=0.7", &["da", "en-GB", "en"]),
            ("fr;q=0.5,de;q=0.5,es;q=0.500", &["fr", "de", "es"]),
            ("fr;q=0.001,de;q=0.002", &["de", "fr"]),
            ("fr ; q=1.000 ,\tde;Q=1.", &["fr", "de"]),
        ] {
            assert_eq!(read(header), tags, "{header}");
        }
    }

    #[test]
    fn a_language_of_weight_nothing_is_not_wished_for() {
        assert_eq!(read("de;q=0, fr;q=0.000, es;q=0.1"), ["es"]);
    }

    #[test]
    fn a_malformed_part_is_skipped() {
        for part in [
            "",
            " ",
            ";",
            "*",
            "*;q=0.5",
            "d",
            "de_AT",
            "de AT",
            "de;",
            "de;q",
            "de;q=",
            "de;q=2",
            "de;q=1.1",
            "de;q=0.1234",
            "de;q=-1",
            "de;q=+0.1",
            "de;q=0.+1",
            "de;q=.5",
            "de;level=1",
            "de;q=0.5;q=0.6",
            "dé",
        ] {
            assert_eq!(read(&format!("{part},fr")), ["fr"], "{part:?}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read(header in "\\PC{0,60}") {
            let _ = wishes(&header);
        }

        #[test]
        fn any_header_of_the_right_signs_is_read(header in "[a-z0-9;=q., *-]{0,60}") {
            let _ = wishes(&header);
        }
    }
}
