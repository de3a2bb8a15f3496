//! The languages that messages are written in.

use jiff::Zoned;

use crate::english;

/// A language: a folder of templates, and the words for times that templates can't make themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English.
    #[default]
    English,
}

impl Locale {
    /// Every language there is.
    pub const ALL: [Self; 1] = [Self::English];

    /// The folder of its templates.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
        }
    }

    /// An instant as people of this language write it, with its time zone.
    pub(crate) fn instant(self, instant: &Zoned, to_the_second: bool) -> String {
        match self {
            Self::English => english::instant(instant, to_the_second),
        }
    }

    /// The same for a text message, where every character counts.
    pub(crate) fn brief_instant(self, instant: &Zoned, to_the_second: bool) -> String {
        match self {
            Self::English => english::brief_instant(instant, to_the_second),
        }
    }

    /// A length of time in words.
    pub(crate) fn length_of_time(self, milliseconds: i64) -> String {
        match self {
            Self::English => english::length_of_time(milliseconds),
        }
    }
}
