//! The common parts of an organiser's commands on one entry: the entry, the reason and the
//! response.

use waitlist_domain::entry::Entry;
use waitlist_domain::values::identifier::{CustomerId, EntryId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::http::callers::Caller;
use waitlist_runtime::http::idempotency::Mint;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::queries::entries::Entries;
use waitlist_store::{StoredEntry, Table};

use crate::views::entries::EntryView;

/// The mandate of a command: the caller, the reason, and a name that identifies a repetition of the
/// request.
pub fn mandate(caller: &Caller, mint: &Mint, why: Option<Label>) -> Mandate {
    Mandate { why, command: Some(mint.request_name()), ..caller.mandate() }
}

/// Reads the optional reason for a command.
pub fn read_reason(body: &mut Fields) -> Option<Option<Label>> {
    body.optional_text("reason", Label::parse)
}

/// The entry of a command, and the reason.
#[derive(Debug)]
pub struct Target {
    customer_id: CustomerId,
    entry_id: EntryId,
    why: Option<Label>,
}

/// Reads the common fields of a command on an entry. `read_parameters` reads the fields of this
/// command.
pub fn read_command<T>(
    input: &mut Input,
    read_parameters: impl FnOnce(&mut Fields) -> Option<T>,
) -> Option<(Target, T)> {
    let customer_id = input.path("customerId", CustomerId::parse);
    let entry_id = input.body.text("entryId", EntryId::parse);
    let why = read_reason(&mut input.body);
    let parameters = read_parameters(&mut input.body);
    Some((Target { customer_id: customer_id?, entry_id: entry_id?, why: why? }, parameters?))
}

/// A command on one entry.
#[derive(Debug)]
pub struct EntryCommand {
    customer_id: CustomerId,
    entry_id: EntryId,
    mandate: Mandate,
}

impl EntryCommand {
    /// Reads a command and its parameters.
    pub fn read<T>(call: Call, read: impl FnOnce(&mut Input) -> Option<(Target, T)>) -> Result<(Self, T), Error> {
        let Call { caller, input, mint, .. } = call;
        let (target, parameters) = input.read(read)?;
        let Target { customer_id, entry_id, why } = target;
        Ok((Self { customer_id, entry_id, mandate: mandate(&caller, &mint, why) }, parameters))
    }

    /// The stored entry, and the table under the command's mandate.
    pub async fn find(self, table: &Table) -> Result<(StoredEntry, Table), Error> {
        let found = Entries::new(table).find(&self.customer_id, &self.entry_id).await?;
        Ok((found.ok_or(Refusal::EntryNotFound)?, table.acting_as(self.mandate)))
    }
}

/// 200 with an entry, and its standing while it waits.
pub async fn reply_with(table: &Table, entry: &Entry) -> Result<Reply, Error> {
    let standings = Entries::new(table).standings([entry]).await?;
    Reply::ok(&EntryView::new(entry, standings.into_iter().flatten().next()))
}
