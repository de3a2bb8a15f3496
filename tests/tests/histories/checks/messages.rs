//! Every customer hears what concerns them, by each channel, and nothing twice.

use std::collections::{BTreeMap, BTreeSet};

use waitlist_domain::entry::Status;
use waitlist_domain::messages::message_limit::{LIMIT_WINDOW, MOST_ABOUT_JOINING, MOST_ABOUT_MOVING_UP};
use waitlist_tests::{Fault, SentMail};

use super::rest;
use crate::histories::confirming::link_of;
use crate::histories::identifiers::NAME;
use crate::histories::places::mailbox;
use crate::histories::stays::{Contact, Stay, Stays, Step};
use crate::histories::violation::{Violation, ensure};
use crate::histories::wishes::{EventChange, What};
use crate::histories::world::World;

/// The part of the subject that shows a mail about joining. An address gets only a limited number
/// of these.
const JOINED: &str = "You are on the waitlist";

/// The part of the subject that shows that an entry has moved up.
const MOVED_UP: [&str; 2] = ["You are next in line: ", "You are among the first "];

/// The part of the subject that shows a mail that asks for a confirmation.
const CONFIRM: &str = "Please confirm your place in line: ";

/// The part of the subject that shows that somebody joined again.
const AGAIN: &str = "Your place in line: ";

/// A kind of message.
struct Kind {
    /// The part of an e-mail's subject that shows this kind.
    subject: &'static str,
    /// The part of a text message that shows this kind. None if there are no such text messages.
    text: Option<&'static str>,
    /// How often a stay is told this.
    occasions: fn(&Stay) -> usize,
    /// Since when the message is true, if it still is.
    true_since: fn(&Stay) -> Option<i64>,
    /// The status that this message repeats at a corrected address.
    again: Option<Status>,
}

/// Whether a text message of a kind that is true of a stay is due to it.
///
/// Somebody who chose mail alone gets one only in place of an offer's mail that does not reach
/// them.
fn is_due_by_text(world: &World, kind: &Kind, stay: &Stay) -> bool {
    !world.plan.is_mail_only || (kind.again == Some(Status::Offered) && stay.entry.is_unreachable)
}

const KINDS: [Kind; 11] = [
    Kind {
        subject: JOINED,
        text: None,
        occasions: |stay| usize::from(!stay.began_unconfirmed || stay.contacts.len() > 1),
        true_since: |stay| joined(stay).filter(|_| is_told_of_joining(stay)),
        again: Some(Status::Waiting),
    },
    Kind {
        subject: CONFIRM,
        text: None,
        occasions: |stay| usize::from(stay.began_unconfirmed) + stay.joined_again[0],
        true_since: |stay| joined(stay).filter(|_| stay.entry.is_unconfirmed()),
        again: Some(Status::Waiting),
    },
    Kind {
        subject: "Reminder: please confirm",
        text: None,
        occasions: |stay| stay.confirmation_reminders,
        true_since: |stay| stay.entry.confirmation_reminded_at.filter(|_| stay.entry.is_unconfirmed()),
        again: None,
    },
    Kind {
        subject: AGAIN,
        text: None,
        occasions: |stay| stay.joined_again[1],
        true_since: |stay| {
            let at = stay.entry.joined_again_at.filter(|_| stay.joined_again[1] > 0)?;
            // The customer may have lost the place meanwhile, even if they have another one by now.
            let has_ended = |step: &Step| step.at >= at && Status::MAY_REJOIN.contains(&step.status);
            let ended_before = Status::MAY_REJOIN.contains(&stay.entry.status);
            (!ended_before && !stay.steps.iter().any(has_ended)).then_some(at)
        },
        again: None,
    },
    Kind {
        subject: "held for you",
        text: Some("Your turn: "),
        occasions: |stay| stay.times(Status::Offered),
        true_since: |stay| since_it_is(stay, Status::Offered),
        again: Some(Status::Offered),
    },
    Kind {
        subject: "waiting for you: ",
        text: Some("Reminder:"),
        occasions: |stay| stay.reminders,
        true_since: |stay| stay.entry.offer.as_ref().filter(|_| stay.entry.status == Status::Offered)?.reminded_at,
        again: None,
    },
    Kind {
        subject: "Please pay",
        text: None,
        occasions: |stay| stay.times(Status::Claimed),
        true_since: |stay| since_it_is(stay, Status::Claimed),
        again: Some(Status::Claimed),
    },
    Kind {
        subject: "booked",
        text: None,
        occasions: |stay| stay.times(Status::Converted),
        true_since: |stay| since_it_is(stay, Status::Converted).filter(|_| !stay.entry.is_cancelled),
        again: Some(Status::Converted),
    },
    Kind {
        subject: "Your time to say yes is over",
        text: Some("Your time to say yes"),
        occasions: |stay| expiries(stay, Status::Offered),
        true_since: |stay| since_it_expired(stay, Status::Offered),
        again: None,
    },
    Kind {
        subject: "Your time to pay is over",
        text: Some("Your time to pay"),
        occasions: |stay| expiries(stay, Status::Claimed),
        true_since: |stay| since_it_expired(stay, Status::Claimed),
        again: None,
    },
    Kind {
        subject: "You let your",
        text: None,
        occasions: |stay| stay.times(Status::Declined),
        true_since: |stay| since_it_is(stay, Status::Declined),
        again: None,
    },
];

/// Whether a stay is told of its joining: if it joined without a proof, or its address was
/// corrected after it was confirmed.
fn is_told_of_joining(stay: &Stay) -> bool {
    let readdressed = stay.readdressed(|contact| Some(&contact.0));
    !stay.began_unconfirmed || readdressed.is_some_and(|contacted| contacted.is_confirmed)
}

/// The time of joining, if the entry has been in line or held seats ever since.
fn joined(stay: &Stay) -> Option<i64> {
    let is_live = |status: Status| status == Status::Waiting || status.holds_seats();
    let first = stay.steps.first()?;
    stay.steps.iter().all(|step| is_live(step.status)).then_some(first.at)
}

fn since_it_is(stay: &Stay, status: Status) -> Option<i64> {
    (stay.entry.status == status).then(|| stay.since())
}

/// How often an offer expired while it was in this status.
fn expiries(stay: &Stay, from: Status) -> usize {
    stay.steps.iter().filter(|step| step.status == Status::Expired && step.was == Some(from)).count()
}

fn since_it_expired(stay: &Stay, from: Status) -> Option<i64> {
    let last = stay.steps.last().filter(|step| step.status == Status::Expired && step.was == Some(from))?;
    Some(last.at)
}

/// Checks that each customer was told everything that is still true, and nothing twice.
///
/// A message may come twice if its sender crashed or got no answer.
pub(in crate::histories) fn are_sent(world: &World) -> Result<(), Violation> {
    let mails: Vec<(String, String)> = world
        .cloud
        .sent_mail()
        .into_iter()
        .flat_map(|mail| mail.to.into_iter().map(move |to| (to, mail.subject.clone())))
        .collect();
    let texts: Vec<(String, String)> =
        world.cloud.sent_sms().into_iter().map(|text| (text.phone_number, text.message)).collect();
    for subject in [JOINED, CONFIRM, AGAIN] {
        no_address_gets_too_many_about(world, &[subject], MOST_ABOUT_JOINING)?;
    }
    no_address_gets_too_many_about(world, &MOVED_UP, MOST_ABOUT_MOVING_UP)?;
    none_names_whom_it_may_not_concern(world)?;
    none_are_sent_faster_than_they_may(world)?;
    who_has_moved_up_knows_it(world, &mails)?;
    for kind in KINDS {
        // What is noted to be out of reach by mail was not sent, or came back.
        let by_mail = |stay: &Stay| !stay.entry.is_unreachable;
        reached(world, &kind, &mails, kind.subject, |contact| Some(&contact.0), by_mail)?;
        if let Some(words) = kind.text {
            let by_text = |stay: &Stay| is_due_by_text(world, &kind, stay);
            reached(world, &kind, &texts, words, |contact| contact.1.as_ref(), by_text)?;
        }
    }
    Ok(())
}

/// Checks the messages of one kind and channel. `sent` is all that went out by the channel:
/// addresses and texts. `is_due` says which stays the channel must reach.
fn reached(
    world: &World,
    kind: &Kind,
    sent: &[(String, String)],
    words: &str,
    address: fn(&Contact) -> Option<&String>,
    is_due: impl Fn(&Stay) -> bool,
) -> Result<(), Violation> {
    let mut by_address: BTreeMap<&String, Vec<&Stay>> = BTreeMap::new();
    for stay in world.stays.all.values() {
        let addresses: BTreeSet<&String> =
            stay.contacts.iter().filter_map(|contacted| address(&contacted.contact)).collect();
        addresses.into_iter().for_each(|address| by_address.entry(address).or_default().push(stay));
    }
    // A person with a newer entry at the same place hears no more of the older one.
    let is_newest = |stay: &Stay| world.mirror.entries.values().any(|entry| entry.id == stay.entry.id);
    let is_due_there = |stay: &Stay, to: &String| {
        let is_so = (kind.true_since)(stay).is_some_and(|since| {
            // A message from the same millisecond as the correction may have gone to either
            // address.
            stay.readdressed(address).is_none_or(|at| since > at.since || kind.again == Some(at.status))
        });
        is_so
            && is_due(stay)
            && stay.contacts.last().and_then(|last| address(&last.contact)) == Some(to)
            && is_newest(stay)
    };
    for (to, stays) in by_address {
        let told = sent.iter().filter(|(address, said)| address == to && said.contains(words)).count();
        let most = stays.iter().map(|stay| (kind.occasions)(stay)).sum::<usize>();
        let least = stays.iter().filter(|stay| is_due_there(stay, to)).count();
        let subjects = [JOINED, CONFIRM, AGAIN];
        let withheld = subjects.contains(&words) && told_to_mailbox(sent, to, &subjects) >= MOST_ABOUT_JOINING;
        let enough = told >= least || withheld || is_dead_letter(world);
        ensure!(enough, "everybody is told", "{to} got {told} of {least} messages: {words}");
        let once = told <= most || world.is_mail_in_doubt;
        ensure!(once, "nobody is told twice", "{to} got {told} of {most} messages: {words}");
    }
    Ok(())
}

/// How many messages with one of these subjects went to any spelling of the mailbox.
fn told_to_mailbox(sent: &[(String, String)], to: &str, subjects: &[&str]) -> usize {
    let to = mailbox(to);
    sent.iter().filter(|(address, said)| mailbox(address) == to && is_of_one_of(subjects, said)).count()
}

/// Checks that customers who came within a threshold heard of it or of another one.
///
/// Nobody needs to hear of it once the event has begun.
fn who_has_moved_up_knows_it(world: &World, mails: &[(String, String)]) -> Result<(), Violation> {
    // The positions in a line with turns are checked by the domain's own tests.
    if world.mirror.event.as_ref().is_some_and(|event| event.order.takes_turns()) {
        return Ok(());
    }
    let is_disturbed = |what: &What| {
        // Another order of tiers moves entries up although no number goes.
        let of_order = EventChange::is_of_order;
        matches!(what, What::Change(change) if of_order(change) || matches!(change, EventChange::Start(_)))
    };
    if world.plan.wishes.iter().any(|(_, wish)| is_disturbed(&wish.what)) || !rest::is_open(&world.mirror, world.now())
    {
        return Ok(());
    }
    for name in world.mirror.lines.keys().filter(|name| world.mirror.has_ticket_type(name)) {
        // Before the draw no entry of the pool has a position, nor has any behind it.
        let standing = world.mirror.waiting(name).into_iter().take_while(|entry| entry.lane != "-pool");
        for (entry, position) in standing.zip(1..) {
            let reached = world.plan.moved_up_at.iter().filter(|threshold| **threshold >= position).min();
            let has_moved = reached.zip(entry.joined_position).is_some_and(|(threshold, joined)| joined > *threshold);
            // The first position does not matter for an entry that an organiser moved.
            // An entry hears nothing of it before it is confirmed.
            let was_moved = world.stays.get(&entry.id).is_none_or(|stay| stay.was_moved() || stay.began_unconfirmed);
            // Mail did not reach an address of theirs, so it may not have been sent.
            let was_out_of_reach = world.stays.get(&entry.id).is_some_and(|stay| {
                stay.contacts.iter().any(|contacted| world.mail_reports.is_marked(&contacted.contact.0))
            });
            // Any address that the customer had counts: it may have been edited since.
            let had = |to: &String| {
                world
                    .stays
                    .get(&entry.id)
                    .is_some_and(|stay| stay.contacts.iter().any(|contacted| contacted.contact.0 == *to))
            };
            let is_withheld = told_to_mailbox(mails, &entry.email, &MOVED_UP) >= MOST_ABOUT_MOVING_UP;
            let is_told = was_moved
                || was_out_of_reach
                || is_withheld
                || mails.iter().any(|(to, said)| had(to) && is_of_one_of(&MOVED_UP, said));
            ensure!(
                is_told || !has_moved || is_dead_letter(world),
                "who moves up is told",
                "{name}: {position} {entry:?}"
            );
        }
    }
    Ok(())
}

/// Checks the limits on messages to one address.
fn no_address_gets_too_many_about(world: &World, subjects: &[&str], most: usize) -> Result<(), Violation> {
    /// The time from the counting of a mail to its sending (milliseconds).
    const UNDER_WAY: i64 = 60_000;
    let mut times: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for mail in world.cloud.sent_mail().into_iter().filter(|mail| is_of_one_of(subjects, &mail.subject)) {
        mail.to.into_iter().for_each(|to| times.entry(mailbox(&to)).or_default().push(mail.at));
    }
    for (address, mut times) in times {
        times.sort_unstable();
        let too_soon = |times: &[i64]| {
            times.last().zip(times.first()).is_some_and(|(last, first)| last - first < LIMIT_WINDOW - UNDER_WAY)
        };
        let kept = !times.windows(most + 1).any(too_soon) || world.is_mail_in_doubt;
        ensure!(kept, "an address gets only so many messages an hour", "{address} at {times:?}: {subjects:?}");
    }
    Ok(())
}

fn is_of_one_of(subjects: &[&str], subject: &str) -> bool {
    subjects.iter().any(|part| subject.contains(part))
}

/// Checks that no mail names its reader before they have proved the address.
fn none_names_whom_it_may_not_concern(world: &World) -> Result<(), Violation> {
    let is_unproven = |subject: &str| is_of_one_of(&[CONFIRM, "Reminder: please confirm", AGAIN], subject);
    for mail in world.cloud.sent_mail().into_iter().filter(|mail| is_unproven(&mail.subject)) {
        let is_named = [&mail.subject, &mail.text, &mail.html].into_iter().any(|part| part.contains(NAME));
        ensure!(!is_named, "a mail to an unproven address bears no name", "{}: {}", mail.subject, mail.text);
    }
    Ok(())
}

/// Checks a mail about an entry when it is sent: before it is confirmed, it is asked to confirm, and
/// hears nothing else.
pub(in crate::histories) fn may_be_sent(stays: &Stays, mail: &SentMail) -> Result<(), Violation> {
    let stay = link_of(mail).and_then(|(id, _)| stays.get(&id));
    let asks = is_of_one_of(&[CONFIRM, "Reminder: please confirm"], &mail.subject);
    let may = asks || stay.is_none_or(|stay| !stay.entry.is_unconfirmed());
    ensure!(may, "an unconfirmed entry is only asked to confirm", "{} for {stay:?}", mail.subject);
    Ok(())
}

/// Checks the send rate of both channels, in weather in which only slots delay a sender.
fn none_are_sent_faster_than_they_may(world: &World) -> Result<(), Violation> {
    /// The time from a slot to the sending, if several messages to one address are counted at once
    /// (milliseconds).
    const UNDER_WAY: i64 = 200;
    let weather = &world.plan.weather;
    if weather.held_up > 0 || weather.faults.iter().any(|(fault, _)| *fault != Fault::StaleRead) {
        return Ok(());
    }
    let rate = i64::from(world.plan.send_rate);
    let mails: Vec<i64> = world.cloud.sent_mail().iter().map(|mail| mail.at).collect();
    let texts: Vec<i64> = world.cloud.sent_sms().iter().map(|text| text.at).collect();
    for times in [mails, texts] {
        for (first, from) in times.iter().enumerate() {
            for (until, after_it) in times[first + 1..].iter().zip(1..) {
                let fitting = (until - from + UNDER_WAY) * rate / 1000;
                ensure!(after_it <= fitting, "no more is sent than the rate allows", "{times:?} at {rate} a second");
            }
        }
    }
    Ok(())
}

/// Whether a message could not be sent for so long that a person has to look at it.
fn is_dead_letter(world: &World) -> bool {
    let has_some = |queue: &str| !world.cloud.queue(queue).dead_letters().is_empty();
    has_some("urgent-notifications") || has_some("notifications")
}
