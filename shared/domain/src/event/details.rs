//! What an event is to people: where it is, what happens there, whom to ask, where to buy and pay.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::event::checkout_address::CheckoutAddress;
use crate::form::question::parse_lines;
use crate::values::contact::EmailAddress;
use crate::values::label::Label;
use crate::values::shape::{Described, Shape};
use crate::values::text::text;
use crate::values::web_address::WebAddress;

/// The details of an event that no rule depends on. Each may be absent.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Details {
    /// The place of the event. Elsewhere here a place is one in a line.
    pub venue: Option<Label>,
    pub description: Option<Description>,
    pub image_url: Option<WebAddress>,
    /// The address for questions.
    pub contact: Option<EmailAddress>,
    /// The page on which seats on sale are bought.
    pub shop_url: Option<WebAddress>,
    /// The page on which a claimed offer is paid.
    pub checkout_url: Option<CheckoutAddress>,
}

text! {
    /// A plain text of one line or several about an event.
    pub struct Description;
}

impl Description {
    pub const LONGEST: i64 = 2_000;

    /// Accepts 1 to [`Self::LONGEST`] characters; surrounding white space is dropped.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse_lines(text, Self::LONGEST).map(Self)
    }
}

impl Described for Description {
    const SHAPE: Shape = Shape::text(1, Self::LONGEST as usize);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_keeps_its_lines() {
        let description = Description::parse(" A week by the lake.\r\n\r\nBring a towel. \n");
        assert_eq!(description.as_ref().map(Description::as_str), Ok("A week by the lake.\n\nBring a towel."));
    }

    #[test]
    fn a_description_has_nothing_that_disturbs_or_that_nobody_sees() {
        for text in ["", " \n", "\u{200b}", "a\u{0}b", "a\u{1b}[2Jb", "a\u{202e}b", "a\u{2028}b"] {
            assert!(Description::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn details_are_read_back_and_absent_ones_are_not_stored() {
        let none = serde_json::to_string(&Details::default()).expect("JSON");
        assert_eq!(none, "{}");
        assert_eq!(serde_json::from_str::<Details>(&none).expect("details"), Details::default());
        let some = Details {
            venue: Label::parse("Maple Hall").ok(),
            contact: EmailAddress::parse("camp@example.org").ok(),
            checkout_url: CheckoutAddress::parse("https://example.org/{entryId}").ok(),
            ..Details::default()
        };
        let stored = serde_json::to_string(&some).expect("JSON");
        assert_eq!(serde_json::from_str::<Details>(&stored).expect("details"), some);
    }
}
