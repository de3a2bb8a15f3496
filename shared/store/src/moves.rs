//! Moving somebody who waits to another place of their line.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::identifier::TierId;
use waitlist_domain::lane::Lane;
use waitlist_domain::position_index::Mark;
use waitlist_domain::{Error, Refusal};

use crate::changes::MARKS_OF_A_MOVE;
use crate::entries::entry_at;
use crate::entry_item::{self, StoredEntry, stored_entry};
use crate::events::get_event;
use crate::failure::{WriteFailure, update_failure};
use crate::joining::take_number;
use crate::key::Key;
use crate::line_items::{POOL_CLOSED_AT, lanes_from};
use crate::position_index::mark;
use crate::table::{Attempts, Table};

/// Where somebody is moved to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Before everybody else, behind those who were moved there earlier.
    Front,
    /// Behind everybody else of their tier, or of the line where it has none.
    End,
    /// To another tier, behind everybody there.
    Tier(TierId),
}

/// Moving entries.
#[derive(Debug, Clone)]
pub struct Moves {
    table: Table,
}

/// A number in the lane somebody moves to.
struct NewPlace {
    lane: Lane,
    number: u64,
    tier: Option<TierId>,
}

impl Moves {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Moves an entry that waits. Whoever has the tier already that they are moved to keeps their place.
    pub async fn move_to(&self, stored: &StoredEntry, destination: &Destination) -> Result<Entry, Error> {
        let mut entry = stored.entry.clone();
        let mut attempts = Attempts::new(&self.table);
        loop {
            if entry.status != Status::Waiting {
                return Err(Refusal::NotWaiting { status: entry.status.as_str() }.into());
            }
            if matches!(destination, Destination::Tier(tier) if entry.tier.as_ref() == Some(tier)) {
                return Ok(entry);
            }
            let place = self.new_place(&entry, destination).await?;
            if let Some(moved) = self.write(&entry, &place).await? {
                return Ok(moved);
            }
            let unused = [(place.number, vec![Mark::Gone, Mark::Unused])];
            mark(&self.table, &entry.place.line.lane(place.lane), &unused).await?;
            let current = entry_at(&self.table, &entry.place).await?.map(|stored| stored.entry);
            entry = current.filter(|current| current.id == entry.id).ok_or(Refusal::EntryNotFound)?;
            if !attempts.another().await {
                return Err(Error::Busy { context: "moving an entry" });
            }
        }
    }

    /// Takes a number where the entry is to go.
    async fn new_place(&self, entry: &Entry, destination: &Destination) -> Result<NewPlace, Error> {
        let event = get_event(&self.table, &entry.place.line.event_id).await?;
        let now = self.table.now();
        let order = &event.rules.order;
        let (mut lane, tier) = match destination {
            Destination::Front => (Lane::Front, entry.tier.clone()),
            Destination::End => (order.lane_of(entry.tier.as_ref(), now), entry.tier.clone()),
            Destination::Tier(tier) => {
                let tier = event.find_tier(Some(tier)).map_err(|unknown| Refusal::Invalid(vec![unknown]))?;
                (order.lane_of(tier.as_ref(), now), tier)
            }
        };
        loop {
            match self.take_number(entry, &lane).await? {
                Some(number) => return Ok(NewPlace { lane, number, tier }),
                // The draw is being held: whoever is moved now comes behind those who are in it.
                None => lane = Lane::Common,
            }
        }
    }

    /// The next number of a lane; none where it is the pool and that is closed.
    async fn take_number(&self, entry: &Entry, lane: &Lane) -> Result<Option<u64>, Error> {
        const CONTEXT: &str = "taking a number for somebody who is moved";
        let mut attempts = Attempts::new(&self.table);
        loop {
            let expression = take_number(lane, self.table.now()).when_exists();
            let expression = if *lane == Lane::Pool { expression.when_absent(POOL_CLOSED_AT) } else { expression };
            let request = expression
                .update(&self.table, Key::numbers(&entry.place.line))
                .return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew);
            match request.send().await.map_err(|error| update_failure(CONTEXT, error)) {
                Ok(output) => {
                    let lanes = lanes_from(&output.attributes.unwrap_or_default())?;
                    return Ok(Some(lanes.get(lane).map_or(0, |numbers| numbers.issued)));
                }
                Err(WriteFailure::Condition(Some(_))) => return Ok(None),
                Err(WriteFailure::Condition(None)) => return Err(Refusal::EventNotFound.into()),
                Err(WriteFailure::Conflict) => {}
                Err(WriteFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }

    /// Moves the entry, if it still waits where it was read.
    async fn write(&self, entry: &Entry, place: &NewPlace) -> Result<Option<Entry>, Error> {
        const CONTEXT: &str = "moving an entry";
        let mut attempts = Attempts::new(&self.table);
        loop {
            let (from, to) = ((&entry.lane, entry.number), (&place.lane, place.number));
            let expression = entry_item::move_to(&entry.id, &entry.place.line, from, to, self.table.now());
            let expression = expression.set_if_some("tier", place.tier.as_ref().map(TierId::as_str));
            let request = expression
                .update(&self.table, Key::entry(&entry.place))
                .return_values(aws_sdk_dynamodb::types::ReturnValue::AllNew);
            let current = match request.send().await.map_err(|error| update_failure(CONTEXT, error)) {
                Ok(output) => output.attributes,
                // Our own write, whose answer was lost, or somebody else's.
                Err(WriteFailure::Condition(current)) => current,
                Err(WriteFailure::Conflict) => None,
                Err(WriteFailure::Other(error)) => return Err(error),
            };
            if let Some(current) = current {
                let current = stored_entry(current)?.entry;
                let is_moved = current.id == entry.id && current.lane == place.lane && current.number == place.number;
                if is_moved {
                    let gone = [(entry.number, MARKS_OF_A_MOVE.to_vec())];
                    mark(&self.table, &entry.lane_id(), &gone).await?;
                    return Ok(Some(current));
                }
                return Ok(None);
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }
}
