//! What must be true once nothing is left to do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use waitlist_domain::entry::Status;
use waitlist_domain::line::position_index::Mark;

use super::confirming;
use crate::histories::mirror::Mirror;
use crate::histories::mirror::entry::Entry;
use crate::histories::mirror::line::{Line, Numbers};
use crate::histories::mirror::sales::Fit;
use crate::histories::stays::{Stay, Stays, Step};
use crate::histories::violation::{Violation, ensure};

/// The check that seats are on sale for which nobody waits.
pub(in crate::histories) const ON_SALE: &str = "seats nobody waits for are on sale";

/// Whether the event has not begun.
pub(in crate::histories) fn is_open(mirror: &Mirror, now: i64) -> bool {
    mirror.event.as_ref().is_some_and(|event| now < event.starts_at)
}

/// Free seats that suit a waiting entry are offered, those that nobody waits for are on sale, and
/// nothing is overdue.
pub(in crate::histories) fn nothing_is_left_undone(mirror: &Mirror, now: i64) -> Result<(), Violation> {
    for (at, what) in mirror.dues().chain(mirror.draws_to_hold(now)).chain(mirror.confirmations(now)) {
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
        let is_active = line.seats.as_ref().is_some_and(|seats| seats.active);
        let in_turn = mirror.in_turn(name);
        ensure!(is_active || in_turn.is_empty(), "the waitlist is active while anyone waits", "{name}: {in_turn:?}");
        let watched = line.numbers.as_ref().is_some_and(|numbers| numbers.is_watched || !numbers.open);
        ensure!(watched, "the sweep watches every active line", "{name}: {:?}", line.numbers);
    }
    Ok(())
}

/// The entry that should have been offered the free seats.
fn whom_free_seats_suit<'mirror>(
    mirror: &Mirror,
    line: &Line,
    waiting: &[&'mirror Entry],
    free: u64,
) -> Option<&'mirror Entry> {
    if line.seats.as_ref()?.is_paused {
        return None;
    }
    let head = waiting.first().filter(|head| head.lane != "-pool")?;
    if mirror.event.as_ref()?.order.takes_turns() {
        // The domain's own tests check which tier's turn it is. If the seats suit the first of each
        // tier, one of them must get them.
        let firsts = waiting.iter().filter(|entry| {
            waiting.iter().find(|other| other.lane == entry.lane).is_some_and(|first| first.id == entry.id)
        });
        return firsts.clone().all(|first| first.quantity <= free).then_some(head);
    }
    match mirror.event.as_ref()?.fit {
        Fit::Strict => (head.quantity <= free).then_some(head),
        Fit::Partial => (free > 0 && head.minimum <= free).then_some(head),
        Fit::Skip(most) => {
            let passes = |entry: &Entry| line.seats.as_ref().map_or(0, |seats| seats.passes_of(&entry.place()) as u64);
            let suits = |entry: &&&Entry| entry.quantity <= free;
            let reachable = waiting.iter().position(|entry| passes(entry) >= most).map_or(waiting.len(), |bar| bar + 1);
            // Before the draw no entry of the pool is served, nor any behind it.
            let mut served = waiting[..reachable].iter().take_while(|entry| entry.lane != "-pool");
            served.find(suits).copied()
        }
    }
}

/// The lines with idle free seats: an entry waits for them, or nobody does and they might be on
/// sale.
pub(in crate::histories) fn idle_lines(mirror: &Mirror, now: i64) -> Vec<(String, Violation)> {
    let lines = mirror.lines.iter().filter(|(name, _)| is_open(mirror, now) && mirror.has_ticket_type(name));
    lines.filter_map(|(name, line)| Some((name.clone(), seats_are_at_work(mirror, name, line).err()?))).collect()
}

fn seats_are_at_work(mirror: &Mirror, name: &str, line: &Line) -> Result<(), Violation> {
    let Some(seats) = &line.seats else { return Ok(()) };
    let waiting = mirror.in_turn(name);
    let suited = whom_free_seats_suit(mirror, line, &waiting, seats.free);
    ensure!(suited.is_none(), "free seats are offered", "{name}: {seats:?} suit {suited:?}");
    let on_sale = seats.free == 0 || !seats.active || !waiting.is_empty();
    if !on_sale {
        return Err(Violation::new(ON_SALE, format!("{name}: {seats:?}")));
    }
    Ok(())
}

/// The position index is exact while the event is open. Afterwards nobody joins, and numbers
/// without an entry are no longer searched for.
pub(in crate::histories) fn index_is_exact(mirror: &Mirror, stays: &Stays, now: i64) -> Result<(), Violation> {
    for (name, line) in &mirror.lines {
        let marks: &[Mark] = if is_open(mirror, now) && mirror.has_ticket_type(name) {
            &Mark::ALL
        } else {
            &[Mark::Found, Mark::Claimed, Mark::Left, Mark::Unconfirmed, Mark::Resolved]
        };
        for mark in marks {
            marks_are_exact(mirror, stays, name, line, *mark)?;
        }
        if is_open(mirror, now) && mirror.has_ticket_type(name) {
            confirming::room_is_exact(name, line, stays)?;
        }
    }
    Ok(())
}

fn marks_are_exact(mirror: &Mirror, stays: &Stays, name: &str, line: &Line, mark: Mark) -> Result<(), Violation> {
    let Some(numbers) = &line.numbers else { return Ok(()) };
    let waiting: Vec<_> = mirror.waiting(name).into_iter().map(Entry::place).collect();
    let mut steps: BTreeMap<&(String, u64), Vec<&Step>> = BTreeMap::new();
    let mut moved_away: BTreeSet<&(String, u64)> = BTreeSet::new();
    let (mut unconfirmed, mut resolved) = (BTreeSet::new(), BTreeSet::new());
    for stay in stays.of_line(name) {
        unconfirmed.extend(stay.unconfirmed_at());
        resolved.extend(stay.unconfirmed_at().filter(|_| stay.is_resolved()));
        stay.steps.iter().for_each(|step| steps.entry(&step.place).or_default().push(step));
        moved_away.extend(stay.earlier_places());
    }
    for place in places_handed_out(line, numbers) {
        let here = steps.get(&place).map_or(&[][..], Vec::as_slice);
        let expected = match mark {
            Mark::Gone => !waiting.contains(&place),
            Mark::Unused => here.is_empty() || line.has_mark(Mark::Found, &place),
            Mark::Found => !here.is_empty() && line.has_mark(Mark::Unused, &place),
            Mark::Claimed => here.iter().any(|step| step.is_claim()),
            Mark::Left => here.iter().any(|step| step.status == Status::Left),
            Mark::Moved => moved_away.contains(&place),
            Mark::Unconfirmed => unconfirmed.contains(&place),
            Mark::Resolved => resolved.contains(&place),
        };
        let marked = line.has_mark(mark, &place);
        ensure!(marked == expected, "the index is exact", "{name}: {mark:?} {place:?}: {marked}, should be {expected}");
    }
    counts_are_exact(name, line, mark)
}

/// Every number of every lane that was handed out since the history began.
fn places_handed_out(line: &Line, numbers: &Numbers) -> Vec<(String, u64)> {
    let first = |lane: &str| line.lanes.get(lane).map_or(1, |lane| lane.first_number.max(1));
    let of_lane = |(lane, last): (&String, &u64)| {
        let lane = lane.clone();
        (first(&lane)..=*last).map(move |number| (lane.clone(), number))
    };
    numbers.issued.iter().flat_map(of_lane).collect()
}

fn counts_are_exact(name: &str, line: &Line, mark: Mark) -> Result<(), Violation> {
    let bits = line.mark_count(mark);
    let directories = line.lanes.values().flat_map(|lane| &lane.directories);
    let directories = directories.filter(|((of, _), _)| *of == mark).map(|(_, counts)| counts.total);
    let directories: u64 = directories.sum();
    let root = match mark {
        Mark::Gone => line.numbers.as_ref().map_or(0, |numbers| numbers.gone),
        Mark::Unconfirmed => line.numbers.as_ref().map_or(0, |numbers| numbers.unconfirmed.total),
        Mark::Resolved => line.numbers.as_ref().map_or(0, |numbers| numbers.resolved_marked.total),
        _ => line.roots.get(&mark).map_or(0, |counts| counts.total),
    };
    let agree = bits == directories && directories == root;
    ensure!(agree, "the index is exact", "{name}: {mark:?}: {bits} bits, directories {directories}, root {root}");
    Ok(())
}

/// The statistics are exact.
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
        let steps = || all.iter().flat_map(|stay| &stay.steps);
        let counted = || all.iter().filter(|stay| stays.is_counted(stay)).flat_map(|stay| &stay.steps);
        let ended = |status: Status| counted().filter(|step| step.ends_offer() && step.status == status).count();
        let offered = counted().filter(|step| step.status == Status::Offered).count();
        let left = steps().filter(|step| step.status == Status::Left).count();
        let claimed = steps().filter(|step| step.is_claim()).count();
        let mut expected = vec![
            ("offers", offered),
            ("converted", ended(Status::Converted)),
            ("expired", ended(Status::Expired)),
            ("declined", ended(Status::Declined)),
            ("withdrawn", ended(Status::Removed) + ended(Status::Waiting)),
            ("left", left),
            ("claimed", claimed),
        ];
        if is_open(mirror, now) {
            let in_turn = mirror.in_turn(&name).len();
            expected.push(("waiting", in_turn));
            expected.push(("unconfirmed", mirror.waiting(&name).len() - in_turn));
            expected.push(("joined", all.len()));
        }
        for (what, count) in expected {
            ensure!(line[what] == count, "statistics are exact", "{name}: {what} should be {count}: {line}");
        }
    }
    Ok(())
}
