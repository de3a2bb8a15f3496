//! Explanations in plain words: why an entry was offered seats at that time, or has not been yet.
//!
//! They rest on the journal and the event's rules, where everybody can check them. Times are told
//! in the event's zone.

#[cfg(test)]
mod by_example;
pub mod evidence;
mod seat_sources;
mod waiting;
mod wording;

use crate::entry::applicant::Applicant;
use crate::entry::{Entry, Status};
use crate::event::Event;
use crate::history::explanation::evidence::Evidence;
use crate::history::explanation::wording::{seats, times, whom};
use crate::history::journal::{Deed, EntryChange, EntryDeed, Row, Rule};
use crate::line::lane::Lane;
use crate::values::quantity::Quantity;
use crate::values::time::Timestamp;

/// The explanation, as sentences.
pub fn explain(evidence: &Evidence<'_>, now: Timestamp) -> Vec<String> {
    let last_offer = evidence.history.iter().rposition(|row| row.offer().is_some());
    let mut sentences = vec![joined(evidence)];
    for (index, row) in evidence.history.iter().enumerate() {
        sentences.extend(what_happened(evidence, row));
        if let Some(deed) = row.offer().filter(|_| last_offer == Some(index)) {
            sentences.push(why_it(evidence.event, deed));
            sentences.extend(seat_sources::told(evidence, row, deed));
        }
    }
    if evidence.entry.status == Status::Waiting {
        sentences.extend(waiting::why_not_yet(evidence, now));
    }
    if evidence.entry.applicant.is_phone_unproven {
        sentences.push("No text messages go to its phone number, because nobody has confirmed it.".to_owned());
    }
    sentences
}

fn joined(evidence: &Evidence<'_>) -> String {
    let Entry { joined_at, applicant: Applicant { quantity, .. }, tier, .. } = evidence.entry;
    let tier = tier.as_ref().map_or_else(String::new, |tier| format!(", in the tier {tier}"));
    // It may ask for fewer now.
    let at_first = evidence.history.iter().find_map(asked_at_the_join).unwrap_or(*quantity);
    format!("It joined at {} and asked for {}{tier}.", evidence.time(*joined_at), seats(u64::from(at_first)))
}

fn asked_at_the_join(row: &Row) -> Option<Quantity> {
    match &row.deed {
        Deed::Entry(EntryDeed { change: EntryChange::Joined, quantity, .. }) => *quantity,
        _ => None,
    }
}

/// What a change did to the entry: a sentence, if the change bears on its position or its offers.
fn what_happened(evidence: &Evidence<'_>, row: &Row) -> Option<String> {
    let Deed::Entry(deed) = &row.deed else { return None };
    let quantity = deed.quantity.map_or(0, u64::from);
    let deadline = deed.expires_at.map(|at| evidence.time(at)).unwrap_or_default();
    let what = match deed.change {
        EntryChange::Joined
        | EntryChange::Edited
        | EntryChange::Reminded
        | EntryChange::Unsubscribed
        | EntryChange::PhoneConfirmed => return None,
        EntryChange::Offered => format!("it was offered {}, to claim until {deadline}", seats(quantity)),
        EntryChange::QuantityChanged => {
            format!("its customer changed how many seats it asks for, now {}", seats(quantity))
        }
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
        EntryChange::Unreachable if deed.rule == Some(Rule::Complained) => {
            "its address was found out of reach, because the recipient complained of a mail".to_owned()
        }
        EntryChange::Unreachable => "its address was found out of reach, because a mail came back".to_owned(),
        EntryChange::Confirmed => "its address was confirmed".to_owned(),
        EntryChange::Unconfirmed => "the time to confirm its address was over".to_owned(),
    };
    // Nobody has to be named for the passing of time.
    let is_by_time = matches!(deed.change, EntryChange::Expired | EntryChange::Unconfirmed);
    let by_whom = if is_by_time { String::new() } else { format!(", by {}", whom(&row.by)) };
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

/// Why the entry got its offer. It stands right behind the offer, since much may have happened
/// later.
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
        Some(Rule::Lottery) if event.rules.order.has_tiers() => format!(
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
