//! `GET /api/waitlist/position/{customerId}`: where a customer stands in each line.

use waitlist_domain::Error;
use waitlist_domain::values::scope::Scope;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::queries::checkouts::Checkouts;
use waitlist_store::queries::entries::Entries;

use crate::reading::own_entries::{Purpose, find_entries, only_looks};
use crate::views::entries::{EntriesView, EntryView};

pub(crate) use crate::reading::own_entries::read_entries as read;

/// What the handler may touch.
#[derive(Debug, Clone)]
pub struct Ports {
    table: Table,
    /// The countries that text messages go to.
    countries: SmsCountries,
}

impl Ports {
    /// The ports over `table`.
    pub fn new(table: &Table, countries: SmsCountries) -> Self {
        Self { table: table.clone(), countries }
    }

    /// The ports for a caller to whom only the events of this scope exist.
    pub(crate) fn within(&self, scope: Scope) -> Self {
        Self { table: self.table.within(scope), ..self.clone() }
    }
}

/// Handles a request.
pub async fn handle(ports: &Ports, call: Call) -> Result<Reply, Error> {
    let Ports { table, countries } = ports;
    let entries = Entries::new(table);
    let caller = call.caller;
    let (customer_id, page) = find_entries(&entries, &caller, call.input.read(read)?, Purpose::Look).await?;
    let standings = entries.standings(page.entries.iter().map(|stored| &stored.entry)).await?;
    let checkouts = Checkouts::new(table).links(page.entries.iter().map(|stored| &stored.entry)).await?;
    let views = page.entries.iter().zip(standings).zip(checkouts).map(|((stored, standing), checkout)| {
        let phone = stored.entry.phone_awaiting_code(countries);
        let view = EntryView::new(&stored.entry, standing).with_checkout(checkout).with_phone_to_confirm(phone);
        if only_looks(&caller, stored) { view.for_a_stranger() } else { view }
    });
    Reply::ok(&EntriesView {
        customer_id: &customer_id,
        entries: views.collect(),
        next: page.next.map(|cursor| cursor.to_string()),
    })
}
