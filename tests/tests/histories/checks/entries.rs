//! The changes that one entry may go through, when, and by whose request.

use waitlist_domain::entry::Status;

use super::writer::Writer;
use crate::histories::mirror::entry::Entry;
use crate::histories::mirror::line::Line;
use crate::histories::requests::Endpoint;
use crate::histories::stays::{Stays, Step};
use crate::histories::violation::{Violation, ensure};

/// Longest that an offer lasts from the moment at which it is extended (milliseconds).
const LONGEST_OFFER: i64 = 365 * 24 * 60 * 60 * 1000;

/// The time in which the offers to a person are counted (milliseconds).
const A_DAY: i64 = 24 * 60 * 60 * 1000;

/// Checks one change of an entry item. `line` is the line before the change, and `max_offers` the
/// event's rule.
pub(super) fn step(
    stays: &Stays,
    line: &Line,
    max_offers: u64,
    [before, after]: [Option<&Entry>; 2],
    writer: &Writer,
    now: i64,
) -> Result<(), Violation> {
    let Some(after) = after else {
        return Err(Violation::new("an acknowledged entry stays", format!("{before:?} was deleted")));
    };
    has_index_attributes(after)?;
    let Some(before) = before.filter(|before| before.id == after.id) else {
        begins(stays, line, before, after, writer)?;
        return was_not_offered_too_often(stays, after, max_offers, now);
    };
    if before.place() != after.place() {
        stands_elsewhere(before, after, writer)?;
        has_a_place_of_its_own(stays, line, after)?;
        return is_in_time(before, after, writer, now);
    }
    moves_on(before, after, writer, now)
}

fn begins(stays: &Stays, line: &Line, before: Option<&Entry>, after: &Entry, writer: &Writer) -> Result<(), Violation> {
    let may_rejoin = before.is_none_or(|before| Status::MAY_REJOIN.contains(&before.status) || before.is_cancelled);
    ensure!(may_rejoin, "a person has one live entry per line", "{before:?} was replaced by {after:?}");
    ensure!(after.status == Status::Waiting, "an entry begins by waiting", "{after:?}");
    ensure!(writer.endpoint == Some(Endpoint::Join), "an entry begins by joining", "{after:?} by {writer:?}");
    ensure!(stays.get(&after.id).is_none(), "an entry id is used once", "{after:?}");
    has_a_place_of_its_own(stays, line, after)
}

/// A person who has had as many offers within a day as they may does not join again.
fn was_not_offered_too_often(stays: &Stays, after: &Entry, max_offers: u64, now: i64) -> Result<(), Violation> {
    let is_theirs = |entry: &Entry| (&entry.customer, &entry.attendee) == (&after.customer, &after.attendee);
    let steps = stays.of_line(&after.line).filter(|stay| is_theirs(&stay.entry)).flat_map(|stay| &stay.steps);
    let offers = steps.filter(|step| step.status == Status::Offered && step.was == Some(Status::Waiting));
    let offers = offers.filter(|step| step.at > now - A_DAY).count() as u64;
    ensure!(offers < max_offers, "nobody is offered seats too often", "{after:?} after {offers} offers");
    Ok(())
}

/// The number is new and was handed out, and no entry behind it has been offered seats in its turn.
fn has_a_place_of_its_own(stays: &Stays, line: &Line, after: &Entry) -> Result<(), Violation> {
    let place = after.place();
    let is_new = stays.of_line(&after.line).all(|stay| stay.steps_at(&place).next().is_none());
    ensure!(is_new, "a number is used once", "{after:?}");
    let was_overtaken = |step: &&Step| {
        let is_behind = step.place.0 == after.lane && step.place.1 > after.number;
        is_behind && step.status == Status::Offered && step.by != Some(Endpoint::Offer)
    };
    let overtaken = stays.of_line(&after.line).flat_map(|stay| &stay.steps).find(was_overtaken);
    ensure!(overtaken.is_none(), "nobody is passed over while joining", "{after:?} after {overtaken:?}");
    // The places of a draw are handed out all at once, when every entry has its place.
    let issued = line.numbers.as_ref().and_then(|numbers| numbers.issued.get(&after.lane)).copied();
    let last = issued.unwrap_or(if after.lane == "-drawn" { u64::MAX } else { 0 });
    ensure!(after.number <= last, "a number is handed out before it is used", "{after:?} while the last is {last}");
    Ok(())
}

/// An organiser or a lot moves a waiting entry. Only an organiser lets an entry wait again that
/// lost its offer or ended.
fn stands_elsewhere(before: &Entry, after: &Entry, writer: &Writer) -> Result<(), Violation> {
    let is_drawn = before.lane == "-pool" && after.lane == "-drawn";
    let by_whom_it_should = match before.status {
        Status::Waiting if writer.endpoint.is_none() => is_drawn,
        Status::Waiting if before.confirm_by.is_some() => after.confirm_by.is_none(),
        Status::Waiting => writer.endpoint == Some(Endpoint::Move),
        Status::Offered | Status::Claimed => writer.endpoint == Some(Endpoint::Withdraw),
        Status::Converted => false,
        _ => writer.endpoint == Some(Endpoint::Reinstate),
    };
    let told = || format!("{before:?} became {after:?} by {writer:?}");
    ensure!(by_whom_it_should, "a stay keeps its number unless it is moved", "{}", told());
    let (place, tier, joined_position) = (after.place(), after.tier.clone(), after.joined_position);
    let mut same = Entry { lane: place.0, number: place.1, numbered_at: after.numbered_at, tier, ..before.clone() };
    same.changed_at = after.changed_at;
    if is_drawn || writer.endpoint.is_some() {
        same.joined_position = joined_position;
    }
    if before.status != Status::Waiting {
        let (offer, due, claimed_at, ended_at, action) = (None, None, None, None, None);
        same = Entry { status: Status::Waiting, offer, due, claimed_at, ended_at, action, ..same };
    }
    if before.confirm_by.is_some() {
        same = Entry { confirm_by: None, confirmed_at: after.confirmed_at, ..same };
    }
    ensure!(same == *after, "whoever is moved stays who they are", "{}", told());
    Ok(())
}

fn moves_on(before: &Entry, after: &Entry, writer: &Writer, now: i64) -> Result<(), Violation> {
    let told = || format!("{before:?} became {after:?} by {writer:?}");
    if contact_of(after) != contact_of(before) {
        return has_another_contact(before, after, writer);
    }
    if seats_of(after) != seats_of(before) {
        return asks_for_fewer(before, after, writer);
    }
    let same_stay = (before.quantity, before.minimum, before.joined_at, &before.locale, &before.tier)
        == (after.quantity, after.minimum, after.joined_at, &after.locale, &after.tier);
    ensure!(same_stay, "a stay keeps its quantity", "{}", told());
    let same_form = (&before.answers, &before.code) == (&after.answers, &after.code);
    ensure!(same_form, "a stay keeps its answers", "{}", told());
    if before.status != after.status {
        ensure!(is_legal(before.status, after.status), "transitions are legal", "{}", told());
        ensure!(is_for(after.status, writer), "an entry changes for whom it should", "{}", told());
        return is_in_time(before, after, writer, now);
    }
    if before.is_unconfirmed() && after.is_in_turn() {
        let same = Entry { confirm_by: None, confirmed_at: after.confirmed_at, ..before.clone() };
        let is_so = Entry { changed_at: after.changed_at, ..same } == *after;
        let in_time = after.confirmed_at.is_some_and(|at| writer.called_at <= at && at <= now);
        ensure!(is_so && in_time, "a confirmation changes nothing else", "{}", told());
        return Ok(());
    }
    if before.confirmation_reminded_at != after.confirmation_reminded_at {
        ensure!(writer.endpoint.is_none(), "an entry changes for whom it should", "{}", told());
        return reminded_to_confirm(before, after, now);
    }
    if before.joined_again_at != after.joined_again_at {
        let is_by_a_join = writer.endpoint == Some(Endpoint::Join) && writer.is_public;
        ensure!(is_by_a_join, "an entry changes for whom it should", "{}", told());
        let same = Entry { joined_again_at: after.joined_again_at, ..before.clone() };
        ensure!(same == *after, "who joins again changes nothing", "{}", told());
        return Ok(());
    }
    if is_reminded(after) && !is_reminded(before) {
        ensure!(writer.endpoint.is_none(), "an entry changes for whom it should", "{}", told());
        return reminded(before, after, now);
    }
    if before.deadline() != after.deadline() {
        return extended(before, after, writer, now);
    }
    let cancelled = before.status == Status::Converted && after.is_cancelled;
    // No request notes what SES reports.
    let is_unreachable = if writer.endpoint.is_some() { after.is_unreachable } else { before.is_unreachable };
    let (is_cancelled, changed_at) = (before.is_cancelled, before.changed_at);
    let same = *before == Entry { is_unreachable, is_cancelled, changed_at, ..after.clone() };
    ensure!(same && (cancelled || !after.is_cancelled), "an entry changes by its status alone", "{}", told());
    Ok(())
}

fn contact_of(entry: &Entry) -> (&String, Option<&String>, bool) {
    (&entry.email, entry.phone.as_ref(), entry.is_phone_unproven)
}

/// The seats that an entry asks for, and the fewest that it would take.
fn seats_of(entry: &Entry) -> (u64, u64) {
    (entry.quantity, entry.minimum)
}

/// A customer who waits asks for fewer seats, or is content with another number of them.
fn asks_for_fewer(before: &Entry, after: &Entry, writer: &Writer) -> Result<(), Violation> {
    let told = || format!("{before:?} became {after:?} by {writer:?}");
    let (quantity, minimum) = seats_of(after);
    let same = Entry { quantity, minimum, changed_at: after.changed_at, ..before.clone() } == *after;
    let by_customer = before.status == Status::Waiting && writer.endpoint == Some(Endpoint::ChangeEntry);
    ensure!(same && by_customer, "a stay keeps its quantity unless its customer asks for fewer", "{}", told());
    let may_be = quantity <= before.quantity && (1..=quantity).contains(&minimum);
    ensure!(may_be, "nobody asks for more and keeps their place", "{}", told());
    Ok(())
}

/// An organiser edits a contact. Its customer confirms the phone number.
fn has_another_contact(before: &Entry, after: &Entry, writer: &Writer) -> Result<(), Violation> {
    let told = || format!("{before:?} became {after:?} by {writer:?}");
    let is_confirmed = Entry { is_phone_unproven: false, changed_at: after.changed_at, ..before.clone() } == *after
        && matches!(writer.endpoint, Some(Endpoint::ConfirmPhone | Endpoint::SendPhoneCode));
    let edited = Entry {
        email: after.email.clone(),
        phone: after.phone.clone(),
        is_phone_unproven: after.is_phone_unproven,
        is_unreachable: before.is_unreachable && after.email == before.email,
        changed_at: after.changed_at,
        ..before.clone()
    };
    let names_phone = after.phone != before.phone || before.is_phone_unproven != after.is_phone_unproven;
    let is_edited =
        edited == *after && writer.endpoint == Some(Endpoint::Edit) && (!names_phone || !after.is_phone_unproven);
    ensure!(is_confirmed || is_edited, "a stay keeps its contact unless it is edited or confirmed", "{}", told());
    Ok(())
}

/// Whether this writer may bring an entry to a status.
fn is_for(status: Status, writer: &Writer) -> bool {
    let may: &[Option<Endpoint>] = match status {
        Status::Waiting => &[],
        Status::Offered => &[None, Some(Endpoint::Offer)],
        Status::Claimed => &[Some(Endpoint::Claim)],
        Status::Converted => &[Some(Endpoint::Claim), Some(Endpoint::Convert)],
        Status::Expired => &[None],
        Status::Declined => &[Some(Endpoint::Decline)],
        Status::Left => &[Some(Endpoint::Leave)],
        Status::Removed => &[Some(Endpoint::Remove), Some(Endpoint::Withdraw)],
        Status::Unconfirmed => &[None],
    };
    may.contains(&writer.endpoint)
}

/// An organiser postpones a deadline that has not passed. Only the deadline and the due time
/// change.
fn extended(before: &Entry, after: &Entry, writer: &Writer, now: i64) -> Result<(), Violation> {
    let told = || format!("{before:?} became {after:?} at {now} by {writer:?}");
    let (Some(was), Some(is)) = (before.deadline(), after.deadline()) else {
        return Err(Violation::new("an offer has a deadline", told()));
    };
    let mut same = Entry { due: after.due.clone(), changed_at: after.changed_at, ..before.clone() };
    same.offer.iter_mut().for_each(|offer| offer.expires_at = is);
    let by_organiser = same == *after && writer.endpoint == Some(Endpoint::Extend);
    ensure!(by_organiser, "an offer keeps its deadline unless it is extended", "{}", told());
    let in_time = was < is && is <= now + LONGEST_OFFER && is_before(was, after.changed_at, writer);
    ensure!(in_time, "a deadline only ever moves on, and before it has passed", "{}", told());
    Ok(())
}

/// Whether a write that must be made before a deadline was sent before it.
///
/// DynamoDB tests no clock of its own, so the writer's counts. The writer reads it for each
/// attempt, after the call before. The write may be held up on its way and arrive later.
fn is_before(deadline: i64, noted_at: i64, writer: &Writer) -> bool {
    writer.called_at <= noted_at && noted_at < deadline
}

fn is_reminded(entry: &Entry) -> bool {
    entry.offer.as_ref().is_some_and(|offer| offer.reminded_at.is_some())
}

/// A reminder to confirm is noted once, at its time or later, and before the time is over.
fn reminded_to_confirm(before: &Entry, after: &Entry, now: i64) -> Result<(), Violation> {
    let told = || format!("{before:?} became {after:?} at {now}");
    let (changed_at, confirmation_reminded_at) = (after.changed_at, after.confirmation_reminded_at);
    let same = Entry { changed_at, confirmation_reminded_at, ..before.clone() };
    ensure!(same == *after, "a reminder changes nothing else", "{}", told());
    let moment = before.confirmation_reminder();
    let in_time = moment.zip(after.confirmation_reminded_at).is_some_and(|(moment, at)| moment <= at && at <= now);
    let is_early_enough = before.confirm_by.zip(after.confirmation_reminded_at).is_some_and(|(by, at)| at < by);
    ensure!(in_time && is_early_enough, "a reminder to confirm comes once, at its time", "{}", told());
    Ok(())
}

/// A reminder is noted once, at its time or later and before the deadline. Only the due time
/// changes with it.
fn reminded(before: &Entry, after: &Entry, now: i64) -> Result<(), Violation> {
    let mut unchanged = Entry { due: before.due.clone(), changed_at: before.changed_at, ..after.clone() };
    let reminded_at = unchanged.offer.as_mut().and_then(|offer| offer.reminded_at.take());
    ensure!(unchanged == *before, "a reminder changes nothing else", "{before:?} became {after:?}");
    let (moment, deadline) = (before.reminder().unwrap_or(i64::MAX), before.deadline().unwrap_or(i64::MIN));
    let in_time = reminded_at.is_some_and(|at| moment <= at && at < deadline && at <= now);
    ensure!(in_time, "a reminder comes between its moment and the deadline", "{before:?} became {after:?} at {now}");
    Ok(())
}

fn is_legal(before: Status, after: Status) -> bool {
    use Status::{Claimed, Converted, Declined, Expired, Left, Offered, Removed, Unconfirmed, Waiting};
    match before {
        Waiting => matches!(after, Offered | Left | Removed | Unconfirmed),
        Offered => matches!(after, Claimed | Converted | Expired | Declined | Left | Removed),
        Claimed => matches!(after, Converted | Expired | Declined | Left | Removed),
        _ => false,
    }
}

/// Compares the time of a write with the deadline that was stored until then.
fn is_in_time(before: &Entry, after: &Entry, writer: &Writer, now: i64) -> Result<(), Violation> {
    let deadline = before.deadline().unwrap_or(i64::MAX);
    let acted_at = after
        .entered_at()
        .ok_or_else(|| Violation::new("every item is of our form", format!("no time in {after:?}")))?;
    ensure!(acted_at <= now, "nothing is done ahead of the clock", "{after:?} at {now}");
    let told = || format!("{before:?} became {after:?} at {now} by {writer:?}");
    match after.status {
        Status::Claimed | Status::Converted | Status::Declined => {
            ensure!(is_before(deadline, acted_at, writer), "an offer is acted on before its deadline", "{}", told());
        }
        Status::Waiting if before.status.holds_seats() => {
            ensure!(is_before(deadline, acted_at, writer), "an offer is withdrawn before its deadline", "{}", told());
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

/// A live offer is in the `due` index, under its reminder and later under its deadline. Every entry
/// is in the `line` index.
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
