//! What answers show, exactly as docs/api.md has it.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;

use serde::Serialize;
use waitlist_domain::entry::registration::{Registration, RegistrationStatus, Source};
use waitlist_domain::entry::{Entry, Offer, Status};
use waitlist_domain::event::reminder::ReminderAt;
use waitlist_domain::event::{Event, JoinAccess, TicketType};
use waitlist_domain::form::Form;
use waitlist_domain::form::answers::Answers;
use waitlist_domain::history::funnel::Funnel;
use waitlist_domain::line::order::Standing;
use waitlist_domain::line::release::{Pace, Release, ReleaseStatus};
use waitlist_domain::line::seats::{Outcomes, Seats};
use waitlist_domain::line::steering::{Joining, Offering};
use waitlist_domain::values::channels::Channels;
use waitlist_domain::values::contact::PhoneNumber;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{
    AttendeeId, CustomerId, EntryId, EventId, LineId, RegistrationId, ReleaseId, TicketTypeId, TierId,
};
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_store::Line;
use waitlist_store::commands::draws::{DrawLists, Listed, PublicDraw};
use waitlist_store::queries::events::{EventWithLines, LineStatistics};

use crate::journal_answers::FunnelView;

/// An instant as answers show it: RFC 3339 in UTC.
pub(crate) fn utc<S: serde::Serializer>(instant: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&instant.to_rfc3339())
}

pub(crate) fn utc_if_any<S: serde::Serializer>(instant: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    instant.map(Timestamp::to_rfc3339).serialize(serializer)
}

/// An entry. The customer's name and addresses are theirs and not shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryView<'entry> {
    entry_id: &'entry EntryId,
    customer_id: &'entry CustomerId,
    attendee_id: Option<&'entry AttendeeId>,
    event_id: &'entry EventId,
    ticket_type_id: &'entry TicketTypeId,
    quantity: Quantity,
    #[serde(skip_serializing_if = "Option::is_none")]
    min_quantity: Option<Quantity>,
    status: Status,
    #[serde(serialize_with = "utc")]
    joined_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'entry TierId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'entry LanguageTag>,
    channels: Channels,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position_kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entrants: Option<u64>,
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
    /// Shows an entry, and where it stands while it waits.
    pub fn new(entry: &'entry Entry, standing: Option<Standing>) -> Self {
        let standing = standing.filter(|_| entry.status == Status::Waiting);
        Self {
            entry_id: &entry.id,
            customer_id: &entry.place.customer_id,
            attendee_id: entry.place.attendee_id.as_ref(),
            event_id: &entry.place.line.event_id,
            ticket_type_id: &entry.place.line.ticket_type_id,
            quantity: entry.quantity,
            min_quantity: entry.minimum,
            status: entry.status,
            joined_at: entry.joined_at,
            tier: entry.tier.as_ref(),
            locale: entry.locale.as_ref(),
            channels: entry.channels(),
            position: standing.and_then(Standing::position),
            position_kind: standing.map(Standing::kind),
            entrants: standing.and_then(Standing::entrants),
            offer: entry.offer.as_ref().filter(|_| entry.status.holds_seats()).map(OfferView::new),
            registration_id: entry.registration_id.as_ref().filter(|_| entry.status == Status::Converted),
        }
    }
}

/// An entry as the organiser sees it: with its number, and the customer's name, addresses and answers, which it does not
/// show in `Debug`.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedEntryView<'entry> {
    #[serde(flatten)]
    entry: EntryView<'entry>,
    number: u64,
    name: &'entry str,
    email: &'entry str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'entry str>,
    #[serde(skip_serializing_if = "Answers::is_empty")]
    answers: &'entry Answers,
}

impl<'entry> ListedEntryView<'entry> {
    /// Shows an entry, and where it stands while it waits.
    pub fn new(entry: &'entry Entry, standing: Option<Standing>) -> Self {
        Self {
            entry: EntryView::new(entry, standing),
            number: entry.number,
            name: entry.name.as_str(),
            email: entry.email.as_str(),
            phone: entry.phone.as_ref().map(PhoneNumber::as_str),
            answers: &entry.answers,
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
#[serde(rename_all = "camelCase")]
pub struct EntryListView<'page> {
    /// Of which event.
    pub event_id: &'page EventId,
    /// Them.
    pub entries: Vec<ListedEntryView<'page>>,
    /// The cursor of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// A page of events.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventListView<'page> {
    /// Them, whole.
    pub events: Vec<EventView<'page>>,
    /// The cursor of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled: Option<u32>,
    status: ReleaseStatus,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    next_batch_at: Option<Timestamp>,
    #[serde(flatten)]
    pace: Option<PaceView<'release>>,
}

/// How releases are paced.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct PaceView<'pace> {
    batch_size: Quantity,
    batch_interval: &'pace str,
}

impl<'pace> PaceView<'pace> {
    fn new(pace: &'pace Pace) -> Self {
        Self { batch_size: pace.batch_size, batch_interval: pace.interval.as_str() }
    }
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
            cancelled: Some(release.cancelled()).filter(|seats| *seats > 0),
            status: release.status(),
            next_batch_at: release.due_at,
            pace: release.pace.as_ref().map(PaceView::new),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'event LanguageTag>,
    ticket_types: Vec<TicketTypeView<'event>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    draw: Option<EventDrawView<'event>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waitlist: Option<WaitlistView<'event>>,
}

/// When a lottery's lots are drawn, and what binds the organiser to their seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct EventDrawView<'event> {
    #[serde(serialize_with = "utc")]
    draw_at: Timestamp,
    /// That of the first ticket type.
    #[serde(skip_serializing_if = "Option::is_none")]
    commitment: Option<&'event SecretHash>,
    ticket_types: Vec<CommitmentView<'event>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct CommitmentView<'event> {
    ticket_type_id: &'event TicketTypeId,
    #[serde(skip_serializing_if = "Option::is_none")]
    commitment: Option<&'event SecretHash>,
    status: DrawStatus,
}

impl<'event> EventDrawView<'event> {
    fn new(stored: &'event EventWithLines) -> Option<Self> {
        let draw_at = stored.event.rules.order.draw_at()?;
        let commitment_of = |(ticket_type, line): (&'event TicketType, &'event Line)| CommitmentView {
            ticket_type_id: &ticket_type.id,
            commitment: line.commitment.as_ref(),
            status: if line.is_drawn { DrawStatus::Drawn } else { DrawStatus::Open },
        };
        let ticket_types: Vec<_> = stored.event.ticket_types.iter().zip(&stored.lines).map(commitment_of).collect();
        Some(Self { draw_at, commitment: ticket_types.first().and_then(|first| first.commitment), ticket_types })
    }
}

/// What is shown of an event's waitlist.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
enum WaitlistView<'event> {
    /// To anyone, who must know what they will be asked.
    Public { form: &'event Form },
    /// To the organiser.
    Whole(RulesView<'event>),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct RulesView<'event> {
    join_access: JoinAccess,
    max_size: u64,
    max_quantity: Quantity,
    notification_window: &'event str,
    purchase_window: Option<&'event str>,
    reminder_at: Option<u8>,
    moved_up_at: Vec<u64>,
    order: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<&'event TierId>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    weights: BTreeMap<&'event str, NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    draw_at: Option<Timestamp>,
    fit: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_passes: Option<u32>,
    #[serde(flatten)]
    pace: Option<PaceView<'event>>,
    #[serde(skip_serializing_if = "Form::is_empty")]
    form: &'event Form,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TicketTypeView<'event> {
    id: &'event TicketTypeId,
    name: &'event str,
    status: TicketTypeStatus,
    available: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    joining: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offering: Option<&'static str>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
struct CountsView {
    capacity: u64,
    sold: u64,
    held: u64,
    free: u64,
    waiting: u64,
}

impl<'event> EventView<'event> {
    /// What anyone may see.
    pub fn public(stored: &'event EventWithLines, now: Timestamp) -> Self {
        let event = &stored.event;
        let closed = event.is_closed(now);
        let ticket_types = event.ticket_types.iter().zip(&stored.lines);
        Self {
            event_id: &event.id,
            name: event.name.as_str(),
            starts_at: event.starts_at,
            time_zone: &event.time_zone,
            locale: event.locale.as_ref(),
            ticket_types: ticket_types.map(|(kind, line)| TicketTypeView::public(kind, line, closed)).collect(),
            draw: EventDrawView::new(stored),
            waitlist: Some(&event.rules.form).filter(|form| !form.is_empty()).map(|form| WaitlistView::Public { form }),
        }
    }

    /// What the organiser sees: the whole event.
    pub fn whole(stored: &'event EventWithLines, now: Timestamp) -> Self {
        let rules = &stored.event.rules;
        let rules = RulesView {
            join_access: rules.join_access,
            max_size: rules.max_size,
            max_quantity: rules.max_quantity,
            notification_window: rules.notification_window.as_str(),
            purchase_window: rules.purchase_window.as_ref().map(Window::as_str),
            reminder_at: rules.reminder_at.map(ReminderAt::percent),
            moved_up_at: rules.moved_up_at.thresholds().collect(),
            order: rules.order.as_str(),
            tiers: rules.order.tiers(),
            draw_at: rules.order.draw_at(),
            weights: rules.order.weights().iter().map(|tier| (tier.id.as_str(), tier.weight)).collect(),
            fit: rules.fit.as_str(),
            max_passes: rules.fit.max_passes(),
            pace: rules.pace.as_ref().map(PaceView::new),
            form: &rules.form,
        };
        let mut view = Self { waitlist: Some(WaitlistView::Whole(rules)), ..Self::public(stored, now) };
        for (ticket_type, line) in view.ticket_types.iter_mut().zip(&stored.lines) {
            ticket_type.offering = Some(line.offering).filter(|state| *state != Offering::Open).map(Offering::as_str);
            ticket_type.counts = Some(CountsView::new(line));
        }
        view
    }
}

impl<'event> TicketTypeView<'event> {
    fn public(ticket_type: &'event TicketType, line: &Line, closed: bool) -> Self {
        let status = match (closed, line.seats.waitlist_active) {
            (true, _) => TicketTypeStatus::Closed,
            (false, true) => TicketTypeStatus::Waitlist,
            (false, false) => TicketTypeStatus::Available,
        };
        Self {
            id: &ticket_type.id,
            name: ticket_type.name.as_str(),
            status,
            available: line.seats.available(closed),
            joining: Some(line.joining).filter(|joining| *joining != Joining::Open).map(Joining::as_str),
            offering: None,
            counts: None,
        }
    }
}

impl CountsView {
    fn new(line: &Line) -> Self {
        let Seats { capacity, sold, held, free, .. } = line.seats;
        Self { capacity, sold, held, free, waiting: line.numbers.waiting() }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            capacity: self.capacity + other.capacity,
            sold: self.sold + other.sold,
            held: self.held + other.held,
            free: self.free + other.free,
            waiting: self.waiting + other.waiting,
        }
    }
}

/// What became of everybody, by ticket type and in all.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatisticsView<'event> {
    event_id: &'event EventId,
    ticket_types: Vec<LineStatisticsView<'event>>,
    totals: NumbersView,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct LineStatisticsView<'event> {
    ticket_type_id: &'event TicketTypeId,
    #[serde(flatten)]
    numbers: NumbersView,
}

/// Counts now, then counts since the start.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct NumbersView {
    #[serde(flatten)]
    now: CountsView,
    joined: u64,
    offers: u64,
    claimed: u64,
    converted: u64,
    expired: u64,
    declined: u64,
    left: u64,
    withdrawn: u64,
    conversion_rate: Option<f64>,
    #[serde(flatten)]
    funnel: FunnelView,
}

impl<'event> StatisticsView<'event> {
    /// Shows the statistics of an event; `lines` in the order of its ticket types.
    pub fn new(event: &'event Event, lines: &[LineStatistics]) -> Self {
        let by_line = |(ticket_type, line): (&'event TicketType, &LineStatistics)| LineStatisticsView {
            ticket_type_id: &ticket_type.id,
            numbers: Tally::of(line).into(),
        };
        Self {
            event_id: &event.id,
            ticket_types: event.ticket_types.iter().zip(lines).map(by_line).collect(),
            totals: lines.iter().map(Tally::of).fold(Tally::default(), Tally::plus).into(),
        }
    }
}

/// What can be added up over lines; a rate can't.
#[derive(Debug, Clone, Default)]
struct Tally {
    now: CountsView,
    joined: u64,
    claimed: u64,
    left: u64,
    outcomes: Outcomes,
    funnel: Funnel,
}

impl Tally {
    fn of(line: &LineStatistics) -> Self {
        let LineStatistics { joined, claimed, left, ref funnel, .. } = *line;
        let (now, outcomes) = (CountsView::new(&line.line), line.line.seats.outcomes);
        Self { now, joined, claimed, left, outcomes, funnel: funnel.clone() }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            now: self.now.plus(other.now),
            joined: self.joined + other.joined,
            claimed: self.claimed + other.claimed,
            left: self.left + other.left,
            outcomes: Outcomes {
                offers: self.outcomes.offers + other.outcomes.offers,
                converted: self.outcomes.converted + other.outcomes.converted,
                expired: self.outcomes.expired + other.outcomes.expired,
                declined: self.outcomes.declined + other.outcomes.declined,
                left: self.outcomes.left + other.outcomes.left,
                withdrawn: self.outcomes.withdrawn + other.outcomes.withdrawn,
            },
            funnel: self.funnel.plus(other.funnel),
        }
    }
}

impl From<Tally> for NumbersView {
    fn from(tally: Tally) -> Self {
        Self {
            now: tally.now,
            joined: tally.joined,
            offers: tally.outcomes.offers,
            claimed: tally.claimed,
            converted: tally.outcomes.converted,
            expired: tally.outcomes.expired,
            declined: tally.outcomes.declined,
            left: tally.left,
            withdrawn: tally.outcomes.withdrawn,
            conversion_rate: tally.outcomes.conversion_rate(),
            funnel: FunnelView::new(&tally.funnel),
        }
    }
}

/// A lottery's draw: what binds the organiser before it, and a part of what came of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DrawView<'draw> {
    event_id: &'draw EventId,
    ticket_type_id: &'draw TicketTypeId,
    #[serde(serialize_with = "utc")]
    draw_at: Timestamp,
    commitment: &'draw SecretHash,
    tiers: &'draw [TierId],
    status: DrawStatus,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    drawn_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<&'draw str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entrants: Option<u64>,
    entries: Vec<DrawnEntryView<'draw>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum DrawStatus {
    /// The lots are not drawn.
    Open,
    /// They are.
    Drawn,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct DrawnEntryView<'draw> {
    entry_id: &'draw EntryId,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'draw TierId>,
}

impl<'draw> DrawView<'draw> {
    /// Shows the draw of a line; `part` is which part of what was drawn, counted from 0.
    pub fn new(line: &'draw LineId, draw: &'draw PublicDraw, part: u64) -> Self {
        let outcome = draw.outcome.as_ref();
        let entry = |listed: &'draw Listed| DrawnEntryView { entry_id: &listed.entry_id, tier: listed.tier.as_ref() };
        let shown = (part + 1) * DrawLists::ENTRANTS_TO_A_PART as u64;
        Self {
            event_id: &line.event_id,
            ticket_type_id: &line.ticket_type_id,
            draw_at: draw.draw_at,
            commitment: &draw.commitment,
            tiers: &draw.tiers,
            status: if outcome.is_some() { DrawStatus::Drawn } else { DrawStatus::Open },
            drawn_at: outcome.map(|outcome| outcome.listed_at),
            seed: outcome.map(|outcome| outcome.seed.as_str()),
            entrants: outcome.map(|outcome| outcome.entrants),
            entries: outcome.into_iter().flat_map(|outcome| &outcome.part).map(entry).collect(),
            next: outcome.filter(|outcome| shown < outcome.entrants).map(|_| part + 1),
        }
    }
}
