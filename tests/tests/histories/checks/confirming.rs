//! Unconfirmed entries: who begins so, who is confirmed, who ends so, and that the line counts them.

use std::collections::BTreeMap;

use waitlist_domain::entry::Status;
use waitlist_domain::values::time::{Timestamp, Window};

use super::writer::Writer;
use crate::histories::mirror::entry::Entry;
use crate::histories::mirror::line::{Line, Numbers};
use crate::histories::mirror::{Change, Mirror};
use crate::histories::requests::Endpoint;
use crate::histories::stays::{Stay, Stays};
use crate::histories::violation::{Violation, ensure};

/// Checks the changes of one write. `mirror` and `stays` are as they are after it.
pub(super) fn step(mirror: &Mirror, stays: &Stays, changes: &[Change], writer: &Writer) -> Result<(), Violation> {
    for change in changes {
        let Change::Entry { before, after: Some(after) } = change else { continue };
        match before.as_deref().filter(|before| before.id == after.id) {
            Some(before) => goes_on(mirror, before, after, writer)?,
            None => begins(mirror, after, writer)?,
        }
    }
    are_resolved_with_their_count(changes)?;
    for change in changes {
        if let Change::Numbers { line, after: Some(after), .. } = change {
            is_exact(line, stays, after)?;
        }
    }
    Ok(())
}

/// An entry begins unconfirmed exactly if it joins without a key and the event asks for a proof.
fn begins(mirror: &Mirror, after: &Entry, writer: &Writer) -> Result<(), Violation> {
    let told = || format!("{after:?} by {writer:?}");
    let mut rules = mirror.rules_since(writer.began).filter(|_| writer.is_public);
    let Some(confirm_by) = after.confirm_by else {
        let may_be_so = !writer.is_public || rules.any(|event| event.proof == "none");
        ensure!(may_be_so, "a public join is to be confirmed", "{}", told());
        return Ok(());
    };
    let ends_at = |within: &str| {
        let window = Window::parse(within).ok()?;
        Some(window.after(Timestamp::from_milliseconds(after.joined_at)).milliseconds())
    };
    let is_by_rules = rules.any(|event| event.proof == "email" && ends_at(&event.confirm_within) == Some(confirm_by));
    ensure!(is_by_rules, "an entry is to be confirmed by the rules", "{}", told());
    Ok(())
}

fn goes_on(mirror: &Mirror, before: &Entry, after: &Entry, writer: &Writer) -> Result<(), Violation> {
    let told = || format!("{before:?} became {after:?} by {writer:?}");
    let is_offered = after.status == Status::Offered && before.status == Status::Waiting;
    ensure!(!is_offered || before.confirm_by.is_none(), "nobody unconfirmed is offered seats", "{}", told());
    if after.status == Status::Unconfirmed && before.status != after.status {
        let is_over =
            before.confirm_by.zip(after.ended_at).is_some_and(|(by, ended)| before.is_unconfirmed() && by <= ended);
        ensure!(is_over, "an entry ends as unconfirmed once its time is over", "{}", told());
    }
    match (before.confirm_by, after.confirm_by) {
        (Some(was), Some(is)) => ensure!(was == is, "the time to confirm stays as it is", "{}", told()),
        (None, Some(_)) => return Err(Violation::new("whoever is confirmed stays so", told())),
        (Some(_), None) => is_confirmed(mirror, before, after, writer)?,
        (None, None) => {}
    }
    Ok(())
}

/// An entry is confirmed by its customer, or by a join for them with a key. An organiser who puts it
/// back confirms it too. It keeps its number unless it missed its draw or nobody is served in its lane.
fn is_confirmed(mirror: &Mirror, before: &Entry, after: &Entry, writer: &Writer) -> Result<(), Violation> {
    let told = || format!("{before:?} became {after:?} by {writer:?}");
    if before.status != Status::Waiting {
        let is_put_back = writer.endpoint == Some(Endpoint::Reinstate) && after.status == Status::Waiting;
        ensure!(is_put_back, "an entry is confirmed by whom it should", "{}", told());
        return Ok(());
    }
    let by_trusted_join = writer.endpoint == Some(Endpoint::Join) && !writer.is_public;
    let by_act = writer.endpoint.is_some_and(Endpoint::confirms);
    ensure!((by_act || by_trusted_join) && after.is_in_turn(), "an entry is confirmed by whom it should", "{}", told());
    if before.place() == after.place() {
        return Ok(());
    }
    let is_pool_closed = mirror.lines.get(&before.line).is_some_and(|line| line.pool_closed_by.is_some());
    let has_missed_its_draw = before.lane == "-pool" && is_pool_closed;
    let was_left_out = mirror.rules_since(writer.began).any(|event| !event.order.serves(&before.lane));
    ensure!(has_missed_its_draw || was_left_out, "a confirmed entry keeps its number", "{}", told());
    Ok(())
}

/// In the write in which an entry is confirmed or ends, it is counted as resolved, and makes room.
fn are_resolved_with_their_count(changes: &[Change]) -> Result<(), Violation> {
    let mut unexplained: BTreeMap<&str, i64> = BTreeMap::new();
    for change in changes {
        match change {
            Change::Entry { before: Some(before), after: Some(after) } => {
                let is_resolved = before.id == after.id && before.is_unconfirmed() && !after.is_unconfirmed();
                *unexplained.entry(&after.line).or_default() -= i64::from(is_resolved);
            }
            Change::Numbers { line, before: Some(before), after: Some(after) } => {
                let resolved = after.resolved.saturating_sub(before.resolved);
                let makes_room = before.to_confirm == after.to_confirm + resolved;
                ensure!(resolved == 0 || makes_room, "whoever is resolved makes room", "{before:?} became {after:?}");
                *unexplained.entry(line).or_default() += i64::try_from(resolved).unwrap_or(i64::MAX);
            }
            _ => {}
        }
    }
    for (line, count) in unexplained {
        ensure!(count == 0, "an entry is resolved in the write that counts it", "{line}: {count}: {changes:?}");
    }
    Ok(())
}

fn is_exact(line: &str, stays: &Stays, numbers: &Numbers) -> Result<(), Violation> {
    let resolved = stays.of_line(line).filter(|stay| stay.is_resolved()).count() as u64;
    ensure!(numbers.resolved == resolved, "resolved entries are counted", "{line}: {resolved}, {numbers:?}");
    let stand = standing(stays, line);
    let is_counted = numbers.to_confirm >= stand;
    ensure!(is_counted, "whoever is to be confirmed is counted", "{line}: {stand}, {numbers:?}");
    Ok(())
}

/// How many unconfirmed entries stand in a line.
fn standing(stays: &Stays, line: &str) -> u64 {
    stays.of_line(line).filter(|stay: &&Stay| stay.began_unconfirmed && stay.entry.is_unconfirmed()).count() as u64
}

/// Once nothing is left to do, no join that is to be confirmed is counted but those that stand.
pub(super) fn room_is_exact(name: &str, line: &Line, stays: &Stays) -> Result<(), Violation> {
    let Some(numbers) = &line.numbers else { return Ok(()) };
    let stand = standing(stays, name);
    ensure!(numbers.to_confirm == stand, "only those who stand fill the room", "{name}: {stand}, {numbers:?}");
    Ok(())
}
