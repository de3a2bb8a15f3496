//! Finds the entries that a request names, if its caller may act for their customer.
//!
//! Any other entry gets the response for an unknown entry, so that ids can't be probed.

use waitlist_domain::entry::Entry;
use waitlist_domain::entry::listing::CustomerCursor;
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::credential::PresentedToken;
use waitlist_domain::values::identifier::{CustomerId, EntryId, EventId, TicketTypeId};
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::http::callers::Caller;
use waitlist_runtime::input::Input;
use waitlist_store::commands::confirming::Confirmations;
use waitlist_store::queries::entries::{CustomerPage, Entries, EntryFilter};
use waitlist_store::{StoredEntry, Table};

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
    entry_id: Option<EntryId>,
    after: Option<CustomerCursor>,
}

/// Reads which entries the request names: `customerId` in the path, filters and the page in the
/// query.
pub fn read_entries(input: &mut Input) -> Option<MeantEntries> {
    let customer_id = input.path("customerId", CustomerId::parse);
    let event_id = input.query("eventId", EventId::parse);
    let ticket_type_id = input.query("ticketTypeId", TicketTypeId::parse);
    let attendee = input.query("attendeeId", AttendeeName::parse);
    let entry_id = input.query("entryId", EntryId::parse);
    let after = input.query("cursor", CustomerCursor::parse);
    let attendee_id = attendee?.map(|name| name.id());
    let filter = EntryFilter { event_id: event_id?, ticket_type_id: ticket_type_id?, attendee_id };
    Some(MeantEntries { customer_id: customer_id?, filter, entry_id: entry_id?, after: after? })
}

/// Why a token of a public join is refused that would act.
const ONLY_LOOKS: &str = "this token came with the join and only shows the entry: use the link in the mail";

/// Finds the entry that the request names, for its customer or somebody who acts for them.
///
/// A token that proves its address acts for the other entries of that address, too.
pub async fn find_entry(
    table: &Table,
    caller: &Caller,
    (customer_id, entry_id): (CustomerId, EntryId),
) -> Result<StoredEntry, Error> {
    let entries = Entries::new(table);
    let found = match caller {
        Caller::Key { .. } => entries.find(&customer_id, &entry_id).await?,
        Caller::Token(token) => {
            let own = find_entry_of_token(table, &customer_id, token).await?;
            if own.entry.id != entry_id && own.proves_its_address(&token.hash) {
                entries.at_address_of(&own, &entry_id).await?
            } else {
                Some(own)
            }
        }
        Caller::Anonymous => None,
    };
    Ok(found.filter(|stored| stored.entry.id == entry_id).ok_or(Refusal::EntryNotFound)?)
}

/// Confirms the entry on which a customer has acted, if nobody has confirmed it: the bearer of its
/// mailed token reads the mail.
///
/// The act stands even if the entry can't be confirmed any more, for example because it has ended
/// since. Then the entry is as the act left it.
pub async fn confirmed_by_act(table: &Table, caller: &Caller, stored: &StoredEntry) -> Result<Entry, Error> {
    let Caller::Token(_) = caller else { return Ok(stored.entry.clone()) };
    let confirmations = Confirmations::new(&table.acting_as(caller.mandate()));
    match confirmations.confirm_if_needed(stored).await {
        Err(Error::Refused(_)) => Ok(stored.entry.clone()),
        confirmed => confirmed,
    }
}

/// Finds the entry for whose customer a token acts.
pub async fn find_entry_of_token(
    table: &Table,
    customer_id: &CustomerId,
    token: &PresentedToken,
) -> Result<StoredEntry, Error> {
    let shown = Entries::new(table).shown_by(customer_id, token).await?.ok_or(Refusal::EntryNotFound)?;
    if shown.is_proven_by(&token.hash) { Ok(shown) } else { Err(Refusal::Forbidden(ONLY_LOOKS).into()) }
}

/// What a request does with the entries that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// It shows them.
    Look,
    /// It changes them, so a token must prove the customer.
    Act,
}

/// The entries that a request names, and what its caller may do with them.
pub struct FoundEntries {
    /// The customer in the path.
    pub customer_id: CustomerId,
    /// The entries.
    pub page: CustomerPage,
    /// Whether the caller has a token that only shows them.
    pub only_looks: bool,
    /// The entry whose address the caller's token proves, if it does.
    pub proven: Option<StoredEntry>,
}

/// Finds the entries that the request names. There must be at least one, unless there are further
/// pages. A token shows a single entry, so its bearer has a single page.
pub async fn find_entries(
    entries: &Entries,
    caller: &Caller,
    meant: MeantEntries,
    purpose: Purpose,
) -> Result<FoundEntries, Error> {
    let MeantEntries { customer_id, filter, entry_id, after } = meant;
    let (mut only_looks, mut proven) = (false, None);
    let page = match (caller, &entry_id) {
        (Caller::Key { .. }, None) => entries.of_customer(&customer_id, &filter, after.as_ref()).await?,
        (Caller::Key { .. }, Some(entry_id)) => single(entries.find(&customer_id, entry_id).await?),
        (Caller::Token(token), _) => {
            let own = match purpose {
                Purpose::Look => entries.lately_shown_by(&customer_id, token).await?,
                Purpose::Act => entries.shown_by(&customer_id, token).await?,
            };
            only_looks = own.as_ref().is_some_and(|own| !own.is_proven_by(&token.hash));
            if purpose == Purpose::Act && only_looks {
                return Err(Refusal::Forbidden(ONLY_LOOKS).into());
            }
            proven = own.clone().filter(|own| own.proves_its_address(&token.hash));
            let is_other = |own: &StoredEntry| entry_id.as_ref().is_some_and(|id| *id != own.entry.id);
            single(match (own, &proven, &entry_id) {
                (Some(own), Some(proven), Some(entry_id)) if is_other(&own) => match purpose {
                    Purpose::Look => entries.lately_at_address_of(proven, entry_id).await?,
                    Purpose::Act => entries.at_address_of(proven, entry_id).await?,
                },
                (own, ..) => own.filter(|own| !is_other(own)),
            })
        }
        (Caller::Anonymous, _) => CustomerPage::default(),
    };
    let page = CustomerPage {
        entries: page.entries.into_iter().filter(|stored| filter.admits(&stored.entry.place)).collect(),
        next: page.next,
    };
    let has_one_page = entry_id.is_some() || matches!(caller, Caller::Token(_));
    if page.entries.is_empty() && (after.is_none() || has_one_page) {
        return Err(Refusal::EntryNotFound.into());
    }
    Ok(FoundEntries { customer_id, page, only_looks, proven })
}

fn single(found: Option<StoredEntry>) -> CustomerPage {
    CustomerPage { entries: found.into_iter().collect(), next: None }
}
