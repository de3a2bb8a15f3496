//! Explanations: why an entry was offered seats when it was, or has not been yet, in plain words.
//!
//! They say what the journal shows and what the event's rules are, and nothing that can't be checked there. Times are
//! those of the event's zone.

#[cfg(test)]
mod by_example;
mod seat_sources;
mod waiting;

use crate::entry::{Entry, Status};
use crate::event::Event;
use crate::history::journal::{Deed, EntryChange, EntryDeed, Row, Rule};
use crate::line::lane::Lane;
use crate::line::order::{Order, Standing};
use crate::line::seats::Seats;
use crate::line::steering::Offering;
use crate::values::time::Timestamp;
use crate::values::time_zone;

/// What there is to explain an entry by.
#[derive(Debug)]
pub struct Evidence<'evidence> {
    /// The entry.
    pub entry: &'evidence Entry,
    /// Its event.
    pub event: &'evidence Event,
    /// Where it stands, while it waits.
    pub standing: Option<Standing>,
    /// The seats of its line as they are.
    pub seats: Seats,
    /// Whether free seats are offered, by the organiser's will.
    pub offering: Offering,
    /// How often it was passed over where it stands.
    pub passed_over: u32,
    /// All that was done to it, in order.
    pub history: &'evidence [Row],
    /// What was done in its line up to its last offer, and where it waits up to now, the newest first.
    pub looking_back: &'evidence [Row],
}

/// Why the entry was offered seats when it was, or has not been yet: sentences.
pub fn explain(evidence: &Evidence<'_>, now: Timestamp) -> Vec<String> {
    let last_offer = evidence.history.iter().rposition(|row| offer_of(row).is_some());
    let mut sentences = vec![joined(evidence)];
    for (index, row) in evidence.history.iter().enumerate() {
        sentences.extend(what_happened(evidence, row));
        if let Some(deed) = offer_of(row).filter(|_| last_offer == Some(index)) {
            sentences.push(why_it(evidence.event, deed));
            sentences.extend(seat_sources::told(evidence, row, deed));
        }
    }
    if evidence.entry.status == Status::Waiting {
        sentences.extend(waiting::why_not_yet(evidence, now));
    }
    sentences
}

impl Evidence<'_> {
    /// A time, as the clocks of the event show it.
    fn time(&self, instant: Timestamp) -> String {
        time_zone::to_the_second(instant, &self.event.time_zone)
    }
}

fn joined(evidence: &Evidence<'_>) -> String {
    let Entry { joined_at, quantity, tier, .. } = evidence.entry;
    let tier = tier.as_ref().map_or_else(String::new, |tier| format!(", in the tier {tier}"));
    format!("It joined at {} and asked for {}{tier}.", evidence.time(*joined_at), seats(u64::from(*quantity)))
}

fn offer_of(row: &Row) -> Option<&EntryDeed> {
    match &row.deed {
        Deed::Entry(deed) if deed.change == EntryChange::Offered => Some(deed),
        _ => None,
    }
}

/// What was done to it since it joined, a sentence for each change that bears on its place or its offers.
fn what_happened(evidence: &Evidence<'_>, row: &Row) -> Option<String> {
    let Deed::Entry(deed) = &row.deed else { return None };
    let quantity = deed.quantity.map_or(0, u64::from);
    let deadline = deed.expires_at.map(|at| evidence.time(at)).unwrap_or_default();
    let what = match deed.change {
        EntryChange::Joined | EntryChange::Edited | EntryChange::Reminded => return None,
        EntryChange::Offered => format!("it was offered {}, to claim until {deadline}", seats(quantity)),
        EntryChange::Claimed => format!("it claimed its offer, to pay until {deadline}"),
        EntryChange::Converted => "its offer became a registration".to_owned(),
        EntryChange::Expired if deed.rule == Some(Rule::PurchaseWindow) => {
            "the time to pay was over, and the offer with it".to_owned()
        }
        EntryChange::Expired => "the time to claim was over, and the offer with it".to_owned(),
        EntryChange::Declined => "it turned the offer down".to_owned(),
        EntryChange::Left => "it left the line".to_owned(),
        EntryChange::Removed => "it was taken out of the line".to_owned(),
        EntryChange::Moved => moved(deed),
        EntryChange::Withdrawn => "its offer was taken back, and it waits again".to_owned(),
        EntryChange::Reinstated => "it was put back into the line".to_owned(),
        EntryChange::Extended => format!("its offer was extended until {deadline}"),
        EntryChange::Cancelled => "its registration was cancelled".to_owned(),
    };
    // Of time that is over nobody need be named.
    let by_whom = if deed.change == EntryChange::Expired { String::new() } else { format!(", by {}", whom(&row.by)) };
    let reason = row.why.as_ref().map_or_else(String::new, |why| format!(", who gave as the reason: {why}"));
    Some(format!("At {} {what}{by_whom}{}.", evidence.time(row.at), if by_whom.is_empty() { "" } else { &reason }))
}

fn moved(deed: &EntryDeed) -> String {
    let number = deed.number.unwrap_or(0);
    match deed.lane.as_deref().map_or(Ok(Lane::Common), Lane::parse) {
        Ok(Lane::Front) => "it was moved to the front of the line".to_owned(),
        Ok(Lane::Drawn) => format!("its lot was drawn: it has the number {number}"),
        Ok(Lane::Pool) => "it was put into the draw that is to be held".to_owned(),
        Ok(Lane::Tier(tier)) => format!("it was put to the end of the tier {tier}, where its number is {number}"),
        Ok(Lane::Common) | Err(_) => format!("it was put to the end of the line, where its number is {number}"),
    }
}

/// By whom, in words; keys by their names.
fn whom(by: &str) -> String {
    match by.split_once(':') {
        Some(("organiser", key)) => format!("the organiser (key {key})"),
        Some(("sales", key)) => format!("the sales system (key {key})"),
        _ => match by {
            "customer" => "its customer".to_owned(),
            "timer" => "the passing of time".to_owned(),
            "draw" => "the draw".to_owned(),
            _ => "the waitlist".to_owned(),
        },
    }
}

/// Told of the moment of the offer, right behind it: much may have happened since.
fn why_it(event: &Event, deed: &EntryDeed) -> String {
    let gone = "had been offered seats or was gone";
    match deed.rule {
        Some(Rule::Fifo) => {
            format!("It was next: the line is served first come, first served, and everybody before it {gone}.")
        }
        Some(Rule::Priority) => {
            format!("It was next: nobody waited in a higher tier, and everybody before it in its own {gone}.")
        }
        Some(Rule::Weighted) => {
            format!("It was next: it was the turn of its tier, in which everybody before it {gone}.")
        }
        Some(Rule::Lottery) if has_tiers(&event.rules.order) => format!(
            "It was next by the lots that were drawn, tier after tier: everybody in a higher tier, or before it in its \
             own, {gone}."
        ),
        Some(Rule::Lottery) => format!("It was next by the lots that were drawn: everybody before it {gone}."),
        Some(Rule::AfterDraw) => format!(
            "It was next: it joined after the draw, so it has no lot. Such entries are served behind all that were drawn, \
             first come, first served, and everybody before it {gone}."
        ),
        Some(Rule::Front) => "It was next, for the organiser had put it at the front of the line.".to_owned(),
        Some(Rule::Skip) => {
            let most =
                event.rules.fit.max_passes().map_or_else(String::new, |most| format!(", {} at most", times(most)));
            format!(
                "It was the first whom the free seats suited: those before it had asked for more than were free. They \
                 are passed over for that{most}, before seats gather for them."
            )
        }
        Some(Rule::Partial) => {
            "It was next, and had said that it would take fewer seats than it asked for; as many as \
                                were free were offered."
                .to_owned()
        }
        Some(Rule::OutOfTurn) => "It was chosen by the organiser, out of turn.".to_owned(),
        _ => "It was next by the event's rules.".to_owned(),
    }
}

fn has_tiers(order: &Order) -> bool {
    !order.tiers().is_empty()
}

fn seats(count: u64) -> String {
    if count == 1 { "1 seat".to_owned() } else { format!("{count} seats") }
}

/// `1 seat is`, `2 seats are`.
fn seats_are(count: u64) -> String {
    format!("{} {}", seats(count), if count == 1 { "is" } else { "are" })
}

/// `none is`, `1 is`, `2 are`.
fn are(count: u64) -> String {
    match count {
        0 => "none is".to_owned(),
        1 => "1 is".to_owned(),
        _ => format!("{count} are"),
    }
}

/// `never`, `once`, `twice`, `3 times`.
fn times(count: u32) -> String {
    match count {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{count} times"),
    }
}
