//! The journal of an event, and the history and explanation of an entry.

use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::entry::Status;
use waitlist_domain::history::journal::{
    CodeDeed, Deed, Delivery, EntryChange, EntryDeed, JournalId, MessageDeed, ReleaseDeed, Row, Rule, SeatsChangeKind,
    SeatsDeed, SteeringDeed,
};
use waitlist_domain::line::lane::{Lane, LaneKind};
use waitlist_domain::line::release::ReleaseStatus;
#[cfg(feature = "openapi")]
use waitlist_domain::line::steering::{Joining, Offering};
#[cfg(feature = "openapi")]
use waitlist_domain::messages::message::NotificationKind;
#[cfg(feature = "openapi")]
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::identifier::{CodeId, EntryId, EventId, ReleaseId, TicketTypeId, TierId};
#[cfg(feature = "openapi")]
use waitlist_domain::values::label::Label;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Timestamp;

use crate::views::entries::ListedEntryView;
use crate::views::moments::{utc, utc_if_any};

/// A page of an event's journal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct JournalView<'page> {
    /// The event's id.
    pub event_id: &'page EventId,
    /// The changes of the page, by time.
    pub rows: Vec<JournalRowView<'page>>,
    /// The cursor of the next page. Absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An entry and its history.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EntryWithHistoryView<'entry> {
    /// The entry.
    #[serde(flatten)]
    pub entry: ListedEntryView<'entry>,
    /// Every change of the entry, oldest first.
    pub history: Vec<JournalRowView<'entry>>,
}

/// Why an entry got its offer when it did, or why it has had none.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExplanationView<'entry> {
    /// The entry's id.
    pub entry_id: &'entry EntryId,
    /// The entry's status.
    pub status: Status,
    /// The explanation, one sentence an element.
    pub explanation: Vec<String>,
}

/// A row of the journal: one change.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct JournalRowView<'row> {
    #[serde(serialize_with = "utc")]
    at: Timestamp,
    by: &'row str,
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Label>"))]
    reason: Option<&'row str>,
    ticket_type_id: Option<&'row TicketTypeId>,
    step: u64,
    #[serde(flatten)]
    deed: DeedView<'row>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(tag = "of", rename_all = "lowercase")]
enum DeedView<'row> {
    Entry(EntryDeedView<'row>),
    Seats(SeatsDeedView),
    Steering(SteeringDeedView<'row>),
    Release(ReleaseDeedView<'row>),
    Event { version: u64 },
    Code(CodeDeedView<'row>),
    Message(MessageDeedView<'row>),
}

#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct EntryDeedView<'row> {
    change: EntryChange,
    entry_id: &'row EntryId,
    rule: Option<Rule>,
    from: Option<Status>,
    tier: Option<&'row TierId>,
    lane: Option<LaneKind>,
    number: Option<u64>,
    quantity: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    expires_at: Option<Timestamp>,
    after_seconds: Option<i64>,
}

impl<'row> EntryDeedView<'row> {
    fn new(deed: &'row EntryDeed) -> Self {
        let lane = deed.lane.as_deref().map_or(Ok(Lane::Common), Lane::parse).ok();
        Self {
            change: deed.change,
            entry_id: &deed.entry_id,
            rule: deed.rule,
            from: deed.from,
            tier: deed.tier.as_ref(),
            lane: lane.filter(|_| deed.number.is_some()).map(|lane| lane.kind()),
            number: deed.number,
            quantity: deed.quantity,
            expires_at: deed.expires_at,
            after_seconds: deed.after.map(|milliseconds| milliseconds.div_euclid(1000)),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct SeatsDeedView {
    change: SeatsChangeKind,
    freed: i64,
    capacity: u64,
    sold: u64,
    held: u64,
    free: u64,
    waitlist_active: bool,
}

impl SeatsDeedView {
    const fn new(deed: &SeatsDeed) -> Self {
        let SeatsDeed { change, freed, capacity, sold, held, free, active } = *deed;
        Self { change, freed, capacity, sold, held, free, waitlist_active: active }
    }
}

#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct SteeringDeedView<'row> {
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Joining>"))]
    joining: Option<&'row str>,
    #[cfg_attr(feature = "openapi", schemars(with = "Option<Offering>"))]
    offering: Option<&'row str>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct ReleaseDeedView<'row> {
    release_id: &'row ReleaseId,
    status: ReleaseStatus,
    quantity: Quantity,
    released: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum CodeChange {
    Created,
    Revoked,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct CodeDeedView<'row> {
    change: CodeChange,
    code_id: &'row CodeId,
    tier: &'row TierId,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct MessageDeedView<'row> {
    entry_id: &'row EntryId,
    #[cfg_attr(feature = "openapi", schemars(with = "NotificationKind"))]
    kind: &'row str,
    #[cfg_attr(feature = "openapi", schemars(with = "Channel"))]
    channel: &'row str,
    outcome: Delivery,
}

impl<'row> JournalRowView<'row> {
    /// Shows a row of an entry's history.
    pub fn new(row: &'row Row) -> Self {
        let deed = match &row.deed {
            Deed::Entry(deed) => DeedView::Entry(EntryDeedView::new(deed)),
            Deed::Seats(deed) => DeedView::Seats(SeatsDeedView::new(deed)),
            Deed::Steering(SteeringDeed { joining, offering }) => {
                DeedView::Steering(SteeringDeedView { joining: joining.as_deref(), offering: offering.as_deref() })
            }
            Deed::Release(ReleaseDeed { release_id, status, quantity, released }) => {
                DeedView::Release(ReleaseDeedView {
                    release_id,
                    status: *status,
                    quantity: *quantity,
                    released: *released,
                })
            }
            Deed::Event(deed) => DeedView::Event { version: deed.version },
            Deed::Code(CodeDeed { code_id, tier, revoked }) => DeedView::Code(CodeDeedView {
                code_id,
                tier,
                change: if *revoked { CodeChange::Revoked } else { CodeChange::Created },
            }),
            Deed::Message(MessageDeed { entry_id, kind, channel, outcome, .. }) => {
                DeedView::Message(MessageDeedView { entry_id, kind, channel, outcome: *outcome })
            }
        };
        Self { at: row.at, by: &row.by, reason: row.why.as_deref(), ticket_type_id: None, step: row.step, deed }
    }

    /// Shows a row of a journal.
    pub fn in_journal(journal: &'row JournalId, row: &'row Row) -> Self {
        Self { ticket_type_id: journal.ticket_type_id.as_ref(), ..Self::new(row) }
    }
}
