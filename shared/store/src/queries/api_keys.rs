//! API keys. `tools/keys` writes them, and the functions look them up.

use waitlist_domain::Error;
use waitlist_domain::values::credential::{Role, SecretHash};

use crate::dynamo::item::{malformed, text};
use crate::dynamo::reading::get;
use crate::items::key::Key;
use crate::items::table::Table;

/// The role of the live key with this hash. None if the key is unknown or revoked.
///
/// Each request reads the table, strongly consistent, so that a revoked key is refused at once.
pub async fn role_of(table: &Table, key: &SecretHash) -> Result<Option<Role>, Error> {
    match get(table, Key::api_key(key)).await? {
        Some(item) if !item.contains_key("revoked_at") => match text(&item, "role")? {
            "organiser" => Ok(Some(Role::Organiser)),
            "sales" => Ok(Some(Role::Sales)),
            _ => Err(malformed("role")),
        },
        _ => Ok(None),
    }
}
