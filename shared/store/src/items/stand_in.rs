//! How a stand-in is stored: on the entry of the place that somebody joined again.

use serde::{Deserialize, Serialize};
use waitlist_domain::Error;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::{AddressVersions, Entry, Status};
use waitlist_domain::form::answers::Answers;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::values::channels::Channels;
use waitlist_domain::values::contact::PhoneNumber;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EntryId, PlaceId, TierId};
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, malformed, text};
use crate::items::key::Key;

/// Most stand-ins of one place. A further one takes the place of the oldest.
pub(crate) const MOST_STAND_INS: usize = 3;

/// What a stranger sees who joined with the address of somebody who has the place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandIn {
    /// The hash of the token that came with the response.
    pub(crate) token_hash: SecretHash,
    pub(crate) entry_id: EntryId,
    pub(crate) lane: String,
    /// The number that a newcomer would have got.
    pub(crate) number: u64,
    pub(crate) tier: Option<TierId>,
    pub(crate) joined_at: Timestamp,
    pub(crate) confirm_by: Option<Timestamp>,
    pub(crate) quantity: Quantity,
    pub(crate) minimum: Option<Quantity>,
    pub(crate) locale: Option<LanguageTag>,
    pub(crate) channels: Channels,
    /// The number that the stranger named. Nobody has shown that it is theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<PhoneNumber>,
}

impl StandIn {
    /// The entry that it pretends to be, at the place of the `real` one.
    pub(crate) fn entry(&self, real: &Entry, now: Timestamp) -> Result<Entry, Error> {
        let is_over = self.confirm_by.is_some_and(|confirm_by| confirm_by <= now);
        let applicant = Applicant {
            quantity: self.quantity,
            minimum: self.minimum,
            locale: self.locale.clone(),
            chosen_channels: Some(self.channels.clone()),
            phone: self.phone.clone(),
            is_phone_unproven: self.phone.is_some(),
            answers: Answers::default(),
            ..real.applicant.clone()
        };
        Ok(Entry {
            id: self.entry_id.clone(),
            place: real.place.clone(),
            lane: Lane::parse(&self.lane).map_err(|_| malformed("stand_ins"))?,
            number: self.number,
            numbered_at: self.joined_at,
            tier: self.tier.clone(),
            applicant,
            status: if is_over { Status::Unconfirmed } else { Status::Waiting },
            joined_at: self.joined_at,
            confirm_by: self.confirm_by,
            confirmation_reminded_at: None,
            token_hash: self.token_hash.clone(),
            token_only_looks: true,
            address_versions: AddressVersions::default(),
            unreachable_by_mail: None,
            is_unsubscribed: false,
            offer: None,
            registration_id: None,
        })
    }
}

/// The attributes with the key of the entry that has a stand-in for another customer's place.
const STANDS_FOR: [&str; 2] = ["stands_for_pk", "stands_for_sk"];

/// Notes which entry has the stand-in of a place, until `ends_at`. A sales system has the person
/// under another id, which the stranger's token does not lead to.
pub(crate) fn note_elsewhere(entry: &PlaceId, ends_at: Timestamp) -> Expression {
    let Key { pk, sk } = Key::entry(entry);
    let [pk_name, sk_name] = STANDS_FOR;
    Expression::new().set(pk_name, pk).set(sk_name, sk).set("ttl", ends_at.seconds())
}

/// The place of the entry that has the stand-in, if the item notes that alone.
pub(crate) fn noted_elsewhere(item: &Item) -> Result<Option<PlaceId>, Error> {
    if !is_shown_elsewhere(item) {
        return Ok(None);
    }
    let [pk, sk] = STANDS_FOR.map(|name| text(item, name).map(str::to_owned));
    Key { pk: pk?, sk: sk? }.to_place().map(Some).ok_or_else(|| malformed(STANDS_FOR[0]))
}

/// Whether the item only notes which entry has a stand-in.
pub(crate) fn is_shown_elsewhere(item: &Item) -> bool {
    item.contains_key(STANDS_FOR[0])
}
