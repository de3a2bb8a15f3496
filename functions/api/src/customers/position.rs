//! `GET /api/waitlist/position/{customerId}`: where a customer stands in each line.

use waitlist_domain::Error;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::queries::checkouts::Checkouts;
use waitlist_store::queries::entries::Entries;

use crate::reading::own_entries::{Purpose, find_entries, only_looks};
use crate::views::entries::{EntriesView, EntryView};

pub(crate) use crate::reading::own_entries::read_entries as read;

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let entries = Entries::new(table);
    let caller = call.caller;
    let (customer_id, page) = find_entries(&entries, &caller, call.input.read(read)?, Purpose::Look).await?;
    let standings = entries.standings(page.entries.iter().map(|stored| &stored.entry)).await?;
    let checkouts = Checkouts::new(table).links(page.entries.iter().map(|stored| &stored.entry)).await?;
    let views = page.entries.iter().zip(standings).zip(checkouts).map(|((stored, standing), checkout)| {
        let view = EntryView::new(&stored.entry, standing).with_checkout(checkout);
        if only_looks(&caller, stored) { view.for_a_stranger() } else { view }
    });
    Reply::ok(&EntriesView {
        customer_id: &customer_id,
        entries: views.collect(),
        next: page.next.map(|cursor| cursor.to_string()),
    })
}
