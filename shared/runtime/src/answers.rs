//! What answers show, exactly as docs/api.md has it.

use serde::Serialize;
use waitlist_domain::entry::{Entry, Offer, Status};
use waitlist_domain::event::{Event, JoinAccess, TicketType};
use waitlist_domain::identifier::{AttendeeId, CustomerId, EntryId, EventId, RegistrationId, ReleaseId, TicketTypeId};
use waitlist_domain::numbers::Numbers;
use waitlist_domain::quantity::Quantity;
use waitlist_domain::registration::{Registration, RegistrationStatus, Source};
use waitlist_domain::release::Release;
use waitlist_domain::seats::Seats;
use waitlist_domain::time::Timestamp;

/// An instant as answers show it: RFC 3339 in UTC.
fn utc<S: serde::Serializer>(instant: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&instant.to_rfc3339())
}

fn utc_if_any<S: serde::Serializer>(instant: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    instant.map(Timestamp::to_rfc3339).serialize(serializer)
}

/// An entry. The customer's name and addresses are theirs and not shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryView<'entry> {
    entry_id: &'entry EntryId,
    customer_id: &'entry CustomerId,
    #[serde(skip_serializing_if = "Option::is_none")]
    attendee_id: Option<&'entry AttendeeId>,
    event_id: &'entry EventId,
    ticket_type_id: &'entry TicketTypeId,
    quantity: Quantity,
    status: Status,
    #[serde(serialize_with = "utc")]
    joined_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offer: Option<OfferView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_id: Option<&'entry RegistrationId>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
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
    /// Shows an entry; `position` only while it waits.
    pub fn new(entry: &'entry Entry, position: Option<u64>) -> Self {
        Self {
            entry_id: &entry.id,
            customer_id: &entry.place.customer_id,
            attendee_id: entry.place.attendee_id.as_ref(),
            event_id: &entry.place.line.event_id,
            ticket_type_id: &entry.place.line.ticket_type_id,
            quantity: entry.quantity,
            status: entry.status,
            joined_at: entry.joined_at,
            position: position.filter(|_| entry.status == Status::Waiting),
            offer: entry.offer.as_ref().filter(|_| entry.status.holds_seats()).map(OfferView::new),
            registration_id: entry.registration_id.as_ref().filter(|_| entry.status == Status::Converted),
        }
    }
}

/// The newest entry of each of a customer's lines.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntriesView<'entry> {
    /// Whose.
    pub customer_id: &'entry CustomerId,
    /// Them.
    pub entries: Vec<EntryView<'entry>>,
}

/// The entries with which a customer left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftView {
    /// Their ids.
    pub left: Vec<EntryId>,
}

/// All that a public caller who joins a second time is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum RepeatedJoinView {
    /// Somebody with this address waits already.
    AlreadyJoined,
}

/// A registration.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistrationView<'registration> {
    registration_id: &'registration RegistrationId,
    event_id: &'registration EventId,
    ticket_type_id: &'registration TicketTypeId,
    quantity: Quantity,
    customer_id: &'registration CustomerId,
    #[serde(skip_serializing_if = "Option::is_none")]
    attendee_id: Option<&'registration AttendeeId>,
    status: RegistrationStatus,
    source: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_id: Option<&'registration EntryId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_reference: Option<&'registration str>,
    #[serde(serialize_with = "utc")]
    created_at: Timestamp,
}

impl<'registration> RegistrationView<'registration> {
    /// Shows a registration.
    pub fn new(registration: &'registration Registration) -> Self {
        Self {
            registration_id: &registration.id,
            event_id: &registration.line.event_id,
            ticket_type_id: &registration.line.ticket_type_id,
            quantity: registration.quantity,
            customer_id: &registration.customer_id,
            attendee_id: registration.attendee_id.as_ref(),
            status: registration.status,
            source: registration.source,
            entry_id: registration.entry_id.as_ref(),
            payment_reference: registration.payment_reference.as_deref(),
            created_at: registration.created_at,
        }
    }
}

/// A release.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleaseView<'release> {
    release_id: &'release ReleaseId,
    event_id: &'release EventId,
    ticket_type_id: &'release TicketTypeId,
    quantity: Quantity,
    released: u32,
    remaining: u32,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    next_batch_at: Option<Timestamp>,
}

impl<'release> ReleaseView<'release> {
    /// Shows a release.
    pub fn new(release: &'release Release) -> Self {
        Self {
            release_id: &release.id,
            event_id: &release.line.event_id,
            ticket_type_id: &release.line.ticket_type_id,
            quantity: release.quantity,
            released: release.released,
            remaining: release.remaining(),
            next_batch_at: release.due_at,
        }
    }
}

/// An event: the public view, or with the organiser's details.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventView<'event> {
    event_id: &'event EventId,
    name: &'event str,
    #[serde(serialize_with = "utc")]
    starts_at: Timestamp,
    time_zone: &'event str,
    ticket_types: Vec<TicketTypeView<'event>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waitlist: Option<RulesView<'event>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct RulesView<'event> {
    join_access: JoinAccess,
    max_size: u64,
    max_quantity: Quantity,
    notification_window: &'event str,
    purchase_window: Option<&'event str>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TicketTypeView<'event> {
    id: &'event TicketTypeId,
    name: &'event str,
    status: TicketTypeStatus,
    available: u64,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    counts: Option<CountsView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum TicketTypeStatus {
    /// Seats are on sale.
    Available,
    /// The line has a claim on free seats: join it.
    Waitlist,
    /// The event has begun.
    Closed,
}

/// How many seats and people there are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct CountsView {
    capacity: u64,
    sold: u64,
    held: u64,
    free: u64,
    waiting: u64,
}

/// The counts of one of an event's lines.
#[derive(Debug, Clone, Copy)]
pub struct LineCounts<'event> {
    /// The ticket type.
    pub ticket_type: &'event TicketType,
    /// Its seats.
    pub seats: &'event Seats,
    /// Its numbers.
    pub numbers: &'event Numbers,
}

impl<'event> EventView<'event> {
    /// What anyone may see.
    pub fn public(event: &'event Event, lines: impl IntoIterator<Item = LineCounts<'event>>, now: Timestamp) -> Self {
        let closed = event.is_closed(now);
        Self {
            event_id: &event.id,
            name: event.name.as_str(),
            starts_at: event.starts_at,
            time_zone: &event.time_zone,
            ticket_types: lines.into_iter().map(|line| TicketTypeView::public(line, closed)).collect(),
            waitlist: None,
        }
    }

    /// What the organiser sees: the whole event.
    pub fn whole(event: &'event Event, lines: impl IntoIterator<Item = LineCounts<'event>>, now: Timestamp) -> Self {
        let closed = event.is_closed(now);
        let whole =
            |line| TicketTypeView { counts: Some(CountsView::new(line)), ..TicketTypeView::public(line, closed) };
        let rules = RulesView {
            join_access: event.rules.join_access,
            max_size: event.rules.max_size,
            max_quantity: event.rules.max_quantity,
            notification_window: event.rules.notification_window.as_str(),
            purchase_window: event.rules.purchase_window.as_ref().map(|window| window.as_str()),
        };
        let public = Self::public(event, [], now);
        Self { ticket_types: lines.into_iter().map(whole).collect(), waitlist: Some(rules), ..public }
    }
}

impl<'event> TicketTypeView<'event> {
    fn public(line: LineCounts<'event>, closed: bool) -> Self {
        let status = match (closed, line.seats.waitlist_active) {
            (true, _) => TicketTypeStatus::Closed,
            (false, true) => TicketTypeStatus::Waitlist,
            (false, false) => TicketTypeStatus::Available,
        };
        Self {
            id: &line.ticket_type.id,
            name: line.ticket_type.name.as_str(),
            status,
            available: line.seats.available(),
            counts: None,
        }
    }
}

impl CountsView {
    fn new(line: LineCounts<'_>) -> Self {
        let Seats { capacity, sold, held, free, .. } = *line.seats;
        Self { capacity, sold, held, free, waiting: line.numbers.waiting() }
    }
}
