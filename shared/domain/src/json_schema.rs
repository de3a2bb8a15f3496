//! The shapes as JSON Schema (draft 2020-12), for the OpenAPI document.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::entry::Status;
use crate::entry::checkout::CheckoutLink;
use crate::entry::registration::{RegistrationStatus, Source};
use crate::event::access_code::{AccessCode, GrantStatus, MaxUses};
use crate::event::checkout_address::CheckoutAddress;
use crate::event::details::Description;
use crate::event::join_challenge::JoinChallenge;
use crate::event::reminder::ReminderAt;
use crate::event::retention::Retention;
use crate::event::{JoinAccess, MaxOffers, MaxPlaces, MaxSize, Proof};
use crate::form::Form;
use crate::form::answers::Answers;
use crate::form::question::{Help, Question, QuestionType, WrittenQuestion};
use crate::history::journal::{Delivery, EntryChange, Rule, SeatsChangeKind};
use crate::line::fit::{FitKind, MaxPasses};
use crate::line::lane::LaneKind;
use crate::line::moved_up::MovedUpAt;
use crate::line::order::{OrderKind, PositionKind};
use crate::line::release::ReleaseStatus;
use crate::line::steering::{Joining, Offering};
use crate::line::turns::Weight;
use crate::messages::message::NotificationKind;
use crate::values::accent_color::AccentColor;
use crate::values::attendee::AttendeeName;
use crate::values::channels::{Channel, Channels};
use crate::values::contact::{EmailAddress, PersonName, PhoneNumber};
use crate::values::country::Country;
use crate::values::credential::{SecretHash, Token};
use crate::values::date::Date;
use crate::values::identifier::{
    AttendeeId, CodeId, CustomerId, EntryId, EventId, QuestionId, RegistrationId, ReleaseId, TicketTypeId, TierId,
};
use crate::values::label::Label;
use crate::values::language::LanguageTag;
use crate::values::quantity::Quantity;
use crate::values::shape::{Described, Shape};
use crate::values::time::{Timestamp, Window};
use crate::values::time_zone::ZoneName;
use crate::values::unreachable::Cause;
use crate::values::web_address::WebAddress;

/// The place of the named schemas in the document.
pub const DEFINITIONS: &str = "/components/schemas";

/// The shapes of many values, with the names of their schemas.
const NAMED: [(&str, Shape); 9] = [
    ("Id", EventId::SHAPE),
    ("Attendee", AttendeeName::SHAPE),
    ("ShortText", Label::SHAPE),
    ("EmailAddress", EmailAddress::SHAPE),
    ("Time", Timestamp::SHAPE),
    ("Duration", Window::SHAPE),
    ("Quantity", Quantity::SHAPE),
    ("EntryStatus", Status::SHAPE),
    ("WebAddress", WebAddress::SHAPE),
];

/// The named schemas.
pub fn named() -> impl Iterator<Item = (&'static str, Schema)> {
    NAMED.into_iter().map(|(name, shape)| {
        let mut schema = written_out(shape);
        schema.insert_if_any("description", (shape == AttendeeName::SHAPE).then(|| AttendeeName::RULE.into()));
        (name, schema)
    })
}

impl From<Shape> for Schema {
    /// The schema of a shape, or a reference to it if it has a name.
    fn from(shape: Shape) -> Self {
        match NAMED.iter().find(|(_, named)| *named == shape) {
            Some((name, _)) => json_schema!({"$ref": format!("#{DEFINITIONS}/{name}")}),
            None => written_out(shape),
        }
    }
}

fn written_out(shape: Shape) -> Schema {
    match shape {
        Shape::Text { min, max, pattern, format } => {
            let mut schema = json_schema!({"type": "string"});
            if min > 0 {
                schema.insert("minLength".to_owned(), min.into());
            }
            for (name, value) in [("pattern", pattern), ("format", format)] {
                schema.insert_if_any(name, value.map(Into::into));
            }
            schema.insert_if_any("maxLength", max.map(Into::into));
            schema
        }
        Shape::OneOf(words) => json_schema!({"type": "string", "enum": words}),
        Shape::Whole { min, max } => json_schema!({"type": "integer", "minimum": min, "maximum": max}),
        Shape::Flag => json_schema!({"type": "boolean"}),
        Shape::Duration { shortest, longest, max } => json_schema!({
            "type": "string",
            "minLength": 1,
            "maxLength": max,
            "description": format!(
                "A length of time from {} seconds to {} days: `24 hours`, `1h 30m`, `PT2H`.",
                shortest / 1_000,
                longest / 86_400_000,
            ),
        }),
        // In a query the values have commas between them, which a parameter's style says.
        Shape::List { of, min, max } | Shape::Joined { of, min, max } => {
            let mut schema = json_schema!({"type": "array", "items": Schema::from(*of)});
            if min > 0 {
                schema.insert("minItems".to_owned(), min.into());
            }
            schema.insert_if_any("maxItems", max.map(Into::into));
            schema
        }
        Shape::AnyOf(shapes) => {
            json_schema!({"anyOf": shapes.iter().map(|shape| Schema::from(*shape)).collect::<Vec<_>>()})
        }
    }
}

trait InsertIfAny {
    fn insert_if_any(&mut self, name: &str, value: Option<serde_json::Value>);
}

impl InsertIfAny for Schema {
    fn insert_if_any(&mut self, name: &str, value: Option<serde_json::Value>) {
        if let Some(value) = value {
            self.insert(name.to_owned(), value);
        }
    }
}

/// The schema of a value is its shape, written where the value is.
macro_rules! by_shape {
    ($($name:ty),* $(,)?) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                Self::SHAPE.into()
            }
        }
    )*};
}

by_shape!(
    AccentColor,
    AccessCode,
    AttendeeId,
    AttendeeName,
    Cause,
    Channel,
    Channels,
    CheckoutAddress,
    CheckoutLink,
    CodeId,
    Country,
    CustomerId,
    Date,
    Description,
    EmailAddress,
    EntryChange,
    EntryId,
    EventId,
    FitKind,
    GrantStatus,
    Help,
    JoinAccess,
    JoinChallenge,
    Proof,
    Joining,
    Label,
    LaneKind,
    LanguageTag,
    MaxOffers,
    MaxPasses,
    MaxPlaces,
    MaxSize,
    MaxUses,
    MovedUpAt,
    Delivery,
    NotificationKind,
    Offering,
    OrderKind,
    PersonName,
    PhoneNumber,
    PositionKind,
    Quantity,
    QuestionId,
    QuestionType,
    RegistrationId,
    RegistrationStatus,
    ReleaseId,
    ReleaseStatus,
    ReminderAt,
    Retention,
    Rule,
    SeatsChangeKind,
    Source,
    Status,
    TicketTypeId,
    TierId,
    Timestamp,
    Token,
    WebAddress,
    Weight,
    Window,
    ZoneName,
);

impl JsonSchema for SecretHash {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SecretHash".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[0-9a-f]{64}$"})
    }
}

impl JsonSchema for Question {
    fn schema_name() -> Cow<'static, str> {
        "Question".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        WrittenQuestion::json_schema(generator)
    }
}

impl JsonSchema for Form {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Form".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let question = generator.subschema_for::<Question>();
        json_schema!({"type": "array", "maxItems": Self::MOST_QUESTIONS, "items": question})
    }
}

impl JsonSchema for Answers {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Answers".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "By the ids of the event's questions.",
            "additionalProperties": {"anyOf": [
                {"type": "string"},
                {"type": "integer"},
                {"type": "boolean"},
                {"type": "array", "items": {"type": "string"}},
            ]},
        })
    }
}
