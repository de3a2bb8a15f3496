//! The removal of personal data from the entries of events whose retention has run out.
//!
//! With the data of an entry go the places of its person, whose key is a hash of the mailbox.
//!
//! It walks over an event's entries page by page, and notes how far it has come. It may be broken
//! off anywhere and repeated. It is done once a whole walk has found nothing to remove. So no entry
//! is missed that moved behind its back.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::listing::{Direction, EntryWish};
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::failure::unless_contended;
use crate::dynamo::item::malformed;
use crate::dynamo::key::key_of;
use crate::dynamo::reading::{Wanted, get, query_all};
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{send_delete, send_update};
use crate::items::event_item::find_event;
use crate::items::key::Key;
use crate::items::retention_item::{self, RETENTIONS, walk_from};
use crate::items::table::Table;
use crate::queries::listing::EntryLists;

/// How many entries are written concurrently.
const MOST_WRITES_AT_ONCE: usize = 16;

/// What a step of the removal has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Removed {
    /// How many entries it looked at.
    pub looked_at: usize,
    /// How many of them lost their personal data.
    pub removed: usize,
    /// Whether nothing is left to do for the event.
    pub is_done: bool,
}

/// Removes personal data.
#[derive(Debug, Clone)]
pub struct PersonalData {
    table: Table,
}

impl PersonalData {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// The present time.
    pub fn now(&self) -> Timestamp {
        self.table.now()
    }

    /// At most `most` events whose retention has run out. The longest overdue comes first.
    pub async fn due(&self, most: usize) -> Result<Vec<EventId>, Error> {
        let query = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .index_name("due")
            .key_condition_expression("due_shard = :retentions AND due_at <= :now")
            .expression_attribute_values(":retentions", AttributeValue::S(RETENTIONS.to_owned()))
            .expression_attribute_values(":now", AttributeValue::N(self.table.now().milliseconds().to_string()));
        let items = query_all(query, Wanted::First(most), "finding personal data to remove").await?;
        items.iter().map(|item| key_of(item)?.to_event_of_retention().ok_or_else(|| malformed("pk"))).collect()
    }

    /// Removes the personal data of the next entries of an event, about `most`.
    pub async fn remove_some(&self, id: &EventId, most: usize) -> Result<Removed, Error> {
        let nothing = Removed { looked_at: 0, removed: 0, is_done: true };
        let item = get(&self.table, Key::retention(id)).await?;
        let Some(walk) = item.map_or(Ok(None), |item| walk_from(&item, id))? else { return Ok(nothing) };
        // The index lags behind the table: the event may have been put off a moment ago.
        let event = find_event(&self.table, id).await?;
        if !event.is_some_and(|event| event.has_ended_retention(self.table.now())) {
            return Ok(nothing);
        }
        let lists = EntryLists::new(&self.table);
        let page =
            lists.page(&walk.lines, &EntryWish::all(), Direction::OldestFirst, walk.cursor.as_ref(), most).await?;
        let kept: Vec<&Entry> = page.entries.iter().filter(|entry| !entry.applicant.is_removed()).collect();
        let removals = kept.iter().map(|entry| self.remove(entry));
        stream::iter(removals).buffer_unordered(MOST_WRITES_AT_ONCE).try_collect::<Vec<()>>().await?;
        let has_found = walk.has_found || !kept.is_empty();
        let is_done = page.next.is_none() && !has_found;
        let noted = match &page.next {
            None if is_done => retention_item::finish(&walk, self.table.now()),
            None => retention_item::go_on(&walk, None, false),
            Some(next) => retention_item::go_on(&walk, Some(next), has_found),
        };
        // If the event was changed meanwhile, the walk begins anew.
        let request = noted.update(&self.table, Key::retention(id));
        unless_contended(send_update("noting the removal of personal data", request).await)?;
        Ok(Removed { looked_at: page.looked_at, removed: kept.len(), is_done })
    }

    async fn remove(&self, entry: &Entry) -> Result<(), Error> {
        const CONTEXT: &str = "removing personal data";
        // The address leads there, so this comes first.
        self.forget_places(entry).await?;
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            let request = retention_item::remove_personal_data(&entry.id);
            // If the condition fails, another entry has the place. A further walk finds it.
            send_update(CONTEXT, request.update(&self.table, Key::entry(&entry.place))).await?;
            Ok(Attempt::Done(()))
        })
        .await
    }

    /// Deletes the places of the entry's person in the event. Nobody joins it any more.
    async fn forget_places(&self, entry: &Entry) -> Result<(), Error> {
        const CONTEXT: &str = "deleting the places of a person";
        let mailbox = Key::mailbox_hash(&entry.applicant.email.mailbox());
        let key = Key::places(&mailbox, &entry.place.line.event_id).into_attributes();
        let request = self.table.client.delete_item().table_name(&self.table.name).set_key(Some(key));
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            send_delete(CONTEXT, request.clone()).await.map(|()| Attempt::Done(()))
        })
        .await
    }
}
