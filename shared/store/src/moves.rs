//! Moving somebody who waits to another place of their line.

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::identifier::TierId;
use waitlist_domain::{Error, Refusal};

use crate::changes::MARKS_OF_A_MOVE;
use crate::entries::reread;
use crate::entry_item::{self, StoredEntry, stored_entry};
use crate::events::get_event;
use crate::failure::{WriteFailure, update_failure};
use crate::key::Key;
pub use crate::places::Destination;
use crate::places::NewPlace;
use crate::position_index::mark;
use crate::table::{Attempts, Table};

/// Moving entries.
#[derive(Debug, Clone)]
pub struct Moves {
    table: Table,
}

impl Moves {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Moves an entry that waits. Whoever has the tier already that they are moved to keeps their place.
    pub async fn move_to(&self, stored: &StoredEntry, destination: &Destination) -> Result<Entry, Error> {
        let mut stored = stored.clone();
        let mut attempts = Attempts::new(&self.table);
        loop {
            let entry = &stored.entry;
            if stored.is_done_by(self.table.mandate()) {
                return Ok(stored.entry);
            }
            if entry.status != Status::Waiting {
                return Err(Refusal::NotWaiting { status: entry.status.as_str() }.into());
            }
            if matches!(destination, Destination::Tier(tier) if entry.tier.as_ref() == Some(tier)) {
                return Ok(stored.entry);
            }
            let event = get_event(&self.table, &entry.place.line.event_id).await?;
            // Without a place nobody waits any more, the entry neither.
            if let Some(place) = NewPlace::take(&self.table, &event, entry, destination).await? {
                if let Some(moved) = self.write(entry, &place).await? {
                    return Ok(moved);
                }
                place.give_back(&self.table, &entry.place.line).await?;
            }
            stored = reread(&self.table, &stored).await?;
            if !attempts.another().await {
                return Err(Error::Busy { context: "moving an entry" });
            }
        }
    }

    /// Moves the entry, if it still waits where it was read.
    async fn write(&self, entry: &Entry, place: &NewPlace) -> Result<Option<Entry>, Error> {
        const CONTEXT: &str = "moving an entry";
        let mut attempts = Attempts::new(&self.table);
        loop {
            let (from, to) = ((&entry.lane, entry.number), (&place.lane, place.number));
            let now = self.table.now();
            let expression = entry_item::move_to(&entry.id, &entry.place.line, from, to, now);
            let request = expression
                .set_if_some("tier", place.tier.as_ref().map(TierId::as_str))
                .under(self.table.mandate(), now)
                .update(&self.table, Key::entry(&entry.place))
                .return_values(ReturnValue::AllNew);
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
