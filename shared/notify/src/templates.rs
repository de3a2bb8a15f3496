//! The templates, one folder for each language and kind of message, embedded in the program.

use std::fmt;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, UndefinedBehavior, context};
use waitlist_domain::messages::message::NotificationKind;

use crate::link_mail::LinkMail;
use crate::links::Links;
use crate::message::Message;
use crate::phone_code_message::PhoneCodeMessage;

/// The most characters of an event's name in a text message, because the price depends on the
/// length.
const LONGEST_BRIEF_NAME: usize = 32;

/// Templates with their names, by their paths.
macro_rules! embedded {
    ($($path:expr),* $(,)?) => {
        [$(($path, include_str!(concat!("../templates/", $path)))),*]
    };
}

/// The templates of a language. All its mails share what is said of the event and of the organiser.
/// Each message has four parts, but two lack some. A code goes by text message alone, and links go by
/// mail alone.
macro_rules! of_language {
    ($locale:literal) => {
        of_language!(
            $locale,
            "joined",
            "confirm",
            "confirm-reminder",
            "joined-again",
            "offered",
            "reminder",
            "claimed",
            "converted",
            "expired",
            "purchase-ended",
            "declined",
            "moved-up",
        )
    };
    ($locale:literal, $($kind:literal),* $(,)?) => {
        embedded![
            concat!($locale, "/about.txt"),
            concat!($locale, "/about.html"),
            concat!($locale, "/footer.txt"),
            concat!($locale, "/footer.html"),
            concat!($locale, "/phone-code/sms.txt"),
            concat!($locale, "/links/subject.txt"),
            concat!($locale, "/links/body.txt"),
            concat!($locale, "/links/body.html"),
            $(
                concat!($locale, "/", $kind, "/subject.txt"),
                concat!($locale, "/", $kind, "/body.txt"),
                concat!($locale, "/", $kind, "/body.html"),
                concat!($locale, "/", $kind, "/sms.txt"),
            )*
        ]
    };
}

/// All templates. `layout.html` has the elements that all mails share.
const EMBEDDED: [&[(&str, &str)]; 5] =
    [&embedded!["layout.html"], &of_language!("en"), &of_language!("de"), &of_language!("fr"), &of_language!("es")];

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
        for &(name, source) in EMBEDDED.iter().copied().flatten() {
            environment.add_template(name, source).map_err(|error| RenderError::new(name, error))?;
        }
        Ok(Self { environment, links: links.into() })
    }

    /// The pages to which the links lead.
    pub const fn links(&self) -> &Links {
        &self.links
    }

    /// Writes a message from its templates.
    pub fn render(&self, message: &Message<'_>) -> Result<Rendered, RenderError> {
        let language = message.locale.as_str();
        let variables = Value::from(Serde(message.variables(&self.links)));
        let part = |part: &str, variables: &Value| {
            self.filled_in(&format!("{language}/{}/{part}", message.kind.as_str()), variables)
        };
        let subject = one_line(&part("subject.txt", &variables)?);
        let footer = self.filled_in(&format!("{language}/footer.txt"), &variables)?;
        let of_page = context! { subject => subject.as_str(), language, ..variables.clone() };
        Ok(Rendered {
            text: with_footer(part("body.txt", &variables)?, &footer),
            html: with_whole_offsets(&with_plain_slashes(&part("body.html", &of_page)?)),
            sms: one_line(&part("sms.txt", &variables)?),
            subject,
        })
    }

    /// Writes the text message with a code. Its last line binds the code to the pages.
    pub fn render_code(&self, message: &PhoneCodeMessage<'_>) -> Result<String, RenderError> {
        let variables = Value::from(Serde(message.variables()));
        let name = format!("{}/{}/sms.txt", message.locale.as_str(), NotificationKind::PhoneCode.as_str());
        let text = one_line(&self.filled_in(&name, &variables)?);
        Ok(format!("{text}\n\n@{} #{}", self.links.host(), message.code.as_str()))
    }

    /// Writes the mail with the links to a person's places. It has no text message.
    pub fn render_links(&self, mail: &LinkMail<'_>) -> Result<Rendered, RenderError> {
        let language = mail.locale.as_str();
        let variables = Value::from(Serde(mail.variables(&self.links)));
        let part = |part: &str, variables: &Value| self.filled_in(&format!("{language}/links/{part}"), variables);
        let subject = one_line(&part("subject.txt", &variables)?);
        let footer = self.filled_in(&format!("{language}/footer.txt"), &variables)?;
        let of_page = context! { subject => subject.as_str(), language, ..variables.clone() };
        Ok(Rendered {
            text: with_footer(part("body.txt", &variables)?, &footer),
            html: with_whole_offsets(&with_plain_slashes(&part("body.html", &of_page)?)),
            sms: String::new(),
            subject,
        })
    }

    fn filled_in(&self, name: &str, variables: &Value) -> Result<String, RenderError> {
        let filled_in = self.environment.get_template(name).and_then(|template| template.render(variables));
        filled_in.map_err(|error| RenderError::new(name, error))
    }
}

/// The text of a mail, and below it the organiser.
fn with_footer(text: String, footer: &str) -> String {
    let footer = footer.trim();
    if footer.is_empty() { text } else { format!("{}\n\n{footer}", text.trim_end()) }
}

/// Restores slashes that minijinja has escaped. HTML does not need the escape, and an escaped link
/// looks as if it were hidden.
///
/// A customer's own text can't contain the escape, because its `&` is escaped too.
fn with_plain_slashes(html: &str) -> String {
    html.replace("&#x2f;", "/")
}

/// Keeps `UTC-04:00` on one line. A line may end behind a hyphen, but not behind this one.
fn with_whole_offsets(html: &str) -> String {
    html.replace("UTC-", "UTC\u{2011}")
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
    use std::collections::BTreeSet;

    use waitlist_language::Locale;

    use super::*;

    /// The values of all templates.
    const VALUES: [&str; 21] = [
        "name",
        "event",
        "starts",
        "place",
        "organiser",
        "attendee",
        "ticket_type",
        "quantity",
        "link",
        "deadline",
        "confirm",
        "pay_within",
        "registration",
        "threshold",
        "draw",
        "code",
        "minutes",
        "subject",
        "language",
        "places",
        "place",
    ];

    #[test]
    fn every_kind_of_message_has_its_four_parts_in_every_language() {
        let is_embedded = |name: &str| EMBEDDED.iter().copied().flatten().any(|(embedded, _)| *embedded == name);
        for (locale, kind) in
            Locale::ALL.into_iter().flat_map(|locale| NotificationKind::ALL.map(|kind| (locale, kind)))
        {
            let parts = match kind {
                NotificationKind::PhoneCode => &["sms.txt"][..],
                _ => &["subject.txt", "body.txt", "body.html", "sms.txt"],
            };
            for part in parts {
                let name = format!("{}/{}/{part}", locale.as_str(), kind.as_str());
                assert!(is_embedded(&name), "{name} is missing");
            }
        }
    }

    /// The values that a template uses, without what stands in quotes.
    fn values_in(source: &str) -> BTreeSet<&str> {
        let expressions = source.split('{').filter_map(|part| part.split_once('}')).map(|(expression, _)| expression);
        let outside_quotes = expressions.flat_map(|expression| expression.split('"').step_by(2));
        let words =
            outside_quotes.flat_map(|part| part.split(|sign: char| !(sign.is_alphanumeric() || "._".contains(sign))));
        words.filter(|word| VALUES.contains(&word.split('.').next().unwrap_or_default())).collect()
    }

    fn source(name: &str) -> &'static str {
        let mut templates = EMBEDDED.iter().copied().flatten();
        templates.find(|(embedded, _)| *embedded == name).map(|(_, source)| *source).expect("it is embedded")
    }

    #[test]
    fn all_languages_use_the_same_values() {
        for (name, english) in EMBEDDED[1] {
            let part = name.strip_prefix("en/").expect("they are the English ones");
            for locale in Locale::ALL {
                let name = format!("{}/{part}", locale.as_str());
                assert_eq!(values_in(source(&name)), values_in(english), "{name}");
            }
        }
    }

    #[test]
    fn every_value_is_used() {
        let used: BTreeSet<&str> =
            EMBEDDED.iter().copied().flatten().flat_map(|(_, source)| values_in(source)).collect();
        for value in VALUES {
            assert!(used.iter().any(|used| used.split('.').next() == Some(value)), "{value}");
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
