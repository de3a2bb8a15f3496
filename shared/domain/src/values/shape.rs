//! Shapes: the public forms of values in requests.
//!
//! A type tells its shape from the constants that its `parse` uses. So a description of the API has
//! the limits that hold.

/// The form in which a value is written.
///
/// A value that `parse` accepts is kept in this form. Other spellings of it may be accepted too,
/// such as a text with white space around it. A text that matches a pattern is accepted. A format is
/// only a name for what `parse` accepts: some texts of the format are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text {
        min: usize,
        /// Most characters, if there is a limit.
        max: Option<usize>,
        /// A regular expression for the whole text, in ECMA-262.
        pattern: Option<&'static str>,
        /// A format of JSON Schema, such as `date` or `email`.
        format: Option<&'static str>,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Whole { min: i64, max: i64 },
    /// True or false.
    Flag,
    /// A length of time, as people or ISO 8601 write it: `24 hours`, `PT2H`.
    Duration {
        /// Milliseconds.
        shortest: i64,
        /// Milliseconds.
        longest: i64,
        /// Most characters.
        max: usize,
    },
    /// A list of values.
    List {
        /// The shape of each element.
        of: &'static Self,
        min: usize,
        /// Most different elements, if there is a limit.
        max: Option<usize>,
    },
    /// A text of values with commas between them, in a query.
    Joined {
        /// The shape of each value.
        of: &'static Self,
        min: usize,
        /// Most values, if there is a limit.
        max: Option<usize>,
    },
    /// A value of one of these shapes.
    AnyOf(&'static [Self]),
}

/// A type whose values are read from requests.
pub trait Described {
    /// The form of its values.
    const SHAPE: Shape;
}

impl Shape {
    /// A text of `min` to `max` characters.
    pub const fn text(min: usize, max: usize) -> Self {
        Self::Text { min, max: Some(max), pattern: None, format: None }
    }

    /// A text of `min` to `max` characters that matches the pattern.
    pub const fn pattern(min: usize, max: usize, pattern: &'static str) -> Self {
        Self::Text { min, max: Some(max), pattern: Some(pattern), format: None }
    }

    /// A text of `min` to `max` characters in a format of JSON Schema.
    pub const fn format(min: usize, max: Option<usize>, format: &'static str) -> Self {
        Self::Text { min, max, pattern: None, format: Some(format) }
    }

    /// A text from an earlier response, which is sent back as it is.
    pub const fn opaque() -> Self {
        Self::Text { min: 1, max: None, pattern: None, format: None }
    }
}

impl Described for i64 {
    const SHAPE: Shape = Shape::Whole { min: Self::MIN, max: Self::MAX };
}

impl Described for bool {
    const SHAPE: Shape = Shape::Flag;
}
