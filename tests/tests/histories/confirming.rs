//! Customers who confirm their addresses, with the links in the mails that were sent to them.

use serde_json::{Value, json};
use waitlist_domain::entry::Status;
use waitlist_tests::{Random, SentMail};

use super::identifiers::SALES_KEY;
use super::mirror::Change;
use super::mirror::entry::Entry;
use super::places::mailbox;
use super::requests::{Endpoint, Sent};
use super::running::Job;
use super::violation::{Violation, ensure};
use super::world::World;

/// The person whose proof a request bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// An API key.
    Key,
    /// A token that was mailed.
    Mailed,
    /// A token that came with the response to a join.
    Joined,
}

/// The entry and the token of the link in a mail.
pub(super) fn link_of(mail: &SentMail) -> Option<(String, String)> {
    let value = |name: &str| {
        let (_, rest) = mail.text.split_once(&format!("{name}="))?;
        let end = rest.find(['&', ' ', '\n', '\r']).unwrap_or(rest.len());
        Some(rest[..end].to_owned())
    };
    Some((value("entryId")?, value("token")?))
}

impl World {
    /// The tokens that were mailed about an entry to its present address, the latest last.
    pub(super) fn mailed_tokens(&self, entry: &Entry) -> Vec<String> {
        let mails = self.cloud.sent_mail().into_iter().filter(|mail| mail.to.contains(&entry.email));
        let links = mails.filter_map(|mail| link_of(&mail)).filter(|(id, _)| *id == entry.id);
        links.map(|(_, token)| token).collect()
    }

    /// The request of somebody who confirms an entry, mostly one that waits for it.
    pub(super) fn confirm(&self, random: &mut Random) -> Option<Sent> {
        let any = random.chance(120);
        let entries = self.mirror.entries.values();
        let candidates: Vec<&Entry> = entries.filter(|entry| any || entry.is_unconfirmed()).collect();
        let entry = random.pick(&candidates)?;
        let body = json!({ "entryId": entry.id });
        let by = |credential: &str, body: Value| {
            Some(Sent::new(Endpoint::Confirm, credential, body).to("customerId", entry.customer.as_str()))
        };
        let mailed = self.mailed_tokens(entry);
        match (random.below(10), random.pick(&mailed), self.tokens.get(&entry.id)) {
            (0, _, _) | (1, None, _) => by(SALES_KEY, body),
            (1, _, Some(joined)) => by(joined, body),
            (chance, Some(mailed), _) => by(mailed, if chance < 6 { body } else { Value::Null }),
            (2..7, None, _) => by(SALES_KEY, body),
            _ => None,
        }
    }

    /// The person whose proof the request bears.
    pub(super) fn proof_of(&self, sent: &Sent) -> Option<Proof> {
        let credential = sent.credential.as_ref()?;
        Some(if credential.starts_with("wl_") {
            Proof::Key
        } else if self.tokens.values().any(|token| token == credential) {
            Proof::Joined
        } else {
            Proof::Mailed
        })
    }

    /// Whether a request bears a token that only looks: it came with a public join that is to be
    /// confirmed.
    pub(super) fn only_looks(&self, sent: &Sent) -> bool {
        self.proof_of(sent) == Some(Proof::Joined)
            && self.tokens.iter().any(|(id, token)| {
                let is_it = sent.credential.as_ref() == Some(token);
                is_it && self.stays.get(id).is_none_or(|stay| stay.began_unconfirmed)
            })
    }

    /// A token that came with a public join changes nothing.
    pub(super) fn is_proven(&self, index: usize, change: &Change) -> Result<(), Violation> {
        let (Job::Request(ask), Change::Entry { before: Some(before), after: Some(after) }) =
            (&self.running[index].job, change)
        else {
            return Ok(());
        };
        let sent = &self.asks[*ask].sent;
        ensure!(!self.only_looks(sent), "the token of a join only looks", "{before:?} became {after:?} by {sent:?}");
        Ok(())
    }

    /// Whether a change is none that its request tells: that somebody joined again, or that an entry
    /// is confirmed by a token that was mailed.
    pub(super) fn is_aside(&self, index: usize, change: &Change) -> bool {
        let Change::Entry { before: Some(before), after: Some(after) } = change else { return false };
        let Job::Request(ask) = self.running[index].job else { return false };
        let joined_again = Entry { joined_again_at: before.joined_again_at, ..after.as_ref().clone() };
        let is_confirmed = before.is_unconfirmed() && after.is_in_turn();
        joined_again == **before || (is_confirmed && self.asks[ask].sent.endpoint != Endpoint::Confirm)
    }

    /// Whether an entry was refused its confirmation that waited for it all the while.
    pub(super) fn refuses_a_confirmation(&self, index: usize, started_at: i64) -> bool {
        let ask = &self.asks[index];
        if ask.sent.endpoint != Endpoint::Confirm || ask.runs > 1 || self.only_looks(&ask.sent) {
            return false;
        }
        // A corrected address takes its tokens with it, and a ticket type the right to be confirmed.
        let stay = ask.sent.body["entryId"].as_str().and_then(|id| self.stays.get(id));
        stay.is_some_and(|stay| {
            stay.contacts.len() == 1
                && stay.entry.is_unconfirmed()
                && stay.since() < started_at
                && self.mirror.kept_ticket_type(&stay.entry.line, ask.writes_before)
        })
    }

    /// Whether an acknowledged confirmation is so.
    pub(super) fn is_confirmed(&self, index: usize, body: &Value) -> bool {
        let stay = body["entryId"].as_str().and_then(|id| self.stays.get(id));
        let named = &self.asks[index].sent.body["entryId"];
        let is_named = named.is_null() || *named == body["entryId"];
        body["confirmed"] == true && is_named && stay.is_some_and(|stay| stay.entry.confirm_by.is_none())
    }

    /// Whether a public join is answered as anybody's, though somebody has the place: by a stand-in.
    pub(super) fn is_stood_in(&self, index: usize, started_at: i64, body: &Value) -> bool {
        let ask = &self.asks[index];
        let asked = &ask.sent.body;
        let since = if ask.runs > 1 { ask.first_at } else { started_at };
        let attendee = asked["attendeeId"].as_str().unwrap_or_default();
        let has_place = [Status::Waiting, Status::Offered, Status::Claimed, Status::Converted];
        let had_place = self.stays.all.values().any(|stay| {
            let entry = &stay.entry;
            // A sales system may have the mailbox under another customer.
            let email = asked["email"].as_str().unwrap_or_default();
            let is_of_mailbox = stay.contacts.iter().any(|had| mailbox(&had.contact.0) == mailbox(email));
            let is_theirs = entry.customer == body["customerId"] || is_of_mailbox;
            is_theirs
                && entry.attendee == attendee
                && asked["ticketTypeId"].as_str().is_some_and(|id| entry.line.ends_with(id))
                && stay.was(&has_place, since, self.now())
        });
        let is_alike = body["status"] == "waiting"
            && body["quantity"] == asked["quantity"]
            && body["token"].is_string()
            && body["confirmed"] == body["confirmBy"].is_null()
            && (body["position"].is_u64() || body["positionKind"] == "draw");
        ask.sent.credential.is_none() && had_place && is_alike
    }

    /// Whether an entry that is shown is a stand-in: it was shown to somebody who joined again.
    pub(super) fn is_of_a_stand_in(&self, shown: &Value) -> bool {
        let id = shown["entryId"].as_str().unwrap_or_default();
        let is_over = shown["status"] == "unconfirmed";
        let counts_fit = shown["position"].as_u64().is_none_or(|position| {
            shown["unconfirmedBefore"].as_u64().is_some_and(|unconfirmed| unconfirmed < position)
        });
        self.stays.get(id).is_none()
            && self.tokens.contains_key(id)
            && (is_over || shown["status"] == "waiting")
            && counts_fit
    }
}
