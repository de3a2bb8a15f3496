//! A promise that was broken.

use std::fmt;

/// The broken promise, and how it was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Violation {
    /// The check that noticed.
    pub(super) check: &'static str,
    /// What it saw.
    pub(super) detail: String,
}

impl Violation {
    pub(super) fn new(check: &'static str, detail: impl Into<String>) -> Self {
        Self { check, detail: detail.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.check, self.detail)
    }
}

/// Returns a [`Violation`] unless the condition holds.
macro_rules! ensure {
    ($condition:expr, $check:literal, $($detail:tt)+) => {
        if !$condition {
            return Err($crate::histories::violation::Violation::new($check, format!($($detail)+)));
        }
    };
}
pub(super) use ensure;
