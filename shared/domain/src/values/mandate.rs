//! Mandates: who changes an entry or a line, and why.

use std::fmt;

use crate::values::credential::SecretHash;
use crate::values::label::Label;

/// The name of an API key: the beginning of its hash. It tells an organiser's keys apart, and does
/// not help to find a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    /// The name of the key with this hash.
    pub fn of(hash: &SecretHash) -> Self {
        Self(hash.as_str().chars().take(8).collect())
    }
}

/// The actor of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The organiser, with this key.
    Organiser(KeyName),
    /// A sales system, with this key.
    Sales(KeyName),
    /// The customer.
    Customer,
    /// The waitlist, which offers free seats by its rules.
    Waitlist,
    /// The passing of a deadline.
    Timer,
    /// The draw of a lottery.
    Draw,
    /// The provider of e-mail, which reported on a message.
    Provider,
}

impl fmt::Display for Actor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Organiser(KeyName(key)) => write!(formatter, "organiser:{key}"),
            Self::Sales(KeyName(key)) => write!(formatter, "sales:{key}"),
            Self::Customer => formatter.write_str("customer"),
            Self::Waitlist => formatter.write_str("waitlist"),
            Self::Timer => formatter.write_str("timer"),
            Self::Draw => formatter.write_str("draw"),
            Self::Provider => formatter.write_str("provider"),
        }
    }
}

/// The actor of a change and their reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    pub by: Actor,
    pub why: Option<Label>,
    /// The name of an organiser's command. A changed entry bears it, so that a repeated command is
    /// recognised.
    pub command: Option<String>,
}

impl Mandate {
    /// The mandate of an actor who gives no reason.
    pub const fn of(by: Actor) -> Self {
        Self { by, why: None, command: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_the_beginning_of_its_hash_alone() {
        let hash = SecretHash::of("wl_secret");
        let named = Actor::Organiser(KeyName::of(&hash)).to_string();
        assert_eq!(named, format!("organiser:{}", &hash.as_str()[..8]));
        assert_eq!(Actor::Sales(KeyName::of(&hash)).to_string().len(), "sales:".len() + 8);
    }
}
