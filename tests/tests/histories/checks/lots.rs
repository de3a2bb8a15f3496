//! Draws: every entry in a draw is on its list, in the order of the lots, and gets the place that
//! it drew.

use waitlist_domain::values::credential::SecretHash;

use crate::histories::mirror::draw::{Listed, Step};
use crate::histories::mirror::{Change, Mirror};
use crate::histories::violation::{Violation, ensure};

/// Checks one change. `mirror` is as it is after all changes of the write.
pub(super) fn step(mirror: &Mirror, change: &Change) -> Result<(), Violation> {
    match change {
        Change::Draw { line, step: Step::Begins } => begins_by_rules(mirror, line),
        Change::Draw { line, step: Step::Counts } => is_drawn(mirror, line),
        Change::Entry { before: Some(before), after: Some(after) }
            if before.id == after.id && before.lane == "-pool" && after.lane == "-drawn" =>
        {
            let drawn = mirror.draws.of_line(&after.line);
            let place = drawn.and_then(|(_, list)| list.iter().position(|listed| listed.entry == after.id));
            let is_own = place.is_some_and(|place| place as u64 + 1 == after.number);
            ensure!(is_own, "everybody gets the place that they drew", "{after:?} drew {place:?}");
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Checks that a draw uses tiers that the event had between the closing of the pool and the
/// beginning of the draw.
fn begins_by_rules(mirror: &Mirror, line: &str) -> Result<(), Violation> {
    let closed_by = mirror.lines.get(line).and_then(|line| line.pool_closed_by);
    ensure!(closed_by.is_some(), "no draw begins while people join its pool", "{line}");
    let tiers = mirror.draws.tiers_of(line);
    let since = closed_by.unwrap_or_default();
    let is_by_rules = mirror.rules_since(since).any(|event| Some(&event.order.tiers) == tiers);
    ensure!(is_by_rules, "lots are drawn by the event's tiers", "{line}: {tiers:?}");
    Ok(())
}

fn is_drawn(mirror: &Mirror, line: &str) -> Result<(), Violation> {
    let Some((draw, list)) = mirror.draws.of_line(line) else { return Ok(()) };
    let told = || format!("{line}: {draw:?} {list:?}");
    ensure!(list.len() as u64 == draw.entrants, "the list of a draw is whole", "{}", told());
    let hash = SecretHash::of(&draw.seed);
    let numbers = mirror.lines.get(line).and_then(|line| line.numbers.as_ref());
    let is_committed_to = numbers.is_some_and(|numbers| numbers.commitment.as_deref() == Some(hash.as_str()));
    ensure!(is_committed_to, "lots are drawn by the seed that was committed to", "{}: {numbers:?}", told());
    let is_in_order = list.is_sorted_by_key(|listed| rank(&draw.seed, &draw.tiers, listed));
    ensure!(is_in_order, "lots are drawn by the seed that was committed to", "{}", told());
    let in_the_pool = mirror.entries_of(line).filter(|entry| entry.lane == "-pool" && entry.is_in_turn());
    for entry in in_the_pool {
        let is_listed = list.iter().any(|listed| listed.entry == entry.id && listed.tier == entry.tier);
        ensure!(is_listed, "everybody in the pool is in the draw", "{entry:?}: {}", told());
    }
    for listed in &list {
        let missed = mirror.entries_of(line).find(|entry| entry.id == listed.entry && entry.is_unconfirmed());
        ensure!(missed.is_none(), "only confirmed entries are in a draw", "{missed:?}: {}", told());
        let is_late = mirror.entries_of(line).filter(|entry| entry.id == listed.entry).any(|entry| {
            let line = mirror.lines.get(line);
            let confirmed_by = line.and_then(|line| line.confirmed_by.get(&entry.place()));
            confirmed_by.zip(line.and_then(|line| line.pool_closed_by)).is_some_and(|(write, closed)| *write > closed)
        });
        ensure!(!is_late, "only confirmed entries are in a draw", "{listed:?}: {}", told());
    }
    Ok(())
}

/// Sorts by tier and then by lot. Entries without a tier come last.
fn rank(seed: &str, tiers: &[String], listed: &Listed) -> (usize, String) {
    let tier = tiers.iter().position(|tier| Some(tier) == listed.tier.as_ref()).unwrap_or(tiers.len());
    (tier, SecretHash::of(&format!("{seed}:{}", listed.entry)).as_str().to_owned())
}
