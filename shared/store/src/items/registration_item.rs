//! How a registration is stored.

use serde::{Deserialize, Serialize};
use waitlist_domain::Error;
use waitlist_domain::entry::registration::{Registration, RegistrationStatus};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EntryId, RegistrationId};

use crate::dynamo::item::{Item, from_item, to_item};
use crate::items::key::Key;

#[derive(Debug, Serialize, Deserialize)]
struct RegistrationItem {
    pk: String,
    sk: String,
    status: RegistrationStatus,
    registration: Registration,
}

/// The item of a registration. The status is also an attribute of its own, so that a condition can
/// test it.
pub(crate) fn registration_item(registration: &Registration) -> Result<Item, Error> {
    let key = Key::registration(&registration.id);
    let (status, registration) = (registration.status, registration.clone());
    to_item(&RegistrationItem { pk: key.pk, sk: key.sk, status, registration })
}

pub(crate) fn registration_from(item: Item) -> Result<Registration, Error> {
    let stored: RegistrationItem = from_item(item)?;
    Ok(Registration { status: stored.status, ..stored.registration })
}

/// The id of the sale that an entry becomes. It derives from the entry's id, so that the sale is
/// made only once.
pub(crate) fn derived_registration_id(entry: &EntryId) -> RegistrationId {
    let digest = SecretHash::of(&format!("registration of {entry}"));
    let mut bits = [0; 16];
    for (bit, pair) in bits.iter_mut().zip(digest.as_str().as_bytes().chunks(2)) {
        let digits = std::str::from_utf8(pair).expect("a hash is written in hexadecimal");
        *bit = u8::from_str_radix(digits, 16).expect("a hash is written in hexadecimal");
    }
    RegistrationId::from_bits(bits)
}
