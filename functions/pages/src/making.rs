//! What pages are made from.

use waitlist_api::serving::Warm;
use waitlist_domain::values::identifier::hexadecimal;
use waitlist_store::Table;
use waitlist_store::queries::settings::Settings;

use crate::api::Api;
use crate::templates::Templates;

/// Everything that pages are made from. It lives as long as the warm function.
#[derive(Debug)]
pub(crate) struct Making {
    pub(crate) api: Api,
    pub(crate) templates: Templates,
    /// What the organiser set for all events.
    pub(crate) settings: Settings,
    /// Gives random bits.
    table: Table,
}

impl Making {
    /// Pages over a table, that ask these functions of the API.
    pub(crate) fn new(table: &Table, warm: Warm) -> Self {
        Self {
            api: Api::new(warm),
            templates: Templates::default(),
            settings: Settings::new(table),
            table: table.clone(),
        }
    }

    /// A new key, by which a second tap on the same button does nothing twice.
    pub(crate) fn new_key(&self) -> String {
        hexadecimal(&self.table.random_identifier_bits())
    }
}
