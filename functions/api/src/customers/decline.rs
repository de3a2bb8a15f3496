//! `POST /api/waitlist/decline/{customerId}`: a customer declines the seats offered to them. The
//! next in line gets the seats.

use waitlist_domain::Error;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::offers::Departures;

use crate::reading::own_entries::find_entry;
use crate::views::entries::EntryView;

pub(crate) use crate::reading::own_entries::read_entry as read;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let stored = find_entry(table, &call.caller, call.input.read(read)?).await?;
    let departures = Departures::new(&table.acting_as(call.caller.mandate()));
    let declined = departures.decline(&stored, &call.mint.request_name()).await?;
    Reply::ok(&EntryView::new(&declined, None))
}
