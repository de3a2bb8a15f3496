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

/// Characters that are in no name, from the first to the last of each range.
///
/// They are symbols, punctuation of no name, spaces other than the plain one, and all characters
/// that cannot be seen. The last planes have no letters. ASCII is the first eight ranges and the
/// beginning of the ninth.
#[rustfmt::skip]
const FORBIDDEN: &[(u32, u32)] = &[
    (0x0, 0x1f), (0x21, 0x26), (0x28, 0x2b), (0x2f, 0x2f), (0x3b, 0x3f), (0x5b, 0x5e), (0x60, 0x60),
    (0x7b, 0xa9), (0xab, 0xb4), (0xb6, 0xb9), (0xbb, 0xbf), (0xd7, 0xd7), (0xf7, 0xf7), (0x34f, 0x34f),
    (0x37e, 0x37e), (0x387, 0x387), (0x589, 0x58f), (0x600, 0x60f), (0x61b, 0x61f), (0x66a, 0x66d),
    (0x6d4, 0x6d4), (0x6dd, 0x6dd), (0x70f, 0x70f), (0x890, 0x891), (0x8e2, 0x8e2), (0x964, 0x965),
    (0xe3f, 0xe3f), (0x115f, 0x1160), (0x1680, 0x1680), (0x17b4, 0x17b5), (0x180b, 0x180f), (0x2000, 0x2018),
    (0x201a, 0x2bff), (0x2e00, 0x2e7f), (0x3000, 0x3004), (0x3008, 0x3020), (0x3030, 0x3030),
    (0x303d, 0x303f), (0x3164, 0x3164), (0x3190, 0x319f), (0x31c0, 0x31ef), (0x3200, 0x33ff),
    (0x4dc0, 0x4dff), (0xe000, 0xf8ff), (0xfd3e, 0xfd4f), (0xfdd0, 0xfdef), (0xfe00, 0xfe1f),
    (0xfe30, 0xfe6f), (0xfeff, 0xff0f), (0xff1a, 0xff20), (0xff3b, 0xff40), (0xff5b, 0xff65),
    (0xffa0, 0xffa0), (0xffe0, 0xffff), (0x110bd, 0x110bd), (0x110cd, 0x110cd), (0x13430, 0x1343f),
    (0x1bca0, 0x1bcaf), (0x1cf00, 0x1dfff), (0x1ec00, 0x1ffff), (0xe0000, 0x10ffff),
];

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
    /// What is accepted, for people.
    pub const RULE: &str = "An id, or a name as people write it. It begins with a letter or a digit. It has letters, marks \
                            and digits of any script, single spaces between them, and the signs . _ : @ - ' ’ and ,";

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

    /// Whether an id is the hash of a name.
    pub fn is_behind(id: &AttendeeId) -> bool {
        id.as_str().starts_with(OF_A_NAME)
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
    // A pattern of these characters would be long, and dialects write those beyond 16 bits differently.
    const SHAPE: Shape = Shape::format(1, Some(LONGEST), "attendee");
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
    fn each_range_ends_where_it_says_and_none_overlaps_another() {
        for pair in FORBIDDEN.windows(2) {
            assert!(pair[0].0 <= pair[0].1 && pair[0].1 < pair[1].0, "{pair:x?}");
        }
        let ends = FORBIDDEN.iter().flat_map(|(first, last)| [*first, *last]).filter_map(char::from_u32);
        for character in ends {
            assert!(AttendeeName::parse(&format!("a{character}b")).is_err(), "{character:?}");
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
