//! A parameter that asks for something more.

use waitlist_domain::values::shape::{Described, Shape};

/// `true`. Leave the parameter out to get nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Yes;

impl Yes {
    /// Accepts `true` alone.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text == "true" { Ok(Self) } else { Err("must be true, or be left out") }
    }
}

impl Described for Yes {
    const SHAPE: Shape = Shape::pattern(4, 4, "^true$");
}
