//! Explanations: why an entry was offered seats when it was, or has not been yet, in plain words.
//!
//! They say what the journal shows and what the event's rules are, and nothing that can't be checked there.

use crate::entry::{Entry, Status};
use crate::event::Event;
use crate::fit::Fit;
use crate::journal::{Deed, EntryChange, EntryDeed, Row, Rule, SeatsChangeKind, SeatsDeed, SteeringDeed};
use crate::lane::Lane;
use crate::order::{Order, Standing};
use crate::seats::Seats;
use crate::steering::Offering;
use crate::time::Timestamp;

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
    /// All that was done to it, in order.
    pub history: &'evidence [Row],
    /// What was done in its line up to its last offer, and where it waits up to now, the newest first.
    pub looking_back: &'evidence [Row],
}

/// Why the entry was offered seats when it was, or has not been yet: sentences.
pub fn explain(evidence: &Evidence<'_>, now: Timestamp) -> Vec<String> {
    let mut sentences = vec![joined(evidence)];
    sentences.extend(evidence.history.iter().filter_map(what_happened));
    if let Some((row, deed)) = last_offer(evidence.history) {
        sentences.push(why_it(evidence.event, deed));
        sentences.extend(where_the_seats_came_from(evidence.looking_back, row, deed));
    }
    if evidence.entry.status == Status::Waiting {
        sentences.extend(why_not_yet(evidence, now));
    }
    sentences
}

fn joined(evidence: &Evidence<'_>) -> String {
    let Entry { joined_at, quantity, tier, .. } = evidence.entry;
    let tier = tier.as_ref().map_or_else(String::new, |tier| format!(", in the tier {tier}"));
    format!("It joined at {} and asked for {}{tier}.", joined_at.to_rfc3339(), seats(u64::from(*quantity)))
}

fn last_offer(history: &[Row]) -> Option<(&Row, &EntryDeed)> {
    history.iter().rev().find_map(|row| match &row.deed {
        Deed::Entry(deed) if deed.change == EntryChange::Offered => Some((row, deed)),
        _ => None,
    })
}

/// What was done to it since it joined, a sentence for each change that bears on its place or its offers.
fn what_happened(row: &Row) -> Option<String> {
    let Deed::Entry(deed) = &row.deed else { return None };
    let quantity = deed.quantity.map_or(0, u64::from);
    let deadline = deed.expires_at.map(Timestamp::to_rfc3339).unwrap_or_default();
    let what = match deed.change {
        EntryChange::Joined | EntryChange::Edited | EntryChange::Reminded => return None,
        EntryChange::Offered => format!("it was offered {}, to claim until {deadline}", seats(quantity)),
        EntryChange::Claimed => format!("it claimed them, to pay until {deadline}"),
        EntryChange::Converted => "they became its registration".to_owned(),
        EntryChange::Expired if deed.rule == Some(Rule::PurchaseWindow) => {
            "the time to pay was over, and the offer with it".to_owned()
        }
        EntryChange::Expired => "the time to claim was over, and the offer with it".to_owned(),
        EntryChange::Declined => "it turned the offer down".to_owned(),
        EntryChange::Left => "it left the line".to_owned(),
        EntryChange::Removed => "it was taken out of the line".to_owned(),
        EntryChange::Moved => match deed.lane.as_deref().map(Lane::parse) {
            Some(Ok(Lane::Front)) => "it was moved to the front of the line".to_owned(),
            Some(Ok(Lane::Drawn)) => format!("its lot was drawn: it has the number {}", deed.number.unwrap_or(0)),
            _ => format!("it was moved, and got the number {}", deed.number.unwrap_or(0)),
        },
        EntryChange::Withdrawn => "its offer was taken back, and it waits again".to_owned(),
        EntryChange::Reinstated => "it was put back into the line".to_owned(),
        EntryChange::Extended => format!("its offer was extended until {deadline}"),
        EntryChange::Cancelled => "its registration was cancelled".to_owned(),
    };
    Some(format!("At {} {what}, by {}{}.", row.at.to_rfc3339(), whom(&row.by), reason(row)))
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

fn reason(row: &Row) -> String {
    row.why.as_ref().map_or_else(String::new, |why| format!(", who gave as the reason: {why}"))
}

fn why_it(event: &Event, deed: &EntryDeed) -> String {
    match deed.rule {
        Some(Rule::Fifo) => {
            "It was next: the line is served first come, first served, and everybody before it had been \
                             offered seats or was gone."
                .to_owned()
        }
        Some(Rule::Priority) => {
            "It was next: nobody waited in a higher tier, and everybody before it in its own had been \
                                 offered seats or was gone."
                .to_owned()
        }
        Some(Rule::Weighted) => {
            "It was next: it was the turn of its tier, in which everybody before it had been offered \
                                 seats or was gone."
                .to_owned()
        }
        Some(Rule::Lottery) => {
            "It was next by the lots that were drawn: everybody before it had been offered seats or was \
                                gone."
                .to_owned()
        }
        Some(Rule::Front) => "It was next, for the organiser had moved it to the front of the line.".to_owned(),
        Some(Rule::Skip) => {
            let most = event.rules.fit.max_passes().map_or_else(String::new, |most| format!(", {most} times at most"));
            format!(
                "It was the first whom the free seats suited: those before it had asked for more than were free. They \
                     are passed over for that{most}, before seats gather for them."
            )
        }
        Some(Rule::Partial) => {
            "It was next, and had said that it would take fewer seats than it asked for; as many as were \
                                free were offered."
                .to_owned()
        }
        Some(Rule::OutOfTurn) => "It was chosen by the organiser, out of turn.".to_owned(),
        _ => "It was next by the event's rules.".to_owned(),
    }
}

/// What set the seats of an offer free, going back from it until there are as many.
fn where_the_seats_came_from(looking_back: &[Row], offer: &Row, deed: &EntryDeed) -> Option<String> {
    let mut wanted = i64::from(deed.quantity.map_or(1, |quantity| quantity.get()));
    let mut sources = Vec::new();
    for row in looking_back.iter().filter(|row| row.at <= offer.at) {
        let source = source_of_seats(row, offer.at);
        if let Some((seats, what)) = source.filter(|_| wanted > 0) {
            wanted -= seats;
            sources.push(format!("{what} at {}{}", row.at.to_rfc3339(), reason(row)));
        }
    }
    (!sources.is_empty()).then(|| format!("The seats had come free: {}.", sources.join("; ")))
}

fn source_of_seats(row: &Row, offered_at: Timestamp) -> Option<(i64, String)> {
    match &row.deed {
        // Where an offer's end and the next offer are one write, no seat is seen to fall free.
        Deed::Entry(deed) if deed.gave_seats_back() && row.at == offered_at => {
            Some((i64::from(deed.quantity.map_or(1, |quantity| quantity.get())), "another offer ended".to_owned()))
        }
        Deed::Seats(SeatsDeed { change, freed, .. }) if *freed > 0 => {
            let freed_seats = seats(freed.unsigned_abs());
            let what = match change {
                SeatsChangeKind::Cancelled => format!("a registration was cancelled ({freed_seats})"),
                SeatsChangeKind::Added => format!("{freed_seats} were added"),
                SeatsChangeKind::Created => format!("the ticket type was made with {freed_seats}"),
                SeatsChangeKind::OffersEnded | SeatsChangeKind::OfferedOn => {
                    format!("another offer ended ({freed_seats})")
                }
                _ => format!("{freed_seats} fell free"),
            };
            Some((*freed, what))
        }
        Deed::Steering(SteeringDeed { offering: Some(offering), .. }) if offering == Offering::Open.as_str() => {
            Some((0, format!("the organiser had seats offered again (by {})", whom(&row.by))))
        }
        _ => None,
    }
}

fn why_not_yet(evidence: &Evidence<'_>, now: Timestamp) -> Vec<String> {
    let Evidence { entry, event, standing, seats: counts, offering, .. } = evidence;
    let mut sentences = Vec::new();
    sentences.extend(standing.map(|standing| where_it_stands(event, standing)));
    let position = standing.and_then(Standing::position);
    if event.is_closed(now) {
        sentences.push(format!("Nothing is offered any more: the event began at {}.", event.starts_at.to_rfc3339()));
    } else if position.is_none() && matches!(event.rules.order, Order::Lottery { .. }) {
        sentences.push("Nothing is offered before the lots are drawn.".to_owned());
    } else if *offering == Offering::Paused {
        sentences.push(paused(evidence.looking_back));
    } else if counts.free == 0 {
        let Seats { capacity, sold, held, .. } = counts;
        sentences.push(format!(
            "No seat is free: of {}, {sold} are sold and {held} are held for others' offers.",
            seats(*capacity)
        ));
    } else if position == Some(1) {
        sentences.push(match counts.free < u64::from(entry.quantity) {
            true => format!("It is next. {} free, fewer than it asked for: {}", are(counts.free), gather(event)),
            false => format!("It is next, and {} free: they are being offered.", are(counts.free)),
        });
    } else {
        sentences.push(format!("{} free, and others come before it: {}", are(counts.free), gather(event)));
    }
    sentences
}

fn where_it_stands(event: &Event, standing: Standing) -> String {
    let served = match &event.rules.order {
        Order::Fifo => "first come, first served",
        Order::Priority { .. } => "by tier, and within a tier first come, first served",
        Order::Weighted { .. } => "by turns of the tiers, and within a tier first come, first served",
        Order::Lottery { .. } => "by lot",
    };
    match standing {
        Standing::Line(position) => format!("It waits at position {position}; the line is served {served}."),
        Standing::Schedule(position) => {
            format!("It waits at position {position} if nobody joins or leaves; the line is served {served}.")
        }
        Standing::Draw { entrants } => format!("It is one of {entrants} in a draw that has not been held."),
    }
}

fn paused(looking_back: &[Row]) -> String {
    let is_pause = |row: &&Row| match &row.deed {
        Deed::Steering(deed) => deed.offering.as_deref() == Some(Offering::Paused.as_str()),
        _ => false,
    };
    match looking_back.iter().find(is_pause) {
        Some(row) => {
            let at = row.at.to_rfc3339();
            format!("Nothing is offered: {} has paused that since {at}{}.", whom(&row.by), reason(row))
        }
        None => "Nothing is offered: the organiser has paused that.".to_owned(),
    }
}

/// What free seats that do not suffice for whoever is next are there for.
const fn gather(event: &Event) -> &'static str {
    match event.rules.fit {
        Fit::Strict => "the free seats wait until there are enough for whoever is next.",
        Fit::Skip { .. } => {
            "the free seats go to the first whom they suit, unless they gather for somebody who was passed over often \
             enough."
        }
        Fit::Partial => {
            "the free seats wait until there are enough for whoever is next, or until that one would take as few."
        }
    }
}

fn seats(count: u64) -> String {
    if count == 1 { "1 seat".to_owned() } else { format!("{count} seats") }
}

fn are(count: u64) -> String {
    if count == 1 { "1 seat is".to_owned() } else { format!("{count} seats are") }
}
