//! The mark of an address that mail does not reach. Its key has only the hash of the address.

use serde::Deserialize;
use waitlist_domain::Error;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::values::unreachable::{Cause, LASTS, Unreachable};

use crate::dynamo::expression::{Alternative, Expression};
use crate::dynamo::item::{Item, from_item};
use crate::dynamo::reading::get;
use crate::items::key::Key;
use crate::items::table::Table;

#[derive(Debug, Deserialize)]
struct UnreachableItem {
    cause: Cause,
    at: Timestamp,
}

pub(crate) fn unreachable_from(item: Item) -> Result<Unreachable, Error> {
    let UnreachableItem { cause, at } = from_item(item)?;
    Ok(Unreachable { cause, at })
}

/// The first report that holds for an address now, strongly consistent. It is about the address or
/// about its mailbox.
///
/// DynamoDB deletes an expired item late, so its time is compared here.
pub(crate) async fn unreachable_at(table: &Table, address: &EmailAddress) -> Result<Option<Unreachable>, Error> {
    let mut reports = Vec::new();
    // Two reads, because one of both would add its operation to the function's binary.
    for cause in [Cause::Bounced, Cause::Complained] {
        let found = get(table, Key::unreachable(address, cause)).await?;
        reports.extend(found.map(unreachable_from).transpose()?);
    }
    let now = table.now();
    Ok(reports.into_iter().filter(|unreachable| unreachable.holds_at(now)).min_by_key(|unreachable| unreachable.at))
}

/// Marks an address, unless an earlier report still holds.
pub(crate) fn mark(unreachable: &Unreachable) -> Expression {
    Expression::new()
        .set("cause", unreachable.cause.as_str())
        .set("at", unreachable.at)
        .set("ttl", unreachable.ends_at().seconds() + 1)
        .when_any([Alternative::Absent, Alternative::AtMost("at", lapsed_at(unreachable.at).into())])
}

/// The latest time of a report that holds no more at `now`.
pub(crate) const fn lapsed_at(now: Timestamp) -> Timestamp {
    now.plus_milliseconds(-LASTS)
}
