//! The settings of the stack.

use std::sync::{Arc, Mutex, PoisonError};

use waitlist_domain::Error;
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::reading::{get, get_copy};
use crate::items::key::Key;
use crate::items::settings_item::StoredSettings;
use crate::items::table::Table;

/// How long settings are remembered (milliseconds).
const REMEMBERED: i64 = 5_000;

/// Reads the settings. A clone remembers the same.
#[derive(Debug, Clone)]
pub struct Settings {
    table: Table,
    remembered: Arc<Mutex<Option<Remembered>>>,
}

#[derive(Debug, Clone)]
struct Remembered {
    read_at: Timestamp,
    settings: Arc<StackSettings>,
}

impl Settings {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone(), remembered: Arc::default() }
    }

    /// The settings as they are now. All parts are absent if nobody has set anything.
    pub async fn get(&self) -> Result<StackSettings, Error> {
        Ok(StoredSettings::read(get(&self.table, Key::settings()).await?)?.settings)
    }

    /// The settings of the last seconds, for what may change a little later. A warm function reads
    /// them once in five seconds, at half the cost.
    pub async fn lately(&self) -> Result<Arc<StackSettings>, Error> {
        let now = self.table.now();
        if let Some(settings) = self.remembered(now) {
            return Ok(settings);
        }
        let item = get_copy(&self.table, Key::settings()).await?;
        let settings = Arc::new(StoredSettings::read(item)?.settings);
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        *remembered = Some(Remembered { read_at: now, settings: Arc::clone(&settings) });
        Ok(settings)
    }

    /// The settings that were read last, however long ago. Without a reading none is set.
    pub fn read_last(&self) -> Arc<StackSettings> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        remembered.as_ref().map(|one| Arc::clone(&one.settings)).unwrap_or_default()
    }

    fn remembered(&self, now: Timestamp) -> Option<Arc<StackSettings>> {
        let remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |one: &&Remembered| (0..REMEMBERED).contains(&one.read_at.milliseconds_until(now));
        remembered.as_ref().filter(is_fresh).map(|one| Arc::clone(&one.settings))
    }
}
