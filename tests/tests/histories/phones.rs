//! Phone numbers that public joins name: who has a code sent, and who enters it. Nothing else goes
//! to a number that nobody has confirmed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use waitlist_domain::entry::phone_confirmation::{DAY, MOST_CODES_A_DAY};
use waitlist_domain::values::time::Timestamp;
use waitlist_tests::{Random, SentSms};

use super::identifiers::SALES_KEY;
use super::mirror::entry::Entry;
use super::requests::{Endpoint, Sent};
use super::violation::{Violation, ensure};
use super::world::World;

/// The part of a text message that shows that it has a code.
const HAS_CODE: &str = " is your code ";

/// The time from the request for a code to its sending (milliseconds).
const UNDER_WAY: i64 = 10 * 60_000;

fn has_code(text: &SentSms) -> bool {
    text.message.contains(HAS_CODE)
}

impl World {
    /// A customer has a code sent, now and then where none is needed.
    pub(super) fn send_phone_code(&self, random: &mut Random) -> Option<Sent> {
        let any = random.chance(100);
        let entries = self.mirror.entries.values().filter(|entry| any || (entry.is_phone_unproven && entry.is_live()));
        let entry = random.pick(&entries.collect::<Vec<_>>()).copied()?;
        Some(self.about_phone(Endpoint::SendPhoneCode, entry, json!({"entryId": entry.id}), random))
    }

    /// A customer enters the code that came last, or another. Now and then they ask for one more.
    pub(super) fn confirm_phone(&self, rightly: bool, random: &mut Random) -> Option<Sent> {
        if random.chance(200) {
            return None;
        }
        let texts = self.cloud.sent_sms();
        let code_for = |entry: &Entry| {
            let phone = entry.phone.as_ref().filter(|_| entry.is_phone_unproven)?;
            let text = texts.iter().rev().find(|text| text.phone_number == *phone && has_code(text))?;
            text.message.get(..6).map(str::to_owned)
        };
        let entries = self.mirror.entries.values().filter_map(|entry| Some((entry, code_for(entry)?)));
        let entries: Vec<(&Entry, String)> = entries.collect();
        let (entry, code) = random.pick(&entries)?;
        let code = if rightly { code.as_str() } else { "000000" };
        Some(self.about_phone(Endpoint::ConfirmPhone, entry, json!({"entryId": entry.id, "code": code}), random))
    }

    /// A request with a token that was mailed, with the one of the join, or with a key.
    fn about_phone(&self, endpoint: Endpoint, entry: &Entry, body: Value, random: &mut Random) -> Sent {
        let mailed = random.pick(&self.mailed_tokens(entry)).cloned().filter(|_| random.chance(700));
        let joined = || self.tokens.get(&entry.id).cloned().filter(|_| random.chance(400));
        let credential = mailed.or_else(joined).unwrap_or_else(|| SALES_KEY.to_owned());
        Sent::new(endpoint, &credential, body).to("customerId", entry.customer.as_str())
    }

    /// Whether the code that a response promises was stored, or none was needed.
    pub(super) fn has_sent_phone_code(&self, index: usize, body: &Value) -> bool {
        let Some(shown) = body["codeExpiresAt"].as_str() else { return self.has_confirmed_phone(index) };
        let entry = self.asks[index].sent.body["entryId"].as_str().unwrap_or_default();
        let code = self.mirror.items.get(&format!("PHONECODE#{entry}|PHONECODE"));
        let expires_at = code.and_then(|code| code["expires_at"]["N"].as_str()?.parse::<i64>().ok());
        // Another request may have replaced the code since.
        let shown = Timestamp::parse(shown).ok().map(Timestamp::milliseconds);
        body["entryId"] == entry && expires_at.zip(shown).is_some_and(|(stored, shown)| shown <= stored)
    }

    /// Whether messages may go to the entry's number, if there still is one.
    pub(super) fn has_confirmed_phone(&self, index: usize) -> bool {
        let entry = self.asks[index].sent.body["entryId"].as_str().unwrap_or_default();
        self.stays.get(entry).is_some_and(|stay| !stay.entry.is_phone_unproven)
    }

    /// Checks that codes alone went to numbers that nobody confirmed, and only so many.
    pub(super) fn only_codes_go_to_unproven_numbers(&self) -> Result<(), Violation> {
        let stays = || self.stays.all.values();
        let proven: BTreeSet<&String> =
            stays().flat_map(|stay| &stay.contacts).filter_map(|contacted| contacted.contact.1.as_ref()).collect();
        let texts = self.cloud.sent_sms();
        for text in texts.iter().filter(|text| !has_code(text)) {
            let may = proven.contains(&text.phone_number);
            ensure!(may, "nothing but a code goes to an unproven number", "{text:?}");
        }
        let mut codes: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for text in texts.iter().filter(|text| has_code(text)) {
            codes.entry(&text.phone_number).or_default().push(text.at);
        }
        for (number, mut times) in codes {
            times.sort_unstable();
            let too_soon = |times: &[i64]| {
                times.last().zip(times.first()).is_some_and(|(last, first)| last - first < DAY - UNDER_WAY)
            };
            let kept = self.is_mail_in_doubt || !times.windows(MOST_CODES_A_DAY + 1).any(too_soon);
            ensure!(kept, "a number gets only so many codes a day", "{number} at {times:?}");
        }
        Ok(())
    }
}
