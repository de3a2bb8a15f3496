//! The public form of a value: what the fields, paths and queries of requests may hold.
//!
//! A type tells its shape from the constants that its `parse` reads by, so that the limits in a description of the API are
//! those that hold.

/// The form in which a value is written.
///
/// What `parse` has accepted is kept in this form. It may accept other spellings too, of which it keeps this one: white
/// space around a text is dropped, for example. A text that a pattern or format admits is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A text.
    Text {
        /// Fewest characters.
        min: usize,
        /// Most characters, if there is a most.
        max: Option<usize>,
        /// A regular expression for the whole text (ECMA-262, in the subset that other dialects share).
        pattern: Option<&'static str>,
        /// A format of JSON Schema: `date`, `date-time` or `email`.
        format: Option<&'static str>,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number.
    Whole {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// True or false.
    Flag,
    /// A length of time as people or ISO 8601 write it: `24 hours`, `PT2H`.
    Duration {
        /// The shortest, in milliseconds.
        shortest: i64,
        /// The longest, in milliseconds.
        longest: i64,
        /// Most characters.
        max: usize,
    },
    /// A list of values.
    List {
        /// What each element is.
        of: &'static Self,
        /// Fewest elements.
        min: usize,
        /// Most different elements, if there is a most.
        max: Option<usize>,
    },
    /// One text of several values with commas between them, in a query.
    Joined {
        /// What stands between the commas.
        of: &'static Self,
        /// Fewest values.
        min: usize,
        /// Most values, if there is a most.
        max: Option<usize>,
    },
    /// A value of any of these shapes.
    AnyOf(&'static [Self]),
}

/// A type whose values are read from requests.
pub trait Described {
    /// The form in which its values are written.
    const SHAPE: Shape;
}

impl Shape {
    /// A text of `min` to `max` characters.
    pub const fn text(min: usize, max: usize) -> Self {
        Self::Text { min, max: Some(max), pattern: None, format: None }
    }

    /// A text of `min` to `max` characters that the pattern admits.
    pub const fn pattern(min: usize, max: usize, pattern: &'static str) -> Self {
        Self::Text { min, max: Some(max), pattern: Some(pattern), format: None }
    }

    /// A text of `min` to `max` characters in a format of JSON Schema.
    pub const fn format(min: usize, max: Option<usize>, format: &'static str) -> Self {
        Self::Text { min, max, pattern: None, format: Some(format) }
    }

    /// A text that an earlier answer gave, to be sent back as it is.
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
