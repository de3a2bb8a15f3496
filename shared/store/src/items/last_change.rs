//! The last change of an item: its actor, time and reason, for the journal.

use serde::{Deserialize, Serialize};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;

/// The last change of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastChange {
    /// The number of this change. The first has number 1.
    #[serde(default)]
    pub step: u64,
    /// The time of the change.
    #[serde(default = "long_ago")]
    pub at: Timestamp,
    /// The actor of the change.
    #[serde(default)]
    pub by: String,
    /// The reason, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Label>,
}

/// Items from before the journal have no time of their last change.
const fn long_ago() -> Timestamp {
    Timestamp::from_milliseconds(0)
}

impl LastChange {
    /// The first change of an item.
    pub(crate) fn first(mandate: &Mandate, now: Timestamp) -> Self {
        Self { step: 1, at: now, by: mandate.by.to_string(), why: mandate.why.clone() }
    }
}

impl Expression {
    /// Notes the change on an item for the journal: the actor, the time, the reason and the number
    /// of the change.
    pub(crate) fn journalled(self, mandate: &Mandate, now: Timestamp) -> Self {
        let noted = self.set("by", mandate.by.to_string()).set("at", now).increase("step", 1);
        noted.set_or_remove("why", mandate.why.as_ref().map(Label::as_str))
    }
}
