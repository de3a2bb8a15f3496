//! What a person's name may hold.
//!
//! Mails greet customers by name, and anybody may join with somebody else's address. So a name must
//! carry no message of its own: no address to visit, no number to call, and nothing unseen.

use crate::values::label::{can_be_seen, disturbs_a_line};

const HIDDEN: &str =
    "must have no invisible characters (such as U+200B, which come along when text is copied): type it anew";
const ADDRESS: &str = "must have no web or e-mail address: write a space behind a full stop";
const NUMBER: &str = "must have no telephone number: put it into phone";

/// What keeps a text from being a name, and the remedy.
pub(crate) fn complaint(name: &str) -> Option<&'static str> {
    if holds_hidden_character(name) {
        Some(HIDDEN)
    } else if holds_address(name) {
        Some(ADDRESS)
    } else if holds_telephone_number(name) {
        Some(NUMBER)
    } else {
        None
    }
}

fn holds_hidden_character(name: &str) -> bool {
    let before = std::iter::once(None).chain(name.chars().map(Some));
    before.zip(name.chars()).any(|(before, character)| {
        let is_hidden = disturbs_a_line(character) || !(can_be_seen(character) || character.is_whitespace());
        is_hidden && !before.is_some_and(|before| shapes(character, before))
    })
}

/// Whether a hidden character shows in how the one before it is written.
///
/// Persian and Indic names are misspelt without joiners, and some Japanese names without the
/// selector of a variant. Behind such a character each is seen, so it hides nothing. Behind Latin
/// letters or digits it would, and between emojis it is part of no name.
fn shapes(hidden: char, before: char) -> bool {
    match hidden {
        '\u{200c}' | '\u{200d}' => {
            matches!(before, '\u{620}'..='\u{65f}' | '\u{66e}'..='\u{6d3}' | '\u{900}'..='\u{dff}')
        }
        '\u{e0100}'..='\u{e01ef}' => {
            matches!(before, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        }
        _ => false,
    }
}

/// Whether a mail program may show a part of the name as a link.
fn holds_address(name: &str) -> bool {
    let plain: String = name.chars().map(in_ascii).collect::<String>().to_lowercase();
    let has_scheme = ["//", "http:", "https:", "ftp:", "mailto:", "www."].iter().any(|mark| plain.contains(mark));
    let mut words = plain.split(|character: char| character.is_whitespace() || ",;()<>[]{}\"|".contains(character));
    has_scheme || words.any(is_address)
}

/// The ASCII character that a browser takes for this one in an address (UTS 46).
fn in_ascii(character: char) -> char {
    match character {
        '\u{2024}' | '\u{3002}' | '\u{ff61}' => '.',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).expect("ASCII has each of them"),
        _ => character,
    }
}

/// Whether a word without spaces is an address: words with full stops between them, unless they are
/// abbreviations.
fn is_address(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['/', '\\', '?', '#']).collect();
    let has_path = |index: usize| index + 1 < parts.len();
    parts.iter().enumerate().any(|(index, part)| {
        let labels: Vec<&str> = part
            .split('.')
            .map(|label| label.trim_matches(|end: char| !end.is_alphanumeric() && !is_sign(end)))
            .collect();
        labels.split(|label| label.is_empty()).any(|chain| is_domain(chain) || (chain.len() > 1 && has_path(index)))
    })
}

/// Whether it is a vowel sign or another mark that belongs to the letter before it.
fn is_sign(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{900}'..='\u{dff}')
}

/// Whether these labels are a domain and no name such as `k.ramesh`, `st.john` or `ph.d`.
///
/// No top level has a single letter.
fn is_domain(labels: &[&str]) -> bool {
    let may_be_top = |label: &str| label.chars().nth(1).is_some();
    (1..labels.len()).any(|index| {
        let (before, label) = (&labels[..index], labels[index]);
        may_be_top(label) && (TOP_LEVELS.contains(&label) || !before.iter().all(|label| is_abbreviation(label)))
    })
}

/// Whether it is an initial, or a title that stands before a name.
fn is_abbreviation(label: &str) -> bool {
    let mut letters = label.chars().filter(|character| !is_sign(*character) || character.is_alphabetic());
    let is_initial = letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none();
    // An initial of these scripts is written as it is spoken.
    let is_indic =
        label.chars().count() <= 4 && label.chars().all(|character| matches!(character, '\u{900}'..='\u{dff}'));
    is_initial || is_indic || TITLES.contains(&label)
}

/// Titles that people write before a name, without a space behind the full stop.
const TITLES: [&str; 24] = [
    "dr", "fr", "hon", "hr", "ing", "jr", "mag", "md", "mlle", "mme", "mr", "mrs", "ms", "mx", "ph", "prof", "rev",
    "sc", "smt", "sr", "sra", "sri", "st", "ste",
];

/// Top levels that anybody may take and nobody is named by. Behind an initial or a title they make a
/// domain too.
const TOP_LEVELS: [&str; 40] = [
    "app", "art", "biz", "blog", "bot", "buzz", "cloud", "club", "com", "dev", "fun", "gov", "icu", "info", "life",
    "link", "live", "lol", "mobi", "net", "news", "one", "online", "org", "page", "pro", "sale", "shop", "site",
    "space", "store", "tech", "top", "vip", "web", "website", "work", "world", "xyz", "zip",
];

/// The fewest digits of a telephone number. A house number, a year and a date of birth have fewer or
/// as many, and are no names either.
const FEWEST_DIGITS: usize = 6;

/// Whether so many digits follow each other without a letter between them, however they are
/// separated.
fn holds_telephone_number(name: &str) -> bool {
    let mut digits = 0;
    name.chars().any(|character| {
        if character.is_alphabetic() {
            digits = 0;
        } else if character.is_numeric() {
            digits += 1;
        }
        digits >= FEWEST_DIGITS
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn these_are_names() {
        for name in [
            "K.Ramesh",
            "k.ramesh",
            "Dr.Anna Müller",
            "Prof.Dr.Maria Vega",
            "St.John",
            "Anna-Maria O'Neil",
            "D’Angelo",
            "Łukasz",
            "Ł.Kowalski",
            "山田太郎",
            "山田\u{3000}太郎",
            "葛\u{e0100}城",
            "Jean d'Arc Jr.",
            "J.R.R.Tolkien",
            "J. R. R. Tolkien",
            "J.R.R. Tolkien",
            "Dr. Ada Example, Ph.D.",
            "Eva Roth, M.Sc.",
            "Example and Co.",
            "Md.Karim",
            "K.Ly",
            "J.Li",
            "Nguyễn Thị Ly",
            "के.रमेश",
            "எஸ்.ராமன்",
            "ශ\u{dca}\u{200d}රී",
            "രാജന\u{d4d}\u{200d}",
            "علی\u{200c}رضا",
            "Ана Петровић",
            "Gal·la Placídia",
            "Anna/Ben Müller",
            "Dr./Prof. Vega",
            "Ada (mother)",
            "Louis XIV",
            "Louis 14",
            "X Æ A-12",
            "3rd Baron Rayleigh",
            "Room 12, bed 3",
            "🎟 Ada",
            "M&M",
            "?",
        ] {
            assert_eq!(complaint(name), None, "{name}");
        }
    }

    #[test]
    fn an_address_is_no_name() {
        for name in [
            "Win at https://example.org",
            "http:example",
            "HTTP://1.1.1.1",
            "//example",
            "WWW.EXAMPLE.ORG",
            "www.x",
            "Free prize at evil.example.com/win",
            "prize.example",
            "Prize.Example",
            "Ada prize.example",
            "(prize.example)",
            "prize.example.",
            "'prize.example'",
            "prize。example",
            "prize．example",
            "ｐｒｉｚｅ．ｅｘａｍｐｌｅ",
            "prize\u{2024}example",
            "приз.рф",
            "x.com",
            "X.Com",
            "dr.shop",
            "x.com!",
            "k1.rocks",
            "தமிழ்.காம்",
            "evil.x.rocks",
            "k.li/win",
            "K.Ramesh/win",
            "k.li?win",
            "name.tld/",
            "192.168.0.1",
            "ada@example.org",
            "a@b.c.de",
            "mailto:ada",
            "xn--80ak6aa92e.xn--p1ai",
        ] {
            assert_eq!(complaint(name), Some(ADDRESS), "{name}");
        }
    }

    #[test]
    fn a_telephone_number_is_no_name() {
        for name in [
            "+1 (415) 555-0123",
            "Ada 0900 123456",
            "Call 555-0123",
            "Call 5.5.5.0.1.2",
            "4*1*5*5*5*5",
            "٠١٢٣٤٥",
            "０９００１２３",
            "①②③④⑤⑥",
        ] {
            assert_eq!(complaint(name), Some(NUMBER), "{name}");
        }
    }

    #[test]
    fn a_hidden_character_is_in_no_name() {
        for name in [
            "A\u{200b}da",
            "A\u{200c}da",
            "A\u{200d}da",
            "\u{200d}رضا",
            "علی\u{200c}\u{200c}رضا",
            "1\u{200c}2",
            "\u{661}\u{200c}\u{662}",
            "\u{1f469}\u{200d}\u{1f680} Ada",
            "❤\u{fe0f} Ada",
            "A\u{e0100}da",
            "Ada\u{ad}",
            "Ada\u{2060}",
            "Ada\u{feff}",
            "Ada\u{202e}",
            "Ada\u{2066}",
            "Ada\u{3164}",
            "Ada\u{e0041}",
            "Ada\u{1bca0}",
            "A\u{0}da",
            "A\nda",
        ] {
            assert_eq!(complaint(name), Some(HIDDEN), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn letters_of_any_script_and_spaces_are_a_name(name in "\\p{L}{1,20}( \\p{L}{1,20}){0,3}") {
            prop_assert!(complaint(&name).is_none() || name.contains(['\u{115f}', '\u{1160}', '\u{3164}', '\u{ffa0}']), "{}", name);
        }

        #[test]
        fn a_domain_in_a_name_is_found(before in "[A-Z][a-z]{0,9} ", host in "[a-z0-9-]{0,9}[b-z]{4}", top in "[a-z]{2,12}", path in "(/[a-z]{0,5})?") {
            let name = format!("{before}{host}.{top}{path}");
            prop_assert!(is_abbreviation(&host) || complaint(&name).is_some(), "{}", name);
        }

        #[test]
        fn a_telephone_number_in_a_name_is_found(before in "[A-Z][a-z]{0,9} ", number in "\\+?[0-9]([ -./()]?[0-9]){5,14}") {
            prop_assert!(complaint(&format!("{before}{number}")).is_some(), "{}", number);
        }
    }
}
