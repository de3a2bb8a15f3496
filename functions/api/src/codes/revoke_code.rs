//! `DELETE /api/waitlist/codes/{eventId}/{codeId}`: an organiser revokes an access code.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::{CodeId, EventId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::mandate::Mandate;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::access_codes::AccessCodes;

use crate::views::codes::CodeView;
use waitlist_runtime::input::Input;

pub(crate) fn read(input: &mut Input) -> Option<(EventId, CodeId, Option<Label>)> {
    let event_id = input.path("eventId", EventId::parse);
    let code_id = input.path("codeId", CodeId::parse);
    let why = input.query("reason", Label::parse);
    Some((event_id?, code_id?, why?))
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let Call { caller, input, .. } = call;
    let (event_id, code_id, why) = input.read(read)?;
    let table = table.acting_as(Mandate { why, ..caller.mandate() });
    let grant = AccessCodes::new(&table).revoke(&event_id, &code_id).await?;
    Reply::ok(&CodeView::new(&grant, table.now()))
}
