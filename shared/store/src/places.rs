//! New places in a line for somebody who has, or had, one there already.

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::identifier::{LineId, TierId};
use waitlist_domain::lane::{Lane, LaneId};
use waitlist_domain::time::Timestamp;
use waitlist_domain::{Error, Refusal};

use crate::failure::{WriteFailure, update_failure};
use crate::joining::take_number;
use crate::key::Key;
use crate::line_items::{POOL_CLOSED_AT, lanes_from, numbers_from};
use crate::position_index::retire;
use crate::table::{Attempts, Table};

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

/// A number that was taken for somebody, and is theirs once their entry bears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewPlace {
    pub(crate) lane: Lane,
    pub(crate) number: u64,
    pub(crate) tier: Option<TierId>,
}

impl NewPlace {
    /// Takes a number where the entry is to go; nothing where the line hands none out, for nobody waits and seats are
    /// on sale.
    pub(crate) async fn take(
        table: &Table,
        event: &Event,
        entry: &Entry,
        destination: &Destination,
    ) -> Result<Option<Self>, Error> {
        let order = &event.rules.order;
        // The order may not know the tier any more that somebody had when they left.
        let present_tier = event.find_tier(entry.tier.as_ref()).unwrap_or_else(|_| order.usual_tier());
        let (mut lane, tier) = match destination {
            Destination::Front => (Lane::Front, entry.tier.clone()),
            Destination::End => (order.lane_of(present_tier.as_ref(), table.now()), present_tier),
            Destination::Tier(tier) => {
                let tier = event.find_tier(Some(tier)).map_err(|unknown| Refusal::Invalid(vec![unknown]))?;
                (order.lane_of(tier.as_ref(), table.now()), tier)
            }
        };
        loop {
            match take_number_in(table, &entry.place.line, &lane).await? {
                Taken::Number(number) => return Ok(Some(Self { lane, number, tier })),
                Taken::NothingToWaitFor => return Ok(None),
                // The draw is being held: whoever comes now stands behind those who are in it.
                Taken::PoolClosed => lane = Lane::Common,
            }
        }
    }

    /// The number was not needed, so that nobody waits for its entry.
    pub(crate) async fn give_back(self, table: &Table, line: &LineId) -> Result<(), Error> {
        retire(table, &self.lane_id(line), &[self.number]).await
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

enum Taken {
    Number(u64),
    NothingToWaitFor,
    PoolClosed,
}

/// The next number of a lane.
async fn take_number_in(table: &Table, line: &LineId, lane: &Lane) -> Result<Taken, Error> {
    const CONTEXT: &str = "taking another number for somebody";
    let mut attempts = Attempts::new(table);
    loop {
        let expression = take_number(lane, table.now()).when_equal("open", true);
        let expression = if *lane == Lane::Pool { expression.when_absent(POOL_CLOSED_AT) } else { expression };
        let request = expression.update(table, Key::numbers(line)).return_values(ReturnValue::AllNew);
        match request.send().await.map_err(|error| update_failure(CONTEXT, error)) {
            Ok(output) => {
                let lanes = lanes_from(&output.attributes.unwrap_or_default())?;
                return Ok(Taken::Number(lanes.get(lane).map_or(0, |numbers| numbers.issued)));
            }
            Err(WriteFailure::Condition(Some(numbers))) => {
                let is_open = numbers_from(&numbers)?.open;
                return Ok(if is_open { Taken::PoolClosed } else { Taken::NothingToWaitFor });
            }
            Err(WriteFailure::Condition(None)) => return Err(Refusal::EventNotFound.into()),
            Err(WriteFailure::Conflict) => {}
            Err(WriteFailure::Other(error)) => return Err(error),
        }
        if !attempts.another().await {
            return Err(Error::Busy { context: CONTEXT });
        }
    }
}
