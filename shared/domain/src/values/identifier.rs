//! Identifiers.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::values::shape::{Described, Shape};
use crate::values::text::text;

/// Most characters of an identifier.
const LONGEST: usize = 128;

/// What [`is_identifier`] accepts.
const SHAPE: Shape = Shape::pattern(1, LONGEST, "^[A-Za-z0-9][A-Za-z0-9._:@-]*$");

/// Whether a text has the form of an identifier. The form excludes `#`, which separates the parts
/// of a table key.
fn is_identifier(text: &str) -> bool {
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
        assert!(EventId::parse("").is_err());
    }

    #[test]
    fn separators_of_table_keys_and_paths_are_refused() {
        for text in ["a#b", "a/b", "a b", ".a", "-a", "a\n", "ä", "a%"] {
            assert!(EventId::parse(text).is_err(), "{text:?} should be refused");
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
