//! What must be so once nothing is left to do.

use std::collections::BTreeMap;

use serde_json::Value;
use waitlist_domain::entry::Status;
use waitlist_domain::position_index::Mark;

use crate::histories::mirror::Mirror;
use crate::histories::mirror::entry::Entry;
use crate::histories::mirror::line::Line;
use crate::histories::mirror::sales::Fit;
use crate::histories::stays::{Stay, Stays};
use crate::histories::violation::{Violation, ensure};

/// Whether the event has not begun.
pub(in crate::histories) fn is_open(mirror: &Mirror, now: i64) -> bool {
    mirror.event.as_ref().is_some_and(|event| now < event.starts_at)
}

/// Seats that somebody waits for whom they fit are offered, those that nobody waits for are on sale, and nothing is
/// overdue.
pub(in crate::histories) fn nothing_is_left_undone(mirror: &Mirror, now: i64) -> Result<(), Violation> {
    for (at, what) in mirror.dues() {
        ensure!(at > now, "what is overdue is done", "{what} was due at {at}, now {now}");
    }
    if !is_open(mirror, now) {
        return Ok(());
    }
    for (name, line) in &mirror.lines {
        if !mirror.has_ticket_type(name) {
            continue;
        }
        seats_are_at_work(mirror, name, line)?;
        let watched = line.numbers.as_ref().is_some_and(|numbers| numbers.is_watched || !numbers.open);
        ensure!(watched, "the sweep looks after every active line", "{name}: {:?}", line.numbers);
    }
    Ok(())
}

/// Who should have been offered the free seats.
fn whom_free_seats_suit<'mirror>(
    mirror: &Mirror,
    line: &Line,
    waiting: &[&'mirror Entry],
    free: u64,
) -> Option<&'mirror Entry> {
    let head = waiting.first()?;
    match mirror.event.as_ref()?.fit {
        Fit::Strict => (head.quantity <= free).then_some(head),
        Fit::Partial => (free > 0 && head.minimum <= free).then_some(head),
        Fit::Skip(most) => {
            let passes = |entry: &Entry| line.passes.get(&entry.number).copied().unwrap_or(0);
            let suits = |entry: &&&Entry| entry.quantity <= free;
            let reachable = waiting.iter().position(|entry| passes(entry) >= most).map_or(waiting.len(), |bar| bar + 1);
            waiting[..reachable].iter().find(suits).copied()
        }
    }
}

/// The lines whose free seats lie idle, though somebody waits for them or nobody does and they might be on sale.
pub(in crate::histories) fn idle_lines(mirror: &Mirror, now: i64) -> Vec<(String, Violation)> {
    let lines = mirror.lines.iter().filter(|(name, _)| is_open(mirror, now) && mirror.has_ticket_type(name));
    lines.filter_map(|(name, line)| Some((name.clone(), seats_are_at_work(mirror, name, line).err()?))).collect()
}

fn seats_are_at_work(mirror: &Mirror, name: &str, line: &Line) -> Result<(), Violation> {
    let Some(seats) = line.seats else { return Ok(()) };
    let waiting = mirror.waiting(name);
    let suited = whom_free_seats_suit(mirror, line, &waiting, seats.free);
    ensure!(suited.is_none(), "free seats are offered", "{name}: {seats:?} suit {suited:?}");
    let on_sale = seats.free == 0 || !seats.active || !waiting.is_empty();
    ensure!(on_sale, "seats nobody waits for are on sale", "{name}: {seats:?}");
    Ok(())
}

/// The position index says just what is so. While the event is open, that is: afterwards nobody joins, and numbers
/// that never got an entry are not looked for.
pub(in crate::histories) fn index_is_exact(mirror: &Mirror, stays: &Stays, now: i64) -> Result<(), Violation> {
    for (name, line) in &mirror.lines {
        let marks: &[Mark] = if is_open(mirror, now) && mirror.has_ticket_type(name) {
            &Mark::ALL
        } else {
            &[Mark::Found, Mark::Claimed, Mark::Left]
        };
        for mark in marks {
            marks_are_exact(mirror, stays, name, line, *mark)?;
        }
    }
    Ok(())
}

fn marks_are_exact(mirror: &Mirror, stays: &Stays, name: &str, line: &Line, mark: Mark) -> Result<(), Violation> {
    let Some(numbers) = &line.numbers else { return Ok(()) };
    let waiting: Vec<u64> = mirror.waiting(name).iter().map(|entry| entry.number).collect();
    let by_number: BTreeMap<u64, &Stay> = stays.of_line(name).map(|stay| (stay.entry.number, stay)).collect();
    for number in line.first_number.max(1)..numbers.next {
        let stay = by_number.get(&number);
        let expected = match mark {
            Mark::Gone => !waiting.contains(&number),
            Mark::Unused => stay.is_none() || line.has_mark(Mark::Found, number),
            Mark::Found => stay.is_some() && line.has_mark(Mark::Unused, number),
            Mark::Claimed => stay.is_some_and(|stay| was_claimed(stay)),
            Mark::Left => stay.is_some_and(|stay| stay.entered(Status::Left).is_some()),
        };
        let marked = line.has_mark(mark, number);
        ensure!(marked == expected, "the index is exact", "{name}: {mark:?} {number}: {marked}, should be {expected}");
    }
    counts_are_exact(name, line, mark)
}

/// Where there is no purchase window a claim converts at once; a sales system's conversion is no claim.
fn was_claimed(stay: &Stay) -> bool {
    let at_once = stay.entered(Status::Converted).is_some() && stay.entry.action.is_some();
    stay.entered(Status::Claimed).is_some() || at_once
}

fn counts_are_exact(name: &str, line: &Line, mark: Mark) -> Result<(), Violation> {
    let bits = line.mark_count(mark);
    let directories = line.directories.iter().filter(|((of, _), _)| *of == mark).map(|(_, counts)| counts.total);
    let directories: u64 = directories.sum();
    let root = match mark {
        Mark::Gone => line.numbers.as_ref().map_or(0, |numbers| numbers.gone),
        _ => line.roots.get(&mark).map_or(0, |counts| counts.total),
    };
    let agree = bits == directories && directories == root;
    ensure!(agree, "the index is exact", "{name}: {mark:?}: {bits} bits, directories {directories}, root {root}");
    Ok(())
}

/// The statistics say just what became of everybody.
pub(in crate::histories) fn statistics_are_exact(
    mirror: &Mirror,
    stays: &Stays,
    shown: &Value,
    now: i64,
) -> Result<(), Violation> {
    for line in shown["ticketTypes"].as_array().into_iter().flatten() {
        let name = format!(
            "{}#{}",
            shown["eventId"].as_str().unwrap_or_default(),
            line["ticketTypeId"].as_str().unwrap_or_default()
        );
        let all: Vec<&Stay> = stays.of_line(&name).collect();
        let counted: Vec<&&Stay> = all.iter().filter(|stay| stays.is_counted(stay)).collect();
        let ended = |status: Status| {
            let from_offer = |stay: &&&&Stay| stay.entered(status).is_some() && stay.entered(Status::Offered).is_some();
            counted.iter().filter(from_offer).count()
        };
        let offered = counted.iter().filter(|stay| stay.entered(Status::Offered).is_some()).count();
        let left = all.iter().filter(|stay| stay.entered(Status::Left).is_some()).count();
        let claimed = all.iter().filter(|stay| was_claimed(stay)).count();
        let mut expected = vec![
            ("offers", offered),
            ("converted", ended(Status::Converted)),
            ("expired", ended(Status::Expired)),
            ("declined", ended(Status::Declined)),
            ("left", left),
            ("claimed", claimed),
        ];
        if is_open(mirror, now) {
            expected.push(("waiting", mirror.waiting(&name).len()));
            expected.push(("joined", all.len()));
        }
        for (what, count) in expected {
            ensure!(line[what] == count, "statistics are exact", "{name}: {what} should be {count}: {line}");
        }
    }
    Ok(())
}
