//! Events: the public view, and the whole event.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::event::join_challenge::JoinChallenge;
use waitlist_domain::event::reminder::ReminderAt;
use waitlist_domain::event::retention::Retention;
use waitlist_domain::event::{JoinAccess, MaxOffers, MaxPlaces, Proof, TicketType, WaitlistRules};
use waitlist_domain::form::Form;
use waitlist_domain::line::about_as_many::about;
use waitlist_domain::line::fit::FitKind;
use waitlist_domain::line::moved_up::MovedUpAt;
use waitlist_domain::line::order::OrderKind;
use waitlist_domain::line::steering::{Joining, Offering};
use waitlist_domain::line::turns::Weight;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EventId, TicketTypeId, TierId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_domain::values::time::{Timestamp, Window};
use waitlist_store::Line;
use waitlist_store::queries::events::EventWithLines;

use crate::views::counts::CountsView;
use crate::views::draws::DrawStatus;
use crate::views::event_details::EventDetailsView;
use crate::views::moments::{utc, utc_if_any};
use crate::views::releases::PaceView;

/// How long a cache may keep the public view of an event, as the header `Cache-Control` says it.
pub const KEPT_BY_CACHES: &str = "public, max-age=5";

/// A page of events.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventListView<'page> {
    /// The events of the page, with the organiser's details.
    pub events: Vec<EventView<'page>>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An event: the public view, or the view with the organiser's details.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EventView<'event> {
    event_id: &'event EventId,
    name: &'event Label,
    #[serde(serialize_with = "utc")]
    starts_at: Timestamp,
    #[cfg_attr(feature = "openapi", schemars(with = "waitlist_domain::values::time_zone::ZoneName"))]
    time_zone: &'event str,
    locale: Option<&'event LanguageTag>,
    #[serde(flatten)]
    details: EventDetailsView<'event>,
    ticket_types: Vec<TicketTypeView<'event>>,
    draw: Option<EventDrawView<'event>>,
    /// The beginnings of the phone numbers that text messages go to. Shown with a single event.
    sms_countries: Option<&'event [String]>,
    waitlist: WaitlistView<'event>,
}

/// The time of a lottery's draw, and the organiser's commitments to the seeds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct EventDrawView<'event> {
    #[serde(serialize_with = "utc")]
    draw_at: Timestamp,
    /// The commitment of the first ticket type.
    #[serde(skip_serializing_if = "Option::is_none")]
    commitment: Option<&'event SecretHash>,
    ticket_types: Vec<CommitmentView<'event>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
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

/// The waitlist's rules as the caller may see them.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(untagged)]
enum WaitlistView<'event> {
    /// The public view: what people ask, and what a join must bring.
    Public(PublicRulesView<'event>),
    /// The organiser's view: all rules.
    Whole(RulesView<'event>),
}

/// The rules that people ask about before they join.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct PublicRulesView<'event> {
    join_access: JoinAccess,
    join_challenge: Option<JoinChallenge>,
    proof: Proof,
    confirm_within: &'event Window,
    max_quantity: Quantity,
    notification_window: &'event Window,
    #[serialize_always]
    purchase_window: Option<&'event Window>,
    fit: FitKind,
    #[serde(skip_serializing_if = "Form::is_empty")]
    form: &'event Form,
    retention: &'event Retention,
}

impl<'event> PublicRulesView<'event> {
    fn new(rules: &'event WaitlistRules) -> Self {
        Self {
            join_access: rules.join_access,
            join_challenge: rules.join_challenge,
            proof: rules.proof,
            confirm_within: &rules.confirm_within,
            max_quantity: rules.max_quantity,
            notification_window: &rules.notification_window,
            purchase_window: rules.purchase_window.as_ref(),
            fit: rules.fit.kind(),
            form: &rules.form,
            retention: &rules.retention,
        }
    }
}

/// The rules of a waitlist.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct RulesView<'event> {
    join_access: JoinAccess,
    join_challenge: Option<JoinChallenge>,
    proof: Proof,
    confirm_within: &'event Window,
    #[cfg_attr(feature = "openapi", schemars(with = "waitlist_domain::event::MaxSize"))]
    max_size: u64,
    max_quantity: Quantity,
    max_offers: MaxOffers,
    max_places: MaxPlaces,
    one_place_per_mailbox: bool,
    notification_window: &'event Window,
    #[serialize_always]
    purchase_window: Option<&'event Window>,
    #[serialize_always]
    reminder_at: Option<ReminderAt>,
    moved_up_at: &'event MovedUpAt,
    order: OrderKind,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<&'event TierId>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    weights: BTreeMap<&'event str, Weight>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    draw_at: Option<Timestamp>,
    fit: FitKind,
    #[cfg_attr(feature = "openapi", schemars(with = "Option<waitlist_domain::line::fit::MaxPasses>"))]
    max_passes: Option<u32>,
    #[serde(flatten)]
    #[serialize_always]
    pace: Option<PaceView<'event>>,
    #[serde(skip_serializing_if = "Form::is_empty")]
    form: &'event Form,
    retention: &'event Retention,
}

/// A ticket type. Only the organiser sees the numbers of seats, and exactly how many wait.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct TicketTypeView<'event> {
    id: &'event TicketTypeId,
    name: &'event Label,
    status: TicketTypeStatus,
    available: u64,
    joining: Option<Joining>,
    offering: Option<Offering>,
    /// About how many wait, in the public view. The organiser's counts say it exactly.
    waiting: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    counts: Option<CountsView>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum TicketTypeStatus {
    /// Seats are on sale.
    Available,
    /// The line has a claim on the free seats. Customers join it.
    Waitlist,
    /// The event has begun.
    Closed,
}

impl<'event> EventView<'event> {
    /// The public view of an event.
    pub fn public(stored: &'event EventWithLines, now: Timestamp) -> Self {
        let event = &stored.event;
        let closed = event.is_closed(now);
        let ticket_types = event.ticket_types.iter().zip(&stored.lines);
        Self {
            event_id: &event.id,
            name: &event.name,
            starts_at: event.starts_at,
            time_zone: &event.time_zone,
            locale: event.locale.as_ref(),
            details: EventDetailsView::new(&event.details),
            ticket_types: ticket_types.map(|(kind, line)| TicketTypeView::public(kind, line, closed)).collect(),
            draw: EventDrawView::new(stored),
            sms_countries: None,
            waitlist: WaitlistView::Public(PublicRulesView::new(&event.rules)),
        }
    }

    /// The organiser's view: the whole event.
    pub fn whole(stored: &'event EventWithLines, now: Timestamp) -> Self {
        let rules = &stored.event.rules;
        let rules = RulesView {
            join_access: rules.join_access,
            join_challenge: rules.join_challenge,
            proof: rules.proof,
            confirm_within: &rules.confirm_within,
            max_size: rules.max_size,
            max_quantity: rules.max_quantity,
            max_offers: rules.max_offers,
            max_places: rules.max_places,
            one_place_per_mailbox: rules.one_place_per_mailbox,
            notification_window: &rules.notification_window,
            purchase_window: rules.purchase_window.as_ref(),
            reminder_at: rules.reminder_at,
            moved_up_at: &rules.moved_up_at,
            order: rules.order.kind(),
            tiers: rules.order.tiers(),
            draw_at: rules.order.draw_at(),
            weights: rules.order.weights().iter().map(|tier| (tier.id.as_str(), tier.weight)).collect(),
            fit: rules.fit.kind(),
            max_passes: rules.fit.max_passes(),
            pace: rules.pace.as_ref().map(PaceView::new),
            form: &rules.form,
            retention: &rules.retention,
        };
        let mut view = Self { waitlist: WaitlistView::Whole(rules), ..Self::public(stored, now) };
        for (ticket_type, line) in view.ticket_types.iter_mut().zip(&stored.lines) {
            ticket_type.offering = Some(line.offering).filter(|state| *state != Offering::Open);
            ticket_type.waiting = None;
            ticket_type.counts = Some(CountsView::new(line));
        }
        view
    }

    /// The same view with the countries that text messages go to.
    pub fn with_sms_countries(self, countries: &'event SmsCountries) -> Self {
        Self { sms_countries: Some(countries.beginnings()), ..self }
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
            name: &ticket_type.name,
            status,
            available: line.seats.available(closed),
            joining: Some(line.joining).filter(|joining| *joining != Joining::Open),
            offering: None,
            waiting: Some(about(line.numbers.waiting())),
            counts: None,
        }
    }
}
