//! Codes of six digits, which show that a phone number is the customer's.

use sha2::{Digest, Sha256};

use crate::values::contact::PhoneNumber;
use crate::values::identifier::EntryId;
use crate::values::shape::{Described, Shape};
use crate::values::text::text;

text! {
    /// A code of six digits that was sent to a phone number.
    pub struct PhoneCode: secret;
}

impl PhoneCode {
    const DIGITS: usize = 6;

    /// One more than the largest code.
    const COUNT: u64 = 1_000_000;

    /// Accepts six digits.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let digits = text.trim();
        let is_code = digits.len() == Self::DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(Self(digits.to_owned())) } else { Err("must be the 6 digits of the text message") }
    }

    /// The code of an entry, its phone number and a nonce: always the same.
    ///
    /// The table has `nonce` (256 random bits) and no code. Without the secret nobody can tell the
    /// code from it. A code for one entry or number confirms no other.
    pub fn derive(secret: &[u8; 32], nonce: &[u8; 32], entry: &EntryId, phone: &PhoneNumber) -> Self {
        let digest = Sha256::new()
            .chain_update(secret)
            .chain_update("phone code")
            .chain_update(nonce)
            .chain_update(entry.as_str())
            .chain_update(phone.as_str())
            .finalize();
        let number = u64::from_be_bytes(digest[..8].try_into().expect("a digest has 32 bytes"));
        Self(format!("{:06}", number % Self::COUNT))
    }

    /// Whether two codes are the same. The time that it takes does not tell where they differ.
    pub fn is(&self, other: &Self) -> bool {
        let pairs = self.0.bytes().zip(other.0.bytes());
        self.0.len() == other.0.len() && pairs.fold(0, |difference, (one, two)| difference | (one ^ two)) == 0
    }
}

impl Described for PhoneCode {
    const SHAPE: Shape = Shape::pattern(Self::DIGITS, Self::DIGITS, "^[0-9]*$");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> PhoneCode {
        PhoneCode::parse(text).expect("valid")
    }

    fn phone(text: &str) -> PhoneNumber {
        PhoneNumber::parse(text).expect("valid")
    }

    #[test]
    fn a_code_has_six_digits() {
        assert_eq!(code(" 012345 ").as_str(), "012345");
        for text in ["", "12345", "1234567", "12345a", "123 456", "+12345", "١٢٣٤٥٦"] {
            assert!(PhoneCode::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn a_code_does_not_show_in_debug() {
        assert!(!format!("{:?}", code("012345")).contains("012345"));
    }

    #[test]
    fn a_code_is_of_one_request_one_entry_and_one_number() {
        let (entry, other) = (EntryId::from_bits([1; 16]), EntryId::from_bits([2; 16]));
        let number = phone("+12025550123");
        let derived = PhoneCode::derive(&[1; 32], &[2; 32], &entry, &number);
        assert_eq!(derived, PhoneCode::derive(&[1; 32], &[2; 32], &entry, &number));
        assert_ne!(derived, PhoneCode::derive(&[9; 32], &[2; 32], &entry, &number), "another secret");
        assert_ne!(derived, PhoneCode::derive(&[1; 32], &[9; 32], &entry, &number), "another request");
        assert_ne!(derived, PhoneCode::derive(&[1; 32], &[2; 32], &other, &number));
        assert_ne!(derived, PhoneCode::derive(&[1; 32], &[2; 32], &entry, &phone("+12025550124")));
    }

    proptest! {
        #[test]
        fn every_derived_code_can_be_read_and_is_itself_alone(bits in any::<[u8; 32]>(), other in "[0-9]{6}") {
            let derived = PhoneCode::derive(&[7; 32], &bits, &EntryId::from_bits([1; 16]), &phone("+12025550123"));
            prop_assert!(derived.is(&code(derived.as_str())));
            prop_assert_eq!(derived.is(&code(&other)), derived.as_str() == other);
        }
    }
}
