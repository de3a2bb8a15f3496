//! What SES reports of mails: some come back, and some are complained of. From then on no mail goes
//! to the address.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::unreachable::LASTS;
use waitlist_tests::{Random, SentMail, StreamRecord};

use super::violation::{Violation, ensure};

/// The longest time from a mail to a report on it (milliseconds).
const LATEST_REPORT: usize = 120_000;

/// The reports of a history.
#[derive(Debug)]
pub(super) struct MailReports {
    /// Decides which mails are reported on, so that older histories stay as they were.
    random: Random,
    /// How many mails were looked at.
    mails: usize,
    /// The reports to come, each with its time.
    due: Vec<(i64, Value)>,
    /// When each address was marked, by its hash.
    marked: BTreeMap<String, i64>,
}

impl MailReports {
    pub(super) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed ^ 0xb0_0ced), mails: 0, due: Vec::new(), marked: BTreeMap::new() }
    }

    /// Notes the address that a write marked, if it did.
    pub(super) fn follow(&mut self, record: &StreamRecord, now: i64) {
        let marked = record.item().strip_prefix("UNREACHABLE#").and_then(|rest| rest.split_once('|'));
        if let Some((hash, _)) = marked.filter(|_| record.new_image().is_some()) {
            self.marked.insert(hash.to_owned(), now);
        }
    }

    /// When the next report comes.
    pub(super) fn next(&self) -> Option<i64> {
        self.due.iter().map(|(at, _)| *at).min()
    }

    /// Whether mail ever turned out not to reach an address.
    pub(super) fn is_marked(&self, address: &str) -> bool {
        self.marked_at(address).is_some()
    }

    /// When the address or its mailbox was marked, whichever came first.
    fn marked_at(&self, address: &str) -> Option<i64> {
        let mailbox = EmailAddress::parse(address).map(|address| String::from(address.mailbox()));
        let spellings = [Ok(address.to_owned()), mailbox];
        let marks = spellings.into_iter().flatten().map(|spelling| SecretHash::of(&spelling));
        marks.filter_map(|hash| self.marked.get(hash.as_str()).copied()).min()
    }

    /// The mails that were not looked at before.
    fn new_mails(&mut self, sent: Vec<SentMail>) -> Vec<SentMail> {
        let known = std::mem::replace(&mut self.mails, sent.len());
        sent.into_iter().skip(known).collect()
    }

    /// Checks the mails that an invocation sent, and decides on which of them SES reports. Returns
    /// the mails.
    ///
    /// A sender looks for the mark just before it sends. So a sender that began after the mark was
    /// written sends nothing. `per_mille` of the mails are reported on.
    pub(super) fn look_at(
        &mut self,
        sent: Vec<SentMail>,
        began_at: i64,
        now: i64,
        per_mille: u16,
    ) -> Result<Vec<SentMail>, Violation> {
        let mails = self.new_mails(sent);
        for mail in &mails {
            for to in &mail.to {
                let marked_at = self.marked_at(to);
                let may = marked_at.is_none_or(|at| began_at <= at || at + LASTS <= now);
                ensure!(may, "no mail goes to an address out of reach", "{to} since {marked_at:?}: {}", mail.subject);
            }
            if self.random.chance(per_mille) {
                let at = now + self.random.below(LATEST_REPORT) as i64;
                let report = self.report(mail);
                self.due.push((at, report));
            }
        }
        Ok(mails)
    }

    /// The reports whose time has come.
    pub(super) fn take_due(&mut self, now: i64) -> Vec<Value> {
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.due).into_iter().partition(|(at, _)| *at <= now);
        self.due = later;
        due.into_iter().map(|(_, report)| report).collect()
    }

    /// SES's report on a mail: mostly a bounce for good.
    fn report(&mut self, mail: &SentMail) -> Value {
        match self.random.below(6) {
            0 => mail.complained(),
            1 => mail.reported("Bounce", json!({"bounce": {"bounceType": "Transient"}})),
            _ => mail.bounced(),
        }
    }
}
