//! Renumbering: an entry gets another number, elsewhere in its line.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::numbers::Lanes;
use waitlist_domain::values::identifier::TierId;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::commands::numbers::{Asker, IssuedNumber, Numbering, issue_number, standing_of_newcomer};
use crate::dynamo::expression::Expression;
use crate::dynamo::item::Item;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::index::position_index::{MARKS_OF_A_MOVE, mark, retire};
use crate::items::entry_item::{NewNumber, stored_entry};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::table::Table;

/// Where in its line an entry goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// To the front, behind entries that were put there earlier.
    Front,
    /// Behind all others of its tier. Behind the whole line if it has no tier.
    End,
    /// To another tier, behind all others there.
    Tier(TierId),
}

/// Who bears a new number after the write that was to give it to an entry.
#[derive(Debug)]
pub(crate) enum Bearer {
    /// The entry does, or the command was done before.
    Entry(Box<Entry>),
    /// Nobody does, now or later.
    Nobody,
    /// Nobody does yet. The entry has not changed, and an earlier attempt may still be under way.
    NobodyYet,
}

impl NewNumber {
    /// Takes a number at the destination, if `may_go` accepts the event as it is then.
    pub(crate) async fn take(
        table: &Table,
        entry: &Entry,
        destination: &Destination,
        may_go: impl Fn(&Event) -> Result<(), Refusal>,
    ) -> Result<Self, Error> {
        Self::take_as(table, entry, destination, Asker::Member, may_go).await
    }

    /// Takes a number at the destination for this kind of asker.
    pub(crate) async fn take_as(
        table: &Table,
        entry: &Entry,
        destination: &Destination,
        asker: Asker,
        may_go: impl Fn(&Event) -> Result<(), Refusal>,
    ) -> Result<Self, Error> {
        let line = &entry.place.line;
        let mut pool_is_closed = false;
        retry(table, RetryBudget::REQUEST, "finding another place for somebody", async || {
            let event = get_event(table, &line.event_id).await?;
            may_go(&event)?;
            let (lane, tier) = destination.of(entry, &event, table.now())?;
            let lane = if pool_is_closed && lane == Lane::Pool { Lane::Common } else { lane };
            let lane = line.lane(lane);
            match take_patiently(table, &event, &lane, asker).await? {
                Numbering::Issued(IssuedNumber { lane, number, lanes }) => {
                    let order = &event.rules.order;
                    let standing = standing_of_newcomer(table, order, &lane, &without(lanes, entry)).await?;
                    let position = standing.position();
                    return Ok(Attempt::Done(Self { lane: lane.lane, number, tier, position }));
                }
                Numbering::Refused(refusal) => return Err(refusal.into()),
                Numbering::PoolClosed => pool_is_closed = true,
                Numbering::EventChanged => {}
            }
            Ok(Attempt::Again)
        })
        .await
    }

    /// Writes the entry `before` with this number. `change` makes the update for the time of each
    /// attempt.
    pub(crate) async fn write(
        &self,
        table: &Table,
        context: &'static str,
        before: &Entry,
        change: impl Fn(Timestamp) -> Expression,
    ) -> Result<Bearer, Error> {
        retry(table, RetryBudget::REQUEST, context, async || {
            let now = table.now();
            let request = change(now).noted_by(table.mandate(), now).update(table, Key::entry(&before.place));
            Ok(Attempt::Done(match send_update(context, request).await? {
                Written::Made(_) => Bearer::Entry(Box::new(self.borne_by(before, now))),
                Written::ConditionFailed(found) => self.bearer(table, before, found)?,
            }))
        })
        .await
    }

    /// Who bears the number after the condition failed and the entry was `found`. It may be our own
    /// write, whose response was lost.
    pub(crate) fn bearer(&self, table: &Table, before: &Entry, found: Option<Item>) -> Result<Bearer, Error> {
        let Some(found) = found.map(stored_entry).transpose()?.filter(|found| found.entry.id == before.id) else {
            return Ok(Bearer::Nobody);
        };
        let is_done = found.is_done_by(table.mandate());
        let entry = found.entry;
        if is_done || (entry.lane == self.lane && entry.number == self.number) {
            return Ok(Bearer::Entry(Box::new(entry)));
        }
        let is_as_read = entry.lane == before.lane && entry.number == before.number && entry.status == before.status;
        Ok(if is_as_read { Bearer::NobodyYet } else { Bearer::Nobody })
    }

    /// The entry as it waits with this number.
    pub(crate) fn borne_by(&self, entry: &Entry, now: Timestamp) -> Entry {
        Entry {
            lane: self.lane.clone(),
            number: self.number,
            numbered_at: now,
            tier: self.tier.clone().or_else(|| entry.tier.clone()),
            status: Status::Waiting,
            offer: None,
            ..entry.clone()
        }
    }

    /// Marks the number that the entry had `before`, or retires the new one if nobody will bear it.
    /// Returns the entry if it bears the new number.
    pub(crate) async fn conclude(self, table: &Table, before: &Entry, bearer: Bearer) -> Result<Option<Entry>, Error> {
        match bearer {
            Bearer::Entry(entry) => {
                mark(table, &before.lane_id(), &[(before.number, MARKS_OF_A_MOVE.to_vec())]).await?;
                Ok(Some(*entry))
            }
            Bearer::Nobody => {
                retire(table, &before.place.line.lane(self.lane), &[self.number]).await?;
                Ok(None)
            }
            Bearer::NobodyYet => Ok(None),
        }
    }
}

impl Destination {
    /// The lane and the tier of an entry at this destination.
    fn of(&self, entry: &Entry, event: &Event, now: Timestamp) -> Result<(Lane, Option<TierId>), Refusal> {
        let order = &event.rules.order;
        // The order may no longer have the tier that the entry had when it ended.
        let present_tier = event.find_tier(entry.tier.as_ref()).unwrap_or_else(|_| order.usual_tier());
        Ok(match self {
            Self::Front => (Lane::Front, entry.tier.clone()),
            Self::End => (order.lane_of(present_tier.as_ref(), now), present_tier),
            Self::Tier(tier) => {
                let tier = event.find_tier(Some(tier)).map_err(|unknown| Refusal::Invalid(vec![unknown]))?;
                (order.lane_of(tier.as_ref(), now), tier)
            }
        })
    }
}

/// The next number of a lane, taken with a retry budget of its own.
async fn take_patiently(table: &Table, event: &Event, lane: &LaneId, asker: Asker) -> Result<Numbering, Error> {
    const CONTEXT: &str = "taking another number for somebody";
    retry(table, RetryBudget::REQUEST, CONTEXT, async || {
        issue_number(table, CONTEXT, event, lane.clone(), asker).await.map(Attempt::Done)
    })
    .await
}

/// The numbers of the line without the number by which the entry still waits.
fn without(mut lanes: Lanes, entry: &Entry) -> Lanes {
    let numbers = lanes.get_mut(&entry.lane).filter(|_| entry.status == Status::Waiting);
    if let Some(numbers) = numbers {
        numbers.issued = numbers.issued.saturating_sub(1);
    }
    lanes
}
