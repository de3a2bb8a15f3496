//! Mandates: on whose behalf an entry or a line is changed, and why.

use std::fmt;

use crate::values::credential::SecretHash;
use crate::values::label::Label;

/// An API key's name: enough of its hash to tell an organiser's keys apart, and far too little to find the key by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    /// The name of the key with this hash.
    pub fn of(hash: &SecretHash) -> Self {
        Self(hash.as_str().chars().take(8).collect())
    }
}

/// Who changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The organiser, with this key.
    Organiser(KeyName),
    /// A sales system, with this key.
    Sales(KeyName),
    /// The customer.
    Customer,
    /// The waitlist itself, by its rules: it offers free seats to whoever is next.
    Waitlist,
    /// The passing of a deadline.
    Timer,
    /// The draw of a lottery.
    Draw,
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
        }
    }
}

/// On whose behalf something is changed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mandate {
    /// Who.
    pub by: Actor,
    /// The reason given, if any.
    pub why: Option<Label>,
    /// The name of an organiser's command, by which an entry that it changed is recognised when it is repeated.
    pub command: Option<String>,
}

impl Mandate {
    /// Of somebody who gives no reason.
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
