//! The attendee of a place, as a customer names them: by an id of a sales system, or by a name.
//!
//! A name is personal, and the id of a place stands in keys, queues and cursors for ever. So an
//! attendee who is named by a name has an id that is a hash of it. The entry keeps the name, until
//! its personal data are removed.

use sha2::{Digest, Sha256};

use crate::values::identifier::{AttendeeId, hexadecimal, is_identifier};
use crate::values::shape::{Described, Shape};
use crate::values::text::text;

/// Most characters of a name.
const LONGEST: usize = 128;

/// The beginning of the ids of attendees who are named by a name.
const OF_A_NAME: &str = "name:";

text! {
    /// What a customer calls the person whom they join for: a name, or an id of a sales system.
    pub struct AttendeeName: private;
}

/// Characters that are in no name, from the first to the last of each range, in hexadecimal.
///
/// They are symbols, punctuation of no name, spaces other than the plain one, and all characters
/// that cannot be seen. The last planes have no letters. ASCII is the first five ranges and the
/// beginning of the sixth.
macro_rules! forbidden {
    ($($first:literal $last:literal,)*) => {
        const FORBIDDEN: &[(u32, u32)] = &[$((code_point($first), code_point($last))),*];

        /// What [`AttendeeName::parse`] accepts.
        const PATTERN: &str = concat!(
            "^[^ ._:@\\-'\\u{2019},\\u{300}-\\u{36f}", $("\\u{", $first, "}-\\u{", $last, "}",)* "]",
            "( ?[^ ", $("\\u{", $first, "}-\\u{", $last, "}",)* "])*$",
        );
    };
}

forbidden! {
    "0" "1f", "21" "26", "28" "2b", "2f" "2f", "3b" "3f", "5b" "5e", "60" "60", "7b" "a9", "ab" "b4", "b6" "b9",
    "bb" "bf", "d7" "d7", "f7" "f7", "34f" "34f", "37e" "37e", "387" "387", "589" "58f", "600" "60f", "61b" "61f",
    "66a" "66d", "6d4" "6d4", "6dd" "6dd", "70f" "70f", "890" "891", "8e2" "8e2", "964" "965", "e3f" "e3f",
    "115f" "1160", "1680" "1680", "17b4" "17b5", "180b" "180f", "2000" "2018", "201a" "2bff", "2e00" "2e7f",
    "3000" "3004", "3008" "3020", "3030" "3030", "303d" "303f", "3164" "3164", "3190" "319f", "31c0" "31ef",
    "3200" "33ff", "4dc0" "4dff", "e000" "f8ff", "fd3e" "fd4f", "fdd0" "fdef", "fe00" "fe1f", "fe30" "fe6f",
    "feff" "ff0f", "ff1a" "ff20", "ff3b" "ff40", "ff5b" "ff65", "ffa0" "ffa0", "ffe0" "ffff", "110bd" "110bd",
    "110cd" "110cd", "13430" "1343f", "1bca0" "1bcaf", "1cf00" "1dfff", "1ec00" "1ffff", "e0000" "10ffff",
}

const fn code_point(hexadecimal: &str) -> u32 {
    match u32::from_str_radix(hexadecimal, 16) {
        Ok(code_point) => code_point,
        Err(_) => panic!("this is no code point"),
    }
}

/// Whether a name may hold this character.
fn is_allowed(character: char) -> bool {
    let code_point = u32::from(character);
    !FORBIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&code_point))
}

/// Whether a name may begin with this character: a letter or a digit.
fn is_first(character: char) -> bool {
    is_allowed(character) && !" ._:@-'’,".contains(character) && !matches!(character, '\u{300}'..='\u{36f}')
}

impl AttendeeName {
    /// Accepts a name of letters and digits of any script, with a few signs and single spaces in
    /// it. Every identifier is accepted.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_name = text.chars().count() <= LONGEST
            && text.chars().next().is_some_and(is_first)
            && text.chars().all(is_allowed)
            && !text.contains("  ")
            && !text.ends_with(' ');
        if is_name { Ok(Self(text.to_owned())) } else { Err(refused()) }
    }

    /// The id of the attendee in a place: the text itself if it is an identifier, or else a hash.
    pub fn id(&self) -> AttendeeId {
        let id = if is_identifier(&self.0) {
            self.0.clone()
        } else {
            let digest = Sha256::digest(self.0.as_bytes());
            format!("{OF_A_NAME}{}", hexadecimal(&digest[..16]))
        };
        AttendeeId::parse(&id).expect("it is an identifier, or a prefix and 32 hexadecimal digits")
    }

    /// The name that an entry keeps beside the id. Nothing if the id tells it.
    pub fn beside_its_id(self) -> Option<Self> {
        (!is_identifier(&self.0)).then_some(self)
    }
}

impl From<&AttendeeId> for AttendeeName {
    fn from(id: &AttendeeId) -> Self {
        Self(id.as_str().to_owned())
    }
}

impl Described for AttendeeName {
    const SHAPE: Shape = Shape::pattern(1, LONGEST, PATTERN);
}

/// The detail for a text that names no attendee.
fn refused() -> String {
    format!(
        "must be 1 to {LONGEST} characters, starting with a letter or digit: letters and digits of any script, single \
         spaces between them, and . _ : @ - ' ’ and ,"
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_lite::Regex;

    use super::*;

    fn id(text: &str) -> String {
        AttendeeName::parse(text).expect("valid").id().into()
    }

    #[test]
    fn names_of_people_are_accepted() {
        for name in [
            "Ada",
            "Anna-Maria O'Neil",
            "D’Angelo",
            "Müller, Łukasz",
            "Dr. Ada Example",
            "J.R.R. Tolkien",
            "Ада Лавлейс",
            "Αδα",
            "山田太郎",
            "𠮷田 さくら",
            "عائشة",
            "नीलम शर्मा",
            "Nguyễn Thị Ly",
            "Zoe\u{308}",
            "Louis 14",
            "3rd child",
            "٣",
        ] {
            assert!(AttendeeName::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn other_signs_and_hidden_characters_are_refused_with_what_is_allowed() {
        for text in [
            "",
            " ",
            " Ada",
            "Ada ",
            "Ada  B",
            "-Ada",
            "'Ada",
            "a#b",
            "a/b",
            "a\\b",
            "a\u{0}b",
            "a\nb",
            "a\tb",
            "a\u{a0}b",
            "a\u{3000}b",
            "a\u{200b}b",
            "a\u{200d}b",
            "a\u{202e}b",
            "a\u{2066}b",
            "a\u{ad}b",
            "a\u{feff}b",
            "a\u{e0041}",
            "a\u{fe0f}",
            "\u{301}a",
            "\u{3164}",
            "🎟",
            "a!",
            "a?",
            "a+b",
            "a&b",
            "a<b",
            "a\"b",
            "a`b",
            "a(b)",
            "a*b",
            "a%b",
            "a=b",
            "a;b",
            "a[b]",
            "a{b}",
            "a|b",
            "a~b",
            "a^b",
            "a$b",
            "a…",
            "a—b",
            "“a”",
            "a／b",
            "a＃b",
            "a\u{e000}",
        ] {
            let refusal = AttendeeName::parse(text).expect_err(text);
            assert!(refusal.contains("1 to 128 characters") && refusal.contains("and . _ : @ - ' ’ and ,"), "{text:?}");
        }
        assert!(AttendeeName::parse(&"é".repeat(128)).is_ok() && AttendeeName::parse(&"é".repeat(129)).is_err());
    }

    #[test]
    fn the_id_of_a_name_does_not_tell_it_and_is_the_same_each_time() {
        assert_eq!(id("Ada Lovelace"), id("Ada Lovelace"));
        assert!(id("Ada Lovelace").starts_with("name:") && id("Ada Lovelace").len() == 37);
        let ids = ["Ada Lovelace", "ada lovelace", "Ada", "Äda"].map(id);
        assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len());
    }

    #[test]
    fn only_a_name_that_its_id_does_not_tell_stands_beside_it() {
        let beside = |text: &str| AttendeeName::parse(text).expect("valid").beside_its_id().map(String::from);
        assert_eq!((beside("child-1"), beside("Ada Lovelace")), (None, Some("Ada Lovelace".to_owned())));
        let name = AttendeeName::parse("Ada Lovelace").expect("valid");
        assert_eq!(format!("{name:?}"), "AttendeeName(private)");
    }

    #[test]
    fn the_pattern_and_the_ranges_end_at_the_same_characters() {
        let pattern = Regex::new(PATTERN).expect("a pattern");
        let near = FORBIDDEN.iter().flat_map(|(first, last)| [first.saturating_sub(1), *first, *last, last + 1]);
        for character in near.filter_map(char::from_u32) {
            for text in [character.to_string(), format!("a{character}")] {
                assert_eq!(AttendeeName::parse(&text).is_ok(), pattern.is_match(&text), "{text:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_identifier_is_accepted_and_is_its_own_id(text in "[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}") {
            prop_assert_eq!(id(&text), text);
        }

        #[test]
        fn letters_of_many_scripts_with_single_spaces_are_a_name(
            name in "[\\p{L}&&[\u{41}-\u{1fff}\u{3041}-\u{fffb}\u{20000}-\u{2ffff}]&&[^\u{115f}\u{1160}\u{3164}\u{ffa0}]]{1,20}( [a-zé\u{4e00}-\u{4fff}]{1,20}){0,3}",
        ) {
            prop_assert!(AttendeeName::parse(&name).is_ok(), "{}", name);
        }
    }
}
