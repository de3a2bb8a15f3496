//! What must hold after every write.

mod codes;
mod confirming;
mod entries;
mod lots;
pub(super) mod messages;
mod numbers;
mod order;
mod places;
pub(super) mod rest;
mod sales;
mod seats;
mod writer;

use std::collections::BTreeSet;

use waitlist_tests::StreamRecord;

pub(super) use self::writer::{Wanted, Writer};
use super::mirror::line::Line;
use super::mirror::{Change, Mirror};
use super::stays::Stays;
use super::violation::Violation;

/// Reads the new writes one by one and checks the invariants.
pub(super) fn follow(
    mirror: &mut Mirror,
    stays: &mut Stays,
    records: &[StreamRecord],
    writer: &Writer,
    now: i64,
) -> Result<Vec<Change>, Violation> {
    let mut changes = Vec::new();
    for write in records.chunk_by(|one, other| one.write() == other.write()) {
        changes.extend(follow_write(mirror, stays, write, writer, now)?);
    }
    Ok(changes)
}

fn follow_write(
    mirror: &mut Mirror,
    stays: &mut Stays,
    records: &[StreamRecord],
    writer: &Writer,
    now: i64,
) -> Result<Vec<Change>, Violation> {
    let mut changes = Vec::new();
    for record in records {
        let change = mirror.apply(record)?;
        if let Change::Entry { before, after } = &change {
            let none = Line::default();
            let line = after.as_ref().and_then(|entry| mirror.lines.get(&entry.line)).unwrap_or(&none);
            let max_offers = mirror.event.as_ref().map_or(u64::MAX, |event| event.max_offers);
            entries::step(stays, line, max_offers, [before.as_deref(), after.as_deref()], writer, now)?;
            after.iter().for_each(|entry| stays.note(entry, writer.endpoint, now));
        }
        numbers::grow(&change, writer)?;
        if let Change::Seats { line, before: None, .. } = &change {
            stays.begin_anew(line);
        }
        changes.push(change);
    }
    let event_changed = changes.iter().any(|change| matches!(change, Change::Event));
    seats::grow(&changes, writer, event_changed)?;
    confirming::step(mirror, stays, &changes, writer)?;
    codes::step(mirror, stays, &changes, now)?;
    places::step(mirror, stays, &changes, writer)?;
    for change in &changes {
        sales::step(mirror, stays, change, now)?;
        lots::step(mirror, change)?;
    }
    order::nobody_is_passed_over(mirror, &changes, writer)?;
    for line in touched(&changes) {
        seats::add_up(mirror, line)?;
        numbers::never_say_too_much(mirror, line)?;
    }
    Ok(changes)
}

fn touched(changes: &[Change]) -> BTreeSet<&str> {
    let line = |change| match change {
        &Change::Entry { after: Some(ref entry), .. } => Some(entry.line.as_str()),
        Change::Seats { line, .. }
        | Change::Numbers { line, .. }
        | Change::Page { line, .. }
        | Change::Counts { line, .. } => Some(line.as_str()),
        Change::Registration { after: Some(sale), .. } => Some(sale.line.as_str()),
        _ => None,
    };
    changes.iter().filter_map(line).collect()
}
