//! Access codes: an organiser gives them to the customers of a tier, who then join it by
//! themselves.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use sha2::{Digest, Sha256};

use crate::values::credential::SecretHash;
use crate::values::identifier::{CodeId, EventId, TierId};
use crate::values::label::Label;
use crate::values::shape::{Described, Shape};
use crate::values::text::text;
use crate::values::time::Timestamp;
use crate::values::whole::whole;
use crate::values::words::words;
use crate::{FieldError, Refusal};

/// Most codes of an event, with the revoked ones.
pub const MOST_CODES: u64 = 1_000;

/// The detail for a code whose end has passed.
pub const END_HAS_PASSED: &str = "must be in the future";

/// The symbols of codes that we make. No two of them look alike, and without vowels they form no
/// words.
const SYMBOLS: &[u8; 21] = b"23479CDFGHJKMNPRTVWXY";

/// The symbols of a code that we make: 65 bits.
///
/// Anybody may try codes, at most 300 a second in the whole stack (`JoinRate`). In ten years one of
/// 1,000 codes is found with a probability of two in a million. A reader of the table has 2^65
/// hashes to try.
const SYMBOLS_OF_A_CODE: usize = 15;

/// The symbols between two hyphens.
const SYMBOLS_OF_A_GROUP: usize = 5;

text! {
    /// A code in upper case. It is shown once, if we made it, and stored nowhere.
    pub struct AccessCode: secret;
}

impl Described for AccessCode {
    const SHAPE: Shape = Shape::pattern(Self::SHORTEST, Self::LONGEST, "^[!-~]*$");
}

impl AccessCode {
    const SHORTEST: usize = 8;

    const LONGEST: usize = 64;

    /// A code such as `K7XM4-TRP9H-WDC3J`. A repeated request with the same idempotency key gets
    /// the same code.
    ///
    /// Only `nonce` (256 random bits) is stored, beside the remembered response. A reader of the
    /// table has to guess the key to know the code. Without a key the nonce is not stored.
    pub fn derive(nonce: &[u8; 32], idempotency_key: &str) -> Self {
        let parts = [nonce, b"access code".as_slice(), idempotency_key.as_bytes()];
        let digest = parts.into_iter().fold(Sha256::new(), |sha, part| sha.chain_update(part)).finalize();
        // All 256 bits are used, so that the symbols are equally likely to one part in 2^180.
        let mut symbols = Vec::with_capacity(SYMBOLS_OF_A_CODE);
        let mut number: [u8; 32] = digest.into();
        for _ in 0..SYMBOLS_OF_A_CODE {
            symbols.push(char::from(SYMBOLS[remainder(&mut number, SYMBOLS.len())]));
        }
        let groups = symbols.chunks(SYMBOLS_OF_A_GROUP).map(String::from_iter).collect::<Vec<_>>();
        Self(groups.join("-"))
    }

    /// Accepts visible ASCII characters; white space around them is dropped, and case does not
    /// matter.
    pub fn parse(text: &str) -> Result<Self, String> {
        let code = text.trim();
        if (Self::SHORTEST..=Self::LONGEST).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(code.to_ascii_uppercase()))
        } else {
            Err(format!("must be {} to {} visible ASCII characters", Self::SHORTEST, Self::LONGEST))
        }
    }

    /// The hash that is stored. Each event has another one, so that equal codes of two events look
    /// different.
    pub fn hash(&self, event: &EventId) -> SecretHash {
        SecretHash::of(&format!("{event}#{}", self.0))
    }
}

/// Divides a number, its greatest byte first, and gives the remainder.
fn remainder(number: &mut [u8], divisor: usize) -> usize {
    let mut remainder = 0;
    for byte in number {
        let rest = (remainder << 8) + usize::from(*byte);
        // A remainder is below the divisor, so the quotient fits a byte.
        *byte = u8::try_from(rest / divisor).unwrap_or(u8::MAX);
        remainder = rest % divisor;
    }
    remainder
}

whole! {
    /// How many entries may be made with a code.
    pub struct MaxUses(u32) = 1..=1_000_000;
}

/// The grant of a code. It does not hold the code itself.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub id: CodeId,
    /// The tier that the bearer of the code joins.
    pub tier: TierId,
    pub max_uses: MaxUses,
    /// How many entries were made with it.
    pub used: u32,
    /// From then on the code lets nobody in.
    pub ends_at: Timestamp,
    /// The organiser's name for it.
    pub label: Option<Label>,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

words! {
    /// The status of a code.
    pub enum GrantStatus {
        /// It can be used.
        Open = "open",
        /// It let in as many entries as it may.
        UsedUp = "used-up",
        /// The end of the code has come.
        Ended = "ended",
        /// The organiser revoked it.
        Revoked = "revoked",
    }
}

impl Grant {
    /// The status at `now`.
    pub fn status(&self, now: Timestamp) -> GrantStatus {
        if self.revoked_at.is_some() {
            GrantStatus::Revoked
        } else if self.ends_at <= now {
            GrantStatus::Ended
        } else if self.used >= self.max_uses.get() {
            GrantStatus::UsedUp
        } else {
            GrantStatus::Open
        }
    }
}

/// The tier that a request to join asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierClaim<'claim> {
    /// None.
    None,
    /// A trusted caller names it.
    Named(&'claim TierId),
    /// An access code lets into it. `None`: the code lets nobody in.
    ByCode(Option<&'claim TierId>),
}

impl<'claim> TierClaim<'claim> {
    /// The claim of a code, with the grant that was found for it.
    pub fn by_code(found: Option<&'claim Grant>, now: Timestamp) -> Self {
        Self::ByCode(found.filter(|grant| grant.status(now) == GrantStatus::Open).map(|grant| &grant.tier))
    }
}

/// The complaint about a code that lets nobody in.
///
/// It is the same for an unknown, used-up, ended or revoked code and for one whose tier is gone. So
/// nobody learns by trying which codes exist.
pub fn refused() -> FieldError {
    FieldError::new("/accessCode", "is not a code that lets anybody join now: check it, or leave it out")
}

/// Whether an access code is refused, whatever else is wrong.
pub fn is_refused_in(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::Invalid(errors) if errors.contains(&refused()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);

    fn event(id: &str) -> EventId {
        EventId::parse(id).expect("valid")
    }

    fn code(text: &str) -> AccessCode {
        AccessCode::parse(text).expect("valid")
    }

    fn grant(max_uses: u32, used: u32, lasts: i64, revoked: bool) -> Grant {
        Grant {
            id: CodeId::from_bits([1; 16]),
            tier: TierId::parse("vip").expect("valid"),
            max_uses: MaxUses::parse(max_uses.into()).expect("valid"),
            used,
            ends_at: NOW.plus_milliseconds(lasts),
            label: None,
            created_at: NOW,
            revoked_at: revoked.then_some(NOW),
        }
    }

    #[test]
    fn a_number_of_several_bytes_is_divided() {
        let mut number = [1, 0];
        assert_eq!((remainder(&mut number, 21), number), (4, [0, 12]), "256 is 12 times 21 and 4");
    }

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let hash = |text| code(text).hash(&event("camp"));
        assert_eq!(hash("  Members-2027\n"), hash("MEMBERS-2027"));
        assert_ne!(hash("MEMBERS-2027"), hash("MEMBERS-2028"));
    }

    #[test]
    fn the_same_code_of_two_events_has_two_hashes() {
        assert_ne!(code("MEMBERS-2027").hash(&event("camp")), code("MEMBERS-2027").hash(&event("fair")));
    }

    #[test]
    fn a_code_has_8_to_64_characters_that_can_be_seen() {
        assert!(AccessCode::parse("12345678").is_ok() && AccessCode::parse(&"x".repeat(64)).is_ok());
        for text in ["", "1234567", &"x".repeat(65), "12345 678", "1234567\u{0}8", "ÄÄÄÄÄÄÄÄ"] {
            assert!(AccessCode::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn a_code_that_we_make_is_one_that_people_may_type() {
        let made = AccessCode::derive(&[7; 32], "first");
        assert_eq!(AccessCode::parse(&made.as_str().to_lowercase()), Ok(made.clone()));
        let groups: Vec<&str> = made.as_str().split('-').collect();
        assert_eq!(groups.iter().map(|group| group.len()).collect::<Vec<_>>(), [5, 5, 5]);
    }

    #[test]
    fn a_code_that_we_make_needs_both_the_nonce_and_the_key() {
        let made = AccessCode::derive(&[7; 32], "first");
        assert_eq!(made, AccessCode::derive(&[7; 32], "first"));
        assert_ne!(made, AccessCode::derive(&[7; 32], "second"));
        assert_ne!(made, AccessCode::derive(&[8; 32], "first"));
    }

    #[test]
    fn symbols_of_codes_that_we_make_are_equally_likely_in_every_place() {
        const CODES: u16 = 4_200;
        let mut counts = vec![[0_u32; SYMBOLS.len()]; SYMBOLS_OF_A_CODE];
        for number in 0..CODES {
            let made = AccessCode::derive(&[0; 32], &number.to_string());
            for (place, symbol) in made.as_str().bytes().filter(|byte| *byte != b'-').enumerate() {
                let symbol = SYMBOLS.iter().position(|known| *known == symbol).expect("one of them");
                counts[place][symbol] += 1;
            }
        }
        // 200 of each; six standard deviations are 83.
        assert!(counts.iter().flatten().all(|count| (117..=283).contains(count)), "{counts:?}");
    }

    #[test]
    fn no_two_symbols_of_codes_that_we_make_are_taken_for_each_other() {
        for alike in ["0OQD", "1IL", "2Z", "5S", "6G", "8B", "UV"] {
            let found = alike.bytes().filter(|byte| SYMBOLS.contains(byte)).count();
            assert!(found <= 1, "{alike}");
        }
        assert!(!SYMBOLS.iter().any(|symbol| b"AEIOU".contains(symbol)));
    }

    #[test]
    fn a_code_does_not_show_in_debug() {
        assert_eq!(format!("{:?}", code("MEMBERS-2027")), "AccessCode(private)");
    }

    #[test]
    fn a_code_may_be_used_at_least_once() {
        assert!(MaxUses::parse(1).is_ok() && MaxUses::parse(1_000_000).is_ok());
        assert!(MaxUses::parse(0).is_err() && MaxUses::parse(1_000_001).is_err() && MaxUses::parse(-1).is_err());
    }

    #[test]
    fn a_code_ends_at_its_end_and_not_before() {
        assert_eq!(grant(1, 0, 1, false).status(NOW), GrantStatus::Open);
        assert_eq!(grant(1, 0, 0, false).status(NOW), GrantStatus::Ended);
    }

    proptest! {
        #[test]
        fn a_code_is_good_for_its_tier_only_while_it_is_neither_used_up_nor_ended_nor_revoked(
            max_uses in 1u32..5, used in 0u32..5, lasts in -2i64..3, revoked: bool,
        ) {
            let grant = grant(max_uses, used, lasts, revoked);
            let is_good = used < max_uses && lasts > 0 && !revoked;
            let claim = TierClaim::by_code(Some(&grant), NOW);
            prop_assert_eq!(claim, TierClaim::ByCode(is_good.then_some(&grant.tier)));
        }
    }
}
