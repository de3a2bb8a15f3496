//! The settings of a stack: who organises, how to reach them, and how their pages look.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::values::accent_color::AccentColor;
use crate::values::contact::EmailAddress;
use crate::values::country::Country;
use crate::values::label::Label;
use crate::values::language::LanguageTag;
use crate::values::web_address::WebAddress;

/// What an organiser sets for all events at once. Each part may be absent.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StackSettings {
    /// The name on pages and before the address of mails.
    pub organiser_name: Option<Label>,
    /// The address for questions.
    pub contact: Option<EmailAddress>,
    /// The address for replies to mails.
    pub reply_to: Option<EmailAddress>,
    pub website: Option<WebAddress>,
    pub privacy_url: Option<WebAddress>,
    pub imprint_url: Option<WebAddress>,
    pub logo_url: Option<WebAddress>,
    pub accent_color: Option<AccentColor>,
    /// The language for customers and events that name none that we speak.
    pub default_locale: Option<LanguageTag>,
    /// The country of telephone numbers that are written as at home.
    pub country: Option<Country>,
}
