//! Limits of requests without a key, by the network that they come from.

use waitlist_domain::values::source::{HourlyCount, Source};
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::expression::{Alternative, Expression, Value};
use crate::dynamo::item::{Item, from_item};
use crate::dynamo::reading::{Consistency, get_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::hash_secret::HashSecret;
use crate::items::key::Key;
use crate::items::table::Table;

/// What is counted of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Joins.
    Joins,
    /// Joins by an access code that is not good.
    WrongCodes,
    /// Requests for codes that confirm phone numbers.
    PhoneCodes,
    /// Requests for the links of an address.
    LinkMails,
}

impl Counted {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Joins => "joins",
            Self::WrongCodes => "wrong-codes",
            Self::PhoneCodes => "phone-codes",
            Self::LinkMails => "link-mails",
        }
    }

    /// The most of it that a source may send within an hour, if it may send so many joins.
    pub fn most(self, joins: u64) -> u64 {
        match self {
            Self::Joins => joins,
            Self::WrongCodes | Self::PhoneCodes | Self::LinkMails => (joins / 3).max(1),
        }
    }

    const fn refusal(self, seconds: u64) -> Refusal {
        match self {
            Self::Joins => Refusal::TooManyJoins { seconds },
            Self::WrongCodes => Refusal::TooManyWrongCodes { seconds },
            Self::LinkMails => Refusal::TooManyLinkMails { seconds },
            Self::PhoneCodes => {
                Refusal::TooManyPhoneCodes { why: "too many codes were asked for from your network", seconds }
            }
        }
    }
}

/// Counts requests by their source.
#[derive(Debug, Clone)]
pub struct Sources {
    table: Table,
    secret: HashSecret,
}

impl Sources {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), secret: HashSecret::of(table) }
    }

    /// Counts a request. Refuses it, if the source has made `most` within the hour.
    pub async fn count(&self, what: Counted, source: &Source, most: u64) -> Result<(), Error> {
        const CONTEXT: &str = "counting the requests of a source";
        let key = self.key(what, source).await?;
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let now = self.table.now();
            // Most requests are not the first of their hour.
            let one_more = Expression::new().add("count", 1).when_more_than("ends_at", now);
            let one_more = one_more.when_at_most("count", most.saturating_sub(1));
            let written = send_update(CONTEXT, one_more.update(&self.table, key.clone())).await?;
            let Written::ConditionFailed(stored) = written else { return Ok(Attempt::Done(())) };
            if let Some(seconds) = wait_for(stored, most, now)? {
                return Err(Error::from(what.refusal(seconds)).into());
            }
            let HourlyCount { count, ends_at } = HourlyCount::first(now);
            let first = Expression::new().set("count", count).set("ends_at", ends_at).set("ttl", ends_at.seconds() + 1);
            let is_over = [Alternative::Absent, Alternative::AtMost("ends_at", Value::from(now))];
            Ok(match send_update(CONTEXT, first.when_any(is_over).update(&self.table, key.clone())).await? {
                Written::Made(_) => Attempt::Done(()),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }

    /// Refuses a request, if the source has made `most` within the hour. Counts nothing.
    pub async fn check(&self, what: Counted, source: &Source, most: u64) -> Result<(), Error> {
        let key = self.key(what, source).await?;
        let found = get_all(&self.table, [key], Consistency::Eventual).await?.into_values().next();
        match wait_for(found, most, self.table.now())? {
            Some(seconds) => Err(what.refusal(seconds).into()),
            None => Ok(()),
        }
    }

    async fn key(&self, what: Counted, source: &Source) -> Result<Key, Error> {
        Ok(Key::source(&source.hash(&self.secret.bits().await?), what.as_str()))
    }
}

/// The seconds until the next request is taken, if this count says so.
fn wait_for(stored: Option<Item>, most: u64, now: Timestamp) -> Result<Option<u64>, Error> {
    let Some(item) = stored else { return Ok(None) };
    Ok(from_item::<HourlyCount>(item)?.seconds_to_wait(most, now))
}
