//! Links in mails by which customers turn off news.
//!
//! A link has a token of its own, which proves nothing else. The table holds only its SHA-256, with
//! the entry that it belongs to.

use waitlist_domain::entry::Entry;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::EntryId;
use waitlist_domain::{Error, Refusal};

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{malformed, text};
use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::send_update;
use crate::items::entry_item;
use crate::items::key::Key;
use crate::items::sent_marker::{KEPT_SECONDS, of_place, place_of};
use crate::items::table::Table;

/// The attribute with the id of the link's entry.
const OF_ENTRY: &str = "of_entry";

/// Makes the links, and does what they are for.
#[derive(Debug, Clone)]
pub struct Unsubscribing {
    table: Table,
}

impl Unsubscribing {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Stores the link of a mail about this entry. It works for as long as a message's marker is
    /// kept.
    pub async fn add_link(&self, entry: &Entry, token: &SecretHash) -> Result<(), Error> {
        const CONTEXT: &str = "storing a link to unsubscribe";
        let link =
            Expression::new().set(OF_ENTRY, entry.id.as_str()).set("ttl", self.table.now().seconds() + KEPT_SECONDS);
        let request = of_place(link, &entry.place).update(&self.table, Key::unsubscribe_link(token));
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            send_update(CONTEXT, request.clone()).await.map(|_| Attempt::Done(()))
        })
        .await
    }

    /// Turns news off for the entry of a link. A repeated request changes nothing, and neither does
    /// one for an entry that another one has replaced.
    ///
    /// Fails with [`Refusal::EntryNotFound`] if there is no such link.
    pub async fn unsubscribe(&self, token: &SecretHash) -> Result<(), Error> {
        const CONTEXT: &str = "turning news off";
        let link = get(&self.table, Key::unsubscribe_link(token)).await?.ok_or(Refusal::EntryNotFound)?;
        let entry_id = EntryId::parse(text(&link, OF_ENTRY)?).map_err(|_| malformed(OF_ENTRY))?;
        let key = Key::entry(&place_of(&link)?);
        retry(&self.table, RetryBudget::REQUEST, CONTEXT, async || {
            let request = entry_item::unsubscribe(&entry_id)
                .noted_by(self.table.mandate(), self.table.now())
                .update(&self.table, key.clone());
            send_update(CONTEXT, request).await.map(|_| Attempt::Done(()))
        })
        .await
    }
}
