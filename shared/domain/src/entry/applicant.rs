//! Applicants: what a customer says of themselves and of what they want, when they join.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::form::answers::{Answers, GivenAnswers};
use crate::values::attendee::AttendeeName;
use crate::values::channels::Channels;
use crate::values::contact::{EmailAddress, PersonName, PhoneNumber};
use crate::values::default_values::is_default;
use crate::values::language::LanguageTag;
use crate::values::quantity::Quantity;

/// A customer's wish for seats, from the request to join to the stored entry.
///
/// The serialised form is the stored form. It has neither name nor address once the event's retention
/// has run out. `A` is [`GivenAnswers`] until the event's form has
/// checked the answers.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(serialize = "A: Serialize + Default + PartialEq", deserialize = "A: Deserialize<'de> + Default"))]
pub struct Applicant<A = Answers> {
    #[serde(default = "PersonName::removed")]
    pub name: PersonName,
    #[serde(default = "EmailAddress::removed")]
    pub email: EmailAddress,
    pub phone: Option<PhoneNumber>,
    /// Whether nobody has shown yet that the number is the customer's. No message goes there until
    /// then. A number that an API key names is taken as it is.
    #[serde(rename = "phone_unproven", default, skip_serializing_if = "is_default")]
    pub is_phone_unproven: bool,
    /// The name of the person that the place is for, if the id of the place does not tell it.
    pub attendee_name: Option<AttendeeName>,
    /// The language that the customer chose for messages.
    pub locale: Option<LanguageTag>,
    /// The channels that the customer chose. [`Self::channels`] are the channels in use.
    #[serde(rename = "channels")]
    pub chosen_channels: Option<Channels>,
    /// The customer's answers to the questions that the event had at that time.
    #[serde(default, skip_serializing_if = "is_default")]
    pub answers: A,
    /// Seats asked for.
    pub quantity: Quantity,
    /// The fewest seats that the customer accepts, if that is fewer.
    pub minimum: Option<Quantity>,
}

impl<A> Applicant<A> {
    /// An applicant who says no more than everybody must.
    pub fn new(name: PersonName, email: EmailAddress, quantity: Quantity) -> Self
    where
        A: Default,
    {
        Self {
            name,
            email,
            phone: None,
            is_phone_unproven: false,
            attendee_name: None,
            locale: None,
            chosen_channels: None,
            answers: A::default(),
            quantity,
            minimum: None,
        }
    }

    /// The phone number that messages may go to.
    pub fn proven_phone(&self) -> Option<&PhoneNumber> {
        self.phone.as_ref().filter(|_| !self.is_phone_unproven)
    }

    /// The fewest seats that the customer accepts.
    pub fn least(&self) -> Quantity {
        self.minimum.unwrap_or(self.quantity).min(self.quantity)
    }

    /// Whether the personal data were removed, after the retention of the event.
    pub const fn is_removed(&self) -> bool {
        self.email.is_removed()
    }

    /// The channels for messages to the customer: those chosen that have an address, or else all
    /// that have one. An unproven phone number is no address.
    pub fn channels(&self) -> Channels {
        let has_phone = self.proven_phone().is_some();
        let chosen = self.chosen_channels.as_ref().and_then(|chosen| chosen.within_reach(has_phone));
        chosen.unwrap_or_else(|| Channels::usual(has_phone))
    }
}

impl Applicant<GivenAnswers> {
    /// The same applicant with the answers that the form accepted.
    pub fn with_checked(self, answers: Answers) -> Applicant {
        let Self { name, email, phone, is_phone_unproven, attendee_name, .. } = self;
        let Self { locale, chosen_channels, quantity, minimum, .. } = self;
        Applicant {
            name,
            email,
            phone,
            is_phone_unproven,
            attendee_name,
            locale,
            chosen_channels,
            answers,
            quantity,
            minimum,
        }
    }
}
