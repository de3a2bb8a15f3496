//! Why an entry that waits has not been offered seats yet.

use crate::history::explanation::evidence::Evidence;
use crate::history::explanation::wording::{are, seats, seats_are, times, whom};
use crate::history::journal::{Deed, Row};
use crate::line::fit::Fit;
use crate::line::lane::Lane;
use crate::line::order::{Order, Standing};
use crate::line::seats::Seats;
use crate::line::steering::Offering;
use crate::offering::permission::{Hindrance, Recipient, may_offer};
use crate::values::time::Timestamp;

/// Its standing and the reason, as sentences.
pub(super) fn why_not_yet(evidence: &Evidence<'_>, now: Timestamp) -> Vec<String> {
    let where_it_stands = evidence.standing.map(|standing| where_it_stands(evidence, standing));
    let sentences = where_it_stands.into_iter().chain(unconfirmed_before_it(evidence));
    sentences.chain([what_it_waits_for(evidence, now)]).collect()
}

fn unconfirmed_before_it(evidence: &Evidence<'_>) -> Option<String> {
    match evidence.unconfirmed_before {
        0 => None,
        1 => Some("One of those before it has not confirmed the address yet and is passed over.".to_owned()),
        count => {
            Some(format!("{count} of those before it have not confirmed their addresses yet and are passed over."))
        }
    }
}

fn what_it_waits_for(evidence: &Evidence<'_>, now: Timestamp) -> String {
    let Evidence { entry, event, standing, seats: counts, offering, .. } = evidence;
    if let Some(confirm_by) = entry.confirm_by {
        let until = evidence.time(confirm_by);
        return format!(
            "Its address is not confirmed yet. Until it is, nothing is offered to it, and it keeps its place; at {until} \
             it ends."
        );
    }
    let position = standing.and_then(Standing::position).map(|position| position - evidence.unconfirmed_before);
    // While a draw is being held, its entries move out of the pool. They are served once all have.
    let lane = if matches!(standing, Some(Standing::Draw { .. })) { &Lane::Pool } else { &entry.lane };
    if let Err(hindrance) = may_offer(Recipient::InTurn(lane), event, *offering, now) {
        return why_nothing_is_offered(evidence, hindrance);
    }
    let Seats { capacity, sold, held, free, .. } = *counts;
    if free == 0 {
        let (of, sold, held) = (seats(capacity), are(sold), are(held));
        return format!("No seat is free: of {of}, {sold} sold and {held} held for others' offers.");
    }
    let free_are = seats_are(free);
    if position != Some(1) {
        format!("{free_are} free, and others come before it: {}", free_seats_behind_others(evidence))
    } else if free < u64::from(entry.applicant.quantity) {
        format!("It is next. {free_are} free, fewer than it asked for: {}", too_few_free_seats(evidence))
    } else {
        format!(
            "It is next, and {free_are} free: it is about to be offered {}.",
            seats(u64::from(entry.applicant.quantity))
        )
    }
}

fn why_nothing_is_offered(evidence: &Evidence<'_>, hindrance: Hindrance) -> String {
    match hindrance {
        Hindrance::EventBegun => {
            format!("Nothing is offered any more: the event began at {}.", evidence.time(evidence.event.starts_at))
        }
        Hindrance::DrawToCome => "Nothing is offered before the lots are drawn.".to_owned(),
        Hindrance::OfferingPaused => paused(evidence),
    }
}

fn where_it_stands(evidence: &Evidence<'_>, standing: Standing) -> String {
    let at_front = match evidence.entry.lane {
        Lane::Front => ", at the front, where the organiser put it",
        _ => "",
    };
    let served = served(&evidence.event.rules.order, &evidence.entry.lane);
    match standing {
        Standing::Line(position) => format!("It waits at position {position}{at_front}; the line is served {served}."),
        Standing::Schedule(position) => {
            format!("It waits at position {position}{at_front} if nobody joins or leaves; the line is served {served}.")
        }
        Standing::Draw { entrants: 1 } => "It is alone in a draw that has not been held.".to_owned(),
        Standing::Draw { entrants } => format!("It is one of {entrants} in a draw that has not been held."),
    }
}

fn served(order: &Order, lane: &Lane) -> String {
    match order {
        Order::Fifo => "first come, first served".to_owned(),
        Order::Priority { .. } => "by tier, and within a tier first come, first served".to_owned(),
        Order::Weighted { .. } => "by turns of the tiers, and within a tier first come, first served".to_owned(),
        Order::Lottery { .. } => {
            let by_lot = if order.has_tiers() { "by tier, and within a tier by lot" } else { "by lot" };
            match lane {
                Lane::Pool | Lane::Drawn => by_lot.to_owned(),
                Lane::Front => format!("{by_lot}, and then those who joined after the draw"),
                Lane::Common | Lane::Tier(_) => format!(
                    "{by_lot}, and behind all that were drawn those who joined later, as this entry did, first come, \
                     first served"
                ),
            }
        }
    }
}

fn paused(evidence: &Evidence<'_>) -> String {
    let is_pause = |row: &&Row| match &row.deed {
        Deed::Steering(deed) => deed.offering.as_deref() == Some(Offering::Paused.as_str()),
        _ => false,
    };
    match evidence.looking_back.iter().find(is_pause) {
        Some(row) => {
            let reason = row.why.as_ref().map_or_else(String::new, |why| format!(", who gave as the reason: {why}"));
            format!("Nothing is offered: paused since {} by {}{reason}.", evidence.time(row.at), whom(&row.by))
        }
        None => "Nothing is offered: the organiser has paused that.".to_owned(),
    }
}

/// What happens to free seats that are too few for the entry, which is next.
fn too_few_free_seats(evidence: &Evidence<'_>) -> String {
    let Evidence { event, passed_over, .. } = evidence;
    match event.rules.fit {
        Fit::Strict => "the free seats wait until there are enough for it.".to_owned(),
        Fit::Skip { max_passes } if *passed_over >= max_passes.get() => format!(
            "seats gather for it now, for it has been passed over {}, as often as anybody may be, and nobody passes it \
             any more.",
            times(*passed_over)
        ),
        Fit::Skip { max_passes } => format!(
            "the free seats may still go past it, to the first behind it whom they suit. It has been passed over {} so \
             far; seats gather for it once that was {}.",
            times(*passed_over),
            times(max_passes.get())
        ),
        Fit::Partial => "the free seats wait until there are enough for it, or as few as it would take.".to_owned(),
    }
}

/// What happens to free seats while others come before the entry.
fn free_seats_behind_others(evidence: &Evidence<'_>) -> String {
    let Evidence { event, passed_over, .. } = evidence;
    match event.rules.fit {
        Fit::Strict => "the free seats wait until there are enough for whoever is next.".to_owned(),
        Fit::Skip { max_passes } if *passed_over >= max_passes.get() => format!(
            "seats gather for those who have been passed over {}, as often as anybody may be; it is one of them, and not \
             the first.",
            times(max_passes.get())
        ),
        Fit::Skip { max_passes } => format!(
            "the free seats go to the first whom they suit, unless they gather for somebody before it who has been \
             passed over {}. It has been passed over {} so far.",
            times(max_passes.get()),
            times(*passed_over)
        ),
        Fit::Partial => "the free seats wait until there are enough for whoever is next, or until that one would take \
                         as few."
            .to_owned(),
    }
}
