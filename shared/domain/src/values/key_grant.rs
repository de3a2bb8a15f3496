//! What an API key grants.

use crate::values::credential::Role;
use crate::values::identifier::KeyId;
use crate::values::scope::Scope;
use crate::values::time::Timestamp;

/// What an API key grants: a role, for the events of a scope, until an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyGrant {
    pub id: KeyId,
    pub role: Role,
    pub scope: Scope,
    /// The time from which the key grants nothing. `None` if it has no end.
    pub ends_at: Option<Timestamp>,
}

impl KeyGrant {
    /// Whether the end of the key has come.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at.is_some_and(|ends_at| ends_at <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_grants_nothing_from_its_end_on() {
        let now = Timestamp::from_milliseconds(1_000);
        let grant =
            |ends_at| KeyGrant { id: KeyId::from_bits([1; 16]), role: Role::Viewer, scope: Scope::all(), ends_at };
        for (ends_at, is_over) in [(None, false), (Some(1_001), false), (Some(1_000), true), (Some(1), true)] {
            assert_eq!(grant(ends_at.map(Timestamp::from_milliseconds)).is_over(now), is_over, "{ends_at:?}");
        }
    }
}
