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

/// Most places in a mail, and on a page beside a place.
pub const MOST_PLACES: usize = 20;

/// How long after its end a place is still in such a mail (milliseconds): a week.
pub const ENDED_LATELY: i64 = 7 * DAY;

/// The time in which mails are counted (milliseconds).
pub const DAY: i64 = 24 * 60 * 60 * 1000;

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
    /// These and one more at `now`. Nothing if the mailbox has had [`MOST_LINK_MAILS_A_DAY`].
    pub fn with(&self, now: Timestamp) -> Option<Self> {
        let counts = |at: &Timestamp| at.milliseconds_until(now) < DAY;
        let mut counted: Vec<Timestamp> = self.0.iter().copied().filter(counts).collect();
        let is_one_more = counted.len() < MOST_LINK_MAILS_A_DAY;
        counted.push(now);
        is_one_more.then_some(Self(counted))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_day_has_more_mails_than_a_mailbox_gets(gaps in proptest::collection::vec(0_i64..DAY / 2, 1..40)) {
            let (mut mails, mut taken, mut now) = (LinkMails::default(), Vec::new(), Timestamp::from_milliseconds(0));
            for gap in gaps {
                now = now.plus_milliseconds(gap);
                let lately = |taken: &[Timestamp]| taken.iter().filter(|at| at.milliseconds_until(now) < DAY).count();
                let had = lately(&taken);
                match mails.with(now) {
                    Some(more) => {
                        mails = more;
                        taken.push(now);
                        prop_assert!(had < MOST_LINK_MAILS_A_DAY);
                    }
                    None => prop_assert_eq!(had, MOST_LINK_MAILS_A_DAY),
                }
            }
        }
    }
}
