//! How an API key is stored. `tools/keys` writes the items.

use serde::Deserialize;
use waitlist_domain::Error;
use waitlist_domain::values::credential::Role;
use waitlist_domain::values::identifier::KeyId;
use waitlist_domain::values::key_grant::KeyGrant;
use waitlist_domain::values::scope::Scope;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::item::{Item, from_item};

#[derive(Debug, Deserialize)]
struct KeyItem {
    key_id: KeyId,
    role: Role,
    events: Scope,
    ends_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

/// Reads what a key grants from its item. Nothing if it was revoked.
pub(crate) fn key_grant_from(item: Item) -> Result<Option<KeyGrant>, Error> {
    let KeyItem { key_id, role, events, ends_at, revoked_at } = from_item(item)?;
    Ok(revoked_at.is_none().then_some(KeyGrant { id: key_id, role, scope: events, ends_at }))
}
