//! The draw of a lottery, which anybody can check.
//!
//! Each line gets a secret seed when its event is created. The SHA-256 of the seed is published at
//! once: the commitment. The draw shows the seed, which is never used again.
//!
//! The lot of an entry is the SHA-256 of the seed, a colon and the entry's id. Tiers come one after
//! the other, and within a tier the smaller lot comes first. Entry ids are random, so nobody can
//! choose a lot without the seed. `tools/draw.py` repeats the draw from the public list.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::values::credential::SecretHash;
use crate::values::identifier::{EntryId, TierId, hexadecimal};
use crate::values::shape::{Described, Shape};

/// The secret of a draw: 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed(String);

impl Seed {
    /// A new seed from 256 random bits.
    pub fn from_bits(bits: [u8; 32]) -> Self {
        Self(hexadecimal(&bits))
    }

    /// Reads a stored seed.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let is_seed = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_seed { Ok(Self(text.to_owned())) } else { Err("must be 64 hexadecimal digits") }
    }

    /// The digits: to store, and to show after the draw.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part that may be shown before the draw.
    pub fn commitment(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Seed(secret)")
    }
}

/// A part of the list of a draw, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListPart(u64);

impl ListPart {
    /// No list has more parts.
    const MOST: u64 = 999_999;

    /// Reads the number of a part.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let part = text.parse().ok().filter(|part| *part <= Self::MOST);
        part.map(Self).ok_or("must be the \"next\" of an earlier part")
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl Described for ListPart {
    const SHAPE: Shape = Shape::Whole { min: 0, max: Self::MOST as i64 };
}

/// The lot of an entry. A draw is served in the order of its lots. Their texts have the same order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lot {
    /// The rank of its tier, from 0. An entry without one of the event's tiers comes last.
    rank: usize,
    hash: [u8; 32],
}

impl Lot {
    /// The lot of an entry. `tiers` are the event's, the first served first.
    pub fn of(seed: &Seed, tiers: &[TierId], entry: &EntryId, tier: Option<&TierId>) -> Self {
        let rank = tiers.iter().position(|other| Some(other) == tier).unwrap_or(tiers.len());
        Self { rank, hash: Sha256::digest(format!("{}:{entry}", seed.0)).into() }
    }
}

impl fmt::Display for Lot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Two digits suffice for the rank of a tier.
        write!(formatter, "{:02}#{}", self.rank, hexadecimal(&self.hash))
    }
}

impl fmt::Debug for Lot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Lot(secret)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::line::order::MOST_TIERS;

    fn tiers(count: usize) -> Vec<TierId> {
        (0..count).map(|index| TierId::parse(&format!("tier{index}")).expect("valid")).collect()
    }

    #[test]
    fn the_commitment_is_the_plain_hash_of_the_seed_as_it_is_shown() {
        let seed = Seed::from_bits([0; 32]);
        assert_eq!(seed.commitment().as_str(), "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55");
        assert_eq!(Seed::parse(seed.as_str()), Ok(seed));
    }

    #[test]
    fn neither_a_seed_nor_a_lot_is_told_by_a_log() {
        let seed = Seed::from_bits([7; 32]);
        let lot = Lot::of(&seed, &[], &EntryId::from_bits([1; 16]), None);
        assert_eq!(format!("{seed:?} {lot:?}"), "Seed(secret) Lot(secret)");
    }

    #[test]
    fn only_64_hexadecimal_digits_are_a_seed() {
        for text in ["0".repeat(63), "0".repeat(65), "g".repeat(64), String::new()] {
            assert!(Seed::parse(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_list_is_a_number_of_at_most_six_digits() {
        for (text, number) in [("0", 0), ("5", 5), ("999999", 999_999)] {
            assert_eq!(ListPart::parse(text).map(ListPart::get), Ok(number));
        }
        for text in ["1000000", "-1", "x", ""] {
            assert!(ListPart::parse(text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_tier_comes_before_the_next_and_whoever_has_none_comes_last(
            bits: [u8; 32],
            entries: [[u8; 16]; 2],
            count in 0..=MOST_TIERS,
            ranks: [usize; 2],
        ) {
            let (seed, tiers) = (Seed::from_bits(bits), tiers(count));
            let [first, second] = [0, 1].map(|at| {
                let tier = tiers.get(ranks[at] % (count + 1));
                (ranks[at] % (count + 1), Lot::of(&seed, &tiers, &EntryId::from_bits(entries[at]), tier))
            });
            prop_assume!(first.0 != second.0);
            prop_assert_eq!(first.0 < second.0, first.1 < second.1);
        }

        #[test]
        fn as_texts_lots_are_in_the_same_order(
            bits: [u8; 32],
            entries: [[u8; 16]; 2],
            count in 0..=MOST_TIERS,
            ranks: [usize; 2],
        ) {
            let (seed, tiers) = (Seed::from_bits(bits), tiers(count));
            let lot = |at: usize| {
                Lot::of(&seed, &tiers, &EntryId::from_bits(entries[at]), tiers.get(ranks[at] % (count + 1)))
            };
            prop_assert_eq!(lot(0).cmp(&lot(1)), lot(0).to_string().cmp(&lot(1).to_string()));
        }

        #[test]
        fn another_seed_gives_another_lot(bits: [[u8; 32]; 2], entry: [u8; 16]) {
            prop_assume!(bits[0] != bits[1]);
            let lots = bits.map(|bits| Lot::of(&Seed::from_bits(bits), &[], &EntryId::from_bits(entry), None));
            prop_assert_ne!(&lots[0], &lots[1]);
        }
    }
}
