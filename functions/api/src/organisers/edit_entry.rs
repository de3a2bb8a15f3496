//! `POST /api/waitlist/edit/{customerId}`: an organiser corrects a customer's name or
//! addresses.

use waitlist_domain::Error;
use waitlist_domain::values::contact::{ContactChange, EmailAddress, PersonName, PhoneChange, PhoneNumber};
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::Table;
use waitlist_store::commands::contact_changes::ContactChanges;

use crate::reading::commands::{EntryCommand, Target, read_command, reply_with};

pub(crate) fn read(input: &mut Input) -> Option<(Target, ContactChange)> {
    read_command(input, read_change)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (command, change) = EntryCommand::read(call, read)?;
    let (stored, table) = command.find(table).await?;
    let changed = ContactChanges::new(&table).change(&stored, &change).await?;
    reply_with(&table, &changed).await
}

fn read_change(body: &mut Fields) -> Option<ContactChange> {
    let name = body.optional_text("name", PersonName::parse);
    let email = body.optional_text("email", EmailAddress::parse);
    let phone = body.nullable_text("phone", PhoneChange::Keep, |text| PhoneNumber::parse(text).map(PhoneChange::To));
    let change = ContactChange { name: name?, email: email?, phone: phone?.unwrap_or(PhoneChange::Remove) };
    if change.name.is_none() && change.email.is_none() && change.phone == PhoneChange::Keep {
        return body.complain("name", "is required, or \"email\" or \"phone\": what is to change?");
    }
    Some(change)
}
