//! `POST /api/waitlist/convert/{customerId}`: the sales system turns an offer into a registration,
//! claimed or not.

use waitlist_domain::entry::checkout::CheckoutReference;
use waitlist_domain::values::identifier::{CustomerId, EntryId};
use waitlist_domain::values::label::Label;
use waitlist_domain::{Error, Refusal};
use waitlist_runtime::environment::metrics::count_change;
use waitlist_runtime::http::{Call, Reply};
use waitlist_store::Table;
use waitlist_store::commands::offers::Conversions;
use waitlist_store::queries::entries::Entries;

use crate::views::entries::EntryView;
use waitlist_runtime::input::Input;

/// How the customer paid, as the shop says.
pub(crate) struct Payment {
    payment_reference: Option<Label>,
    /// What the customer brought to the shop.
    reference: Option<CheckoutReference>,
}

pub(crate) fn read(input: &mut Input) -> Option<(CustomerId, EntryId, Payment)> {
    let customer_id = input.path("customerId", CustomerId::parse);
    let entry_id = input.body.text("entryId", EntryId::parse);
    let payment_reference = input.body.optional_text("paymentReference", Label::parse);
    let reference = input.body.optional_text("reference", CheckoutReference::parse);
    Some((customer_id?, entry_id?, Payment { payment_reference: payment_reference?, reference: reference? }))
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    let (customer_id, entry_id, Payment { payment_reference, reference }) = call.input.read(read)?;
    let stored = Entries::new(table).find(&customer_id, &entry_id).await?.ok_or(Refusal::EntryNotFound)?;
    let conversions = Conversions::new(&table.acting_as(call.caller.mandate())).of_reference(reference);
    let converted = conversions.convert(&stored, payment_reference.map(String::from)).await?;
    count_change(&stored.entry, &converted);
    Reply::ok(&EntryView::new(&converted, None))
}
