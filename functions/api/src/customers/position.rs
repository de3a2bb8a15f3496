//! `GET /api/waitlist/position/{customerId}`: where a customer stands in each line.

use std::collections::HashMap;

use waitlist_domain::Error;
use waitlist_domain::values::scope::Scope;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::queries::checkouts::Checkouts;
use waitlist_store::queries::entries::{Entries, are_told_together};
use waitlist_store::{StoredEntry, Table};

use crate::reading::own_entries::{FoundEntries, MeantEntries, Purpose, find_entries, read_entries};
use crate::reading::yes::Yes;
use crate::views::entries::{EntriesView, EntryView, OtherPlaceView};

/// Reads which entries the request names, and whether it wants the customer's other places.
pub(crate) fn read(input: &mut Input) -> Option<(MeantEntries, bool)> {
    let wants_others = input.query("otherPlaces", Yes::parse);
    Some((read_entries(input)?, wants_others?.is_some()))
}

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
    let (meant, wants_others) = call.input.read(read)?;
    let FoundEntries { customer_id, page, only_looks, proven } =
        find_entries(&entries, &call.caller, meant, Purpose::Look).await?;
    let others = match (page.entries.first(), proven.filter(|_| wants_others)) {
        (Some(shown), Some(proven)) => Some(entries.others_at_address_of(&proven, &shown.entry.id).await?),
        _ => None,
    };
    let shown = page.entries.iter().map(|stored| &stored.entry);
    // Of the other places only the positions are told that cost no further read.
    let is_told = |stored: &&_| page.entries.first().is_some_and(|shown| are_told_together(&shown.entry, stored));
    let told: Vec<_> = others.iter().flatten().map(|(stored, _)| &stored.entry).filter(is_told).collect();
    let mut standings = entries.standings(shown.clone().chain(told.iter().copied())).await?;
    let of_others = standings.split_off(page.entries.len());
    let checkouts = Checkouts::new(table).links(shown).await?;
    let views = page.entries.iter().zip(standings).zip(checkouts).map(|((stored, standing), checkout)| {
        let phone = stored.entry.phone_awaiting_code(countries);
        let view = EntryView::new(&stored.entry, standing).with_checkout(checkout).with_phone_to_confirm(phone);
        if only_looks { view.for_a_stranger() } else { view }
    });
    let standings_of_others: HashMap<_, _> = told.iter().map(|entry| &entry.id).zip(of_others).collect();
    let others = others.as_ref().map(|others| {
        let standing_of = |stored: &StoredEntry| standings_of_others.get(&stored.entry.id).copied().flatten();
        others.iter().map(|(stored, name)| OtherPlaceView::new(stored, name, standing_of(stored))).collect()
    });
    Reply::ok(&EntriesView {
        customer_id: &customer_id,
        entries: views.collect(),
        next: page.next.map(|cursor| cursor.to_string()),
        other_places: others,
    })
}
