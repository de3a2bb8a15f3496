//! Identifiers: built once at the edge, passed on as proof that they are well formed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::values::shape::{Described, Shape};
use crate::values::text::text;

/// Most characters an identifier may have (docs/api.md).
const LONGEST: usize = 128;

/// What [`is_identifier`] accepts.
const SHAPE: Shape = Shape::pattern(1, LONGEST, "^[A-Za-z0-9][A-Za-z0-9._:@-]*$");

/// Why a text is no identifier.
const RULE: &str = "must be 1 to 128 characters, starting with a letter or digit, of A-Z a-z 0-9 . _ : @ and -";

/// Whether a text has the form of an identifier. None of its characters separates the parts of a table key (`#`).
fn is_identifier(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && text.len() <= LONGEST
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._:@-".contains(&byte))
}

/// Makes a type of identifiers; with a prefix, of those that we make ourselves.
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
            /// Accepts a well-formed identifier; the error says what would be right.
            pub fn parse(text: &str) -> Result<Self, &'static str> {
                if is_identifier(text) { Ok(Self(text.to_owned())) } else { Err(RULE) }
            }

            $(
                /// A new identifier from 128 random bits, or from as much of a hash where a repeated request must find
                /// what the first one made.
                pub fn from_bits(bits: [u8; 16]) -> Self {
                    Self(format!(concat!($prefix, "_{}"), hexadecimal(&bits)))
                }
            )?
        }
    };
}

identifier! {
    /// What people wait for.
    pub struct EventId;
}
identifier! {
    /// A kind of interchangeable seats of one event.
    pub struct TicketTypeId;
}
identifier! {
    /// Who waits and buys.
    pub struct CustomerId;
}
identifier! {
    /// Whom a place is for, where that is not the customer: a parent joins once per child.
    pub struct AttendeeId;
}
identifier! {
    /// One stay of one person in one line; a later stay has another.
    pub struct EntryId = "ent";
}
identifier! {
    /// A sale.
    pub struct RegistrationId = "reg";
}
identifier! {
    /// New seats, deposited at once or in paced batches.
    pub struct ReleaseId = "rel";
}
identifier! {
    /// An access code, which is not told by it.
    pub struct CodeId = "cod";
}
identifier! {
    /// A rank of customers, where the event's order knows ranks: vip, loyalty, general.
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

/// The line of one ticket type: what nearly every rule and table key is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineId {
    /// The event.
    pub event_id: EventId,
    /// Its ticket type.
    pub ticket_type_id: TicketTypeId,
}

impl fmt::Display for LineId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.event_id, self.ticket_type_id)
    }
}

/// What makes a place unique: one person (or the person's attendee) has at most one live entry in a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PlaceId {
    /// The customer.
    pub customer_id: CustomerId,
    /// The line.
    pub line: LineId,
    /// Whom the place is for, where that is not the customer.
    pub attendee_id: Option<AttendeeId>,
}

/// Who holds a place, in a line that is named otherwise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Holder {
    /// The customer.
    pub customer_id: CustomerId,
    /// Whom the place is for, where that is not the customer.
    pub attendee_id: Option<AttendeeId>,
}

impl LineId {
    /// The place that somebody holds in this line.
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
