//! The settings of the stack: an organiser replaces them.

use waitlist_domain::Error;
use waitlist_domain::settings::StackSettings;

use crate::dynamo::expression::Expression;
use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_put};
use crate::items::key::Key;
use crate::items::settings_item::StoredSettings;
use crate::items::table::Table;

/// Replaces the settings.
#[derive(Debug, Clone)]
pub struct SettingsChanges {
    table: Table,
}

impl SettingsChanges {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Replaces all settings. What is absent is set no more.
    pub async fn put(&self, wanted: &StackSettings) -> Result<(), Error> {
        const CONTEXT: &str = "writing the settings";
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let stored = StoredSettings::read(get(&self.table, Key::settings()).await?)?;
            if stored.settings == *wanted {
                return Ok(Attempt::Done(()));
            }
            let unchanged = Expression::new().when_still("version", stored.version);
            let request = unchanged.put(&self.table, stored.replaced_by(wanted)?);
            Ok(match send_put(CONTEXT, request).await? {
                Written::Made(_) => Attempt::Done(()),
                Written::ConditionFailed(_) => Attempt::Again,
            })
        })
        .await
    }
}
