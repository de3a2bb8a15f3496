//! The states of every release over time.

use std::collections::BTreeMap;

use super::mirror::sales::{Release, State};

/// All releases by id: the release after each of its changes, with the time of the change.
#[derive(Debug, Default)]
pub(super) struct Progress {
    all: BTreeMap<String, Vec<(Release, i64)>>,
}

impl Progress {
    pub(super) fn note(&mut self, id: &str, release: &Release, now: i64) {
        self.all.entry(id.to_owned()).or_default().push((release.clone(), now));
    }

    /// The release at each moment from `start` to `end`.
    pub(super) fn between(&self, id: &str, start: i64, end: i64) -> impl Iterator<Item = &Release> {
        let changes = self.all.get(id).map_or(&[][..], Vec::as_slice);
        changes.iter().enumerate().filter_map(move |(index, (release, from))| {
            let until = changes.get(index + 1).map_or(i64::MAX, |(_, next)| *next);
            (*from <= end && until >= start).then_some(release)
        })
    }

    /// Whether the release was in this state at any moment from `start` to `end`.
    pub(super) fn was(&self, id: &str, state: State, start: i64, end: i64) -> bool {
        self.between(id, start, end).any(|release| release.state() == state)
    }
}
