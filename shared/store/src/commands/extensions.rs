//! Extensions: an organiser gives somebody more time for their offer.

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::extension::Extension;

use crate::dynamo::failure::{WriteFailure, update_failure_in_time};
use crate::dynamo::retry::Attempts;
use crate::items::entry_item::{self, StoredEntry, stored_entry};
use crate::items::key::Key;
use crate::items::table::Table;
use crate::queries::entries::{reread, same_stay};

/// Extending offers.
#[derive(Debug, Clone)]
pub struct Extensions {
    table: Table,
}

impl Extensions {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Puts off the deadline of a live offer, claimed or not. Whoever was to be woken at the old one finds it not due.
    pub async fn extend(&self, stored: &StoredEntry, extension: &Extension) -> Result<Entry, Error> {
        const CONTEXT: &str = "extending an offer";
        let mut stored = stored.clone();
        let mut attempts = Attempts::new(&self.table);
        loop {
            if stored.is_done_by(self.table.mandate()) {
                return Ok(stored.entry);
            }
            let now = self.table.now();
            let expires_at = stored.entry.extend(extension, now)?;
            let request = entry_item::extend(&stored.entry, expires_at, now)
                .under(self.table.mandate(), now)
                .update(&self.table.in_time(), Key::entry(&stored.entry.place))
                .return_values(ReturnValue::AllNew);
            match request.send().await.map_err(|error| update_failure_in_time(CONTEXT, error)) {
                Ok(output) => return Ok(stored_entry(output.attributes.unwrap_or_default())?.entry),
                Err(WriteFailure::Condition(current)) => {
                    stored = same_stay(&stored, current.map(stored_entry).transpose()?)?
                }
                // It may have been written all the same.
                Err(WriteFailure::Conflict) => stored = reread(&self.table, &stored).await?,
                Err(WriteFailure::Other(error)) => return Err(error),
            }
            if !attempts.another().await {
                return Err(Error::Busy { context: CONTEXT });
            }
        }
    }
}
