//! How many mails about joining one address gets: anyone may join with somebody else's.

use serde::{Deserialize, Serialize};

use crate::identifier::EntryId;
use crate::time::Timestamp;

/// Most mails about joining that one address gets within [`LIMIT_WINDOW`], over all events.
pub const MOST_JOIN_MAILS: usize = 5;

/// In any so long a time (milliseconds).
pub const LIMIT_WINDOW: i64 = 60 * 60 * 1000;

/// The mails about joining that one address has been sent lately.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JoinMails(Vec<JoinMail>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct JoinMail {
    entry_id: EntryId,
    sent_at: Timestamp,
}

impl JoinMails {
    /// These and one about this entry at `now`, if that is not too many. Each entry counts once, at its latest attempt:
    /// a mail that is tried again takes nobody else's place.
    pub fn with(&self, entry_id: &EntryId, now: Timestamp) -> Option<Self> {
        let counts =
            |mail: &&JoinMail| mail.entry_id != *entry_id && mail.sent_at.milliseconds_until(now) < LIMIT_WINDOW;
        let mut mails: Vec<JoinMail> = self.0.iter().filter(counts).cloned().collect();
        if mails.len() >= MOST_JOIN_MAILS {
            return None;
        }
        mails.push(JoinMail { entry_id: entry_id.clone(), sent_at: now });
        Some(Self(mails))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = LIMIT_WINDOW;

    fn entry(number: u8) -> EntryId {
        EntryId::from_bits([number; 16])
    }

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_milliseconds(milliseconds)
    }

    #[test]
    fn the_sixth_within_an_hour_is_too_many() {
        let mut mails = JoinMails::default();
        for number in 0..5 {
            mails = mails.with(&entry(number), at(i64::from(number))).expect("not too many");
        }
        assert_eq!(mails.with(&entry(5), at(HOUR - 1)), None);
        assert!(mails.with(&entry(5), at(HOUR)).is_some(), "the first was an hour ago");
        assert!(mails.with(&entry(2), at(10)).is_some(), "it is counted already");
    }

    proptest! {
        #[test]
        fn in_no_hour_are_there_more_than_five(
            attempts in proptest::collection::vec((0_u8..12, 0_i64..HOUR / 2), 1..60)
        ) {
            let (mut mails, mut now) = (JoinMails::default(), 0);
            // Of each entry the latest, for one that is tried again had not been sent.
            let mut sent: std::collections::BTreeMap<u8, i64> = std::collections::BTreeMap::new();
            for (number, gap) in attempts {
                now += gap;
                if let Some(more) = mails.with(&entry(number), at(now)) {
                    mails = more;
                    sent.insert(number, now);
                }
                let within_the_hour = sent.values().filter(|&&sent_at| now - sent_at < HOUR).count();
                prop_assert!(within_the_hour <= MOST_JOIN_MAILS);
            }
        }
    }
}
