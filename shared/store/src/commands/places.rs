//! New places in a line for somebody who has, or had, one there already.

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::{Lane, LaneId};
use waitlist_domain::line::numbers::Lanes;
use waitlist_domain::values::identifier::{LineId, TierId};
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::commands::joining::{standing_of_newcomer, take_number};
use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, number};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::index::position_index::retire;
use crate::items::entry_item::{NewPlace, stored_entry};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::numbers_item::{POOL_CLOSED_AT, lanes_from, numbers_from};
use crate::items::table::Table;

/// Where in their line somebody is to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Before everybody else, behind those who were put there earlier.
    Front,
    /// Behind everybody else of their tier, or of the line where it has none.
    End,
    /// In another tier, behind everybody there.
    Tier(TierId),
}

/// What became of a write that was to put an entry in its new place.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// There it stands, or has stood.
    Stands(Box<Entry>),
    /// It does not, and never will.
    Elsewhere,
    /// It does not, but is as it was read: an earlier attempt at the write may be under way still.
    AsRead,
}

impl NewPlace {
    /// Takes a number where the entry is to go, if the event as it is then `lets` it; nothing where the line hands none
    /// out, for nobody waits and seats are on sale.
    pub(crate) async fn take(
        table: &Table,
        entry: &Entry,
        destination: &Destination,
        lets: impl Fn(&Event) -> Result<(), Refusal>,
    ) -> Result<Option<Self>, Error> {
        let line = &entry.place.line;
        // The draw is being held: whoever comes now stands behind those who are in it.
        let mut is_too_late = false;
        retry(table, RetryBudget::REQUEST, "finding another place for somebody", async || {
            let event = get_event(table, &line.event_id).await?;
            lets(&event)?;
            let (lane, tier) = destination.of(entry, &event, table.now())?;
            let lane = if is_too_late && lane == Lane::Pool { Lane::Common } else { lane };
            match take_number_in(table, &event, line, &lane).await? {
                Taken::Number { number, lanes } => {
                    let (lane_id, lanes) = (line.lane(lane.clone()), without(lanes, entry));
                    let standing = standing_of_newcomer(table, &event.rules.order, &lane_id, &lanes).await?;
                    return Ok(Attempt::Done(Some(Self { lane, number, tier, position: standing.position() })));
                }
                Taken::NothingToWaitFor => return Ok(Attempt::Done(None)),
                Taken::PoolClosed => is_too_late = true,
                Taken::EventChanged => {}
            }
            Ok(Attempt::Again)
        })
        .await
    }

    /// The number was not needed, so that nobody waits for its entry.
    pub(crate) async fn give_back(self, table: &Table, line: &LineId) -> Result<(), Error> {
        retire(table, &self.lane_id(line), &[self.number]).await
    }

    /// Writes an entry that was read as `before` here, under the condition of what `change` makes at each attempt's time;
    /// and what became of that. `context` says for what, should it fail.
    pub(crate) async fn settle(
        &self,
        table: &Table,
        before: &Entry,
        context: &'static str,
        change: impl Fn(Timestamp) -> Expression,
    ) -> Result<Outcome, Error> {
        retry(table, RetryBudget::REQUEST, context, async || {
            let now = table.now();
            let request = change(now).under(table.mandate(), now).update(table, Key::entry(&before.place));
            Ok(Attempt::Done(match send_update(context, request).await? {
                Written::Made(_) => Outcome::Stands(Box::new(self.taken_by(before, now))),
                Written::ConditionFailed(found) => self.outcome(table, before, found)?,
            }))
        })
        .await
    }

    /// What became of the write that was to put the entry here, by how it was `found` when the condition failed: it may
    /// have been our own write, whose answer was lost.
    pub(crate) fn outcome(&self, table: &Table, before: &Entry, found: Option<Item>) -> Result<Outcome, Error> {
        let Some(found) = found.map(stored_entry).transpose()?.filter(|found| found.entry.id == before.id) else {
            return Ok(Outcome::Elsewhere);
        };
        let is_done = found.is_done_by(table.mandate());
        let entry = found.entry;
        if is_done || (entry.lane == self.lane && entry.number == self.number) {
            return Ok(Outcome::Stands(Box::new(entry)));
        }
        let is_as_read = entry.lane == before.lane && entry.number == before.number && entry.status == before.status;
        Ok(if is_as_read { Outcome::AsRead } else { Outcome::Elsewhere })
    }

    /// The entry as it waits there, once that is written.
    pub(crate) fn taken_by(&self, entry: &Entry, now: Timestamp) -> Entry {
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

    fn lane_id(&self, line: &LineId) -> LaneId {
        line.lane(self.lane.clone())
    }
}

impl Destination {
    /// The lane that it is for an entry, and the tier that the entry has there.
    fn of(&self, entry: &Entry, event: &Event, now: Timestamp) -> Result<(Lane, Option<TierId>), Refusal> {
        let order = &event.rules.order;
        // The order may not know the tier any more that somebody had when they left.
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

/// The line's numbers without the one by which the entry still waits.
fn without(mut lanes: Lanes, entry: &Entry) -> Lanes {
    let numbers = lanes.get_mut(&entry.lane).filter(|_| entry.status == Status::Waiting);
    if let Some(numbers) = numbers {
        numbers.issued = numbers.issued.saturating_sub(1);
    }
    lanes
}

enum Taken {
    Number { number: u64, lanes: Lanes },
    NothingToWaitFor,
    PoolClosed,
    EventChanged,
}

/// The next number of a lane, if the event is still as it was read.
async fn take_number_in(table: &Table, event: &Event, line: &LineId, lane: &Lane) -> Result<Taken, Error> {
    const CONTEXT: &str = "taking another number for somebody";
    retry(table, RetryBudget::REQUEST, CONTEXT, async || {
        let expression = take_number(lane, table.now()).when_equal("event_version", event.version);
        let expression = expression.when_equal("open", true);
        let expression = if *lane == Lane::Pool { expression.when_absent(POOL_CLOSED_AT) } else { expression };
        let request = expression.update(table, Key::numbers(line)).return_values(ReturnValue::AllNew);
        let taken = match send_update(CONTEXT, request).await? {
            Written::Made(numbers) => {
                let lanes = lanes_from(&numbers)?;
                Taken::Number { number: lanes.get(lane).map_or(0, |numbers| numbers.issued), lanes }
            }
            Written::ConditionFailed(None) => return Err(Refusal::EventNotFound.into()),
            Written::ConditionFailed(Some(numbers)) => {
                if number::<u64>(&numbers, "event_version")? != event.version {
                    Taken::EventChanged
                } else if numbers_from(&numbers)?.open {
                    Taken::PoolClosed
                } else {
                    Taken::NothingToWaitFor
                }
            }
        };
        Ok(Attempt::Done(taken))
    })
    .await
}
