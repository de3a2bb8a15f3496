//! `POST /api/waitlist/confirm/{customerId}`: a customer confirms that the address is theirs.

use waitlist_domain::values::identifier::{CustomerId, EntryId};
use waitlist_domain::{Error, FieldError, Refusal};
use waitlist_runtime::http::callers::Caller;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::commands::confirming::Confirmations;

use crate::reading::commands::reply_with;
use crate::reading::own_entries::{find_entry, find_entry_of_token};

/// Reads the customer, and the entry: a token names it by itself.
pub(crate) fn read(input: &mut Input) -> Option<(CustomerId, Option<EntryId>)> {
    let customer_id = input.path("customerId", CustomerId::parse);
    let entry_id = input.body.optional_text("entryId", EntryId::parse);
    Some((customer_id?, entry_id?))
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (customer_id, entry_id) = call.input.read(read)?;
    let stored = match (&call.caller, entry_id) {
        (caller, Some(entry_id)) => find_entry(table, caller, (customer_id, entry_id)).await?,
        (Caller::Token(token), None) => find_entry_of_token(table, &customer_id, token).await?,
        (_, None) => {
            let missing = FieldError::new("/entryId", "is required with an API key");
            return Err(Refusal::Invalid(vec![missing]).into());
        }
    };
    let confirmations = Confirmations::new(&table.acting_as(call.caller.mandate()));
    reply_with(table, &confirmations.confirm(&stored).await?).await
}
