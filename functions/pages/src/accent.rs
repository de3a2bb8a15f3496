//! The organiser's colour on pages, as a style that stands in each page.

use waitlist_domain::values::accent_color::AccentColor;

/// The style. It sets the colours that `page.css` gives to buttons and links, in the light and in
/// the dark. People can read each of them.
pub(crate) fn style(color: &AccentColor) -> String {
    let (fill, on_fill) = (color.rgb(), color.text_on_it());
    let (light, dark) = (color.on_light_pages(), color.on_dark_pages());
    format!(
        ":root{{--accent:{light};--fill:{fill};--on-fill:{on_fill}}}\
         @media (prefers-color-scheme:dark){{:root{{--accent:{dark};--fill:{fill};--on-fill:{on_fill}}}}}"
    )
}

#[cfg(test)]
mod tests {
    use waitlist_domain::values::rgb::Rgb;

    use super::*;

    const STYLESHEET: &str = include_str!("../assets/page.css");

    #[test]
    fn a_style_sets_the_colours_of_the_light_and_of_the_dark() {
        let color = AccentColor::parse("#fde047").expect("a colour");
        assert_eq!(
            style(&color),
            ":root{--accent:#7f7024;--fill:#fde047;--on-fill:#111827}\
             @media (prefers-color-scheme:dark){:root{--accent:#fde047;--fill:#fde047;--on-fill:#111827}}"
        );
    }

    #[test]
    fn the_style_sheet_has_the_colours_that_links_are_measured_against() {
        let (light, dark) = STYLESHEET.split_once("prefers-color-scheme: dark").expect("it has both");
        for (part, page, raised) in
            [(light, Rgb::WHITE, Rgb::RAISED_ON_WHITE), (dark, Rgb::NEAR_BLACK, Rgb::RAISED_IN_THE_DARK)]
        {
            assert!(part.contains(&format!("--page: {page};")), "{page}");
            assert!(part.contains(&format!("--raised: {raised};")), "{raised}");
            for name in ["accent", "fill", "on-fill"] {
                assert!(part.contains(&format!("--{name}: #")), "{name}");
            }
        }
    }
}
