//! Withdrawals: an organiser takes an offer back, and its customer waits again.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::line::seats::Seats;
use waitlist_domain::{Error, Refusal};

use crate::commands::places::{Destination, Outcome};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact_in_time};
use crate::index::position_index::{MARKS_OF_A_MOVE, mark};
use crate::items::entry_item::{self, NewPlace, StoredEntry};
use crate::items::key::Key;
use crate::items::seats_item::write_seats;
use crate::items::table::Table;
use crate::queries::entries::reread;

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
        retry(&self.table, RetryBudget::REQUEST, "withdrawing an offer", async || {
            let entry = &stored.entry;
            if stored.is_done_by(self.table.mandate()) {
                return Ok(Attempt::Done(entry.clone()));
            }
            entry.withdraw(self.table.now())?;
            let place = NewPlace::take(&self.table, entry, destination, |_| Ok(())).await?;
            // Its number, not gone before the entry has it, keeps the line's claim on the seats.
            let place = place.ok_or(Refusal::TicketsAvailable)?;
            match self.write(entry, &place).await? {
                Outcome::Stands(withdrawn) => {
                    mark(&self.table, &entry.lane_id(), &[(entry.number, MARKS_OF_A_MOVE.to_vec())]).await?;
                    return Ok(Attempt::Done(*withdrawn));
                }
                Outcome::Elsewhere => place.give_back(&self.table, &entry.place.line).await?,
                Outcome::AsRead => {}
            }
            stored = reread(&self.table, &stored).await?;
            Ok(Attempt::Again)
        })
        .await
    }

    /// Takes the offer back, if it is still the one that was read, and live.
    async fn write(&self, entry: &Entry, place: &NewPlace) -> Result<Outcome, Error> {
        const CONTEXT: &str = "withdrawing an offer";
        let line = &entry.place.line;
        let quantity = entry.offer.as_ref().map_or(entry.quantity, |offer| offer.quantity);
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let now = self.table.now();
            let update = entry_item::wait_again(entry, &[Status::Offered, Status::Claimed], place, now);
            let update = update.when_more_than("expires_at", now).under(self.table.mandate(), now);
            let mut items = vec![update.in_transaction(&self.table, Key::entry(&entry.place))];
            items.extend(write_seats(&self.table, line, &Seats::withdraw_offer(quantity), now));
            Ok(Attempt::Done(match transact_in_time(&self.table, CONTEXT, items).await? {
                Transacted::Made => Outcome::Stands(Box::new(place.taken_by(entry, now))),
                Transacted::ConditionsFailed(failed) => match failed.into_iter().next().flatten() {
                    Some(of_entry) => place.outcome(&self.table, entry, of_entry.item)?,
                    // Where another condition failed the entry is as it was.
                    None => Outcome::AsRead,
                },
            }))
        })
        .await
    }
}
