//! How the settings of the stack are stored.

use serde::{Deserialize, Serialize};
use waitlist_domain::Error;
use waitlist_domain::settings::StackSettings;

use crate::dynamo::item::{Item, from_item, to_item};
use crate::items::key::Key;

/// The item. Nobody follows its changes, so it does not say who made the last one.
#[derive(Debug, Serialize, Deserialize)]
struct SettingsItem {
    pk: String,
    sk: String,
    /// Grows with every change, so that a write by a stale copy is noticed.
    version: u64,
    settings: StackSettings,
}

/// The settings as they were read.
#[derive(Debug, Default)]
pub(crate) struct StoredSettings {
    pub(crate) settings: StackSettings,
    /// Nothing if nobody has set anything.
    pub(crate) version: Option<u64>,
}

impl StoredSettings {
    /// Reads the item, if there is one.
    pub(crate) fn read(item: Option<Item>) -> Result<Self, Error> {
        let Some(item) = item else { return Ok(Self::default()) };
        let SettingsItem { version, settings, .. } = from_item(item)?;
        Ok(Self { settings, version: Some(version) })
    }

    /// The item of the changed settings.
    pub(crate) fn replaced_by(&self, settings: &StackSettings) -> Result<Item, Error> {
        let Key { pk, sk } = Key::settings();
        to_item(&SettingsItem { pk, sk, version: self.version.unwrap_or(0) + 1, settings: settings.clone() })
    }
}
