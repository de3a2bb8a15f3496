//! How an access code is stored.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use waitlist_domain::Error;
use waitlist_domain::event::access_code::{Grant, MaxUses};
use waitlist_domain::values::identifier::{CodeId, TierId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, from_item, to_item};
use crate::dynamo::reading::get;
use crate::dynamo::table::DynamoTable;
use crate::items::key::Key;
use crate::items::last_change::LastChange;

#[skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct CodeItem {
    pk: String,
    sk: String,
    code_id: CodeId,
    tier: TierId,
    max_uses: MaxUses,
    used: u32,
    ends_at: Timestamp,
    label: Option<Label>,
    created_at: Timestamp,
    revoked_at: Option<Timestamp>,
    #[serde(flatten)]
    last_change: LastChange,
}

pub(crate) fn code_item(key: Key, grant: Grant, mandate: &Mandate) -> Result<Item, Error> {
    let Grant { id, tier, max_uses, used, ends_at, label, created_at, revoked_at } = grant;
    let Key { pk, sk } = key;
    let last_change = LastChange::first(mandate, created_at);
    to_item(&CodeItem {
        pk,
        sk,
        code_id: id,
        tier,
        max_uses,
        used,
        ends_at,
        label,
        created_at,
        revoked_at,
        last_change,
    })
}

/// Reads the grant of an access code from its item.
pub(crate) fn grant_from(item: Item) -> Result<Grant, Error> {
    let CodeItem { code_id, tier, max_uses, used, ends_at, label, created_at, revoked_at, .. } = from_item(item)?;
    Ok(Grant { id: code_id, tier, max_uses, used, ends_at, label, created_at, revoked_at })
}

/// The grant of the access code with this key, if it exists. Strongly consistent.
pub(crate) async fn find_grant(table: &DynamoTable, key: &Key) -> Result<Option<Grant>, Error> {
    get(table, key.clone()).await?.map(grant_from).transpose()
}

/// Counts one more use of the code, if it is the same code and still admits.
pub(crate) fn use_once(grant: &Grant, now: Timestamp) -> Expression {
    Expression::new()
        .add("used", 1)
        .when_equal("code_id", grant.id.as_str())
        .when_absent(REVOKED_AT)
        .when_at_most("used", grant.max_uses.get() - 1)
        .when_more_than("ends_at", now)
}

/// The time at which a code was revoked.
pub(crate) const REVOKED_AT: &str = "revoked_at";
