//! Every stay in a line that ever was, and what it went through.

use std::collections::{BTreeMap, BTreeSet};

use waitlist_domain::entry::Status;

use super::mirror::entry::Entry;

/// One stay: an entry from joining to its end, also after the same person began another.
#[derive(Debug, Clone)]
pub(super) struct Stay {
    /// As it was last.
    pub(super) entry: Entry,
    /// Each status with the moment at which it was entered.
    pub(super) history: Vec<(Status, i64)>,
    /// Every deadline that it had.
    pub(super) deadlines: Vec<i64>,
    /// Every place that it had in its line, the present one last.
    pub(super) places: Vec<(String, u64)>,
}

impl Stay {
    /// When it entered a status, if it ever did.
    pub(super) fn entered(&self, status: Status) -> Option<i64> {
        self.history.iter().find(|(entered, _)| *entered == status).map(|(_, at)| *at)
    }

    /// Whether it was, at some moment from `start` to `end`, in one of these statuses.
    pub(super) fn was(&self, statuses: &[Status], start: i64, end: i64) -> bool {
        self.history.iter().enumerate().any(|(index, (status, from))| {
            let until = self.history.get(index + 1).map_or(i64::MAX, |(_, next)| *next);
            statuses.contains(status) && *from <= end && until >= start
        })
    }
}

/// All stays by entry id.
#[derive(Debug, Default)]
pub(super) struct Stays {
    pub(super) all: BTreeMap<String, Stay>,
    /// Those that had ended when their ticket type was dropped: its counts of offers began anew with it.
    earlier: BTreeSet<String>,
}

impl Stays {
    pub(super) fn note(&mut self, entry: &Entry, now: i64) {
        let begin = || Stay { entry: entry.clone(), history: Vec::new(), deadlines: Vec::new(), places: Vec::new() };
        let stay = self.all.entry(entry.id.clone()).or_insert_with(begin);
        if stay.history.last().is_none_or(|(status, _)| *status != entry.status) {
            stay.history.push((entry.status, now));
        }
        stay.deadlines.extend(entry.deadline());
        if stay.places.last() != Some(&entry.place()) {
            stay.places.push(entry.place());
        }
        stay.entry = entry.clone();
    }

    pub(super) fn get(&self, id: &str) -> Option<&Stay> {
        self.all.get(id)
    }

    /// A ticket type is added, perhaps not for the first time.
    pub(super) fn begin_anew(&mut self, line: &str) {
        let ended = self.all.values().filter(|stay| stay.entry.line == line).map(|stay| stay.entry.id.clone());
        self.earlier.extend(ended);
    }

    /// Whether the line's counts of offers tell of it.
    pub(super) fn is_counted(&self, stay: &Stay) -> bool {
        !self.earlier.contains(&stay.entry.id)
    }

    pub(super) fn of_line<'stays>(&'stays self, line: &'stays str) -> impl Iterator<Item = &'stays Stay> {
        self.all.values().filter(move |stay| stay.entry.line == line)
    }
}
