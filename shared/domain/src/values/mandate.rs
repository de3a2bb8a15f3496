//! Mandates: who changes an entry or a line, and why.

use std::fmt;

use crate::values::credential::Role;
use crate::values::identifier::KeyId;
use crate::values::label::Label;

/// The actor of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// The caller with this key, by its role.
    Key(Role, KeyId),
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
            Self::Key(role, key) => write!(formatter, "{}:{key}", role.as_str()),
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
    fn a_key_is_named_by_its_role_and_id() {
        let key = KeyId::from_bits([0x1f; 16]);
        let named = Actor::Key(Role::Organiser, key.clone()).to_string();
        assert_eq!(named, "organiser:key_1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f");
        assert_eq!(Actor::Key(Role::Sales, key.clone()).to_string(), format!("sales:{key}"));
    }
}
