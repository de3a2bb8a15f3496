//! Finding a customer's entries and their positions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::identifier::{AttendeeId, CustomerId, EntryId, EventId, PlaceId, TicketTypeId};
use waitlist_domain::position_index::{Mark, position};

use crate::entry_item::{StoredEntry, stored_entry};
use crate::failure::{Item, fault};
use crate::key::{Key, customer_partition};
use crate::position_index::{counts_of, keys_to, path_from};
use crate::reading::{Consistency, get, get_all};
use crate::table::Table;

/// Which of a customer's entries are meant; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct EntryFilter {
    /// Only of this event.
    pub event_id: Option<EventId>,
    /// Only of this ticket type.
    pub ticket_type_id: Option<TicketTypeId>,
    /// Only for this attendee.
    pub attendee_id: Option<AttendeeId>,
}

impl EntryFilter {
    fn admits(&self, place: &PlaceId) -> bool {
        self.event_id.as_ref().is_none_or(|id| *id == place.line.event_id)
            && self.ticket_type_id.as_ref().is_none_or(|id| *id == place.line.ticket_type_id)
            && self.attendee_id.as_ref().is_none_or(|id| Some(id) == place.attendee_id.as_ref())
    }
}

/// Finding entries.
#[derive(Debug, Clone)]
pub struct Entries {
    table: Table,
}

impl Entries {
    /// Over `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// A customer's entries, ended ones too: the newest of each line and attendee. Sees every write before it.
    pub async fn of_customer(&self, customer: &CustomerId, filter: &EntryFilter) -> Result<Vec<StoredEntry>, Error> {
        let mut entries = Vec::new();
        for item in self.query_customer(customer).await? {
            let entry = stored_entry(item)?;
            if filter.admits(&entry.entry.place) {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// A customer's entry with this id.
    pub async fn find(&self, customer: &CustomerId, id: &EntryId) -> Result<Option<StoredEntry>, Error> {
        let entries = self.of_customer(customer, &EntryFilter::default()).await?;
        Ok(entries.into_iter().find(|stored| stored.entry.id == *id))
    }

    /// The newest entry of a place.
    pub async fn at(&self, place: &PlaceId) -> Result<Option<StoredEntry>, Error> {
        entry_at(&self.table, place).await
    }

    async fn query_customer(&self, customer: &CustomerId) -> Result<Vec<Item>, Error> {
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .key_condition_expression("pk = :customer AND begins_with(sk, :entry)")
            .expression_attribute_values(":customer", AttributeValue::S(customer_partition(customer)))
            .expression_attribute_values(":entry", AttributeValue::S("ENTRY#".to_owned()))
            .consistent_read(true);
        let mut items = Vec::new();
        let mut pages = query.into_paginator().send();
        while let Some(page) = pages.next().await {
            items.extend(page.map_err(|error| fault("finding a customer's entries", error))?.items.unwrap_or_default());
        }
        Ok(items)
    }

    /// The positions of those entries that wait, in the order of `entries`: one round trip, at the same cost at any
    /// length of the line. 1 is next.
    pub async fn positions<'entries>(
        &self,
        entries: impl IntoIterator<Item = &'entries Entry>,
    ) -> Result<Vec<Option<u64>>, Error> {
        let entries: Vec<&Entry> = entries.into_iter().collect();
        let waiting = entries.iter().filter(|entry| entry.status == Status::Waiting);
        let keys: Vec<Key> = waiting.flat_map(|entry| keys_for_position(entry)).collect();
        // Gone numbers only grow, so a copy a moment old shows a position a moment old.
        let found = get_all(&self.table, keys, Consistency::Eventual).await?;
        entries.iter().map(|entry| position_from(&found, entry)).collect()
    }
}

fn keys_for_position(entry: &Entry) -> [Key; 3] {
    let line = &entry.place.line;
    let [directory, page] = keys_to(line, entry.number);
    [Key::numbers(line), directory, page]
}

fn position_from(found: &HashMap<Key, Item>, entry: &Entry) -> Result<Option<u64>, Error> {
    if entry.status != Status::Waiting {
        return Ok(None);
    }
    let line = &entry.place.line;
    let root =
        found.get(&Key::numbers(line)).map_or_else(|| Ok(Default::default()), |item| counts_of(item, Mark::Gone))?;
    let path = path_from(found, line, entry.number, root)?;
    Ok(Some(position(entry.number, &path)))
}

/// The newest entry of a place, strongly consistent.
pub(crate) async fn entry_at(table: &Table, place: &PlaceId) -> Result<Option<StoredEntry>, Error> {
    get(table, Key::entry(place)).await?.map(stored_entry).transpose()
}
