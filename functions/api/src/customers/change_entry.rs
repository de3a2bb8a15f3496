//! `POST /api/waitlist/change/{customerId}`: a customer changes what they said when they joined.

use waitlist_domain::Error;
use waitlist_domain::entry::own_change::OwnChange;
use waitlist_domain::form::answers::GivenAnswers;
use waitlist_domain::values::contact::{PersonName, PhoneChange, PhoneNumber};
use waitlist_domain::values::identifier::{CustomerId, EntryId};
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::quantity::Quantity;
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::{Fields, Input};
use waitlist_store::Table;
use waitlist_store::commands::own_changes::OwnChanges;

use crate::reading::commands::reply_with;
use crate::reading::given_answers::read_answers;
use crate::reading::own_entries::{confirmed_by_act, find_entry, read_entry};
use crate::reading::wishes::{read_channels, read_minimum};

type Wanted = ((CustomerId, EntryId), OwnChange<GivenAnswers>);

/// Reads the request, for the description of the route.
#[cfg(feature = "openapi")]
pub(crate) fn read(input: &mut Input) -> Option<Wanted> {
    read_by(input, false)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let trusted = call.caller.is_trusted();
    let (named, change) = call.input.read(|input| read_by(input, trusted))?;
    let stored = find_entry(table, &call.caller, named).await?;
    let changed = OwnChanges::new(&table.acting_as(call.caller.mandate())).change(&stored, &change).await?;
    reply_with(table, &confirmed_by_act(table, &call.caller, &changed).await?).await
}

fn read_by(input: &mut Input, trusted: bool) -> Option<Wanted> {
    let named = read_entry(input);
    let change = read_change(&mut input.body, trusted);
    Some((named?, change?))
}

/// Reads the change. Anybody with a token may name anybody's number, and a key only a known one.
fn read_change(body: &mut Fields, trusted: bool) -> Option<OwnChange<GivenAnswers>> {
    let to = if trusted { PhoneChange::To } else { PhoneChange::ToUnproven };
    let name = body.optional_text("name", PersonName::parse);
    let phone = body.nullable_text("phone", PhoneChange::Keep, |text| PhoneNumber::parse(text).map(to));
    let locale = body.optional_text("locale", LanguageTag::parse);
    // Whether the entry has a phone number is not known yet.
    let channels = read_channels(body, false);
    let names_answers = body.names("answers");
    let answers = read_answers(body);
    let quantity = body.optional_whole("quantity", Quantity::parse);
    let minimum = body.optional_whole("minQuantity", |count| read_minimum(count, quantity.flatten()));
    let change = OwnChange {
        name: name?,
        phone: phone?.unwrap_or(PhoneChange::Remove),
        locale: locale?,
        channels: channels?,
        answers: Some(answers?).filter(|_| names_answers),
        quantity: quantity?,
        minimum: minimum?,
    };
    if change.is_empty() {
        return body.complain("name", "is required, or another field: what is to change?");
    }
    Some(change)
}
