//! The words of the pages, in each language: Fluent's files in `texts/`.

use std::fmt;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Error, ErrorKind};
use unic_langid::LanguageIdentifier;
use waitlist_language::Locale;

/// The words of one language.
pub(crate) struct Texts(FluentBundle<FluentResource>);

impl fmt::Debug for Texts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Texts").finish_non_exhaustive()
    }
}

const fn source(locale: Locale) -> &'static str {
    match locale {
        Locale::English => include_str!("../texts/en.ftl"),
        Locale::German => include_str!("../texts/de.ftl"),
        Locale::French => include_str!("../texts/fr.ftl"),
        Locale::Spanish => include_str!("../texts/es.ftl"),
    }
}

impl Texts {
    /// The words of a language, which are read once.
    pub(crate) fn of(locale: Locale) -> &'static Self {
        static TEXTS: [OnceLock<Texts>; Locale::ALL.len()] = [const { OnceLock::new() }; Locale::ALL.len()];
        TEXTS[locale.index()].get_or_init(|| Self::read(locale))
    }

    fn read(locale: Locale) -> Self {
        let language: LanguageIdentifier = locale.as_str().parse().expect("our tags are well formed");
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Only what has letters from right to left is isolated, by `isolated`.
        bundle.set_use_isolating(false);
        let resource = FluentResource::try_new(source(locale).to_owned()).expect("a test reads all texts");
        bundle.add_resource(resource).expect("a test looks for texts that stand twice");
        Self(bundle)
    }

    /// The text of this name, with these values in it.
    pub(crate) fn text(&self, name: &str, values: &FluentArgs<'_>) -> Option<String> {
        let pattern = self.0.get_message(name)?.value()?;
        let mut errors = Vec::new();
        let text = self.0.format_pattern(pattern, Some(values), &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }

    /// The text of this name, for a template: `t("join-button", seats=2)`.
    pub(crate) fn text_for_template(&self, name: &str, values: Kwargs) -> Result<String, Error> {
        let mut arguments = FluentArgs::new();
        for key in values.args() {
            arguments.set(key.to_owned(), fluent_value(&values.get::<Value>(key)?));
        }
        let missing = || Error::new(ErrorKind::UndefinedError, format!("the text {name} or a value of it is missing"));
        self.text(name, &arguments).ok_or_else(missing)
    }
}

fn fluent_value(value: &Value) -> FluentValue<'static> {
    match (value.kind(), i64::try_from(value.clone())) {
        (ValueKind::Number, Ok(number)) => FluentValue::from(number),
        _ => FluentValue::from(isolated(&value.to_string())),
    }
}

/// A text with a mark around it if it has letters from right to left, such as a name in Hebrew. Then
/// the sentence around it keeps its order.
fn isolated(text: &str) -> String {
    let is_from_right_to_left =
        |letter: char| matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}');
    if text.chars().any(is_from_right_to_left) { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The names of all texts of a language, with the values that each takes.
    fn names(locale: Locale) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut current = String::new();
        for line in source(locale).lines() {
            if let Some((name, _)) =
                line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                name.clone_into(&mut current);
                assert!(found.insert(current.clone(), Vec::new()).is_none(), "{name} stands twice in {locale:?}");
            }
            for value in line.split('$').skip(1) {
                let end = value.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len());
                let of_text = found.get_mut(&current).expect("a value stands in a text");
                if !of_text.contains(&value[..end].to_owned()) {
                    of_text.push(value[..end].to_owned());
                }
            }
        }
        found.values_mut().for_each(|values| values.sort());
        found
    }

    #[test]
    fn every_language_has_the_same_texts_with_the_same_values() {
        let english = names(Locale::English);
        assert!(!english.is_empty());
        for locale in Locale::ALL {
            assert_eq!(names(locale), english, "{locale:?}");
            let values = FluentArgs::from_iter(english.values().flatten().map(|name| (name.clone(), 2)));
            for name in english.keys() {
                assert!(
                    Texts::of(locale).text(name, &values).is_some_and(|text| !text.is_empty()),
                    "{name}, {locale:?}"
                );
            }
        }
    }

    #[test]
    fn no_text_of_a_language_is_left_in_english() {
        let same_in_two = ["No", "Code", "Error", "E-mail"];
        let values = ["waiting", "window", "most", "name", "time", "count", "entrants", "seats", "event", "organiser"];
        let values = values.into_iter().chain(["beginnings", "ending", "left", "place", "ticket"]);
        let values = FluentArgs::from_iter(values.map(|name| (name, 2)));
        let text = |locale, name: &str| Texts::of(locale).text(name, &values).unwrap_or_default();
        for locale in Locale::ALL.into_iter().filter(|locale| *locale != Locale::English) {
            for name in names(Locale::English).keys() {
                let english = text(Locale::English, name);
                let is_shared = same_in_two.contains(&english.as_str());
                assert!(is_shared || text(locale, name) != english, "{name} in {locale:?}: {english}");
            }
        }
    }

    #[test]
    fn names_from_right_to_left_keep_the_order_of_the_sentence() {
        assert_eq!(isolated("Ada"), "Ada");
        assert_eq!(isolated("\u{5d0}\u{5d3}\u{5d4}"), "\u{2068}\u{5d0}\u{5d3}\u{5d4}\u{2069}");
    }
}
