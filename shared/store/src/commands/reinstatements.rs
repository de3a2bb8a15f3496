//! Reinstatements: an organiser lets somebody wait again whose entry has ended without a sale.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::{Error, Refusal};

use crate::commands::places::{Destination, Outcome};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::index::position_index::{MARKS_OF_A_MOVE, mark};
use crate::items::entry_item::{self, NewPlace, StoredEntry};
use crate::items::table::Table;
use crate::queries::entries::reread;

/// Reinstating entries.
#[derive(Debug, Clone)]
pub struct Reinstatements {
    table: Table,
}

impl Reinstatements {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Lets the entry wait again, there, with a new number. Whoever has joined anew since has another entry, which keeps
    /// the place.
    pub async fn reinstate(&self, stored: &StoredEntry, destination: &Destination) -> Result<Entry, Error> {
        let mut stored = stored.clone();
        retry(&self.table, RetryBudget::REQUEST, "reinstating an entry", async || {
            let entry = &stored.entry;
            if stored.is_done_by(self.table.mandate()) {
                return Ok(Attempt::Done(entry.clone()));
            }
            entry.reinstate()?;
            let lets = |event: &Event| {
                let has_line = event.line(&entry.place.line.ticket_type_id).is_ok();
                if has_line && !event.is_closed(self.table.now()) { Ok(()) } else { Err(Refusal::WaitlistClosed) }
            };
            let place = NewPlace::take(&self.table, entry, destination, lets).await?;
            let place = place.ok_or(Refusal::TicketsAvailable)?;
            match self.write(entry, &place).await? {
                Outcome::Stands(reinstated) => {
                    mark(&self.table, &entry.lane_id(), &[(entry.number, MARKS_OF_A_MOVE.to_vec())]).await?;
                    return Ok(Attempt::Done(*reinstated));
                }
                Outcome::Elsewhere => place.give_back(&self.table, &entry.place.line).await?,
                Outcome::AsRead => {}
            }
            stored = reread(&self.table, &stored).await?;
            Ok(Attempt::Again)
        })
        .await
    }

    /// Puts the entry back, if it is still as it was read.
    async fn write(&self, entry: &Entry, place: &NewPlace) -> Result<Outcome, Error> {
        let waits_again = |now| entry_item::wait_again(entry, &Status::MAY_REJOIN, place, now);
        place.settle(&self.table, entry, "reinstating an entry", waits_again).await
    }
}
