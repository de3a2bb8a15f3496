//! `POST /api/waitlist/phone/{customerId}/confirm`: a customer confirms the phone number of their
//! entry by the code that was sent there.

use waitlist_domain::Error;
use waitlist_domain::values::identifier::{CustomerId, EntryId};
use waitlist_domain::values::phone_code::PhoneCode;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::commands::phone_codes::PhoneCodes;
use waitlist_store::{StoredEntry, Table};

use crate::reading::own_entries::{confirmed_by_act, find_entry, read_entry};
use crate::views::entries::EntryView;

pub(crate) fn read(input: &mut Input) -> Option<((CustomerId, EntryId), PhoneCode)> {
    let entry = read_entry(input);
    let code = input.body.text("code", PhoneCode::parse);
    entry.zip(code)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (entry, code) = call.input.read(read)?;
    let stored = find_entry(table, &call.caller, entry).await?;
    let Some(phone) = stored.entry.unproven_phone()? else {
        return Reply::ok(&EntryView::new(&stored.entry, None));
    };
    let codes = PhoneCodes::new(&table.acting_as(call.caller.mandate()));
    let entry = codes.confirm(&stored, phone, &code).await?;
    let stored = StoredEntry { entry, ..stored };
    Reply::ok(&EntryView::new(&confirmed_by_act(table, &call.caller, &stored).await?, None))
}
