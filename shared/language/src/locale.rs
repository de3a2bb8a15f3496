//! The languages that customers read.

use jiff::Zoned;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::time_zone;

use crate::calendar::time_of_day;
use crate::{accept_language, english, french, german, spanish};

/// A language, with its words for times, dates and numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English.
    #[default]
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
}

impl Locale {
    /// Every language there is.
    pub const ALL: [Self; 4] = [Self::English, Self::German, Self::French, Self::Spanish];

    /// The language of the first tag that has one, or else English. A tag falls back to its more
    /// general form: `de-AT` gets `de`.
    pub fn of<'tag>(wishes: impl IntoIterator<Item = &'tag LanguageTag>) -> Self {
        wishes.into_iter().find_map(Self::meeting).unwrap_or_default()
    }

    /// The language that a browser's `Accept-Language` wishes for most, of those there are.
    ///
    /// Malformed parts of the header are skipped.
    pub fn of_accept_language(header: &str) -> Option<Self> {
        accept_language::wishes(header).iter().find_map(Self::meeting)
    }

    /// The language of this tag, or of its more general form. Nothing if there is none of them.
    pub fn meeting(wish: &LanguageTag) -> Option<Self> {
        wish.from_special_to_general().find_map(Self::named)
    }

    /// The language of a primary tag, such as `de`. Case does not matter.
    pub fn named(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|locale| tag.eq_ignore_ascii_case(locale.as_str()))
    }

    /// The place of the language in [`Self::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The tag of the language, which is also the folder of its templates.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
        }
    }

    /// An instant with its time zone.
    pub fn instant(self, instant: &Zoned, to_the_second: bool) -> String {
        match self {
            Self::English => english::instant(instant, to_the_second),
            Self::German => german::instant(instant, to_the_second),
            Self::French => french::instant(instant, to_the_second),
            Self::Spanish => spanish::instant(instant, to_the_second),
        }
    }

    /// An instant for a text message, where every character counts. It has only characters that
    /// text messages count once.
    pub fn brief_instant(self, instant: &Zoned, to_the_second: bool) -> String {
        let time = time_of_day(instant, to_the_second);
        format!("{} {time} {}", self.short_date(instant), time_zone::offset(instant))
    }

    /// A day with its day of the week, without a time: `Monday 5 July 2027`.
    pub fn date(self, day: &Zoned) -> String {
        match self {
            Self::English => english::date(day),
            Self::German => german::date(day),
            Self::French => french::date(day),
            Self::Spanish => spanish::date(day),
        }
    }

    /// A day in few characters: `5 Jul 2027`.
    pub fn short_date(self, day: &Zoned) -> String {
        match self {
            Self::English => english::short_date(day),
            Self::German => german::short_date(day),
            Self::French => french::short_date(day),
            Self::Spanish => spanish::short_date(day),
        }
    }

    /// A length of time in words, as after "in": `1 hour 30 minutes`.
    pub fn length_of_time(self, milliseconds: i64) -> String {
        match self {
            Self::English => english::length_of_time(milliseconds),
            Self::German => german::length_of_time(milliseconds),
            Self::French => french::length_of_time(milliseconds),
            Self::Spanish => spanish::length_of_time(milliseconds),
        }
    }

    /// A whole number with its digits grouped: `1,234`.
    pub fn number(self, number: u64) -> String {
        match self {
            Self::English => english::number(number),
            Self::German => german::number(number),
            Self::French => french::number(number),
            Self::Spanish => spanish::number(number),
        }
    }

    /// A place in line: `7th`. Where a language asks for a gender, it is that of its word for such a
    /// place: "la 7e place", "el 7.º puesto".
    pub fn ordinal(self, place: u64) -> String {
        match self {
            Self::English => english::ordinal(place),
            Self::German => german::ordinal(place),
            Self::French => french::ordinal(place),
            Self::Spanish => spanish::ordinal(place),
        }
    }
}

#[cfg(test)]
mod tests {
    use waitlist_domain::values::time::Timestamp;

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
            (&["fr-CA", "de-AT"], "fr"),
            (&["es-419"], "es"),
            (&["it-CH", "de-AT"], "de"),
            (&["it-CH", "ja"], "en"),
            // The first tag only begins with the letters of German, and the second only mentions
            // German.
            (&["den"], "en"),
            (&["nl-x-de"], "en"),
        ] {
            assert_eq!(of(wishes), locale, "{wishes:?}");
        }
    }

    #[test]
    fn a_browser_gets_its_first_wish_that_can_be_met() {
        for (header, locale) in [
            ("de-AT,de;q=0.9,en;q=0.8", Some(Locale::German)),
            ("en;q=0.5,fr-CH;q=0.9", Some(Locale::French)),
            ("ja,it;q=0.9,es-MX;q=0.3", Some(Locale::Spanish)),
            ("en-US;q=oh,de;q=0.1", Some(Locale::German)),
            ("de;q=0,en;q=0.1", Some(Locale::English)),
            ("ja", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Locale::of_accept_language(header), locale, "{header}");
        }
    }

    #[test]
    fn the_languages_are_numbered_as_they_are_listed() {
        assert_eq!(Locale::ALL.map(Locale::index), [0, 1, 2, 3]);
    }

    #[test]
    fn a_near_deadline_is_told_briefly_to_the_second() {
        let deadline = Timestamp::parse("2027-07-05T13:00:07.900Z").expect("valid");
        let deadline = time_zone::local(deadline, "America/New_York");
        for (locale, date) in Locale::ALL.into_iter().zip(["5 Jul 2027", "5.7.2027", "5 juil. 2027", "5 jul 2027"]) {
            assert_eq!(locale.brief_instant(&deadline, true), format!("{date} 09:00:07 UTC-04:00"));
            assert_eq!(locale.brief_instant(&deadline, false), format!("{date} 09:00 UTC-04:00"));
        }
    }

    #[test]
    fn a_brief_instant_has_only_characters_that_text_messages_count_once() {
        for (locale, month) in Locale::ALL.into_iter().flat_map(|locale| (1..=12).map(move |month| (locale, month))) {
            let day = Timestamp::parse(&format!("2027-{month:02}-28T12:00:00Z")).expect("valid");
            let written = locale.brief_instant(&time_zone::local(day, "America/New_York"), true);
            let is_plain = |character: char| character.is_ascii() || "éèù".contains(character);
            assert!(written.chars().all(is_plain) && written.chars().count() <= 32, "{written}");
        }
    }
}
