//! How a claimed offer is paid in a shop that knows nothing of the waitlist.
//!
//! The customer brings a reference there. The shop hands it back when it converts the offer, and so
//! nobody pays for an offer that ended, or for somebody else's.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

use crate::entry::{Entry, Offer, Status};
use crate::event::Event;
use crate::event::checkout_address::Placeholder;
use crate::values::shape::{Described, Shape};
use crate::values::text::text;
use crate::values::web_address::WebAddress;
use crate::{FieldError, Refusal};

text! {
    /// A reference of an entry and its offer: the entry's id, a full stop and 128 bits in base64url.
    pub struct CheckoutReference: private;
}

impl CheckoutReference {
    /// The bytes of the signature.
    const BYTES: usize = 16;
    /// Those bytes in base64url.
    const DIGITS: usize = 22;
    /// `ent_` and 32 digits.
    const ID: usize = 36;
    const LENGTH: usize = Self::ID + 1 + Self::DIGITS;

    /// Accepts a text in the form of a reference.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be the {reference} of checkoutUrl: the id of an entry, a full stop and 22 characters";
        let is_hexadecimal = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let parts = text.strip_prefix("ent_").and_then(|rest| rest.split_once('.'));
        let is_reference = text.len() == Self::LENGTH
            && parts.is_some_and(|(id, signature)| {
                id.bytes().all(is_hexadecimal) && signature.len() == Self::DIGITS && signature.bytes().all(is_base64)
            });
        if is_reference { Ok(Self(text.to_owned())) } else { Err(RULE) }
    }

    /// The reference of an entry's present or last offer: always the same by the same secret. A new
    /// offer has another one.
    pub fn of(entry: &Entry, secret: &[u8; 32]) -> Option<Self> {
        entry.offer.as_ref().map(|offer| Self::of_offer(entry, offer, secret))
    }

    fn of_offer(entry: &Entry, offer: &Offer, secret: &[u8; 32]) -> Self {
        let mac = Hmac::<Sha256>::new_from_slice(secret).expect("a key may have any length");
        let mac = mac
            .chain_update(b"checkout reference\0")
            .chain_update(entry.id.as_str())
            .chain_update([0])
            .chain_update(entry.number.to_be_bytes())
            .chain_update(offer.offered_at.milliseconds().to_be_bytes());
        let signature = URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..Self::BYTES]);
        Self(format!("{}.{signature}", entry.id))
    }

    /// Whether two references are the same. The time that it takes does not tell where they differ.
    fn is(&self, other: &Self) -> bool {
        let pairs = self.0.bytes().zip(other.0.bytes());
        self.0.len() == other.0.len() && pairs.fold(0, |difference, (one, two)| difference | (one ^ two)) == 0
    }

    /// Refuses a reference that is not that of the entry's present offer.
    pub fn check(&self, entry: &Entry, secret: Option<&[u8; 32]>) -> Result<(), Refusal> {
        let present = secret.and_then(|secret| Self::of(entry, secret));
        if present.is_some_and(|present| self.is(&present)) {
            return Ok(());
        }
        let detail = "must be of this entry and its present offer: take it from the address to which the customer came \
                      last, or leave it out";
        Err(Refusal::Invalid(vec![FieldError::new("/reference", detail)]))
    }
}

impl Described for CheckoutReference {
    const SHAPE: Shape = Shape::pattern(Self::LENGTH, Self::LENGTH, "^ent_[0-9a-f]{32}\\.[A-Za-z0-9_-]{22}$");
}

/// The address at which a customer pays. It is for them alone.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CheckoutLink(String);

impl CheckoutLink {
    /// The address for a claimed entry, if the event has a shop that takes payments.
    pub fn of(entry: &Entry, event: &Event, secret: &[u8; 32]) -> Option<Self> {
        let address = event.details.checkout_url.as_ref().filter(|_| entry.status == Status::Claimed)?;
        let offer = entry.offer.as_ref()?;
        let quantity = offer.quantity.get().to_string();
        let reference = CheckoutReference::of_offer(entry, offer, secret);
        Some(Self(address.filled(|placeholder| match placeholder {
            Placeholder::CustomerId => entry.place.customer_id.as_str(),
            Placeholder::EntryId => entry.id.as_str(),
            Placeholder::Quantity => &quantity,
            Placeholder::Reference => reference.as_str(),
        })))
    }

    /// The address, to show to the customer.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CheckoutLink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CheckoutLink(private)")
    }
}

impl Described for CheckoutLink {
    const SHAPE: Shape = Shape::format(WebAddress::SHORTEST, None, "uri");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::entry::example;
    use crate::event::checkout_address::CheckoutAddress;
    use crate::event::example::event;
    use crate::values::identifier::EntryId;
    use crate::values::time::Timestamp;

    const SECRET: [u8; 32] = [7; 32];

    fn claimed() -> Entry {
        example::once_offered(Status::Claimed)
    }

    fn selling() -> Event {
        let mut event = event();
        event.details.checkout_url =
            CheckoutAddress::parse("https://shop.example.org/{entryId}?n={quantity}&ref={reference}&c={customerId}")
                .ok();
        event
    }

    #[test]
    fn a_claimed_offer_is_paid_where_the_event_says_and_no_other_is() {
        let (entry, event) = (claimed(), selling());
        let reference = CheckoutReference::of(&entry, &SECRET).expect("it has an offer");
        let (id, customer) = (&entry.id, &entry.place.customer_id);
        let expected = format!("https://shop.example.org/{id}?n=1&ref={}&c={customer}", reference.as_str());
        let link = CheckoutLink::of(&entry, &event, &SECRET);
        assert_eq!(link.as_ref().map(CheckoutLink::as_str), Some(expected.as_str()));
        for status in Status::ALL.into_iter().filter(|status| *status != Status::Claimed) {
            assert_eq!(CheckoutLink::of(&Entry { status, ..entry.clone() }, &event, &SECRET), None, "{status:?}");
        }
        assert_eq!(CheckoutLink::of(&entry, &crate::event::example::event(), &SECRET), None);
    }

    #[test]
    fn a_reference_is_of_one_entry_one_offer_and_one_stack() {
        let entry = claimed();
        let reference = CheckoutReference::of(&entry, &SECRET).expect("it has an offer");
        assert_eq!(CheckoutReference::parse(reference.as_str()), Ok(reference.clone()));
        assert_eq!(reference.check(&entry, Some(&SECRET)), Ok(()));
        let mut extended = entry.clone();
        extended.offer.as_mut().expect("an offer").expires_at = Timestamp::from_milliseconds(i64::MAX / 2);
        assert_eq!(reference.check(&extended, Some(&SECRET)), Ok(()), "more time makes no other offer");
        let mut offered_anew = entry.clone();
        let offer = offered_anew.offer.as_mut().expect("an offer");
        offer.offered_at = offer.offered_at.plus_milliseconds(1);
        let others = [
            offered_anew,
            Entry { number: entry.number + 1, ..entry.clone() },
            Entry { id: EntryId::from_bits([9; 16]), ..entry.clone() },
            Entry { offer: None, ..entry.clone() },
        ];
        for other in others {
            assert!(reference.check(&other, Some(&SECRET)).is_err(), "{other:?}");
        }
        assert!(reference.check(&entry, Some(&[8; 32])).is_err() && reference.check(&entry, None).is_err());
    }

    #[test]
    fn a_refused_reference_is_named_with_the_remedy() {
        let reference = CheckoutReference::of(&claimed(), &[8; 32]).expect("it has an offer");
        let Err(Refusal::Invalid(errors)) = reference.check(&claimed(), Some(&SECRET)) else { panic!("it is refused") };
        assert_eq!(errors[0].pointer, "/reference");
        assert!(errors[0].detail.contains("leave it out"), "{}", errors[0].detail);
    }

    #[test]
    fn neither_a_reference_nor_an_address_to_pay_shows_in_debug() {
        let (reference, link) =
            (CheckoutReference::of(&claimed(), &SECRET), CheckoutLink::of(&claimed(), &selling(), &SECRET));
        assert_eq!(format!("{reference:?} {link:?}"), "Some(CheckoutReference(private)) Some(CheckoutLink(private))");
    }

    proptest! {
        #[test]
        fn no_other_text_is_taken_for_a_reference(at in 0_usize..59, other in "[ -~]") {
            let reference = CheckoutReference::of(&claimed(), &SECRET).expect("it has an offer");
            let mut changed = reference.as_str().to_owned();
            changed.replace_range(at..=at, &other);
            if let Ok(changed) = CheckoutReference::parse(&changed) {
                prop_assert_eq!(changed.check(&claimed(), Some(&SECRET)).is_ok(), changed == reference);
            }
        }
    }
}
