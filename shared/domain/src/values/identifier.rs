//! Identifiers.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::values::shape::{Described, Shape};
use crate::values::text::text;

/// Most characters of an identifier.
const LONGEST: usize = 128;

/// What [`is_identifier`] accepts.
const SHAPE: Shape = Shape::pattern(1, LONGEST, "^[A-Za-z0-9][A-Za-z0-9._:@-]*$");

/// Whether a text has the form of an identifier. The form excludes `#`, which separates the parts
/// of a table key.
pub(crate) fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.len() <= LONGEST
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._:@-".contains(&byte))
}

/// The detail for a text that is no identifier.
fn refused() -> String {
    format!("must be 1 to {LONGEST} characters, starting with a letter or digit, of A-Z a-z 0-9 . _ : @ and -")
}

/// Makes a type of identifiers. The prefix is that of identifiers that we make ourselves.
macro_rules! identifier {
    ($(#[$attribute:meta])* pub struct $name:ident $(= $prefix:literal)?;) => {
        text! {
            $(#[$attribute])*
            pub struct $name;
        }

        impl Described for $name {
            const SHAPE: Shape = SHAPE;
        }

        impl $name {
            /// Accepts a text in the form of an identifier.
            pub fn parse(text: &str) -> Result<Self, String> {
                if is_identifier(text) { Ok(Self(text.to_owned())) } else { Err(refused()) }
            }

            $(
                /// A new identifier from 128 bits. They are random, or from a hash if a repeated
                /// request must find its own.
                pub fn from_bits(bits: [u8; 16]) -> Self {
                    Self(format!(concat!($prefix, "_{}"), hexadecimal(&bits)))
                }
            )?
        }
    };
}

identifier! {
    /// An event.
    pub struct EventId;
}
identifier! {
    /// A kind of interchangeable seats of an event.
    pub struct TicketTypeId;
}
identifier! {
    /// A customer, who waits and buys.
    pub struct CustomerId;
}
identifier! {
    /// A person that a customer joins for, such as a child.
    pub struct AttendeeId;
}
identifier! {
    /// One stay of a person in a line. A later stay has another id.
    pub struct EntryId = "ent";
}
identifier! {
    /// A sale.
    pub struct RegistrationId = "reg";
}
identifier! {
    /// A release of new seats.
    pub struct ReleaseId = "rel";
}
identifier! {
    /// An access code. The id does not tell the code.
    pub struct CodeId = "cod";
}
identifier! {
    /// An API key. The id does not tell the key, so logs and the journal may show it.
    pub struct KeyId = "key";
}
identifier! {
    /// A rank of customers, such as vip, loyalty or general.
    pub struct TierId;
}
identifier! {
    /// A question of an event's form.
    pub struct QuestionId;
}

/// Lower-case hexadecimal of `bytes`.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The line of a ticket type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineId {
    pub event_id: EventId,
    pub ticket_type_id: TicketTypeId,
}

impl fmt::Display for LineId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.event_id, self.ticket_type_id)
    }
}

/// A place in a line. A person has at most one live entry there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlaceId {
    pub customer_id: CustomerId,
    pub line: LineId,
    /// The person that the place is for, if that is not the customer.
    pub attendee_id: Option<AttendeeId>,
}

impl PlaceId {
    /// The tag of the place.
    pub fn tag(&self) -> PlaceTag {
        let attendee = self.attendee_id.as_ref().map_or("", AttendeeId::as_str);
        let in_the_event = format!("{}#{attendee}", self.line.ticket_type_id);
        let parts = [short_hash(self.line.event_id.as_str()), short_hash(&in_the_event)];
        PlaceTag::from_bits(parts.concat().try_into().expect("twice 4 bytes"))
    }
}

text! {
    /// A short name of a customer's place: 8 hexadecimal digits for the event, and 8 for the place
    /// in it.
    ///
    /// A token carries it, so that a look at the token's entry reads no other entries. Two places
    /// of one customer may have the same tag. Then a look reads both.
    pub struct PlaceTag;
}

/// The beginning of the hash of a text.
fn short_hash(text: &str) -> [u8; 4] {
    let digest = Sha256::digest(text.as_bytes());
    digest[..4].try_into().expect("a digest has 32 bytes")
}

impl PlaceTag {
    /// How many bytes a tag has.
    pub const BYTES: usize = 8;

    const DIGITS: usize = 2 * Self::BYTES;

    /// The beginning of the tags of an event's places.
    pub fn of_event(event: &EventId) -> String {
        hexadecimal(&short_hash(event.as_str()))
    }

    /// The bits of the tag.
    pub fn bits(&self) -> [u8; Self::BYTES] {
        u64::from_str_radix(&self.0, 16).expect("a tag is hexadecimal").to_be_bytes()
    }

    /// The tag with these bits.
    pub fn from_bits(bits: [u8; Self::BYTES]) -> Self {
        Self(hexadecimal(&bits))
    }

    /// Accepts a tag in lower case.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_tag = text.len() == Self::DIGITS && text.bytes().all(is_digit);
        if is_tag { Ok(Self(text.to_owned())) } else { Err(format!("must be {} hexadecimal digits", Self::DIGITS)) }
    }
}

/// The holder of a place in a line that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Holder {
    pub customer_id: CustomerId,
    /// The person that the place is for, if that is not the customer.
    pub attendee_id: Option<AttendeeId>,
}

impl LineId {
    /// The holder's place in this line.
    pub fn place_of(&self, holder: &Holder) -> PlaceId {
        let Holder { customer_id, attendee_id } = holder.clone();
        PlaceId { customer_id, line: self.clone(), attendee_id }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_identifier_has_at_most_128_characters() {
        assert!(EventId::parse(&"a".repeat(128)).is_ok());
        assert!(EventId::parse(&"a".repeat(129)).is_err());
        let refused = "must be 1 to 128 characters, starting with a letter or digit, of A-Z a-z 0-9 . _ : @ and -";
        assert_eq!(EventId::parse(""), Err(refused.to_owned()));
    }

    #[test]
    fn separators_of_table_keys_and_paths_are_refused() {
        for text in ["a#b", "a/b", "a b", ".a", "-a", "a\n", "ä", "a%"] {
            assert!(EventId::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn places_of_one_customer_have_different_tags() {
        let place = |event: &str, ticket_type: &str, attendee: Option<&str>| PlaceId {
            customer_id: CustomerId::parse("ada").expect("valid"),
            line: LineId {
                event_id: EventId::parse(event).expect("valid"),
                ticket_type_id: TicketTypeId::parse(ticket_type).expect("valid"),
            },
            attendee_id: attendee.map(|id| AttendeeId::parse(id).expect("valid")),
        };
        let places = [
            place("camp", "camper", None),
            place("camp", "camper", Some("ben")),
            place("camp", "helper", None),
            place("campcamper", "c", None),
        ];
        let tags: std::collections::BTreeSet<String> = places.iter().map(|place| place.tag().into()).collect();
        assert_eq!(tags.len(), places.len());
        assert!(tags.iter().all(|tag| PlaceTag::parse(tag).is_ok()));
        assert_eq!(
            places[0].tag(),
            PlaceId { customer_id: CustomerId::parse("bob").expect("valid"), ..places[0].clone() }.tag()
        );
    }

    #[test]
    fn a_tag_begins_with_its_event_and_has_16_digits_in_lower_case() {
        let line = LineId {
            event_id: EventId::parse("camp").expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        };
        assert_eq!(line.to_string(), "camp#camper");
        let place = PlaceId { customer_id: CustomerId::parse("ada").expect("valid"), line, attendee_id: None };
        let tag = place.tag();
        assert!(tag.as_str().starts_with(&PlaceTag::of_event(&place.line.event_id)));
        assert_eq!((PlaceTag::of_event(&place.line.event_id).len(), PlaceTag::from_bits(tag.bits())), (8, tag));
        for text in ["", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "0123456789abcdeg"] {
            assert!(PlaceTag::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn minted_identifiers_are_identifiers() {
        let minted = EntryId::from_bits([255; 16]);
        assert_eq!(EntryId::parse(minted.as_str()), Ok(minted));
    }

    proptest! {
        #[test]
        fn every_text_of_the_documented_form_is_accepted(text in "[A-Za-z0-9][A-Za-z0-9._:@-]{0,127}") {
            prop_assert!(CustomerId::parse(&text).is_ok());
        }
    }
}
