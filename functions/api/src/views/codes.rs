//! Access codes in responses, as docs/api.md defines them. The code itself is never part of them.

use serde::Serialize;
use waitlist_domain::event::access_code::{Grant, GrantStatus, MaxUses};
use waitlist_domain::values::identifier::{CodeId, EventId, TierId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::time::Timestamp;

use crate::views::moments::{utc, utc_if_any};

/// An access code.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CodeView<'grant> {
    code_id: &'grant CodeId,
    tier: &'grant TierId,
    max_uses: MaxUses,
    used: u32,
    #[serde(serialize_with = "utc")]
    ends_at: Timestamp,
    label: Option<&'grant Label>,
    status: GrantStatus,
    #[serde(serialize_with = "utc")]
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    revoked_at: Option<Timestamp>,
}

impl<'grant> CodeView<'grant> {
    /// Shows a code as it stands at `now`.
    pub fn new(grant: &'grant Grant, now: Timestamp) -> Self {
        Self {
            code_id: &grant.id,
            tier: &grant.tier,
            max_uses: grant.max_uses,
            used: grant.used,
            ends_at: grant.ends_at,
            label: grant.label.as_ref(),
            status: grant.status(now),
            created_at: grant.created_at,
            revoked_at: grant.revoked_at,
        }
    }
}

/// All access codes of an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CodeListView<'grant> {
    /// The event's id.
    pub event_id: &'grant EventId,
    /// The access codes of the event.
    pub codes: Vec<CodeView<'grant>>,
}
