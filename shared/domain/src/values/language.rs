//! Languages of messages to customers.

use std::iter::Peekable;
use std::str::Split;

use crate::values::shape::{Described, Shape};
use crate::values::text::text;

text! {
    /// A language tag of BCP 47: `de`, `de-AT`, `zh-Hant-TW`. It is well formed, but the language
    /// may not exist.
    ///
    /// It is kept as it was written, because responses show it. Case does not matter.
    pub struct LanguageTag;
}

impl Described for LanguageTag {
    const SHAPE: Shape = Shape::pattern(Self::SHORTEST, Self::LONGEST, WELL_FORMED);
}

/// What [`is_well_formed`] accepts.
const WELL_FORMED: &str = concat!(
    "^(?:(?:[A-Za-z]{2,3}(?:-[A-Za-z]{3}){0,3}|[A-Za-z]{4,8})",
    "(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?",
    "(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*",
    "(?:-[0-9A-WYZa-wyz](?:-[A-Za-z0-9]{2,8})+)*",
    "(?:-[Xx](?:-[A-Za-z0-9]{1,8})+)?",
    "|[Xx](?:-[A-Za-z0-9]{1,8})+)$",
);

impl LanguageTag {
    /// The longest tag. RFC 5646, 4.4.1, finds that long enough for every language.
    const LONGEST: usize = 35;

    /// The shortest tag.
    const SHORTEST: usize = 2;

    /// Accepts the language tags of RFC 5646, without its few old ones (`i-klingon`).
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() <= Self::LONGEST && is_well_formed(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("must be a BCP 47 language tag of at most {} characters, such as de or de-AT", Self::LONGEST))
        }
    }

    /// The tag and then its more general forms, for lookup by RFC 4647, 3.4: `zh-Hant-TW`,
    /// `zh-Hant`, `zh`.
    pub fn from_special_to_general(&self) -> impl Iterator<Item = &str> {
        std::iter::successors(Some(self.as_str()), |tag| tag.rsplit_once('-').map(|(general, _)| general))
    }
}

/// The parts of a tag that are not read yet.
type Parts<'tag> = Peekable<Split<'tag, char>>;

/// The grammar of RFC 5646, 2.1: language, script, region, variants, extensions, private use.
fn is_well_formed(text: &str) -> bool {
    let mut parts = text.split('-').peekable();
    if takes_private_use(&mut parts) {
        return parts.peek().is_none();
    }
    let short = parts.next_if(|part| is_letters(part, 2, 3)).is_some();
    if !short && parts.next_if(|part| is_letters(part, 4, 8)).is_none() {
        return false;
    }
    for _ in 0..if short { 3 } else { 0 } {
        parts.next_if(|part| is_letters(part, 3, 3));
    }
    parts.next_if(|part| is_letters(part, 4, 4));
    parts.next_if(|part| is_letters(part, 2, 2) || is_digits(part));
    while parts.next_if(|part| is_variant(part)).is_some() {}
    while parts.peek().is_some_and(|part| is_singleton(part)) {
        parts.next();
        if !takes_several(&mut parts, 2) {
            return false;
        }
    }
    let ends = |parts: &mut Parts<'_>| parts.peek().is_none();
    ends(&mut parts) || (takes_private_use(&mut parts) && ends(&mut parts))
}

/// Reads a private part, such as `x-whatever`. Returns whether there was one.
fn takes_private_use(parts: &mut Parts<'_>) -> bool {
    parts.next_if(|part| part.eq_ignore_ascii_case("x")).is_some() && takes_several(parts, 1)
}

/// Reads all parts of `least` to 8 letters and digits. Returns whether there were any.
fn takes_several(parts: &mut Parts<'_>, least: usize) -> bool {
    let mut count = 0;
    while parts.next_if(|part| is_alphanumeric(part, least, 8)).is_some() {
        count += 1;
    }
    count > 0
}

fn is_letters(part: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_digits(part: &str) -> bool {
    part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_alphanumeric(part: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_variant(part: &str) -> bool {
    is_alphanumeric(part, 5, 8)
        || (is_alphanumeric(part, 4, 4) && part.starts_with(|first: char| first.is_ascii_digit()))
}

fn is_singleton(part: &str) -> bool {
    is_alphanumeric(part, 1, 1) && !part.eq_ignore_ascii_case("x")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_rfc_5646_are_well_formed() {
        for tag in [
            "de",
            "fr",
            "ja",
            "zh-Hant",
            "zh-Hans",
            "sr-Cyrl",
            "zh-cmn-Hans-CN",
            "cmn-Hans-CN",
            "zh-yue-HK",
            "yue-HK",
            "zh-Hans-CN",
            "sr-Latn-RS",
            "sl-rozaj",
            "sl-rozaj-biske",
            "sl-nedis",
            "de-CH-1901",
            "sl-IT-nedis",
            "hy-Latn-IT-arevela",
            "de-DE",
            "en-US",
            "es-419",
            "de-CH-x-phonebk",
            "az-Arab-x-AZE-derbend",
            "x-whatever",
            "qaa-Qaaa-QM-x-southern",
            "sr-Qaaa-RS",
            "en-US-u-islamcal",
            "zh-CN-a-myext-x-private",
            "en-a-myext-b-another",
            "DE-at",
            "german",
        ] {
            assert_eq!(LanguageTag::parse(tag).map(String::from).as_deref(), Ok(tag));
        }
    }

    #[test]
    fn what_is_no_tag_is_refused() {
        for text in [
            "de-1",
            "de-Latn-abcd",
            "",
            "d",
            "-",
            "de-",
            "-de",
            "de--AT",
            "de_AT",
            "de AT",
            " de",
            "de-419-DE",
            "a-DE",
            "de-AT-",
            "en-a",
            "en-a-x-y1",
            "x",
            "x-",
            "de-x",
            "123",
            "de-AT.UTF-8",
            "dé",
            "languages9",
            "abcdefghi",
            "en-a-b-cd",
            "de-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd",
        ] {
            assert!(LanguageTag::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_tag_is_looked_up_from_special_to_general() {
        let tag = LanguageTag::parse("zh-Hant-TW").expect("well formed");
        assert_eq!(tag.from_special_to_general().collect::<Vec<_>>(), ["zh-Hant-TW", "zh-Hant", "zh"]);
    }

    proptest! {
        #[test]
        fn any_text_is_taken_as_it_is_or_refused(text in "[a-zA-Z0-9_ -]{0,40}") {
            if let Ok(tag) = LanguageTag::parse(&text) {
                prop_assert_eq!(tag.as_str(), &text);
                let general: Vec<&str> = tag.from_special_to_general().collect();
                prop_assert!(general.iter().all(|tag| text.starts_with(tag) && !tag.is_empty()));
            }
        }

        #[test]
        fn language_script_and_region_make_a_tag(
            text in "[a-zA-Z]{2,8}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?(-[a-z]{5,6})?"
        ) {
            prop_assert!(LanguageTag::parse(&text).is_ok());
        }
    }
}
