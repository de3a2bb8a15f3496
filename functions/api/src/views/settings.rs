//! The settings of the stack.

use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::accent_color::AccentColor;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::country::Country;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::web_address::WebAddress;

/// The settings of the stack. What is not set is absent.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct SettingsView<'settings> {
    organiser_name: Option<&'settings Label>,
    contact: Option<&'settings EmailAddress>,
    reply_to: Option<&'settings EmailAddress>,
    website: Option<&'settings WebAddress>,
    privacy_url: Option<&'settings WebAddress>,
    imprint_url: Option<&'settings WebAddress>,
    logo_url: Option<&'settings WebAddress>,
    accent_color: Option<&'settings AccentColor>,
    default_locale: Option<&'settings LanguageTag>,
    country: Option<&'settings Country>,
}

impl<'settings> SettingsView<'settings> {
    /// Shows the settings.
    pub fn new(settings: &'settings StackSettings) -> Self {
        Self {
            organiser_name: settings.organiser_name.as_ref(),
            contact: settings.contact.as_ref(),
            reply_to: settings.reply_to.as_ref(),
            website: settings.website.as_ref(),
            privacy_url: settings.privacy_url.as_ref(),
            imprint_url: settings.imprint_url.as_ref(),
            logo_url: settings.logo_url.as_ref(),
            accent_color: settings.accent_color.as_ref(),
            default_locale: settings.default_locale.as_ref(),
            country: settings.country.as_ref(),
        }
    }
}
