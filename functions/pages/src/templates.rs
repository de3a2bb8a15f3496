//! The templates of the pages, and what they may use.

use std::sync::OnceLock;

use jiff::Zoned;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use serde::Serialize;
use waitlist_domain::event::retention::Retention;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_domain::values::time_zone;
use waitlist_language::Locale;

use crate::assets;
use crate::texts::Texts;

macro_rules! embedded {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("../templates/", $name)))),*] };
}

const EMBEDDED: &[(&str, &str)] = embedded![
    "base.html",
    "change.html",
    "event.html",
    "fields.html",
    "find.html",
    "message.html",
    "phone.html",
    "place.html",
    "privacy.html",
    "unsubscribe.html",
];

/// Every template in every language, parsed when it is first used.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    environments: [OnceLock<Environment<'static>>; Locale::ALL.len()],
}

impl Templates {
    /// Fills in a template. An error is a bug: the template does not fit its values.
    pub(crate) fn render(&self, locale: Locale, name: &str, values: Value) -> Result<String, Error> {
        let environment = self.environments[locale.index()].get_or_init(|| environment(locale));
        let text = environment.get_template(name)?.render(values)?;
        // HTML does not need the escape of a slash. A value can't contain it, because its `&` is
        // escaped too.
        Ok(text.replace("&#x2f;", "/"))
    }
}

fn environment(locale: Locale) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Lenient);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the usual marks of blocks differ"));
    environment.add_global("lang", locale.as_str());
    environment.add_global("stylesheet", assets::STYLESHEET.path());
    environment.add_global("script", assets::SCRIPT.path());
    environment.add_global("challenge_script", assets::CHALLENGE.path());
    environment.add_function("t", move |name: &str, values: Kwargs| Texts::of(locale).text_for_template(name, values));
    environment.add_filter("instant", move |time: &str, zone: &str| instant(locale, time, zone));
    environment.add_filter("duration", move |window: &str| {
        let window = Window::parse(window).map_err(|error| refused(&error.to_string()))?;
        Ok::<_, Error>(locale.length_of_time(window.milliseconds()))
    });
    environment.add_filter("retention", move |retention: &str| {
        let retention = Retention::parse(retention).map_err(|error| refused(&error))?;
        Ok::<_, Error>(locale.length_of_time(retention.milliseconds()))
    });
    environment.add_filter("number", move |number: u64| locale.number(number));
    environment
        .add_filter("mailto", |address: &str| Ok::<_, Error>(EmailAddress::parse(address).map_err(refused)?.mailto()));
    environment.add_filter("ordinal", move |place: u64| locale.ordinal(place));
    for &(name, source) in EMBEDDED {
        environment.add_template(name, source).expect("a test reads all templates");
    }
    environment
}

/// A value as templates see it: with the names that it has in JSON.
pub(crate) fn value(of: impl Serialize) -> Value {
    Value::from(Serde(of))
}

/// A time of the API on the clocks of a zone.
fn local(time: &str, zone: &str) -> Result<Zoned, Error> {
    Timestamp::parse(time).map(|time| time_zone::local(time, zone)).map_err(refused)
}

/// A time with the city of its zone, which people know better than an offset.
fn instant(locale: Locale, time: &str, zone: &str) -> Result<String, Error> {
    let time = local(time, zone)?;
    let city = zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
    Ok(locale.instant(&time, false).replace(&time_zone::name_and_offset(&time), &city))
}

fn refused(reason: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_read_in_every_language() {
        for locale in Locale::ALL {
            assert_eq!(environment(locale).templates().count(), EMBEDDED.len());
        }
    }

    #[test]
    fn a_time_names_the_city_of_its_zone() {
        let time = |zone| instant(Locale::English, "2027-07-05T13:00:00Z", zone).expect("the zone is known");
        assert_eq!(time("America/New_York"), "Monday 5 July 2027 at 09:00 (New York)");
        assert_eq!(time("UTC"), "Monday 5 July 2027 at 13:00 (UTC)");
    }
}
