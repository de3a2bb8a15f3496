//! Moves: an organiser moves a waiting entry to another place of its line.

use waitlist_domain::entry::Entry;
use waitlist_domain::{Error, Refusal};

use crate::commands::entry_commands::do_once;
pub use crate::commands::renumbering::Destination;
use crate::items::entry_item::{self, NewNumber, NumberedEntry, StoredEntry};
use crate::items::table::Table;

/// Moves entries.
#[derive(Debug, Clone)]
pub struct Moves {
    table: Table,
}

impl Moves {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Moves a waiting entry. Moving an entry to its own tier does nothing.
    pub async fn move_to(&self, stored: &StoredEntry, destination: &Destination) -> Result<Entry, Error> {
        const CONTEXT: &str = "moving an entry";
        do_once(&self.table, CONTEXT, stored, async |entry| {
            entry.check_waits()?;
            if matches!(destination, Destination::Tier(tier) if entry.tier.as_ref() == Some(tier)) {
                return Ok(Some(entry.clone()));
            }
            let new = match NewNumber::take(&self.table, entry, destination, |_| Ok(())).await {
                // The waitlist is not active, so no entry waits any more. Read this one again.
                Err(Error::Refused(Refusal::TicketsAvailable)) => return Ok(None),
                number => number?,
            };
            let moved = |now| entry_item::move_to(NumberedEntry::of(entry), &entry.place.line, &new, now);
            let bearer = new.write(&self.table, CONTEXT, entry, moved).await?;
            new.conclude(&self.table, entry, bearer).await
        })
        .await
    }
}
