//! Colours, and whether people can tell one from another (WCAG 2.2, contrast).

use std::fmt;

/// The least contrast of a text with what is behind it (WCAG 1.4.3).
pub const READABLE: f64 = 4.5;

/// In how many steps a colour is mixed with black or white until it can be read.
const STEPS: u16 = 20;

/// A colour of a screen, in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rgb {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

impl Rgb {
    pub const BLACK: Self = Self::new(0, 0, 0);
    pub const WHITE: Self = Self::new(0xff, 0xff, 0xff);
    /// The background of pages in the dark, and texts on light colours.
    pub const NEAR_BLACK: Self = Self::new(0x11, 0x18, 0x27);
    /// The background of boxes on white pages.
    pub const RAISED_ON_WHITE: Self = Self::new(0xf6, 0xf8, 0xfa);
    /// The background of boxes on pages in the dark.
    pub const RAISED_IN_THE_DARK: Self = Self::new(0x1f, 0x29, 0x37);

    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// How bright it is, from 0 (black) to 1 (white): the relative luminance of WCAG.
    pub fn luminance(self) -> f64 {
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// How well it can be told from another colour, from 1 (not at all) to 21 (black on white).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// The colour of a text on this colour: white, or else near-black, or else black. One of them
    /// can always be read.
    pub fn text_on(self) -> Self {
        let can_be_read = |text: &Self| text.contrast(self) >= READABLE;
        [Self::WHITE, Self::NEAR_BLACK].into_iter().find(can_be_read).unwrap_or(Self::BLACK)
    }

    /// The colour of a text on a page of the colour `page`. It is this colour, mixed with black or
    /// white in steps until it can be read.
    pub fn readable_on(self, page: Self) -> Self {
        let end = if Self::BLACK.contrast(page) > Self::WHITE.contrast(page) { Self::BLACK } else { Self::WHITE };
        let steps = (0..STEPS).map(|step| self.mixed(end, step));
        steps.into_iter().find(|mixed| mixed.contrast(page) >= READABLE).unwrap_or(end)
    }

    /// A mixture with so many of [`STEPS`] parts of another colour.
    fn mixed(self, other: Self, parts: u16) -> Self {
        let mix = |own: u8, other: u8| {
            let sum = u16::from(own) * (STEPS - parts) + u16::from(other) * parts;
            u8::try_from((sum + STEPS / 2) / STEPS).expect("a mean is between its two colours")
        };
        Self::new(mix(self.red, other.red), mix(self.green, other.green), mix(self.blue, other.blue))
    }
}

/// The brightness of one part of a colour.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

/// `#rrggbb`.
impl fmt::Display for Rgb {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BLUE: Rgb = Rgb::new(0x00, 0x00, 0xff);
    const GREY: Rgb = Rgb::new(0x77, 0x77, 0x77);
    const YELLOW: Rgb = Rgb::new(0xff, 0xff, 0x00);

    fn is_about(number: f64, expected: f64) -> bool {
        (number - expected).abs() < 0.005
    }

    #[test]
    fn contrasts_are_those_of_wcag() {
        for (one, two, contrast) in [
            (Rgb::BLACK, Rgb::WHITE, 21.0),
            (Rgb::WHITE, Rgb::WHITE, 1.0),
            (GREY, Rgb::WHITE, 4.48),
            (BLUE, Rgb::WHITE, 8.59),
            (YELLOW, Rgb::WHITE, 1.07),
            (Rgb::NEAR_BLACK, Rgb::WHITE, 17.74),
        ] {
            assert!(is_about(one.contrast(two), contrast), "{one} on {two}: {}", one.contrast(two));
        }
    }

    #[test]
    fn a_text_on_a_colour_is_white_where_white_can_be_read() {
        for (colour, text) in [
            (BLUE, Rgb::WHITE),
            (Rgb::BLACK, Rgb::WHITE),
            (YELLOW, Rgb::NEAR_BLACK),
            (Rgb::WHITE, Rgb::NEAR_BLACK),
            // Too light for white, and too dark for near-black.
            (GREY, Rgb::BLACK),
        ] {
            assert_eq!(colour.text_on(), text, "{colour}");
        }
    }

    #[test]
    fn a_colour_is_mixed_until_it_can_be_read_and_no_further() {
        assert_eq!(BLUE.readable_on(Rgb::WHITE), BLUE);
        assert_eq!(GREY.readable_on(Rgb::WHITE), Rgb::new(0x71, 0x71, 0x71));
        assert_eq!(YELLOW.readable_on(Rgb::NEAR_BLACK), YELLOW);
        assert_eq!(Rgb::BLACK.readable_on(Rgb::BLACK), Rgb::new(0x80, 0x80, 0x80));
        assert_eq!(Rgb::new(0x0a, 0xbc, 0xde).to_string(), "#0abcde");
    }

    fn colours() -> impl Strategy<Value = Rgb> {
        any::<[u8; 3]>().prop_map(|[red, green, blue]| Rgb::new(red, green, blue))
    }

    proptest! {
        #[test]
        fn a_text_on_any_colour_can_be_read(colour in colours()) {
            prop_assert!(colour.text_on().contrast(colour) >= READABLE, "{}", colour);
        }

        #[test]
        fn any_colour_can_be_read_on_light_and_dark_pages_once_it_is_mixed(colour in colours(), page in colours()) {
            for page in [Rgb::WHITE, Rgb::NEAR_BLACK, page] {
                let mixed = colour.readable_on(page);
                prop_assert!(mixed.contrast(page) >= READABLE, "{} on {}", mixed, page);
                prop_assert!(colour.contrast(page) < READABLE || mixed == colour);
            }
        }

        #[test]
        fn contrast_has_no_direction_and_is_from_1_to_21(one in colours(), two in colours()) {
            let contrast = one.contrast(two);
            prop_assert!((1.0..=21.01).contains(&contrast));
            prop_assert_eq!(contrast, two.contrast(one));
        }
    }
}
