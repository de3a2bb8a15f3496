//! Reinstatements: an organiser lets somebody wait again whose entry has ended without a sale.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::{Error, Refusal};

use crate::commands::entry_commands::do_once;
use crate::commands::renumbering::Destination;
use crate::items::entry_item::{self, NewNumber, StoredEntry};
use crate::items::table::Table;

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
        const CONTEXT: &str = "reinstating an entry";
        do_once(&self.table, CONTEXT, stored, async |entry| {
            entry.reinstate()?;
            let is_open = |event: &Event| {
                let has_line = event.line(&entry.place.line.ticket_type_id).is_ok();
                if has_line && !event.is_closed(self.table.now()) { Ok(()) } else { Err(Refusal::WaitlistClosed) }
            };
            let new = NewNumber::take(&self.table, entry, destination, is_open).await?;
            let waits_again = |now| entry_item::wait_again(entry, &Status::MAY_REJOIN, &new, now);
            let bearer = new.write(&self.table, CONTEXT, entry, waits_again).await?;
            new.conclude(&self.table, entry, bearer).await
        })
        .await
    }
}
