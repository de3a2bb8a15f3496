//! Withdrawals: an organiser takes an offer back, and its customer waits again.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::seats::Seats;
use waitlist_domain::{Error, Refusal};

use crate::changes::MARKS_OF_A_MOVE;
use crate::entries::reread;
use crate::entry_item::{self, StoredEntry};
use crate::events::get_event;
use crate::failure::TransactionFailure;
use crate::key::Key;
use crate::line_items::write_seats;
use crate::places::{Destination, NewPlace};
use crate::position_index::mark;
use crate::table::{Attempts, Table};
use crate::transaction;

/// Taking offers back.
#[derive(Debug, Clone)]
pub struct Withdrawals {
    table: Table,
}

impl Withdrawals {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Takes a live offer back; its customer waits there with a new number, and its seats are free for whoever is next.
    pub async fn withdraw(&self, stored: &StoredEntry, destination: &Destination) -> Result<Entry, Error> {
        let mut stored = stored.clone();
        let mut attempts = Attempts::new(&self.table);
        loop {
            let entry = &stored.entry;
            if stored.is_done_by(self.table.mandate()) {
                return Ok(stored.entry);
            }
            entry.withdraw(self.table.now())?;
            let event = get_event(&self.table, &entry.place.line.event_id).await?;
            let place = NewPlace::take(&self.table, &event, entry, destination).await?;
            // Its number, not gone before the entry has it, keeps the line's claim on the seats.
            let place = place.ok_or(Refusal::TicketsAvailable)?;
            if let Some(withdrawn) = self.write(entry, &place).await? {
                mark(&self.table, &entry.lane_id(), &[(entry.number, MARKS_OF_A_MOVE.to_vec())]).await?;
                return Ok(withdrawn);
            }
            place.give_back(&self.table, &entry.place.line).await?;
            stored = reread(&self.table, &stored).await?;
            if !attempts.another().await {
                return Err(Error::Busy { context: "withdrawing an offer" });
            }
        }
    }

    /// Takes the offer back; nothing if the stored items were not as expected.
    async fn write(&self, entry: &Entry, place: &NewPlace) -> Result<Option<Entry>, Error> {
        let line = &entry.place.line;
        let now = self.table.now();
        let quantity = entry.offer.as_ref().map_or(entry.quantity, |offer| offer.quantity);
        let update = entry_item::wait_again(entry, &[Status::Offered, Status::Claimed], place, now);
        let update = update.when_more_than("expires_at", now).under(self.table.mandate(), now);
        let mut items = vec![update.in_transaction(&self.table, Key::entry(&entry.place))];
        items.extend(write_seats(&self.table, line, &Seats::withdraw_offer(quantity), now));
        match transaction::write(&self.table, "withdrawing an offer", items).await {
            Ok(()) => Ok(Some(place.taken_by(entry, now))),
            Err(TransactionFailure::Conditions(_) | TransactionFailure::Conflict) => Ok(None),
            Err(TransactionFailure::Other(error)) => Err(error),
        }
    }
}
