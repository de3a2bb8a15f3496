//! What one entry may go through, and when.

use waitlist_domain::entry::Status;

use crate::histories::mirror::entry::Entry;
use crate::histories::mirror::line::Line;
use crate::histories::stays::Stays;
use crate::histories::violation::{Violation, ensure};

/// Checks one change of one entry item. `line` is as it was before the change.
pub(super) fn step(
    stays: &Stays,
    line: &Line,
    before: Option<&Entry>,
    after: Option<&Entry>,
    now: i64,
) -> Result<(), Violation> {
    let Some(after) = after else {
        return Err(Violation::new("an acknowledged entry stays", format!("{before:?} was deleted")));
    };
    has_index_attributes(after)?;
    match before.filter(|before| before.id == after.id) {
        Some(before) => moves_on(before, after, now),
        None => begins(stays, line, before, after),
    }
}

fn begins(stays: &Stays, line: &Line, before: Option<&Entry>, after: &Entry) -> Result<(), Violation> {
    let may_rejoin = before.is_none_or(|before| Status::MAY_REJOIN.contains(&before.status) || before.is_cancelled);
    ensure!(may_rejoin, "a person has one live entry per line", "{before:?} was replaced by {after:?}");
    ensure!(after.status == Status::Waiting, "an entry begins by waiting", "{after:?}");
    ensure!(stays.get(&after.id).is_none(), "an entry id is used once", "{after:?}");
    let is_new = stays.of_line(&after.line).all(|stay| !stay.places.contains(&after.place()));
    ensure!(is_new, "a number is used once", "{after:?}");
    let overtaken = stays
        .of_line(&after.line)
        .filter(|stay| stay.entry.lane == after.lane)
        .find(|stay| stay.entry.number > after.number && stay.entered(Status::Offered).is_some());
    ensure!(overtaken.is_none(), "nobody is passed over while joining", "{after:?} after {overtaken:?}");
    let last = line.numbers.as_ref().and_then(|numbers| numbers.issued.get(&after.lane)).copied().unwrap_or(0);
    ensure!(after.number <= last, "a number is handed out before it is used", "{after:?} while the last is {last}");
    Ok(())
}

fn moves_on(before: &Entry, after: &Entry, now: i64) -> Result<(), Violation> {
    let same_stay = (before.quantity, before.joined_at, &before.email, &before.locale)
        == (after.quantity, after.joined_at, &after.email, &after.locale);
    ensure!(same_stay, "a stay keeps its quantity", "{before:?} became {after:?}");
    ensure!(before.answers == after.answers, "a stay keeps its answers", "{before:?} became {after:?}");
    if before.place() != after.place() {
        let is_drawn = before.lane == "-pool" && after.lane == "-drawn";
        let waits = before.status == Status::Waiting && after.status == Status::Waiting;
        ensure!(is_drawn && waits, "a stay keeps its number until it is drawn", "{before:?} became {after:?}");
        return Ok(());
    }
    if before.status == after.status && is_reminded(after) && !is_reminded(before) {
        return reminded(before, after, now);
    }
    if before.status == after.status {
        let cancelled = before.status == Status::Converted && after.is_cancelled;
        let same = *before == Entry { is_cancelled: before.is_cancelled, ..after.clone() };
        ensure!(
            same && (cancelled || !after.is_cancelled),
            "an entry changes by its status alone",
            "{before:?} became {after:?}"
        );
        return Ok(());
    }
    ensure!(is_legal(before.status, after.status), "transitions are legal", "{before:?} became {after:?}");
    is_in_time(before, after, now)
}

fn is_reminded(entry: &Entry) -> bool {
    entry.offer.as_ref().is_some_and(|offer| offer.reminded_at.is_some())
}

/// A reminder is noted once, from its moment on and before the deadline, and changes nothing else but what is due.
fn reminded(before: &Entry, after: &Entry, now: i64) -> Result<(), Violation> {
    let mut unchanged = Entry { due: before.due.clone(), ..after.clone() };
    let reminded_at = unchanged.offer.as_mut().and_then(|offer| offer.reminded_at.take());
    ensure!(unchanged == *before, "a reminder changes nothing else", "{before:?} became {after:?}");
    let (moment, deadline) = (before.reminder().unwrap_or(i64::MAX), before.deadline().unwrap_or(i64::MIN));
    let in_time = reminded_at.is_some_and(|at| moment <= at && at < deadline && at <= now);
    ensure!(in_time, "a reminder comes between its moment and the deadline", "{before:?} became {after:?} at {now}");
    Ok(())
}

fn is_legal(before: Status, after: Status) -> bool {
    use Status::{Claimed, Converted, Declined, Expired, Left, Offered, Removed, Waiting};
    match before {
        Waiting => matches!(after, Offered | Left | Removed),
        Offered => matches!(after, Claimed | Converted | Expired | Declined | Left | Removed),
        Claimed => matches!(after, Converted | Expired | Declined | Left | Removed),
        _ => false,
    }
}

/// The clock against the deadline that was stored until then.
fn is_in_time(before: &Entry, after: &Entry, now: i64) -> Result<(), Violation> {
    let deadline = before.deadline().unwrap_or(i64::MAX);
    let acted_at = after
        .entered_at()
        .ok_or_else(|| Violation::new("every item is of our form", format!("no time in {after:?}")))?;
    ensure!(acted_at <= now, "nothing is done ahead of the clock", "{after:?} at {now}");
    match after.status {
        Status::Claimed | Status::Converted | Status::Declined => {
            ensure!(acted_at < deadline, "an offer is acted on before its deadline", "{before:?} became {after:?}");
        }
        Status::Expired => {
            ensure!(acted_at >= deadline, "an offer lasts until its deadline", "{before:?} became {after:?}");
        }
        Status::Offered => {
            let offer = after.offer.as_ref();
            let suits = |quantity| (after.minimum..=after.quantity).contains(&quantity);
            let suits = offer.is_some_and(|offer| suits(offer.quantity) && offer.expires_at > offer.offered_at);
            ensure!(suits, "an offer is what was asked for", "{after:?}");
        }
        _ => {}
    }
    Ok(())
}

/// Live offers stand in the `due` index under their reminder, and from then on under their deadline, those who wait in the `line` index, and nothing that has
/// ended in either.
fn has_index_attributes(entry: &Entry) -> Result<(), Violation> {
    let due_at = entry.due.as_ref().map(|due| due.at);
    let (expected, shard) = match entry.reminder() {
        Some(reminder) => (Some(reminder), "REMIND#"),
        None => (entry.deadline(), "DUE#"),
    };
    ensure!(due_at == expected, "every live offer has its deadline in the due index", "{entry:?}");
    let is_armed = entry.due.as_ref().is_none_or(|due| due.shard.starts_with(shard) && due.armed_from.is_some());
    ensure!(is_armed, "every live offer has its deadline in the due index", "{entry:?}");
    ensure!(entry.stands_in_line_index, "every entry stands in the line index", "{entry:?}");
    Ok(())
}
