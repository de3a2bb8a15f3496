//! Addresses that mail does not reach, as the provider of e-mail reports them.
//!
//! A report marks the address, so that no event sends mail to it. A complaint marks all spellings of
//! the mailbox. A report is also noted on the entry that the mail was about, for the journal and for
//! organisers. Other entries with the address get the note when a mail to them is due.

use waitlist_domain::Error;
use waitlist_domain::messages::message::MessageName;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::identifier::{EntryId, PlaceId};
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_domain::values::unreachable::{Cause, Unreachable};

use crate::dynamo::reading::get;
use crate::dynamo::retry::{Attempt, RetryBudget, retry};
use crate::dynamo::writing::{Written, send_update};
use crate::items::entry_item;
use crate::items::key::Key;
use crate::items::sent_marker::place_of;
use crate::items::table::Table;
use crate::items::unreachable_item::{mark, unreachable_from};

/// Keeps the provider's reports.
#[derive(Debug, Clone)]
pub struct UnreachableAddresses {
    table: Table,
}

impl UnreachableAddresses {
    /// Works on `table`.
    pub fn new(table: &Table) -> Self {
        Self { table: table.clone() }
    }

    /// Marks the address of a message that bounced or was complained of, and notes it on the
    /// message's entry. A repeated report changes nothing.
    ///
    /// `message` is unknown if another program sent the mail. Then only the address is marked.
    pub async fn report(
        &self,
        message: Option<&MessageName>,
        address: &EmailAddress,
        cause: Cause,
    ) -> Result<(), Error> {
        let unreachable = self.mark(address, cause).await?;
        let Some(message) = message else { return Ok(()) };
        // The marker is there before the message is sent, and is kept for longer than a report.
        let Some(marker) = get(&self.table, Key::sent(message)).await? else { return Ok(()) };
        note_on_entry(&self.table, &place_of(&marker)?, &message.entry_id, address, unreachable).await
    }

    /// Marks the address. Returns the report that holds, which may be an earlier one.
    async fn mark(&self, address: &EmailAddress, cause: Cause) -> Result<Unreachable, Error> {
        const CONTEXT: &str = "marking an address that mail does not reach";
        retry(&self.table, RetryBudget::WORKER, CONTEXT, async || {
            let unreachable = Unreachable { cause, at: self.table.now() };
            let request = mark(&unreachable).update(&self.table, Key::unreachable(address, cause));
            Ok(match send_update(CONTEXT, request).await? {
                Written::Made(_) => Attempt::Done(unreachable),
                Written::ConditionFailed(Some(earlier)) => Attempt::Done(unreachable_from(earlier)?),
                Written::ConditionFailed(None) => Attempt::Again,
            })
        })
        .await
    }
}

/// Notes on an entry that mail does not reach its customer. Does nothing if that is noted already,
/// or if the entry has another address by now.
pub(crate) async fn note_on_entry(
    table: &Table,
    place: &PlaceId,
    entry_id: &EntryId,
    address: &EmailAddress,
    unreachable: Unreachable,
) -> Result<(), Error> {
    const CONTEXT: &str = "noting on an entry that mail does not reach it";
    retry(table, RetryBudget::WORKER, CONTEXT, async || {
        let request = entry_item::note_unreachable(entry_id, address, unreachable)
            .noted_by(&Mandate::of(Actor::Provider), table.now())
            .update(table, Key::entry(place));
        send_update(CONTEXT, request).await.map(|_| Attempt::Done(()))
    })
    .await
}
