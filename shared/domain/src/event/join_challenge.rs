//! The work that an event may ask of joins without a key.

use std::fmt;

use crate::Refusal;
use crate::values::credential::SecretHash;
use crate::values::time::Timestamp;
use crate::values::words::words;

words! {
    refused: "must be \"work\", or left out so that joins need not solve anything";
    /// What a join without an API key must solve.
    pub enum JoinChallenge {
        /// A proof of work in the form of ALTCHA.
        Work = "work",
    }
}

/// The key that signs challenges.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(SecretHash);

impl SigningKey {
    /// The key of a stack: always the same for the same secret.
    pub fn derive(secret: &[u8; 32]) -> Self {
        Self(SecretHash::keyed(secret, "join challenges", ""))
    }

    /// 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey(private)")
    }
}

/// A challenge that a join has solved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SolvedChallenge {
    /// The hash of the challenge's signature, which no other challenge has.
    pub id: SecretHash,
    /// From then on no solution of the challenge is accepted.
    pub ends_at: Timestamp,
}

/// The work that a join shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// None.
    Missing,
    /// A solution that is not accepted.
    Bad(BadSolution),
    /// A solution that is right. It may have been used before.
    Solved(SolvedChallenge),
}

/// Why a solution is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadSolution {
    /// It is wrong, or the challenge is not ours.
    Wrong,
    Expired,
    /// Another join has used it.
    Used,
}

impl From<BadSolution> for Refusal {
    fn from(bad: BadSolution) -> Self {
        Self::ChallengeFailed {
            why: match bad {
                BadSolution::Wrong => "the field challenge holds no solution of a challenge of this waitlist",
                BadSolution::Expired => "the challenge that the field challenge solves has expired",
                BadSolution::Used => {
                    "the solution in the field challenge was used before, and each is good for one join"
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAD: [BadSolution; 3] = [BadSolution::Wrong, BadSolution::Expired, BadSolution::Used];

    #[test]
    fn each_refusal_names_the_field_and_the_remedy() {
        let refusals = BAD.map(Refusal::from).into_iter().chain([Refusal::ChallengeRequired]);
        let texts: Vec<String> = refusals.map(|refusal| refusal.to_string()).collect();
        for text in &texts {
            assert!(text.contains("field challenge") && text.contains("GET /api/waitlist/challenge"), "{text}");
            assert!(text.len() <= 300, "a problem would cut it: {text}");
            assert_eq!(texts.iter().filter(|other| *other == text).count(), 1, "{text}");
        }
    }

    #[test]
    fn the_key_of_a_stack_is_told_only_with_its_secret() {
        assert_eq!(SigningKey::derive(&[1; 32]), SigningKey::derive(&[1; 32]));
        assert_ne!(SigningKey::derive(&[1; 32]), SigningKey::derive(&[2; 32]));
        assert_eq!(format!("{:?}", SigningKey::derive(&[1; 32])), "SigningKey(private)");
    }
}
