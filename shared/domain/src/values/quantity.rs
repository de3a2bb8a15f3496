//! Counts of seats.

use serde::{Deserialize, Serialize};

/// Seats asked for or moved: at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Quantity(u32);

impl Quantity {
    /// Most seats that one request may name.
    pub const MOST: u32 = 100_000;
    /// One seat, what a join asks for unless it says otherwise.
    pub const ONE: Self = Self(1);

    /// Accepts 1 to [`Self::MOST`]; the error says so.
    pub fn parse(count: i64) -> Result<Self, String> {
        match u32::try_from(count) {
            Ok(count @ 1..=Self::MOST) => Ok(Self(count)),
            _ => Err(format!("must be a whole number from 1 to {}", Self::MOST)),
        }
    }

    /// The count of seats.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Quantity {
    type Error = String;

    fn try_from(count: u32) -> Result<Self, Self::Error> {
        Self::parse(i64::from(count))
    }
}

impl From<Quantity> for u32 {
    fn from(quantity: Quantity) -> Self {
        quantity.0
    }
}

impl From<Quantity> for u64 {
    fn from(quantity: Quantity) -> Self {
        Self::from(quantity.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_negative_and_huge_quantities_are_refused() {
        for count in [0, -1, 100_001, 1_000_000_000_000, i64::MIN] {
            assert!(Quantity::parse(count).is_err(), "{count} should be refused");
        }
        assert_eq!(Quantity::parse(1), Ok(Quantity::ONE));
    }
}
