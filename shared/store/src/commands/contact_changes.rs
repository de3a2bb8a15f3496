//! Contact changes: an organiser corrects a customer's name or addresses.

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::entry::Entry;
use waitlist_domain::values::contact::ContactChange;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::entry_item::{self, StoredEntry, stored_entry};
use crate::items::key::Key;
use crate::items::table::Table;
use crate::queries::entries::same_stay;

/// Changes the contact of an entry.
#[derive(Debug, Clone)]
pub struct ContactChanges {
    table: Table,
}

impl ContactChanges {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Changes the contact of an entry in any status. The entry stays the same customer's.
    ///
    /// Links that were sent to a replaced address no longer work. The relay tells the customer at
    /// the new address how the entry stands.
    ///
    /// Fails with [`Refusal::PersonalDataRemoved`] after the event's retention.
    pub async fn change(&self, stored: &StoredEntry, change: &ContactChange) -> Result<Entry, Error> {
        const CONTEXT: &str = "changing a contact";
        let mut stored = stored.clone();
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            if stored.is_done_by(self.table.mandate()) {
                return Ok(Attempt::Done(stored.entry.clone()));
            }
            if stored.entry.applicant.is_removed() {
                return Err(Error::from(Refusal::PersonalDataRemoved).into());
            }
            let request = entry_item::change_contact(&stored.entry, change)
                .noted_by(self.table.mandate(), self.table.now())
                .update(&self.table, Key::entry(&stored.entry.place))
                .return_values(ReturnValue::AllNew);
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(changed) => Attempt::Done(stored_entry(changed)?.entry),
                Written::ConditionFailed(current) => {
                    stored = same_stay(&stored, current.map(stored_entry).transpose()?)?;
                    Attempt::Again
                }
            })
        })
        .await
    }
}
