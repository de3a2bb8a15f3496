//! Who calls: API keys with a role, and the tokens that customers get from their own join.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::values::identifier::hexadecimal;

/// What the bearer of an API key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Organiser,
    /// Registrations, releases, and acting for any customer.
    Sales,
}

/// SHA-256 of a key or token: all that is ever stored of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretHash(String);

impl SecretHash {
    /// Hashes a secret as a caller presents it. The secrets have 256 random bits, so a plain hash suffices.
    pub fn of(secret: &str) -> Self {
        Self(hexadecimal(&Sha256::digest(secret.as_bytes())))
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A customer's token: `wt_` and 64 hexadecimal digits, shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new token from 256 random bits.
    pub fn from_bits(bits: [u8; 32]) -> Self {
        Self(format!("wt_{}", hexadecimal(&bits)))
    }

    /// The token that whoever has the same nonce and key gets again: a repeated request with its idempotency key, or another
    /// attempt at a message with the address that it is for.
    ///
    /// Of a request only `nonce` (256 random bits) is stored beside the remembered answer, and the key itself is not, so
    /// whoever reads the table has to guess the key to know the token. Of a message neither is stored.
    pub fn derive(nonce: &[u8; 32], key: &str) -> Self {
        let digest = Sha256::new().chain_update(nonce).chain_update(key.as_bytes()).finalize();
        Self::from_bits(digest.into())
    }

    /// The text to hand to the customer; never to log or store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Token(private)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_token_needs_both_the_nonce_and_the_key() {
        let token = Token::derive(&[7; 32], "first");
        assert_eq!(token, Token::derive(&[7; 32], "first"));
        assert_ne!(token, Token::derive(&[7; 32], "second"));
        assert_ne!(token, Token::derive(&[8; 32], "first"));
    }

    #[test]
    fn a_token_does_not_show_in_debug() {
        assert_eq!(format!("{:?}", Token::from_bits([1; 32])), "Token(private)");
    }
}
