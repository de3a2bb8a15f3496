//! API keys. `tools/keys` writes them, and the functions look them up.

use waitlist_domain::Error;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::key_grant::KeyGrant;

use crate::dynamo::reading::get;
use crate::items::api_key_item::key_grant_from;
use crate::items::key::Key;
use crate::items::table::AccessTable;

/// Looks up API keys.
#[derive(Debug, Clone)]
pub struct ApiKeys {
    table: AccessTable,
}

impl ApiKeys {
    /// Works on `table`.
    pub fn new(table: &AccessTable) -> Self {
        Self { table: table.clone() }
    }

    /// What the live key with this hash grants. None if the key is unknown, revoked or past its end.
    ///
    /// Each request reads the table, strongly consistent, so that a revoked key is refused at once.
    pub async fn find(&self, key: &SecretHash) -> Result<Option<KeyGrant>, Error> {
        let Some(item) = get(&self.table, Key::api_key(key)).await? else { return Ok(None) };
        Ok(key_grant_from(item)?.filter(|grant| !grant.is_over(self.table.now())))
    }
}
