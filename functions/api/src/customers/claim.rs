//! `POST /api/waitlist/claim/{customerId}`: a customer claims the seats offered to them.

use waitlist_domain::Error;
use waitlist_runtime::environment::metrics::count_change;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::offers::Claims;
use waitlist_store::queries::checkouts::Checkouts;

use crate::reading::own_entries::find_entry;
use crate::views::entries::EntryView;

pub(crate) use crate::reading::own_entries::read_entry as read;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let stored = find_entry(table, &call.caller, call.input.read(read)?).await?;
    let claims = Claims::new(&table.acting_as(call.caller.mandate()));
    let claimed = claims.claim(&stored, &call.mint.request_name()).await?;
    count_change(&stored.entry, &claimed);
    let checkout = Checkouts::new(table).links([&claimed]).await?.into_iter().flatten().next();
    Reply::ok(&EntryView::new(&claimed, None).with_checkout(checkout))
}
