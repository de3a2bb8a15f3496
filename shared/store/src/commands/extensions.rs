//! Extensions: an organiser postpones the deadline of an offer.

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::extension::Extension;

use crate::dynamo::failure::Failure;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update_in_time};
use crate::items::entry_item::{self, StoredEntry, stored_entry};
use crate::items::key::Key;
use crate::items::table::Table;
use crate::queries::entries::{reread, same_stay};

/// Extends offers.
#[derive(Debug, Clone)]
pub struct Extensions {
    table: Table,
}

impl Extensions {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Postpones the deadline of a live offer, claimed or not. A timer for the old deadline finds
    /// nothing due.
    pub async fn extend(&self, stored: &StoredEntry, extension: &Extension) -> Result<Entry, Error> {
        const CONTEXT: &str = "extending an offer";
        let mut stored = stored.clone();
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            if stored.is_done_by(self.table.mandate()) {
                return Ok(Attempt::Done(stored.entry.clone()));
            }
            let now = self.table.now();
            let expires_at = stored.entry.extend(extension, now)?;
            let request = entry_item::extend(&stored.entry, expires_at, now)
                .noted_by(self.table.mandate(), now)
                .update(&self.table.in_time(), Key::entry(&stored.entry.place))
                .return_values(ReturnValue::AllNew);
            stored = match send_update_in_time(CONTEXT, request).await {
                Ok(Written::Made(extended)) => return Ok(Attempt::Done(stored_entry(extended)?.entry)),
                Ok(Written::ConditionFailed(current)) => same_stay(&stored, current.map(stored_entry).transpose()?)?,
                // The response was lost: the write may have been made.
                Err(Failure::Contended) => reread(&self.table, &stored).await?,
                Err(failure) => return Err(failure),
            };
            Ok(Attempt::Again)
        })
        .await
    }
}
