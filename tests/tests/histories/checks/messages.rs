//! Everybody is told what concerns them, by each channel, and nothing twice.

use std::collections::BTreeMap;

use waitlist_domain::entry::Status;

use crate::histories::stays::Stay;
use crate::histories::violation::{Violation, ensure};
use crate::histories::world::World;

/// A kind of message.
struct Kind {
    /// How an e-mail's subject shows it.
    subject: &'static str,
    /// How a text message shows it, where there is one.
    text: Option<&'static str>,
    /// Whether a stay ever gave occasion for it.
    had_occasion: fn(&Stay) -> bool,
    /// Whether what it says is still true.
    is_true: fn(&Stay) -> bool,
}

const KINDS: [Kind; 3] = [
    Kind {
        subject: "You are on the waitlist",
        text: None,
        had_occasion: |_| true,
        is_true: |stay| matches!(stay.entry.status, Status::Waiting | Status::Offered | Status::Claimed),
    },
    Kind {
        subject: "held for you",
        text: Some("yours to claim until"),
        had_occasion: |stay| stay.entered(Status::Offered).is_some(),
        is_true: |stay| stay.entry.status == Status::Offered,
    },
    Kind {
        subject: "Your time to pay is over",
        text: Some("Your time to pay"),
        had_occasion: has_not_paid,
        is_true: has_not_paid,
    },
];

fn has_not_paid(stay: &Stay) -> bool {
    stay.entered(Status::Claimed).is_some() && stay.entry.status == Status::Expired
}

/// Whoever it is still true of has been told, and nobody was told anything twice, unless a sender crashed or was not
/// heard in the middle.
pub(in crate::histories) fn are_sent(world: &World) -> Result<(), Violation> {
    let mails: Vec<(String, String)> = world
        .cloud
        .sent_mail()
        .into_iter()
        .flat_map(|mail| mail.to.into_iter().map(move |to| (to, mail.subject.clone())))
        .collect();
    let texts: Vec<(String, String)> =
        world.cloud.sent_sms().into_iter().map(|text| (text.phone_number, text.message)).collect();
    for kind in KINDS {
        reached(world, &kind, &mails, kind.subject, |stay| Some(&stay.entry.email))?;
        if let Some(words) = kind.text {
            reached(world, &kind, &texts, words, |stay| stay.entry.phone.as_ref())?;
        }
    }
    Ok(())
}

/// Checks the messages of one kind and channel. `sent` is all that went out by the channel: to whom, and what it says.
fn reached(
    world: &World,
    kind: &Kind,
    sent: &[(String, String)],
    words: &str,
    address: fn(&Stay) -> Option<&String>,
) -> Result<(), Violation> {
    let mut by_address: BTreeMap<&String, Vec<&Stay>> = BTreeMap::new();
    for stay in world.stays.all.values() {
        if let Some(address) = address(stay) {
            by_address.entry(address).or_default().push(stay);
        }
    }
    // Who has begun another stay at the same place is told no more of the one before.
    let is_newest = |stay: &Stay| world.mirror.entries.values().any(|entry| entry.id == stay.entry.id);
    for (address, stays) in by_address {
        let told = sent.iter().filter(|(to, said)| to == address && said.contains(words)).count();
        let most = stays.iter().filter(|stay| (kind.had_occasion)(stay)).count();
        let least = stays.iter().filter(|stay| (kind.is_true)(stay) && is_newest(stay)).count();
        let enough = told >= least || is_dead_letter(world);
        ensure!(enough, "everybody is told", "{address} got {told} of {least} messages: {words}");
        let once = told <= most || world.is_mail_in_doubt;
        ensure!(once, "nobody is told twice", "{address} got {told} of {most} messages: {words}");
    }
    Ok(())
}

/// Whether a message could not be sent for so long that a person has to look at it.
fn is_dead_letter(world: &World) -> bool {
    !world.cloud.queue("notifications").dead_letters().is_empty()
}
