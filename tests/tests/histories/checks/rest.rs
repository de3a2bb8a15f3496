//! What must be so once nothing is left to do.

use std::collections::BTreeMap;

use serde_json::Value;
use waitlist_domain::entry::Status;
use waitlist_domain::mail_limit::{LIMIT_WINDOW, MOST_JOIN_MAILS};
use waitlist_domain::position_index::Mark;

use crate::histories::mirror::Mirror;
use crate::histories::mirror::line::Line;
use crate::histories::stays::{Stay, Stays};
use crate::histories::violation::{Violation, ensure};
use crate::histories::world::World;

/// Whether the event has not begun.
pub(in crate::histories) fn is_open(mirror: &Mirror, now: i64) -> bool {
    mirror.event.as_ref().is_some_and(|event| now < event.starts_at)
}

/// Seats that somebody waits for whom they fit are offered, those that nobody waits for are on sale, and nothing is
/// overdue.
pub(in crate::histories) fn nothing_is_left_undone(mirror: &Mirror, now: i64) -> Result<(), Violation> {
    for (at, what) in mirror.dues() {
        ensure!(at > now, "what is overdue is done", "{what} was due at {at}, now {now}");
    }
    if !is_open(mirror, now) {
        return Ok(());
    }
    for (name, line) in &mirror.lines {
        let Some(seats) = line.seats.filter(|_| mirror.has_ticket_type(name)) else { continue };
        let waiting = mirror.waiting(name);
        match waiting.first() {
            Some(head) => {
                ensure!(head.quantity > seats.free, "free seats are offered", "{name}: {seats:?}, next is {head:?}");
            }
            None => {
                let on_sale = seats.free == 0 || !seats.active;
                ensure!(on_sale, "seats nobody waits for are on sale", "{name}: {seats:?}");
            }
        }
        let watched = line.numbers.as_ref().is_some_and(|numbers| numbers.is_watched || !numbers.open);
        ensure!(watched, "the sweep looks after every active line", "{name}: {:?}", line.numbers);
    }
    Ok(())
}

/// The position index says just what is so. While the event is open, that is: afterwards nobody joins, and numbers
/// that never got an entry are not looked for.
pub(in crate::histories) fn index_is_exact(mirror: &Mirror, stays: &Stays, now: i64) -> Result<(), Violation> {
    for (name, line) in &mirror.lines {
        let marks: &[Mark] = if is_open(mirror, now) && mirror.has_ticket_type(name) {
            &Mark::ALL
        } else {
            &[Mark::Found, Mark::Claimed, Mark::Left]
        };
        for mark in marks {
            marks_are_exact(mirror, stays, name, line, *mark)?;
        }
    }
    Ok(())
}

fn marks_are_exact(mirror: &Mirror, stays: &Stays, name: &str, line: &Line, mark: Mark) -> Result<(), Violation> {
    let Some(numbers) = &line.numbers else { return Ok(()) };
    let waiting: Vec<u64> = mirror.waiting(name).iter().map(|entry| entry.number).collect();
    let by_number: BTreeMap<u64, &Stay> = stays.of_line(name).map(|stay| (stay.entry.number, stay)).collect();
    for number in line.first_number.max(1)..numbers.next {
        let stay = by_number.get(&number);
        let expected = match mark {
            Mark::Gone => !waiting.contains(&number),
            Mark::Unused => stay.is_none() || line.has_mark(Mark::Found, number),
            Mark::Found => stay.is_some() && line.has_mark(Mark::Unused, number),
            Mark::Claimed => stay.is_some_and(|stay| was_claimed(stay)),
            Mark::Left => stay.is_some_and(|stay| stay.entered(Status::Left).is_some()),
        };
        let marked = line.has_mark(mark, number);
        ensure!(marked == expected, "the index is exact", "{name}: {mark:?} {number}: {marked}, should be {expected}");
    }
    counts_are_exact(name, line, mark)
}

/// Where there is no purchase window a claim converts at once; a sales system's conversion is no claim.
fn was_claimed(stay: &Stay) -> bool {
    let at_once = stay.entered(Status::Converted).is_some() && stay.entry.action.is_some();
    stay.entered(Status::Claimed).is_some() || at_once
}

fn counts_are_exact(name: &str, line: &Line, mark: Mark) -> Result<(), Violation> {
    let bits = line.mark_count(mark);
    let directories = line.directories.iter().filter(|((of, _), _)| *of == mark).map(|(_, counts)| counts.total);
    let directories: u64 = directories.sum();
    let root = match mark {
        Mark::Gone => line.numbers.as_ref().map_or(0, |numbers| numbers.gone),
        _ => line.roots.get(&mark).map_or(0, |counts| counts.total),
    };
    let agree = bits == directories && directories == root;
    ensure!(agree, "the index is exact", "{name}: {mark:?}: {bits} bits, directories {directories}, root {root}");
    Ok(())
}

/// The statistics say just what became of everybody.
pub(in crate::histories) fn statistics_are_exact(
    mirror: &Mirror,
    stays: &Stays,
    shown: &Value,
    now: i64,
) -> Result<(), Violation> {
    for line in shown["ticketTypes"].as_array().into_iter().flatten() {
        let name = format!(
            "{}#{}",
            shown["eventId"].as_str().unwrap_or_default(),
            line["ticketTypeId"].as_str().unwrap_or_default()
        );
        let all: Vec<&Stay> = stays.of_line(&name).collect();
        let counted: Vec<&&Stay> = all.iter().filter(|stay| stays.is_counted(stay)).collect();
        let ended = |status: Status| {
            let from_offer = |stay: &&&&Stay| stay.entered(status).is_some() && stay.entered(Status::Offered).is_some();
            counted.iter().filter(from_offer).count()
        };
        let offered = counted.iter().filter(|stay| stay.entered(Status::Offered).is_some()).count();
        let left = all.iter().filter(|stay| stay.entered(Status::Left).is_some()).count();
        let claimed = all.iter().filter(|stay| was_claimed(stay)).count();
        let mut expected = vec![
            ("offers", offered),
            ("converted", ended(Status::Converted)),
            ("expired", ended(Status::Expired)),
            ("declined", ended(Status::Declined)),
            ("left", left),
            ("claimed", claimed),
        ];
        if is_open(mirror, now) {
            expected.push(("waiting", mirror.waiting(&name).len()));
            expected.push(("joined", all.len()));
        }
        for (what, count) in expected {
            ensure!(line[what] == count, "statistics are exact", "{name}: {what} should be {count}: {line}");
        }
    }
    Ok(())
}

/// Whoever still holds an offer has been told of it by mail, and nobody was told anything twice, unless a sender
/// crashed or was not heard in the middle.
pub(in crate::histories) fn mail_is_sent(world: &World) -> Result<(), Violation> {
    let mails = world.cloud.sent_mail();
    let offers_told = |email: &str| {
        let told = |mail: &&waitlist_tests::SentMail| mail.to == [email] && mail.subject.contains("held for you");
        mails.iter().filter(told).count()
    };
    let mut by_email: BTreeMap<&str, Vec<&Stay>> = BTreeMap::new();
    for stay in world.stays.all.values() {
        by_email.entry(&stay.entry.email).or_default().push(stay);
    }
    for (email, stays) in by_email {
        let told = offers_told(email);
        let offered = stays.iter().filter(|stay| stay.entered(Status::Offered).is_some()).count();
        let must_know = stays.iter().filter(|stay| stay.entry.status == Status::Offered).count();
        everything_is_told_once(world, email, &stays)?;
        no_address_gets_too_many_confirmations(world, email)?;
        ensure!(told >= must_know || is_dead_letter(world), "who is offered seats is told", "{email}: {told} mails");
        ensure!(
            told <= offered || world.is_mail_in_doubt,
            "nobody is told twice",
            "{email}: {told} mails, {offered} offers"
        );
    }
    Ok(())
}

/// Each end and each step of a stay is told at most once, and only where it came about.
fn everything_is_told_once(world: &World, email: &str, stays: &[&Stay]) -> Result<(), Violation> {
    let mails = world.cloud.sent_mail();
    let reminders = mails.iter().filter(|mail| mail.to == [email] && mail.subject.starts_with("Reminder:")).count();
    let is_reminded = |stay: &&&Stay| stay.entry.offer.as_ref().is_some_and(|offer| offer.reminded_at.is_some());
    let reminded = stays.iter().filter(is_reminded).count();
    ensure!(
        reminders <= reminded || world.is_mail_in_doubt,
        "nobody is told twice",
        "{email}: {reminders} reminders of {reminded} offers"
    );
    let must_know = stays.iter().filter(is_reminded).filter(|stay| stay.entry.status == Status::Offered).count();
    ensure!(
        reminders >= must_know || is_dead_letter(world),
        "who is offered seats is reminded",
        "{email}: {reminders}"
    );
    for (status, words) in [
        (Status::Waiting, "on the waitlist"),
        (Status::Claimed, "To be paid"),
        (Status::Converted, "booked"),
        (Status::Expired, "Your offer has ended"),
        (Status::Expired, "Your time to pay is over"),
        (Status::Declined, "You let your"),
    ] {
        let told = mails.iter().filter(|mail| mail.to == [email] && mail.subject.contains(words)).count();
        let came_about = stays.iter().filter(|stay| stay.entered(status).is_some()).count();
        ensure!(
            told <= came_about || world.is_mail_in_doubt,
            "nobody is told twice",
            "{email}: {told} mails of {words}, {came_about} occasions"
        );
    }
    Ok(())
}

/// Joining is confirmed to an address only so often, whoever asks for it.
fn no_address_gets_too_many_confirmations(world: &World, email: &str) -> Result<(), Violation> {
    /// From counting a mail to sending it (milliseconds).
    const UNDER_WAY: i64 = 60_000;
    let mails = world.cloud.sent_mail();
    let about_joining = mails.iter().filter(|mail| mail.to == [email] && mail.subject.contains("on the waitlist"));
    let times: Vec<i64> = about_joining.map(|mail| mail.at).collect();
    let too_soon = times.windows(MOST_JOIN_MAILS + 1).find(|times| {
        times.iter().max().zip(times.iter().min()).is_some_and(|(last, first)| last - first < LIMIT_WINDOW - UNDER_WAY)
    });
    ensure!(
        too_soon.is_none() || world.is_mail_in_doubt,
        "an address gets five mails about joining an hour",
        "{email}: {too_soon:?}"
    );
    Ok(())
}

/// Whether a message could not be sent for so long that a person has to look at it.
fn is_dead_letter(world: &World) -> bool {
    !world.cloud.queue("notifications").dead_letters().is_empty()
}
