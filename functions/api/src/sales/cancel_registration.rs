//! `DELETE /api/registrations/{registrationId}`: the sales system cancels a sale. Its seats go to
//! the line.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::RegistrationId;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::registrations::Cancellations;

use crate::views::registrations::RegistrationView;
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<RegistrationId> {
    input.path("registrationId", RegistrationId::parse)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let id = call.input.read(read)?;
    let cancellations = Cancellations::new(&table.acting_as(call.caller.mandate()));
    Reply::ok(&RegistrationView::new(&cancellations.cancel(&id).await?))
}
