//! What answers show of the journal, of an entry's history, and of its sums, exactly as docs/api.md has it.

use std::collections::BTreeMap;

use serde::Serialize;
use waitlist_domain::entry::Status;
use waitlist_domain::history::funnel::{Funnel, Stage, Wait};
use waitlist_domain::history::journal::{
    CodeDeed, Deed, EntryDeed, JournalId, MessageDeed, MessageOutcome, ReleaseDeed, Row, Rule, SeatsChangeKind,
    SeatsDeed, SteeringDeed,
};
use waitlist_domain::history::waiting_times::WaitingTimes;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::release::ReleaseStatus;
use waitlist_domain::values::identifier::{CodeId, EntryId, EventId, ReleaseId, TicketTypeId, TierId};
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Timestamp;

use crate::views::answers::{ListedEntryView, utc, utc_if_any};

/// A page of an event's journal.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalView<'page> {
    /// Of which event.
    pub event_id: &'page EventId,
    /// What was changed, by time.
    pub rows: Vec<JournalRowView<'page>>,
    /// The cursor of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An entry and all that was done to it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EntryWithHistoryView<'entry> {
    /// The entry.
    #[serde(flatten)]
    pub entry: ListedEntryView<'entry>,
    /// What was done to it, in order.
    pub history: Vec<JournalRowView<'entry>>,
}

/// Why an entry was offered seats when it was, or has not been.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExplanationView<'entry> {
    /// Which.
    pub entry_id: &'entry EntryId,
    /// Where it stands.
    pub status: Status,
    /// Sentences.
    pub explanation: Vec<String>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct JournalRowView<'row> {
    #[serde(serialize_with = "utc")]
    at: Timestamp,
    by: &'row str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'row str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket_type_id: Option<&'row TicketTypeId>,
    step: u64,
    #[serde(flatten)]
    deed: DeedView<'row>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
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

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct EntryDeedView<'row> {
    change: &'static str,
    entry_id: &'row EntryId,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<Rule>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Status>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'row TierId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lane: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<Quantity>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after_seconds: Option<i64>,
}

impl<'row> EntryDeedView<'row> {
    fn new(deed: &'row EntryDeed) -> Self {
        let lane = deed.lane.as_deref().map_or(Ok(Lane::Common), Lane::parse).ok();
        Self {
            change: deed.change.as_str(),
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

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct SteeringDeedView<'row> {
    #[serde(skip_serializing_if = "Option::is_none")]
    joining: Option<&'row str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offering: Option<&'row str>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ReleaseDeedView<'row> {
    release_id: &'row ReleaseId,
    status: ReleaseStatus,
    quantity: Quantity,
    released: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeDeedView<'row> {
    change: &'static str,
    code_id: &'row CodeId,
    tier: &'row TierId,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageDeedView<'row> {
    entry_id: &'row EntryId,
    kind: &'row str,
    channel: &'row str,
    outcome: MessageOutcome,
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
            Deed::Code(CodeDeed { code_id, tier, revoked }) => {
                DeedView::Code(CodeDeedView { code_id, tier, change: if *revoked { "revoked" } else { "created" } })
            }
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

/// What became of those who joined, by tier, and how long things took.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FunnelView {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tiers: Vec<TierFunnelView>,
    time_to_offer: TimesView,
    time_to_claim: TimesView,
    time_to_convert: TimesView,
    seats_refilled: u64,
    messages: MessagesView,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TierFunnelView {
    tier: TierId,
    joined: u64,
    offers: u64,
    claimed: u64,
    converted: u64,
    expired: u64,
    declined: u64,
    left: u64,
    removed: u64,
    withdrawn: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct TimesView {
    count: u64,
    median_seconds: Option<Seconds>,
    percentile90_seconds: Option<Seconds>,
}

/// A length of time, as exact as it is worth telling: of less than 100 seconds to the hundredth, and else in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
enum Seconds {
    Whole(i64),
    Fraction(f64),
}

impl Seconds {
    /// From milliseconds, rounded to the nearest.
    fn nearest(milliseconds: i64) -> Self {
        let hundredths = milliseconds.saturating_add(5).div_euclid(10);
        match i32::try_from(hundredths) {
            Ok(hundredths @ ..10_000) if hundredths % 100 != 0 => Self::Fraction(f64::from(hundredths) / 100.0),
            Ok(hundredths @ ..10_000) => Self::Whole(i64::from(hundredths / 100)),
            _ => Self::Whole(milliseconds.saturating_add(500).div_euclid(1000)),
        }
    }
}

impl TimesView {
    fn new(times: Option<&WaitingTimes>) -> Self {
        let seconds = |percent| times.and_then(|times| times.percentile(percent)).map(Seconds::nearest);
        Self {
            count: times.map_or(0, WaitingTimes::total),
            median_seconds: seconds(50),
            percentile90_seconds: seconds(90),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct MessagesView {
    sent: u64,
    failed: u64,
    withheld: u64,
}

impl FunnelView {
    /// Shows the sums of a journal, or of several.
    pub fn new(funnel: &Funnel) -> Self {
        let tier = |(tier, stages): (&Option<TierId>, &BTreeMap<Stage, u64>)| {
            let count = |stage| stages.get(&stage).copied().unwrap_or(0);
            tier.clone().map(|tier| TierFunnelView {
                tier,
                joined: count(Stage::Joined),
                offers: count(Stage::Offers),
                claimed: count(Stage::Claimed),
                converted: count(Stage::Converted),
                expired: count(Stage::Expired),
                declined: count(Stage::Declined),
                left: count(Stage::Left),
                removed: count(Stage::Removed),
                withdrawn: count(Stage::Withdrawn),
            })
        };
        let times = |wait| TimesView::new(funnel.waits.get(&wait));
        Self {
            tiers: funnel.stages.iter().filter_map(tier).collect(),
            time_to_offer: times(Wait::Offer),
            time_to_claim: times(Wait::Claim),
            time_to_convert: times(Wait::Convert),
            seats_refilled: funnel.seats_refilled,
            messages: MessagesView {
                sent: funnel.messages_sent,
                failed: funnel.messages_failed,
                withheld: funnel.messages_withheld,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use waitlist_domain::history::waiting_times::TimeClass;

    use super::*;

    fn told(milliseconds: i64) -> serde_json::Value {
        let mut times = WaitingTimes::default();
        times.count(TimeClass::of(milliseconds), 1);
        serde_json::to_value(TimesView::new(Some(&times))).expect("plain numbers")["medianSeconds"].clone()
    }

    #[test]
    fn short_times_are_told_to_the_hundredth_of_a_second_and_others_in_whole_ones() {
        for (milliseconds, seconds) in [
            (0, json!(0)),
            (994, json!(0.99)),
            (995, json!(1)),
            (1_094, json!(1.09)),
            (99_994, json!(99.99)),
            (99_995, json!(100)),
            (100_499, json!(100)),
            (100_500, json!(101)),
            (i64::MAX, json!(i64::MAX / 1000)),
        ] {
            assert_eq!(json!(Seconds::nearest(milliseconds)), seconds, "{milliseconds}");
        }
    }

    #[test]
    fn less_than_a_second_is_told_as_half_a_second() {
        assert_eq!((told(0), told(999)), (json!(0.5), json!(0.5)));
    }

    proptest! {
        #[test]
        fn from_a_second_on_what_is_told_is_within_a_tenth_of_the_truth(milliseconds in 1_000_i64..1_000_000) {
            let told = told(milliseconds).as_f64().expect("a number") * 1000.0;
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            let truth = milliseconds as f64;
            prop_assert!((told - truth).abs() <= truth / 10.0, "{told} instead of {truth}");
        }
    }
}
