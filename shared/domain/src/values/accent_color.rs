//! The colour of an organiser's buttons and links.

use crate::values::rgb::Rgb;
use crate::values::shape::{Described, Shape};
use crate::values::text::text;

text! {
    /// A colour as `#rrggbb`, in lower case.
    ///
    /// Every colour will do. What is shown in it or on it is computed, so that people can read it.
    pub struct AccentColor;
}

impl AccentColor {
    /// `#` and six digits.
    const LENGTH: usize = 7;

    /// Accepts `#` and six hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        read(text)
            .map(|color| Self(color.to_string()))
            .ok_or("must be a colour such as #0f766e: # and 6 hexadecimal digits")
    }

    /// The colour itself, as the background of buttons.
    pub fn rgb(&self) -> Rgb {
        read(&self.0).expect("its text was read as a colour")
    }

    /// The colour of a text on it.
    pub fn text_on_it(&self) -> Rgb {
        self.rgb().text_on()
    }

    /// The colour of links on a white page, and in a box of it.
    pub fn on_light_pages(&self) -> Rgb {
        self.rgb().readable_on(Rgb::RAISED_ON_WHITE)
    }

    /// The colour of links on a dark page, and in a box of it.
    pub fn on_dark_pages(&self) -> Rgb {
        self.rgb().readable_on(Rgb::RAISED_IN_THE_DARK)
    }
}

fn read(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == AccentColor::LENGTH - 1)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok().filter(|_| is_number)?.to_be_bytes();
    Some(Rgb::new(red, green, blue))
}

impl Described for AccentColor {
    const SHAPE: Shape = Shape::pattern(Self::LENGTH, Self::LENGTH, "^#[0-9A-Fa-f]*$");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::values::rgb::READABLE;

    #[test]
    fn a_colour_is_six_hexadecimal_digits_kept_in_lower_case() {
        assert_eq!(AccentColor::parse("#0F766E").map(String::from).as_deref(), Ok("#0f766e"));
        for text in
            ["", "#", "0f766e", "#0f766", "#0f766e0", "#0f7", "#0f766g", "#+f766e", "teal", " #0f766e", "#0f766é"]
        {
            assert!(AccentColor::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn what_is_shown_with_a_colour_follows_from_it() {
        let shown = |text: &str| {
            let color = AccentColor::parse(text).expect("a colour");
            [color.rgb(), color.text_on_it(), color.on_light_pages(), color.on_dark_pages()].map(|rgb| rgb.to_string())
        };
        assert_eq!(shown("#0f766e"), ["#0f766e", "#ffffff", "#0f766e", "#579f9a"]);
        assert_eq!(shown("#fde047"), ["#fde047", "#111827", "#7f7024", "#fde047"]);
    }

    proptest! {
        #[test]
        fn links_can_be_read_on_pages_and_in_their_boxes(text in "#[0-9a-f]{6}") {
            let color = AccentColor::parse(&text).expect("a colour");
            for (link, pages) in [
                (color.on_light_pages(), [Rgb::WHITE, Rgb::RAISED_ON_WHITE]),
                (color.on_dark_pages(), [Rgb::NEAR_BLACK, Rgb::RAISED_IN_THE_DARK]),
            ] {
                for page in pages {
                    prop_assert!(link.contrast(page) >= READABLE, "{} on {}", link, page);
                }
            }
        }
    }
}
