//! Who changed an item last, when and why: noted on it for the journal.

use serde::{Deserialize, Serialize};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;

/// The last change of an item, for the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastChange {
    /// How many changes there were, with this one.
    #[serde(default)]
    pub step: u64,
    /// When.
    #[serde(default = "long_ago")]
    pub at: Timestamp,
    /// On whose behalf.
    #[serde(default)]
    pub by: String,
    /// Why, where a reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Label>,
}

/// Items that were stored before there was a journal do not say when they were changed.
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
    /// Notes on an item for the journal who changes it, when, why, and how often it was changed before.
    pub(crate) fn journalled(self, mandate: &Mandate, now: Timestamp) -> Self {
        let noted = self.set("by", mandate.by.to_string()).set("at", now).increase("step", 1);
        noted.set_or_remove("why", mandate.why.as_ref().map(Label::as_str))
    }
}
