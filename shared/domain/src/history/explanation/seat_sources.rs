//! The sources of the seats of an offer.

use crate::history::explanation::evidence::Evidence;
use crate::history::explanation::wording::{seats, whom};
use crate::history::journal::{Deed, EntryDeed, Row, SeatsChangeKind, SeatsDeed, SteeringDeed};
use crate::line::steering::Offering;
use crate::values::time::Timestamp;

/// Most sources that are named. Nobody wants to read a longer list.
const MOST_NAMED: usize = 5;

/// A change that set seats free.
struct Source {
    seats: i64,
    what: String,
}

/// The changes that set free the seats of the write that made this offer.
///
/// It goes back from the offer until the seats are explained. Nobody can tell which seat of these
/// is whose.
pub(super) fn told(evidence: &Evidence<'_>, offer: &Row, deed: &EntryDeed) -> Option<String> {
    let own = quantity(deed);
    let offered = offered_at(evidence.looking_back, offer.at).max(own);
    let mut unexplained = offered;
    let mut named = Vec::new();
    let passed_on = passed_on(evidence, offer.at);
    let earlier = evidence.looking_back.iter().filter(|row| row.at <= offer.at);
    let freed = earlier.filter_map(|row| freed(evidence, row, offer.at));
    for Source { seats, what } in passed_on.into_iter().chain(freed) {
        if unexplained <= 0 || named.len() == MOST_NAMED {
            break;
        }
        unexplained -= seats;
        named.push(what);
    }
    if named.is_empty() {
        return None;
    }
    let which = match offered {
        1 => "The seat had come free".to_owned(),
        _ if offered == own => "The seats had come free".to_owned(),
        _ => {
            format!(
                "It was one of several that were offered {} together; these had come free",
                seats(unsigned(offered))
            )
        }
    };
    let among_others = if unexplained > 0 { ", among others by this" } else { "" };
    Some(format!("{which}{among_others}: {}.", named.join("; ")))
}

/// Other offers that ended in the same write: their seats were never free.
fn passed_on(evidence: &Evidence<'_>, offered_at: Timestamp) -> Option<Source> {
    let of_write = evidence.looking_back.iter().filter(|row| row.at == offered_at);
    let ended: Vec<(&Row, &EntryDeed)> = of_write.filter_map(|row| Some((row, others_end(evidence, row)?))).collect();
    let (first, _) = ended.first()?;
    let what = match ended.len() {
        1 => "another offer ended".to_owned(),
        several => format!("{several} other offers ended"),
    };
    Some(Source { seats: ended.iter().map(|(_, deed)| quantity(deed)).sum(), what: at(evidence, first, &what) })
}

/// The end of another entry's offer without a sale. The entry's own seats came from elsewhere at
/// first.
fn others_end<'row>(evidence: &Evidence<'_>, row: &'row Row) -> Option<&'row EntryDeed> {
    match &row.deed {
        Deed::Entry(deed) if deed.gave_seats_back() && deed.entry_id != evidence.entry.id => Some(deed),
        _ => None,
    }
}

fn freed(evidence: &Evidence<'_>, row: &Row, offered_at: Timestamp) -> Option<Source> {
    match &row.deed {
        // Offers that ended in the same write are named already.
        Deed::Seats(deed) if deed.change == SeatsChangeKind::OfferedOn && row.at == offered_at => None,
        Deed::Seats(SeatsDeed { change, freed, .. }) => {
            let freed = freed - given_back_by_itself(evidence, row.at);
            let what = what_freed(*change, unsigned(freed));
            (freed > 0).then(|| Source { seats: freed, what: at(evidence, row, &what) })
        }
        Deed::Steering(SteeringDeed { offering: Some(offering), .. }) if offering == Offering::Open.as_str() => {
            let what = format!("{} had seats offered again", whom(&row.by));
            Some(Source { seats: 0, what: at(evidence, row, &what) })
        }
        _ => None,
    }
}

fn what_freed(change: SeatsChangeKind, freed: u64) -> String {
    let freed = seats(freed);
    match change {
        SeatsChangeKind::Cancelled => format!("a registration was cancelled ({freed})"),
        SeatsChangeKind::Added => format!("{freed} came in addition"),
        SeatsChangeKind::Created => format!("the ticket type was made with {freed}"),
        SeatsChangeKind::OffersEnded | SeatsChangeKind::OfferedOn => format!("another offer ended ({freed})"),
        _ => format!("{freed} fell free"),
    }
}

fn at(evidence: &Evidence<'_>, row: &Row, what: &str) -> String {
    let reason = row.why.as_ref().map_or_else(String::new, |why| format!(" (the reason given: {why})"));
    format!("{what} at {}{reason}", evidence.time(row.at))
}

/// The seats that were offered in one write.
fn offered_at(looking_back: &[Row], at: Timestamp) -> i64 {
    looking_back.iter().filter(|row| row.at == at).filter_map(Row::offer).map(quantity).sum()
}

/// The seats that the entry itself gave back.
fn given_back_by_itself(evidence: &Evidence<'_>, at: Timestamp) -> i64 {
    let given_back = |row: &Row| match &row.deed {
        Deed::Entry(deed) if deed.gave_seats_back() => Some(quantity(deed)),
        _ => None,
    };
    evidence.history.iter().filter(|row| row.at == at).filter_map(given_back).sum()
}

fn quantity(deed: &EntryDeed) -> i64 {
    i64::from(deed.quantity.map_or(1, |quantity| quantity.get()))
}

/// The count, or 0 if it is negative.
fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
