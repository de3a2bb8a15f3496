//! The seats of a line, compared with its sales and offers.

use std::collections::BTreeMap;

use super::writer::{Wanted, Writer};
use crate::histories::mirror::line::Seats;
use crate::histories::mirror::{Change, Mirror};
use crate::histories::requests::Endpoint;
use crate::histories::violation::{Violation, ensure};

/// Checks the seats of a line as they are now.
pub(super) fn add_up(mirror: &Mirror, name: &str) -> Result<(), Violation> {
    let Some(line) = mirror.lines.get(name) else { return Ok(()) };
    let (sold, held) = (mirror.sold(name), mirror.entries_of(name).map(|entry| entry.held()).sum::<u64>());
    let waiting = mirror.in_turn(name);
    let open = line.numbers.as_ref().is_some_and(|numbers| numbers.open);
    if !mirror.has_ticket_type(name) {
        let capacity = line.seats.as_ref().map_or(0, |seats| seats.capacity);
        let empty = sold == 0 && held == 0 && capacity == 0 && waiting.is_empty() && !open;
        ensure!(empty, "a dropped ticket type is not in use", "{name}: sold {sold}, held {held}, {waiting:?}");
        return Ok(());
    }
    let Some(seats) = &line.seats else {
        return Err(Violation::new("every ticket type has its seats", name));
    };
    let &Seats { capacity, free, active, .. } = seats;
    ensure!(capacity == seats.sold + seats.held + free, "capacity = sold + held + free", "{name}: {seats:?}");
    ensure!(seats.sold == sold, "sold seats are those of confirmed registrations", "{name}: {seats:?}, sold {sold}");
    ensure!(seats.held == held, "held seats are those of live offers", "{name}: {seats:?}, held {held}");
    ensure!(active == open, "numbers are handed out while the waitlist is active", "{name}: {seats:?}, open {open}");
    // It becomes active again after somebody is confirmed.
    let waited_before = waiting.iter().all(|entry| entry.confirmed_at.is_some());
    ensure!(active || waited_before, "the waitlist is active while anyone waits", "{name}: {waiting:?}");
    ensure!(active || free > 0, "the waitlist is active when the last seat is gone", "{name}: {seats:?}");
    let ended = seats.converted + seats.expired + seats.declined + seats.left + seats.withdrawn;
    ensure!(ended <= seats.offers, "offers are counted before they end", "{name}: {seats:?}");
    Ok(())
}

/// Checks how capacity, counts and offers changed.
///
/// Capacity changes by a release, or as an organiser wants who changes the event. Counts of offers
/// only grow. Nothing is offered while offering is paused.
pub(super) fn grow(changes: &[Change], writer: &Writer, event_changed: bool) -> Result<(), Violation> {
    match writer.wanted.as_ref().filter(|_| event_changed) {
        Some(wanted) => is_as_wanted(changes, wanted)?,
        None => grows_by_releases(changes)?,
    }
    for change in changes {
        if let Change::Seats { before: Some(before), after: Some(after), .. } = change {
            ensure!(counts_grow(before, after), "counts of offers only grow", "{before:?} became {after:?}");
            is_steered(before, after, writer)?;
        }
    }
    Ok(())
}

/// An organiser's offer out of turn is allowed even while offering is paused.
fn is_steered(before: &Seats, after: &Seats, writer: &Writer) -> Result<(), Violation> {
    let told = || format!("{before:?} became {after:?} by {:?}", writer.endpoint);
    let by_organiser = before.is_paused == after.is_paused || writer.endpoint == Some(Endpoint::Steer);
    ensure!(by_organiser, "a line is steered by an organiser", "{}", told());
    let may_offer = after.offers == before.offers || !before.is_paused || writer.endpoint == Some(Endpoint::Offer);
    ensure!(may_offer, "nothing is offered while offering is paused", "{}", told());
    Ok(())
}

fn is_as_wanted(changes: &[Change], wanted: &Wanted) -> Result<(), Violation> {
    for change in changes {
        let Change::Seats { line, after, .. } = change else { continue };
        let capacity = wanted.capacities.get(line).copied().unwrap_or(0);
        let as_wanted = after.as_ref().map_or(0, |seats| seats.capacity) == capacity;
        ensure!(
            as_wanted || !wanted.is_undisturbed,
            "capacity is what the organiser wants",
            "{line}: {after:?}, wanted {wanted:?}"
        );
    }
    Ok(())
}

fn grows_by_releases(changes: &[Change]) -> Result<(), Violation> {
    let mut unexplained: BTreeMap<&str, i64> = BTreeMap::new();
    for change in changes {
        match change {
            Change::Seats { line, before, after } => {
                let capacity = |seats: &Option<Seats>| seats.as_ref().map_or(0, |seats| signed(seats.capacity));
                *unexplained.entry(line).or_default() += capacity(after) - capacity(before);
            }
            Change::Release { before, after: Some(after), .. } => {
                let was = before.as_ref().map_or(0, |before| before.released);
                *unexplained.entry(&after.line).or_default() -= signed(after.released) - signed(was);
            }
            _ => {}
        }
    }
    for (line, new) in unexplained {
        ensure!(new == 0, "capacity grows by what is released", "{line}: {new} more than was released: {changes:?}");
    }
    Ok(())
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn counts_grow(before: &Seats, after: &Seats) -> bool {
    let counts =
        |seats: &Seats| [seats.offers, seats.converted, seats.expired, seats.declined, seats.left, seats.withdrawn];
    counts(before).iter().zip(counts(after)).all(|(before, after)| *before <= after)
}
