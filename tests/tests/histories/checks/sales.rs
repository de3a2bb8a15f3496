//! Sales and releases.

use waitlist_domain::entry::Status;

use super::rest;
use crate::histories::mirror::entry::Entry;
use crate::histories::mirror::sales::{Registration, Release, State};
use crate::histories::mirror::{Change, Mirror};
use crate::histories::stays::Stays;
use crate::histories::violation::{Violation, ensure};

/// Checks one change of a registration or a release. `mirror` is as it is after all changes of the
/// write.
pub(super) fn step(mirror: &Mirror, stays: &Stays, change: &Change, now: i64) -> Result<(), Violation> {
    match change {
        Change::Registration { id, before, after } => {
            let Some(after) = after else { return Err(Violation::new("a registration stays", id.as_str())) };
            match before {
                None => sold(mirror, stays, (id, after), now),
                Some(before) => cancelled(id, before, after),
            }
        }
        Change::Release { id, before, after } => {
            let Some(after) = after else { return Err(Violation::new("a release stays", id.as_str())) };
            changed(mirror, id, before.as_ref(), after, now)
        }
        _ => Ok(()),
    }
}

fn sold(mirror: &Mirror, stays: &Stays, (id, sale): (&str, &Registration), now: i64) -> Result<(), Violation> {
    ensure!(sale.is_confirmed, "a registration begins confirmed", "{id}: {sale:?}");
    let Some(entry) = &sale.entry else {
        // The person who is confirmed in an inactive line has a claim once it is active again.
        let seats = mirror.lines.get(&sale.line).and_then(|line| line.seats.as_ref());
        let was_inactive = seats.is_some_and(|seats| !seats.active || seats.free == 0);
        let has_claim = |entry: &&Entry| !was_inactive || entry.confirmed_at.is_none();
        let waiting: Vec<&Entry> = mirror.in_turn(&sale.line).into_iter().filter(has_claim).collect();
        let is_free = waiting.is_empty() || !rest::is_open(mirror, now);
        ensure!(is_free, "nobody buys past who waits", "{id}: {sale:?} while {waiting:?}");
        return Ok(());
    };
    let stay = stays.get(entry).map(|stay| &stay.entry);
    let converted = stay.is_some_and(|entry| {
        entry.status == Status::Converted
            && entry.registration.as_deref() == Some(id)
            && entry.offer.as_ref().is_some_and(|offer| offer.quantity == sale.quantity)
    });
    ensure!(converted, "a sale out of the line converts its entry", "{id}: {sale:?} of {stay:?}");
    Ok(())
}

fn cancelled(id: &str, before: &Registration, after: &Registration) -> Result<(), Violation> {
    let only_cancelled =
        before.is_confirmed && !after.is_confirmed && Registration { is_confirmed: true, ..after.clone() } == *before;
    ensure!(only_cancelled, "a registration changes by its cancellation alone", "{id}: {before:?} became {after:?}");
    Ok(())
}

fn changed(mirror: &Mirror, id: &str, before: Option<&Release>, after: &Release, now: i64) -> Result<(), Violation> {
    let told = || format!("{id}: {before:?} became {after:?} at {now}");
    let is_due = after.due.is_some() == (after.state() == State::Releasing);
    ensure!(is_due, "a release is due while it goes on, and only then", "{}", told());
    let is_held = after.paused_due_at.is_some() == (after.state() == State::Paused);
    ensure!(is_held, "a release is paused or not", "{}", told());
    let Some(before) = before else {
        let first = after.batch_size.unwrap_or(after.quantity).min(after.quantity);
        ensure!(after.released == first, "a release begins with its first batch", "{}", told());
        return Ok(());
    };
    let same = Release { released: after.released, due: after.due.clone(), ..before.clone() };
    let same = Release { paused_due_at: after.paused_due_at, ..same };
    ensure!(same == *after, "an order of seats stays as it is", "{}", told());
    if after.released == before.released {
        return stopped_or_went_on(before, after, now);
    }
    ensure!(mirror.has_ticket_type(&after.line), "nothing is deposited where a ticket type was dropped", "{}", told());
    deposited(id, before, after, now)
}

fn deposited(id: &str, before: &Release, after: &Release, now: i64) -> Result<(), Violation> {
    let told = || format!("{id}: {before:?} became {after:?} at {now}");
    let goes_on = before.state() == State::Releasing && after.state() != State::Cancelled;
    ensure!(goes_on, "nothing is deposited while a release is paused, or after its end", "{}", told());
    let rest = before.quantity - before.released;
    let batch = before.batch_size.unwrap_or(rest).min(rest);
    ensure!(after.released == before.released + batch, "a release deposits batch by batch", "{}", told());
    let in_time = before.due.as_ref().is_some_and(|due| due.at <= now);
    ensure!(in_time, "a batch is deposited when it is due", "{}", told());
    Ok(())
}

/// A release was changed by something else than a batch.
fn stopped_or_went_on(before: &Release, after: &Release, now: i64) -> Result<(), Violation> {
    let due = |release: &Release| release.due.as_ref().map(|due| due.at);
    let is_right = match (before.state(), after.state()) {
        (State::Releasing, State::Paused) => after.paused_due_at == due(before),
        (State::Paused, State::Releasing) => {
            let (would_have_been, is) = (before.paused_due_at, due(after));
            is == would_have_been || (would_have_been < is && is <= Some(now))
        }
        (State::Releasing | State::Paused, State::Cancelled) => true,
        _ => false,
    };
    ensure!(
        is_right,
        "a release is paused, resumed and cancelled by the rules",
        "{before:?} became {after:?} at {now}"
    );
    Ok(())
}
