//! The draw of a lottery, such that anybody can check it.
//!
//! A secret seed is chosen when the event is made, and its SHA-256 published at once: the commitment. When the lots are
//! drawn the seed is shown. An entry's lot is the SHA-256 of the seed, a colon and the entry's id; everybody of a tier
//! comes before anybody of the next, and within a tier the smaller lot comes first. Entry ids are chosen by chance when
//! people join, so nobody can choose a lot without knowing the seed. `tools/draw.py` draws again from the public list.

use sha2::{Digest, Sha256};

use crate::credential::SecretHash;
use crate::identifier::{EntryId, TierId, hexadecimal};

/// A secret from which lots follow: 64 hexadecimal digits.
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

    /// The digits: to store, and to show once the lots are drawn.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What may be shown before the draw.
    pub fn commitment(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }

    /// The lot of an entry.
    fn lot(&self, entry: &EntryId) -> [u8; 32] {
        Sha256::digest(format!("{}:{entry}", self.0)).into()
    }
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Seed(secret)")
    }
}

/// Somebody in the draw.
pub trait Entrant {
    /// Their entry's id.
    fn entry_id(&self) -> &EntryId;
    /// Their tier.
    fn tier(&self) -> Option<&TierId>;
}

/// Draws the lots: puts those who are in the draw into the order in which they are served. `tiers` are the event's, the
/// first served first; whoever has none of them comes last.
pub fn draw<Someone: Entrant>(seed: &Seed, tiers: &[TierId], entrants: &mut [Someone]) {
    let rank = |entrant: &Someone| tiers.iter().position(|tier| Some(tier) == entrant.tier()).unwrap_or(tiers.len());
    entrants.sort_by_cached_key(|entrant| (rank(entrant), seed.lot(entrant.entry_id())));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Somebody(EntryId, Option<TierId>);

    impl Entrant for Somebody {
        fn entry_id(&self) -> &EntryId {
            &self.0
        }

        fn tier(&self) -> Option<&TierId> {
            self.1.as_ref()
        }
    }

    fn somebody(name: &str, tier: Option<&str>) -> Somebody {
        Somebody(EntryId::parse(name).expect("valid"), tier.map(|tier| TierId::parse(tier).expect("valid")))
    }

    #[test]
    fn the_commitment_is_the_plain_hash_of_the_seed_as_it_is_shown() {
        let seed = Seed::from_bits([0; 32]);
        assert_eq!(seed.commitment().as_str(), "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55");
        assert_eq!(Seed::parse(seed.as_str()), Ok(seed));
    }

    #[test]
    fn the_order_does_not_depend_on_who_is_listed_first_and_a_tier_comes_before_the_next() {
        let seed = Seed::from_bits([7; 32]);
        let tiers = ["vip", "general"].map(|tier| TierId::parse(tier).expect("valid"));
        let mut people: Vec<Somebody> = (0..40)
            .map(|index| somebody(&format!("ent_{index}"), [Some("vip"), Some("general"), None][index % 3]))
            .collect();
        let mut backwards: Vec<Somebody> = people.iter().rev().cloned().collect();
        draw(&seed, &tiers, &mut people);
        draw(&seed, &tiers, &mut backwards);
        assert_eq!(people, backwards);
        let names: Vec<_> = people.iter().map(|person| person.1.as_ref().map_or("", TierId::as_str)).collect();
        assert!(names.is_sorted_by_key(|name| ["vip", "general", ""].iter().position(|tier| tier == name)));
        let mut others = people.clone();
        draw(&Seed::from_bits([8; 32]), &tiers, &mut others);
        assert_ne!(people, others);
    }
}
