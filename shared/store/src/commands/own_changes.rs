//! Own changes: a customer changes what they said when they joined.

use aws_sdk_dynamodb::types::ReturnValue;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::own_change::{MOST_OWN_CHANGES, OwnChange};
use waitlist_domain::form::answers::GivenAnswers;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::entry_item::{self, StoredEntry, stored_entry};
use crate::items::event_item::get_event;
use crate::items::key::Key;
use crate::items::table::Table;
use crate::queries::entries::same_stay;

/// Changes entries for their customers.
#[derive(Debug, Clone)]
pub struct OwnChanges {
    table: Table,
}

impl OwnChanges {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Changes an entry. A change that changes nothing writes nothing, so it may be repeated.
    ///
    /// Fails as [`Entry::with_own_change`] does, and if the event's form refuses the answers. Fails
    /// with [`Refusal::TooManyChanges`] after [`MOST_OWN_CHANGES`] of a stay.
    pub async fn change(&self, stored: &StoredEntry, change: &OwnChange<GivenAnswers>) -> Result<StoredEntry, Error> {
        const CONTEXT: &str = "changing an entry for its customer";
        stored.entry.check_own_change(change)?;
        let change = self.with_checked_answers(&stored.entry, change).await?;
        let mut stored = stored.clone();
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let changed = stored.entry.with_own_change(&change).map_err(Error::from)?;
            if changed == stored.entry {
                return Ok(Attempt::Done(stored.clone()));
            }
            if stored.own_changes >= MOST_OWN_CHANGES {
                return Err(Error::from(Refusal::TooManyChanges { limit: MOST_OWN_CHANGES }).into());
            }
            let request = entry_item::change_own(&stored.entry, &changed, &change)?
                .noted_by(self.table.mandate(), self.table.now())
                .update(&self.table, Key::entry(&stored.entry.place))
                .return_values(ReturnValue::AllNew);
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(changed) => Attempt::Done(stored_entry(changed)?),
                Written::ConditionFailed(current) => {
                    stored = same_stay(&stored, current.map(stored_entry).transpose()?)?;
                    Attempt::Again
                }
            })
        })
        .await
    }

    /// The change with the answers that the form of the event takes now.
    async fn with_checked_answers(&self, entry: &Entry, change: &OwnChange<GivenAnswers>) -> Result<OwnChange, Error> {
        let Some(given) = &change.answers else { return Ok(change.with_checked(None)) };
        let event = get_event(&self.table, &entry.place.line.event_id).await?;
        let answers = event.rules.form.read(given).map_err(Refusal::Invalid)?;
        Ok(change.with_checked(Some(answers)))
    }
}
