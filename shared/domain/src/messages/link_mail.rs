//! Mails with the links to all places of a person, for who lost them.
//!
//! Anybody may ask for anybody's. So the mail goes only to addresses that have places, and a mailbox
//! gets few of them.

use serde::{Deserialize, Serialize};

use crate::values::credential::SecretHash;
use crate::values::language::LanguageTag;
use crate::values::time::Timestamp;

/// Most such mails that are asked for a mailbox within [`DAY`].
pub const MOST_LINK_MAILS_A_DAY: usize = 3;

/// Most such mails within [`MONTH`]. Each adds tokens to the entries that it names, and an entry must
/// not grow without end.
pub const MOST_LINK_MAILS_A_MONTH: usize = 10;

/// Most places in a mail, and on a page beside a place.
pub const MOST_PLACES: usize = 20;

/// How long after its end a place is still in such a mail (milliseconds): a week.
pub const ENDED_LATELY: i64 = 7 * DAY;

/// The shorter time in which mails are counted (milliseconds).
pub const DAY: i64 = 24 * 60 * 60 * 1000;

/// The longer one: 30 days.
pub const MONTH: i64 = 30 * DAY;

/// Somebody asked for the links of a mailbox. It waits in queues, so it has no address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkMailRequest {
    /// The hash of the mailbox.
    pub mailbox: SecretHash,
    pub asked_at: Timestamp,
    /// The language in which somebody asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<LanguageTag>,
}

/// The times at which the links of a mailbox were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LinkMails(Vec<Timestamp>);

impl LinkMails {
    /// These and one more at `now`. Nothing if the mailbox has had as many as it gets in a day or a
    /// month.
    pub fn with(&self, now: Timestamp) -> Option<Self> {
        let within = |time| self.0.iter().copied().filter(move |at| at.milliseconds_until(now) < time);
        let is_one_more =
            within(DAY).count() < MOST_LINK_MAILS_A_DAY && within(MONTH).count() < MOST_LINK_MAILS_A_MONTH;
        is_one_more.then(|| Self(within(MONTH).chain([now]).collect()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn neither_a_day_nor_a_month_has_more_mails_than_a_mailbox_gets(
            gaps in proptest::collection::vec(prop_oneof![0_i64..DAY / 2, 0_i64..MONTH / 3], 1..40),
        ) {
            let (mut mails, mut taken, mut now) = (LinkMails::default(), Vec::new(), Timestamp::from_milliseconds(0));
            for gap in gaps {
                now = now.plus_milliseconds(gap);
                let had = |time| taken.iter().filter(|at: &&Timestamp| at.milliseconds_until(now) < time).count();
                let may = had(DAY) < MOST_LINK_MAILS_A_DAY && had(MONTH) < MOST_LINK_MAILS_A_MONTH;
                let more = mails.with(now);
                prop_assert_eq!(more.is_some(), may);
                if let Some(more) = more {
                    mails = more;
                    taken.push(now);
                }
            }
        }
    }
}
