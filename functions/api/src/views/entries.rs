//! Entries, as their customers see them and as organisers see them.

use std::fmt;

use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::entry::checkout::CheckoutLink;
use waitlist_domain::entry::{Entry, Offer, Status};
use waitlist_domain::form::answers::Answers;
use waitlist_domain::line::order::{PositionKind, Standing, StandingInLine};
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::channels::{Channel, Channels};
use waitlist_domain::values::contact::{EmailAddress, PersonName, PhoneNumber};
use waitlist_domain::values::identifier::{CustomerId, EntryId, EventId, RegistrationId, TicketTypeId, TierId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::values::unreachable::Cause;
use waitlist_store::StoredEntry;

use crate::views::moments::{utc, utc_if_any};

/// An entry, without the customer's name and addresses.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EntryView<'entry> {
    entry_id: &'entry EntryId,
    customer_id: &'entry CustomerId,
    #[serialize_always]
    attendee_id: Option<AttendeeName>,
    event_id: &'entry EventId,
    ticket_type_id: &'entry TicketTypeId,
    quantity: Quantity,
    min_quantity: Option<Quantity>,
    status: Status,
    confirmed: bool,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    confirm_by: Option<Timestamp>,
    #[serde(serialize_with = "utc")]
    joined_at: Timestamp,
    tier: Option<&'entry TierId>,
    locale: Option<&'entry LanguageTag>,
    channels: Option<Channels>,
    /// Absent without a phone number.
    phone_confirmed: Option<bool>,
    /// The last two digits of a number to which text messages go once its code is entered.
    phone_to_confirm: Option<&'entry str>,
    position: Option<u64>,
    position_kind: Option<PositionKind>,
    entrants: Option<u64>,
    unconfirmed_before: Option<u64>,
    offer: Option<OfferView>,
    checkout: Option<CheckoutLink>,
    registration_id: Option<&'entry RegistrationId>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct OfferView {
    #[serde(serialize_with = "utc")]
    offered_at: Timestamp,
    #[serde(serialize_with = "utc")]
    expires_at: Timestamp,
    quantity: Quantity,
}

impl OfferView {
    fn new(offer: &Offer) -> Self {
        Self { offered_at: offer.offered_at, expires_at: offer.expires_at, quantity: offer.quantity }
    }
}

impl<'entry> EntryView<'entry> {
    /// Shows an entry, and its standing while it waits.
    pub fn new(entry: &'entry Entry, standing: Option<StandingInLine>) -> Self {
        let in_line = standing.filter(|_| entry.status == Status::Waiting);
        let standing = in_line.map(|in_line| in_line.standing);
        let position = standing.and_then(Standing::position);
        Self {
            entry_id: &entry.id,
            customer_id: &entry.place.customer_id,
            attendee_id: entry.attendee(),
            event_id: &entry.place.line.event_id,
            ticket_type_id: &entry.place.line.ticket_type_id,
            quantity: entry.applicant.quantity,
            min_quantity: entry.applicant.minimum,
            status: entry.status,
            confirmed: entry.is_confirmed(),
            confirm_by: entry.confirm_by,
            joined_at: entry.joined_at,
            tier: entry.tier.as_ref(),
            locale: entry.applicant.locale.as_ref(),
            channels: Some(entry.applicant.channels()),
            phone_confirmed: entry.applicant.phone.as_ref().map(|_| !entry.applicant.is_phone_unproven),
            phone_to_confirm: None,
            position,
            position_kind: standing.map(Standing::kind),
            entrants: standing.and_then(Standing::entrants),
            unconfirmed_before: in_line.filter(|_| position.is_some()).map(|in_line| in_line.unconfirmed_before),
            offer: entry.offer.as_ref().filter(|_| entry.status.holds_seats()).map(OfferView::new),
            checkout: None,
            registration_id: entry.registration_id.as_ref().filter(|_| entry.status == Status::Converted),
        }
    }
}

impl<'entry> EntryView<'entry> {
    /// The same view with the number that awaits its code.
    pub fn with_phone_to_confirm(self, phone: Option<&'entry PhoneNumber>) -> Self {
        Self { phone_to_confirm: phone.map(PhoneNumber::ending), ..self }
    }

    /// The same view with the address at which the customer pays.
    pub fn with_checkout(self, checkout: Option<CheckoutLink>) -> Self {
        Self { checkout, ..self }
    }

    /// Only what the bearer of a token may see that came with a public join. They may be a stranger.
    pub fn for_a_stranger(self) -> Self {
        Self {
            tier: None,
            locale: None,
            channels: None,
            phone_confirmed: None,
            phone_to_confirm: None,
            offer: None,
            checkout: None,
            registration_id: None,
            ..self
        }
    }
}

/// An entry as organisers see it: with its number, and the customer's name, addresses and answers.
#[derive(Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ListedEntryView<'entry> {
    #[serde(flatten)]
    entry: EntryView<'entry>,
    number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'entry PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'entry EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'entry PhoneNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreachable: Option<UnreachableView>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unsubscribed: bool,
    #[serde(skip_serializing_if = "Answers::is_empty")]
    answers: &'entry Answers,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    personal_data_removed: bool,
}

/// Why each channel that does not reach the customer does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
struct UnreachableView {
    email: Cause,
}

impl<'entry> ListedEntryView<'entry> {
    /// Shows an entry at `now`, and its standing while it waits.
    pub fn new(entry: &'entry Entry, standing: Option<StandingInLine>, now: Timestamp) -> Self {
        let is_removed = entry.applicant.is_removed();
        Self {
            entry: EntryView::new(entry, standing),
            number: entry.number,
            name: Some(&entry.applicant.name).filter(|_| !is_removed),
            email: Some(&entry.applicant.email).filter(|_| !is_removed),
            phone: entry.applicant.phone.as_ref(),
            unreachable: entry.unreachable_by(Channel::Email, now).map(|email| UnreachableView { email }),
            unsubscribed: entry.is_unsubscribed,
            answers: &entry.applicant.answers,
            personal_data_removed: is_removed,
        }
    }
}

impl fmt::Debug for ListedEntryView<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ListedEntryView").field("entry", &self.entry).finish_non_exhaustive()
    }
}

/// A page of an event's entries.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EntryListView<'page> {
    /// The event's id.
    pub event_id: &'page EventId,
    /// The entries of the page.
    pub entries: Vec<ListedEntryView<'page>>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A customer's entries: the newest in each line.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EntriesView<'entry> {
    /// The customer's id.
    pub customer_id: &'entry CustomerId,
    /// The newest entry in each line.
    pub entries: Vec<EntryView<'entry>>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The other places of the address. Absent unless they were asked for with a mailed token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other_places: Option<Vec<OtherPlaceView<'entry>>>,
}

/// Another place of the address that a mailed token proves.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct OtherPlaceView<'entry> {
    entry_id: &'entry EntryId,
    #[serialize_always]
    attendee_id: Option<AttendeeName>,
    event_id: &'entry EventId,
    event_name: &'entry Label,
    ticket_type_id: &'entry TicketTypeId,
    status: Status,
    position: Option<u64>,
    position_kind: Option<PositionKind>,
}

impl<'entry> OtherPlaceView<'entry> {
    /// Shows an entry of the event with this name, and its standing if it is known.
    pub fn new(stored: &'entry StoredEntry, event_name: &'entry Label, standing: Option<StandingInLine>) -> Self {
        let entry = &stored.entry;
        let standing = standing.filter(|_| entry.status == Status::Waiting).map(|in_line| in_line.standing);
        Self {
            entry_id: &entry.id,
            attendee_id: entry.attendee(),
            event_id: &entry.place.line.event_id,
            event_name,
            ticket_type_id: &entry.place.line.ticket_type_id,
            status: entry.status,
            position: standing.and_then(Standing::position),
            position_kind: standing.map(Standing::kind),
        }
    }
}

/// The entries that a customer left with this request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LeftView {
    /// The ids of the entries.
    pub left: Vec<EntryId>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The response to a customer who has a code sent to their phone number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PhoneCodeView<'entry> {
    /// The id of the entry.
    pub entry_id: &'entry EntryId,
    /// The code can be entered until then.
    #[serde(serialize_with = "utc")]
    pub code_expires_at: Timestamp,
}

/// The response to a mail program that unsubscribed its reader. It tells nothing of the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum UnsubscribedView {
    /// The entry gets no news any more.
    Unsubscribed,
}

/// The response to somebody who asks for their links. It tells nothing of who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum LinksAskedForView {
    /// If the address has places, their links are on the way to it.
    Accepted,
}
