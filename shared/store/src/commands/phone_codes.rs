//! Codes by which customers confirm their phone numbers.
//!
//! The limits are strict however many requests come at once. A code and the counts that it changes
//! are one transaction. A try is counted before it is compared.

use aws_sdk_dynamodb::types::{ReturnValue, TransactWriteItem};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::phone_confirmation::{CODE_LASTS, CodesToNumber, DAY, MOST_TRIES, NumbersOfMailbox};
use waitlist_domain::values::contact::PhoneNumber;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::phone_code::PhoneCode;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, from_item, to_attribute};
use crate::dynamo::reading::{Consistency, get_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact};
use crate::dynamo::writing::{Written, send_update};
use crate::items::entry_item::{self, StoredEntry, stored_entry};
use crate::items::hash_secret::HashSecret;
use crate::items::key::Key;
use crate::items::phone_items::{SentCode, confirmed, hash_of_number, is_confirmed, new_code, one_more_try};
use crate::items::table::Table;
use crate::queries::entries::same_stay;

/// The result of asking for a code.
#[derive(Debug)]
pub enum Asked {
    /// A code is on its way, and can be entered until this time.
    OnItsWay(Timestamp),
    /// The customer has confirmed the number before, in another line, so it needs no code.
    Confirmed(Box<Entry>),
}

/// Sends codes, and confirms phone numbers by them.
#[derive(Debug, Clone)]
pub struct PhoneCodes {
    table: Table,
    secret: HashSecret,
}

/// Counts with a version, so that a change of them restates what it was decided from.
#[derive(Debug, Deserialize)]
struct Counted<T> {
    version: u64,
    counts: T,
}

/// The keys of what is remembered about an entry's number.
struct Keys {
    code: Key,
    number: Key,
    mailbox: Key,
    confirmation: Key,
    /// The keyed hash of the number.
    number_hash: SecretHash,
}

impl Keys {
    fn new(secret: &[u8; 32], entry: &Entry, phone: &PhoneNumber) -> Self {
        let number_hash = hash_of_number(secret, phone);
        let mailbox = SecretHash::keyed(secret, "mailbox", entry.applicant.email.mailbox().as_str());
        let customer = format!("{} {}", entry.place.customer_id, phone.as_str());
        Self {
            code: Key::phone_code(&entry.id),
            number: Key::phone(&number_hash, "CODES"),
            mailbox: Key::phone(&mailbox, "NUMBERS"),
            confirmation: Key::phone(&SecretHash::keyed(secret, "customer and number", &customer), "CONFIRMED"),
            number_hash,
        }
    }
}

impl PhoneCodes {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), secret: HashSecret::of(table) }
    }

    /// Has a code sent to the entry's phone number, in place of an earlier one. `request` is the
    /// name of the request, by which a repeated one sends nothing more.
    ///
    /// Fails with [`Refusal::TooManyPhoneCodes`] if the number or the mailbox had enough codes.
    pub async fn ask(&self, stored: &StoredEntry, phone: &PhoneNumber, request: &str) -> Result<Asked, Error> {
        const CONTEXT: &str = "asking for a code to confirm a phone number";
        let entry = &stored.entry;
        let keys = Keys::new(&self.secret.bits().await?, entry, phone);
        let asked = retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let wanted = [&keys.code, &keys.number, &keys.mailbox, &keys.confirmation].map(Key::clone);
            let mut found = get_all(&self.table, wanted, Consistency::Strong).await?;
            let now = self.table.now();
            let earlier = found.remove(&keys.code).map(SentCode::from_stored).transpose()?;
            let is_repeated = |code: &&SentCode| code.request == request && code.is_for(&keys.number_hash);
            if let Some(code) = earlier.as_ref().filter(is_repeated) {
                return Ok(Attempt::Done(Some(code.expires_at)));
            }
            if found.remove(&keys.confirmation).map_or(Ok(false), |item| is_confirmed(item, now))? {
                return Ok(Attempt::Done(None));
            }
            // Each code has a time of its own, by which its message is told from others.
            let after_earlier = earlier.as_ref().map_or(now, |code| code.asked_at.plus_milliseconds(1));
            let asked_at = now.max(after_earlier);
            let earlier = earlier.map(|code| code.asked_at);
            let code = new_code(entry, &keys.number_hash, earlier, request, &self.table.random(), asked_at);
            let counted = self.counted(&keys, found.remove(&keys.number), found.remove(&keys.mailbox), now)?;
            let code = code.in_transaction(&self.table, keys.code.clone());
            let expires_at = asked_at.plus_milliseconds(CODE_LASTS);
            let items = counted.into_iter().chain([code]).collect();
            Ok(match transact(&self.table, CONTEXT, items).await? {
                Transacted::Made => Attempt::Done(Some(expires_at)),
                Transacted::ConditionsFailed(_) => Attempt::Again,
            })
        });
        match asked.await? {
            Some(expires_at) => Ok(Asked::OnItsWay(expires_at)),
            None => Ok(Asked::Confirmed(Box::new(self.note_confirmed(stored, phone, None).await?))),
        }
    }

    /// Confirms the entry's phone number by a code.
    ///
    /// Fails with [`Refusal::WrongPhoneCode`] if another code was sent. Fails with
    /// [`Refusal::NoPhoneCode`] if none can be tried any more, or it was for another number.
    pub async fn confirm(&self, stored: &StoredEntry, phone: &PhoneNumber, code: &PhoneCode) -> Result<Entry, Error> {
        let Some(secret) = self.secret.bits_if_made().await? else { return Err(Refusal::NoPhoneCode.into()) };
        let keys = Keys::new(&secret, &stored.entry, phone);
        let sent = self.count_try(&keys).await?;
        if !sent.code(&secret, phone)?.is_some_and(|sent| sent.is(code)) {
            return Err(Refusal::WrongPhoneCode { left: MOST_TRIES.saturating_sub(sent.tries) }.into());
        }
        self.note_confirmed(stored, phone, Some(keys.confirmation)).await
    }

    /// The changes of the counts of a number and a mailbox by one more code.
    fn counted(
        &self,
        keys: &Keys,
        number: Option<Item>,
        mailbox: Option<Item>,
        now: Timestamp,
    ) -> Result<[TransactWriteItem; 2], Error> {
        let (version, codes) = counts_from::<CodesToNumber>(number)?;
        let number = count(version, &codes.with(now)?, now)?.in_transaction(&self.table, keys.number.clone());
        let (version, numbers) = counts_from::<NumbersOfMailbox>(mailbox)?;
        let numbers = numbers.with(keys.number_hash.as_str(), now)?;
        Ok([number, count(version, &numbers, now)?.in_transaction(&self.table, keys.mailbox.clone())])
    }

    /// Counts a try. A code that can't be tried any more is none.
    async fn count_try(&self, keys: &Keys) -> Result<SentCode, Error> {
        const CONTEXT: &str = "counting a try of a code";
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let tried = one_more_try(&keys.number_hash, self.table.now()).update(&self.table, keys.code.clone());
            match send_update(CONTEXT, tried.return_values(ReturnValue::AllNew)).await? {
                Written::Made(code) => Ok(Attempt::Done(SentCode::from_stored(code)?)),
                Written::ConditionFailed(_) => Err(Error::from(Refusal::NoPhoneCode).into()),
            }
        })
        .await
    }

    /// Notes on the entry that its number is confirmed. A code is remembered under `confirmation`,
    /// for the customer's other lines.
    async fn note_confirmed(
        &self,
        stored: &StoredEntry,
        phone: &PhoneNumber,
        confirmation: Option<Key>,
    ) -> Result<Entry, Error> {
        const CONTEXT: &str = "confirming a phone number";
        let mut stored = stored.clone();
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let now = self.table.now();
            match stored.entry.unproven_phone()? {
                None => return Ok(Attempt::Done(stored.entry.clone())),
                Some(current) if current != phone => return Err(Error::from(Refusal::NoPhoneCode).into()),
                Some(_) => {}
            }
            let on_entry = entry_item::confirm_phone(&stored.entry.id, phone).noted_by(self.table.mandate(), now);
            let mut items = vec![on_entry.in_transaction(&self.table, Key::entry(&stored.entry.place))];
            items.extend(confirmation.clone().map(|key| confirmed(now).in_transaction(&self.table, key)));
            Ok(match transact(&self.table, CONTEXT, items).await? {
                Transacted::Made => {
                    stored.entry.applicant.is_phone_unproven = false;
                    Attempt::Done(stored.entry.clone())
                }
                Transacted::ConditionsFailed(failed) => {
                    let current = failed.into_iter().next().flatten().and_then(|failed| failed.item);
                    stored = same_stay(&stored, current.map(stored_entry).transpose()?)?;
                    Attempt::Again
                }
            })
        })
        .await
    }
}

/// The counts, and their version if they are stored.
fn counts_from<T: Default + DeserializeOwned>(item: Option<Item>) -> Result<(Option<u64>, T), Error> {
    let stored = item.map(from_item::<Counted<T>>).transpose()?;
    Ok(stored.map_or((None, T::default()), |stored| (Some(stored.version), stored.counts)))
}

/// Replaces counts of this version.
fn count(version: Option<u64>, counts: &impl serde::Serialize, now: Timestamp) -> Result<Expression, Error> {
    Ok(Expression::new()
        .set("version", version.unwrap_or(0) + 1)
        .set("counts", to_attribute(counts)?)
        .set("ttl", now.plus_milliseconds(DAY).seconds() + 1)
        .when_still("version", version))
}
