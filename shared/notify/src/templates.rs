//! The templates, one folder for each language and kind of message, embedded in the program.

use std::fmt;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use waitlist_domain::messages::message::NotificationKind;

use crate::links::Links;
use crate::message::Message;
use crate::phone_code_message::PhoneCodeMessage;

/// The most characters of an event's name in a text message, because the price depends on the
/// length.
const LONGEST_BRIEF_NAME: usize = 32;

/// The four parts of each message, with their names.
macro_rules! embedded {
    ($($locale:literal / $kind:literal),* $(,)?) => {
        [$(
            embedded!($locale, $kind, "subject.txt"),
            embedded!($locale, $kind, "body.txt"),
            embedded!($locale, $kind, "body.html"),
            embedded!($locale, $kind, "sms.txt"),
        )*]
    };
    ($locale:literal, $kind:literal, $part:literal) => {
        (
            concat!($locale, "/", $kind, "/", $part),
            include_str!(concat!("../templates/", $locale, "/", $kind, "/", $part)),
        )
    };
}

const EMBEDDED: &[(&str, &str)] = &embedded![
    "en" / "joined",
    "en" / "confirm",
    "en" / "confirm-reminder",
    "en" / "joined-again",
    "en" / "offered",
    "en" / "reminder",
    "en" / "claimed",
    "en" / "converted",
    "en" / "expired",
    "en" / "purchase-ended",
    "en" / "declined",
    "en" / "moved-up",
    "de" / "joined",
    "de" / "confirm",
    "de" / "confirm-reminder",
    "de" / "joined-again",
    "de" / "offered",
    "de" / "reminder",
    "de" / "claimed",
    "de" / "converted",
    "de" / "expired",
    "de" / "purchase-ended",
    "de" / "declined",
    "de" / "moved-up",
];

/// The text messages with codes. No mail has one.
const EMBEDDED_CODES: &[(&str, &str)] =
    &[embedded!("en", "phone-code", "sms.txt"), embedded!("de", "phone-code", "sms.txt")];

/// A written message. `Debug` does not show its content, because it is personal.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The mail's subject, on one line.
    pub subject: String,
    /// The mail as plain text.
    pub text: String,
    /// The mail as HTML.
    pub html: String,
    /// The text message, on one line.
    pub sms: String,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Rendered(private)")
    }
}

/// A template that does not fit its values. This is a bug, and the message can be sent once it is
/// fixed.
#[derive(Debug, thiserror::Error)]
#[error("the template {template} can't be rendered")]
pub struct RenderError {
    template: String,
    source: minijinja::Error,
}

/// Every template, parsed.
#[derive(Debug, Clone)]
pub struct Templates {
    environment: Environment<'static>,
    links: Links,
}

impl Templates {
    /// Reads the embedded templates. Their links lead to these pages.
    pub fn new(links: impl Into<Links>) -> Result<Self, RenderError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment
            .set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
        environment.add_filter("shortened", |text: String| shortened(&text));
        for &(name, source) in EMBEDDED.iter().chain(EMBEDDED_CODES) {
            environment.add_template(name, source).map_err(|error| RenderError::new(name, error))?;
        }
        Ok(Self { environment, links: links.into() })
    }

    /// Writes a message from its templates.
    pub fn render(&self, message: &Message<'_>) -> Result<Rendered, RenderError> {
        let variables = Value::from(Serde(message.variables(&self.links)));
        let part = |part: &str| {
            self.filled_in(&format!("{}/{}/{part}", message.locale.as_str(), message.kind.as_str()), &variables)
        };
        Ok(Rendered {
            subject: one_line(&part("subject.txt")?),
            text: part("body.txt")?,
            html: with_plain_slashes(&part("body.html")?),
            sms: one_line(&part("sms.txt")?),
        })
    }

    /// Writes the text message with a code. Its last line binds the code to the pages.
    pub fn render_code(&self, message: &PhoneCodeMessage<'_>) -> Result<String, RenderError> {
        let variables = Value::from(Serde(message.variables()));
        let name = format!("{}/{}/sms.txt", message.locale.as_str(), NotificationKind::PhoneCode.as_str());
        let text = one_line(&self.filled_in(&name, &variables)?);
        Ok(format!("{text}\n\n@{} #{}", self.links.host(), message.code.as_str()))
    }

    fn filled_in(&self, name: &str, variables: &Value) -> Result<String, RenderError> {
        let filled_in = self.environment.get_template(name).and_then(|template| template.render(variables));
        filled_in.map_err(|error| RenderError::new(name, error))
    }
}

/// Restores slashes that minijinja has escaped. HTML does not need the escape, and an escaped link
/// looks as if it were hidden.
///
/// A customer's own text can't contain the escape, because its `&` is escaped too.
fn with_plain_slashes(html: &str) -> String {
    html.replace("&#x2f;", "/")
}

impl RenderError {
    fn new(template: &str, source: minijinja::Error) -> Self {
        Self { template: template.to_owned(), source }
    }
}

/// Joins a text into one line. A line break or another control character could make a mail header.
fn one_line(text: &str) -> String {
    let words = text.split(|character: char| character.is_whitespace() || character.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST_BRIEF_NAME {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST_BRIEF_NAME - 3).collect();
    format!("{}...", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use waitlist_language::Locale;

    use super::*;

    #[test]
    fn every_kind_of_message_has_its_four_parts_in_every_language() {
        for locale in Locale::ALL {
            assert!(
                EMBEDDED_CODES.iter().any(|(name, _)| name.split('/').next() == Some(locale.as_str())),
                "{locale:?}"
            );
            for kind in NotificationKind::ALL.into_iter().filter(|kind| *kind != NotificationKind::PhoneCode) {
                for part in ["subject.txt", "body.txt", "body.html", "sms.txt"] {
                    let name = format!("{}/{}/{part}", locale.as_str(), kind.as_str());
                    assert!(EMBEDDED.iter().any(|(embedded, _)| *embedded == name), "{name} is missing");
                }
            }
        }
    }

    #[test]
    fn one_line_has_no_breaks() {
        assert_eq!(
            one_line(" Seats\r\nBcc: everyone@example.org\t\u{b}\u{0}now\u{2028}! "),
            "Seats Bcc: everyone@example.org now !"
        );
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(shortened("Summer Camp, Week 1"), "Summer Camp, Week 1");
        assert_eq!(shortened(&"é".repeat(32)), "é".repeat(32));
        assert_eq!(shortened(&"é".repeat(33)), format!("{}...", "é".repeat(29)));
    }
}
