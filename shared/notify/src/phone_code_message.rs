//! The content of the text message with a code.

use serde::Serialize;
use waitlist_domain::entry::phone_confirmation::CODE_LASTS;
use waitlist_domain::event::Event;
use waitlist_domain::values::phone_code::PhoneCode;
use waitlist_language::Locale;

/// A text message with a code. It has no word of the person who joined, because its recipient may
/// be anybody.
#[derive(Debug, Clone, Copy)]
pub struct PhoneCodeMessage<'a> {
    /// The message's language.
    pub locale: Locale,
    /// The event of the entry.
    pub event: &'a Event,
    /// The code.
    pub code: &'a PhoneCode,
}

/// The values that the template may use.
#[derive(Serialize)]
pub(crate) struct Variables<'a> {
    /// The event's name.
    event: &'a str,
    code: &'a str,
    /// How many minutes the code can be entered.
    minutes: i64,
}

impl<'a> PhoneCodeMessage<'a> {
    pub(crate) fn variables(&self) -> Variables<'a> {
        Variables { event: self.event.name.as_str(), code: self.code.as_str(), minutes: CODE_LASTS / 60_000 }
    }
}
