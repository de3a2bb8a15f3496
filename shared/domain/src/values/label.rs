//! Labels: visible texts of one line.

use crate::values::shape::{Described, Shape};
use crate::values::text::text;

text! {
    /// A visible text of one line, such as the name of an event or a reason.
    pub struct Label;
}

impl Label {
    pub const LONGEST: usize = 200;

    /// Accepts 1 to 200 characters without control characters; surrounding white space is dropped.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse_label(text).map(Self)
    }
}

impl Described for Label {
    const SHAPE: Shape = Shape::text(1, Self::LONGEST);
}

/// Reads the name of a person, an event or a ticket type.
pub(crate) fn parse_label(text: &str) -> Result<String, String> {
    let trimmed = text.trim();
    if trimmed.chars().any(disturbs_a_line) {
        return Err(
            "must have no control characters, line breaks or invisible marks of direction (such as U+200E, which \
                    come along when text is copied): delete them, or type it anew"
                .to_owned(),
        );
    }
    if trimmed.chars().count() > Label::LONGEST || !trimmed.chars().any(can_be_seen) {
        return Err(format!("must be 1 to {} characters, at least one of which can be seen", Label::LONGEST));
    }
    Ok(trimmed.to_owned())
}

/// Whether it is a control character, or an invisible one that breaks or reverses a line in mails
/// and lists.
pub(crate) fn disturbs_a_line(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// Whether it shows anything by itself. White space does not, nor characters that only change how
/// others look.
///
/// Beside visible characters these have their uses, as joiners in emojis.
pub(crate) fn can_be_seen(character: char) -> bool {
    let is_invisible = matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    !character.is_whitespace() && !is_invisible
}
