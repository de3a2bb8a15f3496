//! Sales and releases.

use waitlist_domain::entry::Status;

use crate::histories::mirror::sales::{Registration, Release};
use crate::histories::mirror::{Change, Mirror};
use crate::histories::stays::Stays;
use crate::histories::violation::{Violation, ensure};

/// Checks one change of a registration or a release. `mirror` is as it is after all changes of the write.
pub(super) fn step(mirror: &Mirror, stays: &Stays, change: &Change, now: i64) -> Result<(), Violation> {
    match change {
        Change::Registration { id, before, after } => {
            let Some(after) = after else { return Err(Violation::new("a registration stays", id.as_str())) };
            match before {
                None => sold(mirror, stays, id, after),
                Some(before) => cancelled(id, before, after),
            }
        }
        Change::Release { id, before, after } => {
            let Some(after) = after else { return Err(Violation::new("a release stays", id.as_str())) };
            deposited(mirror, id, before.as_ref(), after, now)
        }
        _ => Ok(()),
    }
}

fn sold(mirror: &Mirror, stays: &Stays, id: &str, sale: &Registration) -> Result<(), Violation> {
    ensure!(sale.is_confirmed, "a registration begins confirmed", "{id}: {sale:?}");
    let Some(entry) = &sale.entry else {
        let waiting = mirror.waiting(&sale.line);
        ensure!(waiting.is_empty(), "nobody buys past who waits", "{id}: {sale:?} while {waiting:?}");
        return Ok(());
    };
    let stay = stays.get(entry).map(|stay| &stay.entry);
    let converted = stay.is_some_and(|entry| {
        entry.status == Status::Converted
            && entry.registration.as_deref() == Some(id)
            && entry.quantity == sale.quantity
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

fn deposited(mirror: &Mirror, id: &str, before: Option<&Release>, after: &Release, now: i64) -> Result<(), Violation> {
    if !mirror.has_ticket_type(&after.line) && after.due.is_none() {
        let same = before.is_some_and(|before| before.released == after.released);
        ensure!(same, "nothing is deposited where a ticket type was dropped", "{id}: {before:?} became {after:?}");
        return Ok(());
    }
    let was = before.map_or(0, |before| before.released);
    let new = after.released.saturating_sub(was);
    let most = after.batch_size.unwrap_or(after.quantity);
    let paced = new > 0 && new <= most && after.released <= after.quantity;
    ensure!(paced, "a release deposits batch by batch", "{id}: {before:?} became {after:?}");
    let ended = after.released == after.quantity;
    ensure!(after.due.is_some() != ended, "a release is due until all is deposited", "{id}: {after:?}");
    let in_time = before.and_then(|before| before.due.as_ref()).is_none_or(|due| due.at <= now);
    ensure!(in_time, "a batch is deposited when it is due", "{id}: {before:?} became {after:?} at {now}");
    Ok(())
}
