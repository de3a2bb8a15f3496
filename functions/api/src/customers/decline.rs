//! `POST /api/waitlist/decline/{customerId}`: a customer declines the seats offered to them. The
//! next in line gets the seats.

use waitlist_domain::Error;
use waitlist_runtime::http::{Answer, Call};
use waitlist_store::Table;
use waitlist_store::commands::offers::Departures;
use waitlist_store::queries::entries::Entries;

use crate::reading::own_entries::find_entry;
use crate::views::entries::EntryView;

pub(crate) use crate::reading::own_entries::read_entry as read;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Answer, Error> {
    let stored = find_entry(&Entries::new(table), &call.caller, call.input.read(read)?).await?;
    let departures = Departures::new(&table.under(call.caller.mandate()));
    let declined = departures.decline(&stored, &call.mint.request_name()).await?;
    Answer::ok(&EntryView::new(&declined, None))
}
