//! `DELETE /api/waitlist/leave/{customerId}`: a customer leaves one or several lines. Seats held
//! for them go to the next in line.

use waitlist_domain::Error;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::offers::Departures;
use waitlist_store::queries::entries::Entries;

use crate::reading::own_entries::{Purpose, find_entries};
use crate::views::entries::LeftView;

pub(crate) use crate::reading::own_entries::read_entries as read;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let found = find_entries(&Entries::new(table), &call.caller, call.input.read(read)?, Purpose::Act).await?;
    let departures = Departures::new(&table.acting_as(call.caller.mandate()));
    Reply::ok(&LeftView {
        left: departures.leave_all(found.page.entries).await?,
        next: found.page.next.map(|cursor| cursor.to_string()),
    })
}
