//! Counts of seats.

use crate::values::whole::whole;

whole! {
    /// A count of seats, at least one.
    pub struct Quantity(u32) = 1..=100_000;
}

impl Quantity {
    /// One seat: the default of a join.
    pub const ONE: Self = Self::LEAST;
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
