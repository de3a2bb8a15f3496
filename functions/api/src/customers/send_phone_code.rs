//! `POST /api/waitlist/phone/{customerId}`: a customer has a code sent to the phone number of their
//! entry.

use waitlist_domain::Error;
use waitlist_domain::values::scope::Scope;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::commands::phone_codes::{Asked, PhoneCodes};
use waitlist_store::commands::sources::{Counted, Sources};
use waitlist_store::{StoredEntry, Table};

use crate::reading::own_entries::{confirmed_by_act, find_entry};
use crate::views::entries::{EntryView, PhoneCodeView};

pub(crate) use crate::reading::own_entries::read_entry as read;

/// What the handler may touch.
#[derive(Debug, Clone)]
pub struct Ports {
    table: Table,
    sources: Sources,
    /// The countries that text messages go to.
    countries: SmsCountries,
    /// How many codes a source may ask for within an hour, without a key.
    codes_per_source: u64,
}

impl Ports {
    /// The ports over `table`. How many codes a source may ask for follows from how many joins it may
    /// send.
    pub fn new(table: &Table, countries: SmsCountries, joins_per_source: u64) -> Self {
        let codes_per_source = Counted::PhoneCodes.most(joins_per_source);
        Self { table: table.clone(), sources: Sources::new(table), countries, codes_per_source }
    }

    /// The ports for a caller to whom only the events of this scope exist.
    pub(crate) fn within(&self, scope: Scope) -> Self {
        Self { table: self.table.within(scope), ..self.clone() }
    }
}

/// Handles a request.
pub async fn handle(ports: &Ports, call: Call) -> Result<Reply, Error> {
    let table = &ports.table;
    let trusted = call.caller.is_trusted();
    let stored = find_entry(table, &call.caller, call.input.read(read)?).await?;
    let Some(phone) = stored.entry.phone_to_confirm(&ports.countries)? else {
        return Reply::ok(&EntryView::new(&stored.entry, None));
    };
    if let Some(source) = call.source.filter(|_| !trusted) {
        ports.sources.count(Counted::PhoneCodes, &source, ports.codes_per_source).await?;
    }
    let codes = PhoneCodes::new(&table.acting_as(call.caller.mandate()));
    match codes.ask(&stored, phone, &call.mint.request_name()).await? {
        Asked::OnItsWay(code_expires_at) => {
            confirmed_by_act(table, &call.caller, &stored).await?;
            Reply::new(202, &PhoneCodeView { entry_id: &stored.entry.id, code_expires_at })
        }
        Asked::Confirmed(entry) => {
            let stored = StoredEntry { entry: *entry, ..stored };
            Reply::ok(&EntryView::new(&confirmed_by_act(table, &call.caller, &stored).await?, None))
        }
    }
}
