//! The languages of messages.

use jiff::Zoned;

use waitlist_domain::values::language::LanguageTag;

use crate::{english, german};

/// A language: a folder of templates, and the words for times, which templates can't make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English.
    #[default]
    English,
    /// German.
    German,
}

impl Locale {
    /// Every language there is.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// The language of the first tag that has one, or else English. A tag falls back to its more
    /// general form: `de-AT` gets `de`.
    pub fn of<'tag>(wishes: impl IntoIterator<Item = &'tag LanguageTag>) -> Self {
        wishes.into_iter().find_map(Self::meeting).unwrap_or_default()
    }

    fn meeting(wish: &LanguageTag) -> Option<Self> {
        let named = |tag: &str| Self::ALL.into_iter().find(|locale| tag.eq_ignore_ascii_case(locale.as_str()));
        wish.from_special_to_general().find_map(named)
    }

    /// The folder of the language's templates.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// An instant with its time zone, as this language writes it.
    pub(crate) fn instant(self, instant: &Zoned, to_the_second: bool) -> String {
        match self {
            Self::English => english::instant(instant, to_the_second),
            Self::German => german::instant(instant, to_the_second),
        }
    }

    /// An instant for a text message, where every character counts.
    pub(crate) fn brief_instant(self, instant: &Zoned, to_the_second: bool) -> String {
        match self {
            Self::English => english::brief_instant(instant, to_the_second),
            Self::German => german::brief_instant(instant, to_the_second),
        }
    }

    /// A length of time in words.
    pub(crate) fn length_of_time(self, milliseconds: i64) -> String {
        match self {
            Self::English => english::length_of_time(milliseconds),
            Self::German => german::length_of_time(milliseconds),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(wishes: &[&str]) -> &'static str {
        let wishes: Vec<LanguageTag> =
            wishes.iter().map(|wish| LanguageTag::parse(wish).expect("well formed")).collect();
        Locale::of(&wishes).as_str()
    }

    #[test]
    fn the_first_wish_that_can_be_met_is() {
        for (wishes, locale) in [
            (&[][..], "en"),
            (&["de"], "de"),
            (&["de-AT"], "de"),
            (&["DE-Latn-at-1996"], "de"),
            (&["en-GB", "de"], "en"),
            (&["fr-CA", "de-AT"], "de"),
            (&["fr-CA", "ja"], "en"),
            // The first tag only begins with the letters of German, and the second only mentions
            // German.
            (&["den"], "en"),
            (&["nl-x-de"], "en"),
        ] {
            assert_eq!(of(wishes), locale, "{wishes:?}");
        }
    }
}
