//! Moving somebody who waits to another place of their line.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::values::identifier::TierId;
use waitlist_domain::{Error, Refusal};

pub use crate::commands::places::Destination;
use crate::commands::places::Outcome;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::index::position_index::{MARKS_OF_A_MOVE, mark};
use crate::items::entry_item::{self, NewPlace, StoredEntry};
use crate::items::table::Table;
use crate::queries::entries::reread;

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
        retry(&self.table, RetryBudget::REQUEST, "moving an entry", async || {
            let entry = &stored.entry;
            if stored.is_done_by(self.table.mandate()) {
                return Ok(Attempt::Done(entry.clone()));
            }
            if entry.status != Status::Waiting {
                return Err(Refusal::NotWaiting { status: entry.status.as_str() }.into());
            }
            if matches!(destination, Destination::Tier(tier) if entry.tier.as_ref() == Some(tier)) {
                return Ok(Attempt::Done(entry.clone()));
            }
            // Without a place nobody waits any more, the entry neither.
            if let Some(place) = NewPlace::take(&self.table, entry, destination, |_| Ok(())).await? {
                match self.write(entry, &place).await? {
                    Outcome::Stands(moved) => {
                        mark(&self.table, &entry.lane_id(), &[(entry.number, MARKS_OF_A_MOVE.to_vec())]).await?;
                        return Ok(Attempt::Done(*moved));
                    }
                    Outcome::Elsewhere => place.give_back(&self.table, &entry.place.line).await?,
                    Outcome::AsRead => {}
                }
            }
            stored = reread(&self.table, &stored).await?;
            Ok(Attempt::Again)
        })
        .await
    }

    /// Moves the entry, if it still waits where it was read.
    async fn write(&self, entry: &Entry, place: &NewPlace) -> Result<Outcome, Error> {
        let (from, to) = ((&entry.lane, entry.number), (&place.lane, place.number));
        let moved = |now| {
            entry_item::move_to(&entry.id, &entry.place.line, from, to, now)
                .set_if_some("tier", place.tier.as_ref().map(TierId::as_str))
                .set_or_remove("joined_position", place.position)
        };
        place.settle(&self.table, entry, "moving an entry", moved).await
    }
}
