//! How codes that confirm phone numbers, and what was confirmed, are stored.

use serde::Deserialize;
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::phone_confirmation::{CODE_LASTS, CONFIRMATION_LASTS, MOST_TRIES};
use waitlist_domain::messages::message::Notification;
use waitlist_domain::values::contact::PhoneNumber;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EntryId, hexadecimal};
use waitlist_domain::values::phone_code::PhoneCode;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, from_item, malformed};
use crate::items::hash_secret::bits;
use crate::items::sent_marker::{of_place, place_of};

/// The attribute with the time at which a code was asked for.
pub(crate) const ASKED_AT: &str = "asked_at";

/// The attribute that counts the tries of a code.
const TRIES: &str = "tries";

/// The attribute with the keyed hash of the number that a code was asked for.
const NUMBER: &str = "phone_hash";

/// The keyed hash of a phone number. Without the secret nobody finds the number by trying all.
pub(crate) fn hash_of_number(secret: &[u8; 32], phone: &PhoneNumber) -> SecretHash {
    SecretHash::keyed(secret, "phone number", phone.as_str())
}

/// The code that was asked for last for an entry. The item has the random bits that it is derived
/// from, and not the code.
#[derive(Debug, Deserialize)]
pub(crate) struct SentCode {
    of_entry: EntryId,
    pub(crate) asked_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// The number that it was asked for. The entry may have another one by now. Codes of earlier
    /// versions lack it.
    #[serde(default)]
    phone_hash: Option<SecretHash>,
    /// The name of the request that asked for it. By it a repeated request is recognised.
    pub(crate) request: String,
    /// 64 hexadecimal digits.
    nonce: String,
    pub(crate) tries: u64,
}

impl SentCode {
    pub(crate) fn from_stored(item: Item) -> Result<Self, Error> {
        from_item(item)
    }

    /// Whether it was asked for this number.
    pub(crate) fn is_for(&self, number: &SecretHash) -> bool {
        self.phone_hash.as_ref() == Some(number)
    }

    /// The code itself. Nothing if it was asked for another number.
    pub(crate) fn code(&self, secret: &[u8; 32], phone: &PhoneNumber) -> Result<Option<PhoneCode>, Error> {
        if !self.is_for(&hash_of_number(secret, phone)) {
            return Ok(None);
        }
        let nonce = bits(&self.nonce).ok_or_else(|| malformed("nonce"))?;
        Ok(Some(PhoneCode::derive(secret, &nonce, &self.of_entry, phone)))
    }
}

/// The message that the item of a code calls for.
pub(crate) fn message_with_code(item: &Item) -> Result<Notification, Error> {
    let SentCode { of_entry, asked_at, .. } = SentCode::from_stored(item.clone())?;
    Ok(Notification::of_phone_code(place_of(item)?, of_entry, asked_at))
}

/// Stores a new code for this number in place of the one that was asked for at `earlier`, if there
/// was one.
pub(crate) fn new_code(
    entry: &Entry,
    number: &SecretHash,
    earlier: Option<Timestamp>,
    request: &str,
    nonce: &[u8; 32],
    asked_at: Timestamp,
) -> Expression {
    let expires_at = asked_at.plus_milliseconds(CODE_LASTS);
    let code = Expression::new()
        .set("of_entry", entry.id.as_str())
        .set(ASKED_AT, asked_at)
        .set("expires_at", expires_at)
        .set(NUMBER, number.as_str())
        .set("request", request)
        .set("nonce", hexadecimal(nonce).as_str())
        .set(TRIES, 0_u64)
        .set("ttl", expires_at.seconds() + 1)
        .when_still(ASKED_AT, earlier);
    of_place(code, &entry.place)
}

/// Counts a try of a code that may still be tried, for the number that it was asked for.
pub(crate) fn one_more_try(number: &SecretHash, now: Timestamp) -> Expression {
    Expression::new()
        .add(TRIES, 1)
        .when_at_most(TRIES, MOST_TRIES - 1)
        .when_more_than("expires_at", now)
        .when_equal(NUMBER, number.as_str())
}

/// Notes that a customer has confirmed a number, so that they need no code for it in another line.
pub(crate) fn confirmed(now: Timestamp) -> Expression {
    let ends_at = now.plus_milliseconds(CONFIRMATION_LASTS);
    Expression::new().set("ends_at", ends_at).set("ttl", ends_at.seconds() + 1)
}

/// Whether a customer's confirmation of a number still holds.
///
/// DynamoDB deletes an expired item late, so its time is compared here.
pub(crate) fn is_confirmed(item: Item, now: Timestamp) -> Result<bool, Error> {
    #[derive(Deserialize)]
    struct Confirmation {
        ends_at: Timestamp,
    }
    Ok(now < from_item::<Confirmation>(item)?.ends_at)
}
