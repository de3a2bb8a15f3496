//! `GET /api/settings`: the settings of the stack.

use waitlist_domain::Error;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::queries::settings::Settings;

use crate::settings::check_scope;
use crate::views::settings::SettingsView;

pub(crate) fn read(_: &mut Input) -> Option<()> {
    Some(())
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    check_scope(&call.caller)?;
    call.input.read(read)?;
    Reply::ok(&SettingsView::new(&Settings::new(table).get().await?))
}
