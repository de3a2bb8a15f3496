//! Nobody has more places than they may, and no mailbox has a place twice.

use waitlist_domain::entry::Status;

use super::writer::Writer;
use crate::histories::mirror::entry::Entry;
use crate::histories::mirror::sales::Event;
use crate::histories::mirror::{Change, Mirror};
use crate::histories::places::mailbox;
use crate::histories::requests::Endpoint;
use crate::histories::stays::{Stay, Stays};
use crate::histories::violation::{Violation, ensure};

/// Checks the places of each person who got another by this write.
pub(super) fn step(mirror: &Mirror, stays: &Stays, changes: &[Change], writer: &Writer) -> Result<(), Violation> {
    for change in changes {
        if let Change::Entry { before, after: Some(after) } = change
            && before.as_ref().is_none_or(|before| before.id != after.id)
        {
            is_no_place_too_many(mirror, stays, after, writer)?;
            is_no_place_again(mirror, stays, after)?;
        }
    }
    Ok(())
}

/// Only an organiser gives a person more public places than the event allows.
fn is_no_place_too_many(mirror: &Mirror, stays: &Stays, after: &Entry, writer: &Writer) -> Result<(), Violation> {
    let Some(event) = unchanged_event(mirror, writer).filter(|_| is_public(after)) else { return Ok(()) };
    let is_theirs = |entry: &&Entry| entry.customer == after.customer && counts(stays, entry);
    let places = mirror.entries.values().filter(is_theirs).count() as u64;
    ensure!(places <= event.max_places, "nobody has more places than they may", "{places} with {after:?}");
    Ok(())
}

/// Of the joins that count, no two get the same place for the same mailbox.
fn is_no_place_again(mirror: &Mirror, stays: &Stays, after: &Entry) -> Result<(), Violation> {
    let of_place = |entry: &Entry| (mailbox(&entry.email), entry.line.clone(), entry.attendee.clone());
    let counted = || mirror.entries.iter().filter(|(key, _)| mirror.items[*key].get("counted").is_some());
    if counted().all(|(_, entry)| entry.id != after.id) {
        return Ok(());
    }
    let is_same = |entry: &&Entry| entry.id != after.id && of_place(entry) == of_place(after) && counts(stays, entry);
    let same = counted().map(|(_, entry)| entry).find(is_same);
    ensure!(same.is_none(), "a mailbox has a place once", "{after:?} beside {same:?}");
    Ok(())
}

/// The event, if its rules of places have not changed since the writer began.
fn unchanged_event<'mirror>(mirror: &'mirror Mirror, writer: &Writer) -> Option<&'mirror Event> {
    let rules = |event: &Event| (event.ticket_types.clone(), event.max_places, event.one_place_per_mailbox);
    let present = mirror.event.as_ref()?;
    mirror.rules_since(writer.began).all(|event| rules(event) == rules(present)).then_some(present)
}

fn is_public(entry: &Entry) -> bool {
    entry.customer.starts_with("email:")
}

/// Whether the person of the entry has the place, by joins alone and with the address of the join.
fn counts(stays: &Stays, entry: &Entry) -> bool {
    let has_place = entry.is_live() || (entry.status == Status::Converted && !entry.is_cancelled);
    let is_as_joined = |stay: &Stay| {
        stay.contacts.iter().all(|contacted| contacted.contact.0 == entry.email)
            && stay.steps.iter().all(|step| step.by != Some(Endpoint::Reinstate))
    };
    has_place && stays.get(&entry.id).is_none_or(is_as_joined)
}
