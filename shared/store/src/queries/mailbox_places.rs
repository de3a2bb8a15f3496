//! All places of a person, found by the hash of their mailbox.
//!
//! A person who joins without a key is one customer, whose id follows from the mailbox. Places of
//! other customers with the mailbox, such as a sales system's, are named beside it.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{CustomerId, EventId, PlaceId};

use crate::dynamo::item::{Item, malformed};
use crate::dynamo::key::key_of;
use crate::dynamo::reading::{Wanted, query_all};
use crate::items::entry_item::{StoredEntry, entry_if_any};
use crate::items::key::{Key, PLACES, customer_partition, entry_keys, mailbox_partition};
use crate::items::places_item::NotedPlaces;
use crate::items::table::Table;
use crate::queries::entries::entry_at;

/// Most items that are read of each kind. Only a box office has as many.
const MOST_READ: usize = 200;

/// Finds the places of mailboxes.
#[derive(Debug, Clone)]
pub struct MailboxPlaces {
    table: Table,
}

impl MailboxPlaces {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The newest entry at each place of this mailbox, ended ones too. Strongly consistent.
    pub async fn of(&self, mailbox: &SecretHash) -> Result<Vec<StoredEntry>, Error> {
        let mut found = BTreeMap::new();
        for item in self.own(mailbox).await? {
            if let Some(stored) = entry_if_any(item)? {
                found.insert(stored.entry.place.clone(), stored);
            }
        }
        for place in self.noted(mailbox).await? {
            if found.len() < 2 * MOST_READ
                && !found.contains_key(&place)
                && let Some(stored) = entry_at(&self.table, &place).await?
            {
                found.insert(place, stored);
            }
        }
        // An organiser may have given an entry another address since.
        let is_theirs = |stored: &StoredEntry| {
            let applicant = &stored.entry.applicant;
            !applicant.is_removed() && Key::mailbox_hash(&applicant.email.mailbox()) == *mailbox
        };
        Ok(found.into_values().filter(is_theirs).collect())
    }

    async fn own(&self, mailbox: &SecretHash) -> Result<Vec<Item>, Error> {
        let [first, last] = entry_keys(None);
        let customer = customer_partition(&CustomerId::of_mailbox(mailbox));
        self.query(customer, first, last, "finding the entries of a mailbox").await
    }

    async fn noted(&self, mailbox: &SecretHash) -> Result<Vec<PlaceId>, Error> {
        const CONTEXT: &str = "finding the places of a mailbox";
        let last = format!("{PLACES}~");
        let mut places = Vec::new();
        for item in self.query(mailbox_partition(mailbox), PLACES.to_owned(), last, CONTEXT).await? {
            let event = key_of(&item)?.sk.strip_prefix(PLACES).and_then(|event| EventId::parse(event).ok());
            places.extend(NotedPlaces::read(Some(&item), &event.ok_or_else(|| malformed("sk"))?)?.places);
        }
        Ok(places)
    }

    async fn query(
        &self,
        partition: String,
        first: String,
        last: String,
        context: &'static str,
    ) -> Result<Vec<Item>, Error> {
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .consistent_read(true)
            .key_condition_expression("pk = :partition AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":partition", AttributeValue::S(partition))
            .expression_attribute_values(":first", AttributeValue::S(first))
            .expression_attribute_values(":last", AttributeValue::S(last));
        query_all(query, Wanted::First(MOST_READ), context).await
    }
}
