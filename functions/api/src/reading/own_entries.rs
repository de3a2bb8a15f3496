//! Finds the entries that a request names, if its caller may act for their customer.
//!
//! Any other entry gets the response for an unknown entry, so that ids can't be probed.

use waitlist_domain::values::identifier::{AttendeeId, CustomerId, EntryId, EventId, TicketTypeId};
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::http::callers::Caller;
use waitlist_runtime::input::Input;
use waitlist_store::StoredEntry;
use waitlist_store::queries::entries::{Entries, EntryFilter};

/// Reads the entry that the request names: `customerId` in the path and `entryId` in the body.
pub fn read_entry(input: &mut Input) -> Option<(CustomerId, EntryId)> {
    let customer_id = input.path("customerId", CustomerId::parse);
    let entry_id = input.body.text("entryId", EntryId::parse);
    Some((customer_id?, entry_id?))
}

/// Reads which entries the request names: `customerId` in the path and filters in the query.
pub fn read_entries(input: &mut Input) -> Option<(CustomerId, EntryFilter)> {
    let customer_id = input.path("customerId", CustomerId::parse);
    let event_id = input.query("eventId", EventId::parse);
    let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
    let attendee_id = input.query("attendeeId", AttendeeId::parse);
    let filter = EntryFilter { event_id: event_id?, ticket_type_id: ticket_type_id?, attendee_id: attendee_id? };
    Some((customer_id?, filter))
}

/// Finds the entry that the request names.
pub async fn find_entry(
    entries: &Entries,
    caller: &Caller,
    (customer_id, entry_id): (CustomerId, EntryId),
) -> Result<StoredEntry, Error> {
    let found = entries.find(&customer_id, &entry_id).await?;
    Ok(found.filter(|stored| caller.may_act_for(stored)).ok_or(Refusal::EntryNotFound)?)
}

/// Finds the entries that the request names. There must be at least one.
pub async fn find_entries(
    entries: &Entries,
    caller: &Caller,
    (customer_id, filter): (CustomerId, EntryFilter),
) -> Result<(CustomerId, Vec<StoredEntry>), Error> {
    let mut found = entries.of_customer(&customer_id, &filter).await?;
    found.retain(|stored| caller.may_act_for(stored));
    if found.is_empty() {
        return Err(Refusal::EntryNotFound.into());
    }
    Ok((customer_id, found))
}
