//! Every stay in a line, and what it went through.

use std::collections::{BTreeMap, BTreeSet};

use waitlist_domain::entry::Status;

use super::mirror::entry::Entry;
use super::requests::Endpoint;

/// One stay: an entry from joining to its end, even if the same person began another. It may wait
/// again after its end, and be offered seats more than once.
#[derive(Debug, Clone)]
pub(super) struct Stay {
    /// The entry as it joined.
    pub(super) first: Entry,
    /// The entry as it was last.
    pub(super) entry: Entry,
    /// Each status and place that it had. The present one is the last.
    pub(super) steps: Vec<Step>,
    /// Every deadline that it had.
    pub(super) deadlines: Vec<i64>,
    /// How often its customer was to be reminded.
    pub(super) reminders: usize,
    /// Whether it joined without a confirmed address.
    pub(super) began_unconfirmed: bool,
    /// How often its customer was to be reminded to confirm.
    pub(super) confirmation_reminders: usize,
    /// How often its customer was to be told that somebody joined again: while it was unconfirmed,
    /// and afterwards.
    pub(super) joined_again: [usize; 2],
    /// Every contact of its customer.
    pub(super) contacts: Vec<Contacted>,
}

/// The addresses of a customer: for e-mail, and for text messages if they may go to a number.
pub(super) type Contact = (String, Option<String>);

/// A contact of a stay.
#[derive(Debug, Clone)]
pub(super) struct Contacted {
    pub(super) contact: Contact,
    pub(super) since: i64,
    /// The status in which it got this contact.
    pub(super) status: Status,
    /// Whether it was confirmed then.
    pub(super) is_confirmed: bool,
}

/// A stay comes to a status or to a place.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) status: Status,
    /// Its status before. None at its beginning.
    pub(super) was: Option<Status>,
    /// Lane and number.
    pub(super) place: (String, u64),
    pub(super) at: i64,
    /// The request that brought it there, if it was one.
    pub(super) by: Option<Endpoint>,
}

impl Step {
    /// Whether it ended an offer.
    pub(super) fn ends_offer(&self) -> bool {
        self.was.is_some_and(Status::holds_seats) && !self.status.holds_seats()
    }

    /// Whether its customer claimed an offer. Without a purchase window that converts it at once.
    pub(super) fn is_claim(&self) -> bool {
        self.status == Status::Claimed || (self.status == Status::Converted && self.by == Some(Endpoint::Claim))
    }

    /// Whether it had another place in its line before.
    pub(super) fn is_move(&self) -> bool {
        self.status == Status::Waiting && self.was.is_some()
    }
}

impl Stay {
    fn new(entry: &Entry) -> Self {
        Self {
            first: entry.clone(),
            entry: entry.clone(),
            steps: Vec::new(),
            deadlines: Vec::new(),
            reminders: 0,
            began_unconfirmed: entry.is_unconfirmed(),
            confirmation_reminders: 0,
            joined_again: [0, 0],
            contacts: Vec::new(),
        }
    }

    /// Whether it was unconfirmed, and was confirmed or has ended.
    pub(super) fn is_resolved(&self) -> bool {
        self.began_unconfirmed && !self.entry.is_unconfirmed()
    }

    /// The place where it joined without a confirmed address, if it did.
    pub(super) fn unconfirmed_at(&self) -> Option<&(String, u64)> {
        self.steps.first().map(|step| &step.place).filter(|_| self.began_unconfirmed)
    }

    /// When it came to its present status. A move is not counted.
    pub(super) fn since(&self) -> i64 {
        self.steps.iter().rev().find(|step| step.was != Some(step.status)).map_or(i64::MIN, |step| step.at)
    }

    /// How often it entered a status. Moves are not counted.
    pub(super) fn times(&self, status: Status) -> usize {
        self.steps.iter().filter(|step| step.status == status && step.was != Some(status)).count()
    }

    /// Whether it entered a status from `start` on. Moves are not counted.
    pub(super) fn has_entered(&self, status: Status, start: i64) -> bool {
        self.steps.iter().any(|step| step.status == status && step.was != Some(status) && step.at >= start)
    }

    /// Whether it was, at some moment from `start` to `end`, in one of these statuses.
    pub(super) fn was(&self, statuses: &[Status], start: i64, end: i64) -> bool {
        self.steps.iter().enumerate().any(|(index, step)| {
            let until = self.steps.get(index + 1).map_or(i64::MAX, |next| next.at);
            statuses.contains(&step.status) && step.at <= end && until >= start
        })
    }

    /// Every place that it had before the present one.
    pub(super) fn earlier_places(&self) -> impl Iterator<Item = &(String, u64)> {
        self.steps.iter().map(|step| &step.place).filter(|place| **place != self.entry.place())
    }

    /// What happened to it while it stood at a place.
    pub(super) fn steps_at<'stay>(&'stay self, place: &'stay (String, u64)) -> impl Iterator<Item = &'stay Step> {
        self.steps.iter().filter(move |step| step.place == *place)
    }

    /// Whether an organiser ever changed its place, or let it wait again.
    pub(super) fn was_moved(&self) -> bool {
        self.steps.iter().any(|step| step.is_move() && step.by.is_some())
    }

    /// The first contact with the present address of a channel. None if the address never changed.
    pub(super) fn readdressed(&self, address: impl Fn(&Contact) -> Option<&String>) -> Option<&Contacted> {
        let now = self.contacts.last().and_then(|last| address(&last.contact));
        let is_elsewhere = |contacted: &Contacted| address(&contacted.contact) != now;
        let last_elsewhere = self.contacts.iter().rposition(is_elsewhere)?;
        self.contacts.get(last_elsewhere + 1)
    }

    /// Whether its customer had this contact at some moment since `start`.
    pub(super) fn had_contact(&self, is_it: impl Fn(&Contact) -> bool, start: i64) -> bool {
        self.contacts.iter().enumerate().any(|(index, contacted)| {
            let until = self.contacts.get(index + 1).map_or(i64::MAX, |next| next.since);
            is_it(&contacted.contact) && until >= start
        })
    }
}

/// All stays by entry id.
#[derive(Debug, Default)]
pub(super) struct Stays {
    pub(super) all: BTreeMap<String, Stay>,
    /// Stays from before their ticket type came back. Its counts of offers began anew then.
    earlier: BTreeSet<String>,
}

impl Stays {
    pub(super) fn note(&mut self, entry: &Entry, by: Option<Endpoint>, now: i64) {
        let stay = self.all.entry(entry.id.clone()).or_insert_with(|| Stay::new(entry));
        let (status, place, was) = (entry.status, entry.place(), stay.steps.last().map(|step| step.status));
        if stay.steps.last().is_none_or(|last| last.status != status || last.place != place) {
            stay.steps.push(Step { status, was, place, at: now, by });
        }
        let reminded_at = |entry: &Entry| entry.offer.as_ref().and_then(|offer| offer.reminded_at);
        let is_reminded = reminded_at(entry).is_some() && reminded_at(&stay.entry) != reminded_at(entry);
        stay.reminders += usize::from(is_reminded);
        let is_reminded = entry.confirmation_reminded_at != stay.entry.confirmation_reminded_at;
        stay.confirmation_reminders += usize::from(is_reminded);
        if entry.joined_again_at != stay.entry.joined_again_at {
            stay.joined_again[usize::from(entry.confirm_by.is_none())] += 1;
        }
        stay.deadlines.extend(entry.deadline());
        let contact = (entry.email.clone(), entry.proven_phone().cloned());
        if stay.contacts.last().is_none_or(|last| last.contact != contact) {
            stay.contacts.push(Contacted { contact, since: now, status, is_confirmed: entry.confirm_by.is_none() });
        }
        stay.entry = entry.clone();
    }

    pub(super) fn get(&self, id: &str) -> Option<&Stay> {
        self.all.get(id)
    }

    /// A ticket type is added, perhaps again.
    pub(super) fn begin_anew(&mut self, line: &str) {
        let ended = self.all.values().filter(|stay| stay.entry.line == line).map(|stay| stay.entry.id.clone());
        self.earlier.extend(ended);
    }

    /// Whether the line's counts of offers include it.
    pub(super) fn is_counted(&self, stay: &Stay) -> bool {
        !self.earlier.contains(&stay.entry.id)
    }

    pub(super) fn of_line<'stays>(&'stays self, line: &'stays str) -> impl Iterator<Item = &'stays Stay> {
        self.all.values().filter(move |stay| stay.entry.line == line)
    }
}
