//! Credentials: API keys with a role, and customers' tokens.

use std::fmt;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::values::identifier::{PlaceTag, hexadecimal};
use crate::values::shape::{Described, Shape};
use crate::values::text::text;
use crate::values::words::words;

words! {
    /// The role of an API key.
    pub enum Role {
        /// All that an API key may do.
        Organiser = "organiser",
        /// Sales, releases, and acting for any customer.
        Sales = "sales",
        /// All that an organiser may read, and no change.
        Viewer = "viewer",
    }
}

/// The SHA-256 of a key or token. Nothing else is stored of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(String);

impl SecretHash {
    /// Hashes a secret. The secrets have 256 random bits, so a plain hash suffices.
    pub fn of(secret: &str) -> Self {
        Self(hexadecimal(&Sha256::digest(secret.as_bytes())))
    }

    /// Hashes something that could be guessed, such as a phone number. Nobody can try all of them
    /// without the key. Hashes for different purposes differ.
    pub fn keyed(key: &[u8; 32], purpose: &str, text: &str) -> Self {
        let digest = Sha256::new().chain_update(key).chain_update(purpose).chain_update([0]).chain_update(text);
        Self(hexadecimal(&digest.finalize()))
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text! {
    /// An API key: `wl_` and 256 random bits in base64url, shown once.
    pub struct ApiKey: secret;
}

impl ApiKey {
    const PREFIX: &str = "wl_";
    const DIGITS: usize = 43;

    /// Accepts a text in the form of a key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let digits = text.strip_prefix(Self::PREFIX).filter(|digits| digits.len() == Self::DIGITS);
        let is_key = digits.is_some_and(|digits| digits.bytes().all(is_digit));
        let refused = || format!("must be {} and {} digits of base64url", Self::PREFIX, Self::DIGITS);
        if is_key { Ok(Self(text.to_owned())) } else { Err(refused()) }
    }

    /// The hash that is stored.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl Described for ApiKey {
    const SHAPE: Shape = {
        let length = Self::PREFIX.len() + Self::DIGITS;
        Shape::pattern(length, length, "^wl_[A-Za-z0-9_-]*$")
    };
}

text! {
    /// A customer's token: `wt_`, the tag of the place and 256 random bits in base64url. It is
    /// shown once.
    pub struct Token: secret;
}

/// The last digit of a token has bits to spare. It may have any: the hash tells tokens apart.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, NO_PAD.with_decode_allow_trailing_bits(true));

/// The last bits of a token. Where they follow from the others and a secret, its holder *sealed* the
/// token. Nobody else can tell, or seal one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seal([u8; Self::BYTES]);

impl Seal {
    const BYTES: usize = 8;
    const DIGITS: usize = 2 * Self::BYTES;

    /// The seal of a token whose other bits have this hash.
    fn of(others: &SecretHash, secret: &[u8; 32]) -> Self {
        let digits = SecretHash::keyed(secret, "seal", others.as_str());
        Self::parse(&digits.as_str()[..Self::DIGITS]).expect("a hash has hexadecimal digits")
    }

    /// Accepts 16 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bits = u64::from_str_radix(text, 16).ok().filter(|_| text.len() == Self::DIGITS);
        let refused = || format!("must be {} hexadecimal digits", Self::DIGITS);
        bits.map(|bits| Self(bits.to_be_bytes())).ok_or_else(refused)
    }
}

impl fmt::Display for Seal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hexadecimal(&self.0))
    }
}

/// A token as a caller presents it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresentedToken {
    /// The hash of the token.
    pub hash: SecretHash,
    /// The tag of the place for which the token claims to be.
    pub place: PlaceTag,
    /// Its last bits, and the hash of the others.
    seal: Option<(Seal, SecretHash)>,
}

impl PresentedToken {
    /// A token that is known by its hash alone, and that nobody sealed.
    pub const fn unsealed(hash: SecretHash, place: PlaceTag) -> Self {
        Self { hash, place, seal: None }
    }

    /// Whether it was sealed with this secret.
    pub fn is_sealed_with(&self, secret: &[u8; 32]) -> bool {
        self.seal.as_ref().is_some_and(|(seal, others)| Seal::of(others, secret) == *seal)
    }
}

impl Token {
    const PREFIX: &str = "wt_";
    /// 40 bytes in base64url.
    const DIGITS: usize = 54;

    /// Accepts a text in the form of a token.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refused = || format!("must be {} and {} digits of base64url", Self::PREFIX, Self::DIGITS);
        Self::bytes(text).map(|_| Self(text.to_owned())).ok_or_else(refused)
    }

    /// The tag of the place and the random bits, if the text has the form of a token.
    fn bytes(text: &str) -> Option<([u8; PlaceTag::BYTES], [u8; 32])> {
        let bytes = BASE64URL.decode(text.strip_prefix(Self::PREFIX)?).ok()?;
        let (place, bits) = bytes.split_at_checked(PlaceTag::BYTES)?;
        Some((place.try_into().ok()?, bits.try_into().ok()?))
    }

    /// A new token for a place, from 256 random bits.
    pub fn from_bits(place: &PlaceTag, bits: [u8; 32]) -> Self {
        let bytes = [place.bits().as_slice(), &bits].concat();
        Self(format!("{}{}", Self::PREFIX, BASE64URL.encode(bytes)))
    }

    /// The token for a place, a nonce and a key: always the same. A repeated request derives it
    /// from its idempotency key, a repeated message from its address.
    ///
    /// A request stores only `nonce` (256 random bits), beside the remembered response. A reader of
    /// the table has to guess the key to know the token. A message stores neither.
    pub fn derive(place: &PlaceTag, nonce: &[u8; 32], key: &str) -> Self {
        let digest = Sha256::new().chain_update(nonce).chain_update(key.as_bytes()).finalize();
        Self::from_bits(place, digest.into())
    }

    /// The token with other last bits, by which the holder of the secret knows it again.
    pub fn sealed_with(&self, secret: &[u8; 32]) -> Self {
        self.with_seal(Seal::of(&self.others(), secret))
    }

    /// The token with these last bits.
    pub fn with_seal(&self, seal: Seal) -> Self {
        let (place, mut bits) = self.place_and_bits();
        *bits.last_chunk_mut().expect("it has more bits than a seal") = seal.0;
        Self::from_bits(&place, bits)
    }

    /// The last bits of the token.
    pub fn seal(&self) -> Seal {
        let (_, bits) = self.place_and_bits();
        Seal(*bits.last_chunk().expect("it has more bits than a seal"))
    }

    /// The hash of all but its last bits.
    fn others(&self) -> SecretHash {
        let (_, bits) = self.place_and_bits();
        let others = hexadecimal(&bits[..bits.len() - Seal::BYTES]);
        SecretHash::of(&format!("{}{others}", self.place().as_str()))
    }

    fn place_and_bits(&self) -> (PlaceTag, [u8; 32]) {
        let (place, bits) = Self::bytes(&self.0).expect("its text was read or made as a token");
        (PlaceTag::from_bits(place), bits)
    }

    /// The tag of its place.
    pub fn place(&self) -> PlaceTag {
        self.place_and_bits().0
    }

    /// The token as its bearer presents it.
    pub fn presented(&self) -> PresentedToken {
        PresentedToken { hash: self.hash(), place: self.place(), seal: Some((self.seal(), self.others())) }
    }

    /// The hash that is stored.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl Described for Token {
    const SHAPE: Shape = {
        let length = Self::PREFIX.len() + Self::DIGITS;
        Shape::pattern(length, length, "^wt_[A-Za-z0-9_-]*$")
    };
}

text! {
    /// A token in the header of a mail: `wu_` and 256 bits in lower-case hexadecimal. It turns news
    /// off for one entry, and proves nothing else.
    pub struct UnsubscribeToken: secret;
}

impl UnsubscribeToken {
    const PREFIX: &str = "wu_";

    /// Accepts a text in the form of such a token.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse_token(text, Self::PREFIX).map(Self)
    }

    /// The token of the message with this nonce. The nonce also makes the message's [`Token`],
    /// which can't be told from this one.
    pub fn derive(nonce: &[u8; 32]) -> Self {
        let digest = Sha256::new().chain_update(b"unsubscribe").chain_update(nonce).finalize();
        Self(format!("{}{}", Self::PREFIX, hexadecimal(&digest)))
    }

    /// The hash that is stored.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl Described for UnsubscribeToken {
    const SHAPE: Shape = {
        let length = Self::PREFIX.len() + TOKEN_DIGITS;
        Shape::pattern(length, length, "^wu_[0-9a-f]*$")
    };
}

/// The digits of a token.
const TOKEN_DIGITS: usize = 64;

/// Accepts a prefix and lower-case hexadecimal digits.
fn parse_token(text: &str, prefix: &str) -> Result<String, String> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let digits = text.strip_prefix(prefix).filter(|digits| digits.len() == TOKEN_DIGITS);
    let is_token = digits.is_some_and(|digits| digits.bytes().all(is_digit));
    if is_token { Ok(text.to_owned()) } else { Err(format!("must be {prefix} and {TOKEN_DIGITS} hexadecimal digits")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag() -> PlaceTag {
        PlaceTag::parse("0123456789abcdef").expect("valid")
    }

    #[test]
    fn an_api_key_is_43_digits_of_base64url_behind_its_prefix() {
        let digits = "Az09-_".repeat(7);
        assert!(ApiKey::parse(&format!("wl_{digits}x")).is_ok());
        for text in [
            digits.clone(),
            format!("wl_{digits}"),
            format!("wl_{digits}xx"),
            format!("wt_{digits}x"),
            format!("wl_{digits}+"),
        ] {
            assert!(ApiKey::parse(&text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_derived_token_needs_both_the_nonce_and_the_key() {
        let token = Token::derive(&tag(), &[7; 32], "first");
        assert_eq!(token, Token::derive(&tag(), &[7; 32], "first"));
        assert_ne!(token, Token::derive(&tag(), &[7; 32], "second"));
        assert_ne!(token, Token::derive(&tag(), &[8; 32], "first"));
    }

    #[test]
    fn a_token_says_for_which_place_it_is() {
        let token = Token::from_bits(&tag(), [7; 32]);
        assert_eq!(token.place(), tag());
        assert_eq!(Token::parse(token.as_str()), Ok(token));
    }

    #[test]
    fn a_sealed_token_is_known_by_who_has_the_secret() {
        let (ours, theirs) = ([1; 32], [2; 32]);
        let token = Token::from_bits(&tag(), [7; 32]);
        let sealed = token.sealed_with(&ours);
        assert!(sealed.presented().is_sealed_with(&ours) && !sealed.presented().is_sealed_with(&theirs));
        assert!(!token.presented().is_sealed_with(&ours));
        assert_eq!((sealed.place(), sealed.as_str().len()), (token.place(), token.as_str().len()));
        assert_eq!(token.with_seal(sealed.seal()), sealed);
        let elsewhere = PlaceTag::parse("fedcba9876543210").expect("valid");
        let moved = Token::from_bits(&elsewhere, [7; 32]).with_seal(sealed.seal());
        assert!(!moved.presented().is_sealed_with(&ours), "a seal is for one place");
        assert_eq!(Seal::parse(&sealed.seal().to_string()), Ok(sealed.seal()));
    }

    #[test]
    fn a_message_s_two_tokens_are_told_apart() {
        let (customer, news) = (Token::derive(&tag(), &[7; 32], ""), UnsubscribeToken::derive(&[7; 32]));
        assert_ne!(customer.as_str()[3..], news.as_str()[3..]);
        assert_eq!(UnsubscribeToken::parse(news.as_str()), Ok(news.clone()));
        assert!(UnsubscribeToken::parse(customer.as_str()).is_err() && Token::parse(news.as_str()).is_err());
    }

    #[test]
    fn a_token_does_not_show_in_debug() {
        assert_eq!(format!("{:?}", Token::from_bits(&tag(), [1; 32])), "Token(private)");
    }
}
