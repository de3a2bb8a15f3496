//! Where customers pay for the offers that they claimed.

use std::collections::HashMap;

use waitlist_domain::Error;
use waitlist_domain::entry::checkout::CheckoutLink;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::Event;
use waitlist_domain::values::identifier::EventId;

use crate::items::event_item::find_copy_of_event;
use crate::items::hash_secret::HashSecret;
use crate::items::table::Table;

/// Makes the addresses at which customers pay.
#[derive(Debug, Clone)]
pub struct Checkouts {
    table: Table,
}

impl Checkouts {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The address for each entry that is claimed, if its event has one, in the order of `entries`.
    /// Reads nothing if no entry is claimed.
    pub async fn links<'entries>(
        &self,
        entries: impl IntoIterator<Item = &'entries Entry>,
    ) -> Result<Vec<Option<CheckoutLink>>, Error> {
        let (mut events, mut links) = (HashMap::new(), Vec::new());
        for entry in entries {
            let link = match entry.status {
                Status::Claimed => self.link(entry, &mut events).await?,
                _ => None,
            };
            links.push(link);
        }
        Ok(links)
    }

    /// The address for a claimed entry. `events` has the events that were read.
    async fn link(
        &self,
        entry: &Entry,
        events: &mut HashMap<EventId, Option<Event>>,
    ) -> Result<Option<CheckoutLink>, Error> {
        let id = &entry.place.line.event_id;
        if !events.contains_key(id) {
            events.insert(id.clone(), find_copy_of_event(&self.table, id).await?);
        }
        let selling = events[id].as_ref().filter(|event| event.details.checkout_url.is_some());
        let Some(event) = selling else { return Ok(None) };
        let secret = HashSecret::of(&self.table).bits_if_made().await?;
        Ok(secret.and_then(|secret| CheckoutLink::of(entry, event, &secret)))
    }
}
