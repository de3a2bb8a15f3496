//! `GET /api/registrations/{registrationId}`: the sales system looks a registration up.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::RegistrationId;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::registrations::Registrations;

use crate::views::registrations::RegistrationView;
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<RegistrationId> {
    input.path("registrationId", RegistrationId::parse)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let id = call.input.read(read)?;
    Reply::ok(&RegistrationView::new(&Registrations::new(table).get(&id).await?))
}
