//! How a release is stored.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;
use waitlist_domain::Error;
use waitlist_domain::line::release::Release;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, from_item, to_item};
use crate::items::key::Key;
use crate::items::last_change::LastChange;

/// The partition of the `due` index with all releases.
pub(crate) const DUE_RELEASES: &str = "DUE#0";

#[skip_serializing_none]
#[derive(Debug, Serialize, Deserialize)]
struct ReleaseItem {
    pk: String,
    sk: String,
    /// The number of writes. The condition on it lets only one of two concurrent changes through.
    /// Missing on items from before versions.
    version: Option<u64>,
    /// How often the ticket type had been dropped when the release was ordered.
    #[serde(default)]
    times_dropped: u64,
    released: u32,
    release: Release,
    due_shard: Option<String>,
    due_at: Option<Timestamp>,
    armed_from: Option<Timestamp>,
    #[serde(flatten)]
    last_change: LastChange,
}

/// The item of a release in this version.
pub(crate) fn release_item(
    release: &Release,
    version: u64,
    times_dropped: u64,
    mandate: &Mandate,
    now: Timestamp,
) -> Result<Item, Error> {
    let key = Key::release(&release.id);
    to_item(&ReleaseItem {
        pk: key.pk,
        sk: key.sk,
        version: Some(version),
        times_dropped,
        released: release.released,
        due_shard: release.due_at.map(|_| DUE_RELEASES.to_owned()),
        due_at: release.due_at,
        armed_from: release.due_at.map(|_| now),
        release: release.clone(),
        last_change: LastChange { step: version, ..LastChange::first(mandate, now) },
    })
}

pub(crate) fn release_from(item: Item) -> Result<Release, Error> {
    Ok(from_item::<ReleaseItem>(item)?.release)
}

/// A release as it was read.
pub(crate) struct StoredRelease {
    pub(crate) release: Release,
    version: Option<u64>,
    pub(crate) times_dropped: u64,
}

impl StoredRelease {
    pub(crate) fn read(item: Item) -> Result<Self, Error> {
        let ReleaseItem { release, version, times_dropped, .. } = from_item(item)?;
        Ok(Self { release, version, times_dropped })
    }

    /// The release has not changed since it was read.
    pub(crate) fn unchanged(&self) -> Expression {
        Expression::new().when_exists().when_still("version", self.version)
    }

    /// The item of the changed release.
    pub(crate) fn replaced_by(&self, release: &Release, mandate: &Mandate, now: Timestamp) -> Result<Item, Error> {
        release_item(release, self.version.unwrap_or(0) + 1, self.times_dropped, mandate, now)
    }
}
