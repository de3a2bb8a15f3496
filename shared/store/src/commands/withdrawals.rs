//! Withdrawals: an organiser takes an offer back, and its customer waits again.

use waitlist_domain::Error;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::line::seats::Seats;

use crate::commands::entry_commands::do_once;
use crate::commands::renumbering::{Bearer, Destination};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::transaction::{Transacted, transact_in_time};
use crate::items::entry_item::{self, NewNumber, StoredEntry};
use crate::items::key::Key;
use crate::items::seats_item::{Preconditions, write_seats};
use crate::items::table::Table;

const CONTEXT: &str = "withdrawing an offer";

/// Withdraws offers.
#[derive(Debug, Clone)]
pub struct Withdrawals {
    table: Table,
}

impl Withdrawals {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Withdraws a live offer. Its entry waits at the destination with a new number, and its seats
    /// are free for the next.
    pub async fn withdraw(&self, stored: &StoredEntry, destination: &Destination) -> Result<Entry, Error> {
        do_once(&self.table, CONTEXT, stored, async |entry| {
            entry.withdraw(self.table.now())?;
            // The new number is not gone, so the line keeps its claim on the seats until the entry
            // has it.
            let new = NewNumber::take(&self.table, entry, destination, |_| Ok(())).await?;
            let bearer = self.write(entry, &new).await?;
            new.conclude(&self.table, entry, bearer).await
        })
        .await
    }

    /// Withdraws the offer, if it is still live and the one that was read.
    async fn write(&self, entry: &Entry, new: &NewNumber) -> Result<Bearer, Error> {
        let line = &entry.place.line;
        let quantity = entry.offer.as_ref().map_or(entry.applicant.quantity, |offer| offer.quantity);
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let now = self.table.now();
            let update = entry_item::wait_again(entry, &[Status::Offered, Status::Claimed], new, now);
            let update = update.when_more_than("expires_at", now).noted_by(self.table.mandate(), now);
            let mut items = vec![update.in_transaction(&self.table, Key::entry(&entry.place))];
            items.extend(write_seats(
                &self.table,
                line,
                &Seats::withdraw_offer(quantity),
                Preconditions::default(),
                now,
            ));
            Ok(Attempt::Done(match transact_in_time(&self.table, CONTEXT, items).await? {
                Transacted::Made => Bearer::Entry(Box::new(new.borne_by(entry, now))),
                Transacted::ConditionsFailed(failed) => match failed.into_iter().next().flatten() {
                    Some(of_entry) => new.bearer(&self.table, entry, of_entry.item)?,
                    // Another condition failed, so the entry has not changed.
                    None => Bearer::NobodyYet,
                },
            }))
        })
        .await
    }
}
