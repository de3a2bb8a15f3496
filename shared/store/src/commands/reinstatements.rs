//! Reinstatements: an organiser lets an entry wait again that ended without a sale.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::{Error, Refusal};

use crate::commands::entry_commands::do_once;
use crate::commands::renumbering::Destination;
use crate::items::entry_item::{self, NewNumber, StoredEntry};
use crate::items::table::Table;

/// Reinstates entries.
#[derive(Debug, Clone)]
pub struct Reinstatements {
    table: Table,
}

impl Reinstatements {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Lets the entry wait again at the destination, with a new number. Fails with
    /// [`Refusal::EntryNotFound`] if the person has joined again: the newer entry keeps the place.
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
