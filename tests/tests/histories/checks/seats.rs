//! The seats of a line against all that was sold and is held.

use std::collections::BTreeMap;

use crate::histories::mirror::line::Seats;
use crate::histories::mirror::{Change, Mirror};
use crate::histories::violation::{Violation, ensure};

/// Checks the seats of a line as they are now.
pub(super) fn add_up(mirror: &Mirror, name: &str) -> Result<(), Violation> {
    let Some(line) = mirror.lines.get(name) else { return Ok(()) };
    let (sold, held) = (mirror.sold(name), mirror.entries_of(name).map(|entry| entry.held()).sum::<u64>());
    let waiting = mirror.waiting(name);
    let open = line.numbers.as_ref().is_some_and(|numbers| numbers.open);
    let Some(seats) = &line.seats else {
        let empty = sold == 0 && held == 0 && waiting.is_empty() && !open;
        ensure!(empty, "a dropped ticket type is not in use", "{name}: sold {sold}, held {held}, {waiting:?}");
        return Ok(());
    };
    let Seats { capacity, free, active, .. } = *seats;
    ensure!(capacity == seats.sold + seats.held + free, "capacity = sold + held + free", "{name}: {seats:?}");
    ensure!(seats.sold == sold, "sold seats are those of confirmed registrations", "{name}: {seats:?}, sold {sold}");
    ensure!(seats.held == held, "held seats are those of live offers", "{name}: {seats:?}, held {held}");
    ensure!(active == open, "numbers are handed out while the waitlist is active", "{name}: {seats:?}, open {open}");
    ensure!(active || waiting.is_empty(), "the waitlist is active while anyone waits", "{name}: {waiting:?}");
    ensure!(active || free > 0, "the waitlist is active when the last seat is gone", "{name}: {seats:?}");
    let ended = seats.converted + seats.expired + seats.declined + seats.left;
    ensure!(ended <= seats.offers, "offers are counted before they end", "{name}: {seats:?}");
    Ok(())
}

/// What an organiser asked for, who makes the write.
#[derive(Debug)]
pub(in crate::histories) struct Wanted {
    /// By line.
    pub(in crate::histories) capacities: BTreeMap<String, u64>,
    /// Whether nobody else has changed a capacity since the organiser's request began.
    pub(in crate::histories) is_undisturbed: bool,
}

/// Checks that capacity changed by what was released, or by what the organiser wants, and that the counts of offers
/// only grow.
pub(super) fn grow(changes: &[Change], wanted: Option<&Wanted>) -> Result<(), Violation> {
    let released = released(changes);
    for change in changes {
        let Change::Seats { line, before, after } = change else { continue };
        let capacity = |seats: &Option<Seats>| seats.map_or(0, |seats| seats.capacity);
        match wanted {
            Some(wanted) => {
                let capacity = wanted.capacities.get(line).copied();
                let as_wanted = after.map(|seats| seats.capacity) == capacity;
                ensure!(
                    as_wanted || !wanted.is_undisturbed,
                    "capacity is what the organiser wants",
                    "{line}: {after:?}, wanted {wanted:?}"
                );
            }
            None => {
                let new = released.get(line.as_str()).copied().unwrap_or(0);
                let grew = before.is_some() && after.is_some() && capacity(after) == capacity(before) + new;
                ensure!(grew, "capacity grows by what is released", "{line}: {before:?} became {after:?} by {new}");
            }
        }
        if let (Some(before), Some(after)) = (before, after) {
            ensure!(counts_grow(before, after), "counts of offers only grow", "{before:?} became {after:?}");
        }
    }
    let seats_of =
        |line: &str| changes.iter().any(|change| matches!(change, Change::Seats { line: of, .. } if of == line));
    for (line, new) in released {
        ensure!(new == 0 || seats_of(line), "capacity grows by what is released", "{line}: {new} seats came nowhere");
    }
    Ok(())
}

fn counts_grow(before: &Seats, after: &Seats) -> bool {
    let counts = |seats: &Seats| [seats.offers, seats.converted, seats.expired, seats.declined, seats.left];
    counts(before).iter().zip(counts(after)).all(|(before, after)| *before <= after)
}

fn released(changes: &[Change]) -> BTreeMap<&str, u64> {
    let mut released = BTreeMap::new();
    for change in changes {
        if let Change::Release { before, after: Some(after), .. } = change {
            let was = before.as_ref().map_or(0, |before| before.released);
            *released.entry(after.line.as_str()).or_default() += after.released.saturating_sub(was);
        }
    }
    released
}
