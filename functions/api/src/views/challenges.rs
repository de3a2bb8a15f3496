//! Challenges, as ALTCHA's widget reads them.

use altcha::{Challenge, ChallengeParameters};
use serde::Serialize;

/// A challenge that a join may solve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ChallengeView<'challenge> {
    parameters: ParametersView<'challenge>,
    signature: &'challenge str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ParametersView<'challenge> {
    algorithm: &'challenge str,
    cost: u32,
    /// Seconds since 1970.
    expires_at: i64,
    key_length: usize,
    key_prefix: &'challenge str,
    nonce: &'challenge str,
    salt: &'challenge str,
}

impl<'challenge> ChallengeView<'challenge> {
    /// The view of a challenge that we made.
    pub fn new(challenge: &'challenge Challenge) -> Self {
        let ChallengeParameters { algorithm, cost, expires_at, key_length, key_prefix, nonce, salt, .. } =
            &challenge.parameters;
        let parameters = ParametersView {
            algorithm,
            cost: *cost,
            expires_at: expires_at.unwrap_or_default(),
            key_length: *key_length,
            key_prefix,
            nonce,
            salt,
        };
        Self { parameters, signature: challenge.signature.as_deref().unwrap_or_default() }
    }
}
