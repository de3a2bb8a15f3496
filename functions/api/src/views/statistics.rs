//! The statistics of an event.

use serde::Serialize;
use waitlist_domain::event::{Event, TicketType};
use waitlist_domain::history::funnel::{Funnel, Stage};
use waitlist_domain::line::seats::Outcomes;
use waitlist_domain::values::identifier::{EventId, TicketTypeId};
use waitlist_store::queries::events::LineStatistics;

use crate::views::counts::CountsView;
use crate::views::funnel::FunnelView;

/// The outcomes of all entries of an event, by ticket type and in total.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatisticsView<'event> {
    event_id: &'event EventId,
    ticket_types: Vec<LineStatisticsView<'event>>,
    totals: NumbersView,
}

/// The statistics of a ticket type.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct LineStatisticsView<'event> {
    ticket_type_id: &'event TicketTypeId,
    #[serde(flatten)]
    numbers: NumbersView,
}

/// The statistics of one or all ticket types: current counts, then counts since the start.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
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
    confirmed: u64,
    ended_unconfirmed: u64,
    conversion_rate: Option<f64>,
    #[serde(flatten)]
    funnel: FunnelView,
}

impl<'event> StatisticsView<'event> {
    /// Shows the statistics of an event. `lines` has the order of the event's ticket types.
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

/// The numbers that can be added up over lines. A rate can't.
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
            confirmed: tally.funnel.total(Stage::Confirmed),
            ended_unconfirmed: tally.funnel.total(Stage::Unconfirmed),
            conversion_rate: tally.outcomes.conversion_rate(),
            funnel: FunnelView::new(&tally.funnel),
        }
    }
}
