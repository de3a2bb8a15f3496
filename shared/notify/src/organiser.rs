//! The organiser as mails show them: name, logo, colour, and where to ask and to read more.

use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::event::Event;
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::accent_color::AccentColor;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::web_address::WebAddress;
use waitlist_language::Locale;

use crate::links::Links;

/// What templates know of the organiser.
#[skip_serializing_none]
#[derive(Debug, Serialize)]
pub(crate) struct Organiser<'a> {
    name: Option<&'a str>,
    logo: Option<&'a str>,
    website: Option<&'a str>,
    /// The address for questions.
    contact: Option<&'a str>,
    /// The link to write to it.
    mailto: Option<String>,
    imprint: Option<&'a str>,
    /// The page that says what is kept of people.
    privacy: Option<String>,
    button: ButtonColors,
}

/// The colours of the button, as `#rrggbb`.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct ButtonColors {
    fill: String,
    text: String,
    /// It sets the button off from the white around it.
    edge: String,
    /// It sets the button off in the dark.
    edge_in_the_dark: String,
}

impl<'a> Organiser<'a> {
    /// The organiser in a mail about an event, which may have a contact of its own.
    pub(crate) fn new(settings: &'a StackSettings, event: &'a Event, locale: Locale, links: &Links) -> Self {
        let contact = event.details.contact.as_ref().or(settings.contact.as_ref());
        Self::with(settings, contact, links.privacy_page(Some(&event.id), locale))
    }

    /// The organiser in a mail about all events.
    pub(crate) fn of_stack(settings: &'a StackSettings, locale: Locale, links: &Links) -> Self {
        Self::with(settings, settings.contact.as_ref(), links.privacy_page(None, locale))
    }

    fn with(settings: &'a StackSettings, contact: Option<&'a EmailAddress>, privacy_page: Option<String>) -> Self {
        let privacy = settings.privacy_url.as_ref().map(|url| url.as_str().to_owned());
        Self {
            name: settings.organiser_name.as_ref().map(Label::as_str),
            logo: settings.logo_url.as_ref().map(WebAddress::as_str),
            website: settings.website.as_ref().map(WebAddress::as_str),
            contact: contact.map(EmailAddress::as_str),
            mailto: contact.map(EmailAddress::mailto),
            imprint: settings.imprint_url.as_ref().map(WebAddress::as_str),
            privacy: privacy.or(privacy_page),
            button: settings.accent_color.as_ref().map(ButtonColors::of).unwrap_or_default(),
        }
    }
}

impl ButtonColors {
    fn of(color: &AccentColor) -> Self {
        Self {
            fill: color.rgb().to_string(),
            text: color.text_on_it().to_string(),
            edge: color.on_light_pages().to_string(),
            edge_in_the_dark: color.on_dark_pages().to_string(),
        }
    }
}

impl Default for ButtonColors {
    fn default() -> Self {
        Self::of(&AccentColor::parse("#1d4ed8").expect("it is a colour"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_can_be_read_whatever_the_colour() {
        let of = |text: &str| ButtonColors::of(&AccentColor::parse(text).expect("a colour"));
        let yellow = of("#fde047");
        assert_eq!([&*yellow.fill, &*yellow.text, &*yellow.edge], ["#fde047", "#111827", "#7f7024"]);
        let usual = ButtonColors::default();
        assert_eq!([&*usual.fill, &*usual.text, &*usual.edge], ["#1d4ed8", "#ffffff", "#1d4ed8"]);
    }
}
