//! Finds the entries that a request names, if its caller may act for their customer.
//!
//! Any other entry gets the response for an unknown entry, so that ids can't be probed.

use waitlist_domain::entry::listing::CustomerCursor;
use waitlist_domain::values::identifier::{AttendeeId, CustomerId, EntryId, EventId, TicketTypeId};
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::http::callers::Caller;
use waitlist_runtime::input::Input;
use waitlist_store::StoredEntry;
use waitlist_store::queries::entries::{CustomerPage, Entries, EntryFilter};

/// Reads the entry that the request names: `customerId` in the path and `entryId` in the body.
pub fn read_entry(input: &mut Input) -> Option<(CustomerId, EntryId)> {
    let customer_id = input.path("customerId", CustomerId::parse);
    let entry_id = input.body.text("entryId", EntryId::parse);
    Some((customer_id?, entry_id?))
}

/// The entries that a request names.
pub struct MeantEntries {
    customer_id: CustomerId,
    filter: EntryFilter,
    after: Option<CustomerCursor>,
}

/// Reads which entries the request names: `customerId` in the path, filters and the page in the
/// query.
pub fn read_entries(input: &mut Input) -> Option<MeantEntries> {
    let customer_id = input.path("customerId", CustomerId::parse);
    let event_id = input.query("eventId", EventId::parse);
    let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
    let attendee_id = input.query("attendeeId", AttendeeId::parse);
    let after = input.query("cursor", CustomerCursor::parse);
    let filter = EntryFilter { event_id: event_id?, ticket_type_id: ticket_type_id?, attendee_id: attendee_id? };
    Some(MeantEntries { customer_id: customer_id?, filter, after: after? })
}

/// Finds the entry that the request names.
pub async fn find_entry(
    entries: &Entries,
    caller: &Caller,
    (customer_id, entry_id): (CustomerId, EntryId),
) -> Result<StoredEntry, Error> {
    let found = match caller {
        Caller::Key { .. } => entries.find(&customer_id, &entry_id).await?,
        Caller::Token(token) => entries.proven_by(&customer_id, token).await?,
        Caller::Anonymous => None,
    };
    Ok(found.filter(|stored| stored.entry.id == entry_id).ok_or(Refusal::EntryNotFound)?)
}

/// Finds the entries that the request names. There must be at least one, unless there are further
/// pages. A token proves a single entry, so its bearer has a single page.
pub async fn find_entries(
    entries: &Entries,
    caller: &Caller,
    meant: MeantEntries,
) -> Result<(CustomerId, CustomerPage), Error> {
    let MeantEntries { customer_id, filter, after } = meant;
    let page = match caller {
        Caller::Key { .. } => entries.of_customer(&customer_id, &filter, after.as_ref()).await?,
        Caller::Token(token) => {
            let proven = entries.proven_by(&customer_id, token).await?;
            let admitted = proven.filter(|stored| filter.admits(&stored.entry.place));
            CustomerPage { entries: admitted.into_iter().collect(), next: None }
        }
        Caller::Anonymous => CustomerPage::default(),
    };
    if page.entries.is_empty() && (after.is_none() || matches!(caller, Caller::Token(_))) {
        return Err(Refusal::EntryNotFound.into());
    }
    Ok((customer_id, page))
}
