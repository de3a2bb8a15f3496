//! `POST /api/waitlist/unsubscribe/{token}`: a mail program turns off messages that are not about
//! its reader's own seats (RFC 8058).
//!
//! There is no GET, so a scanner that follows links changes nothing.

use waitlist_domain::Error;
use waitlist_domain::values::credential::UnsubscribeToken;
use waitlist_domain::values::mandate::{Actor, Mandate};
use waitlist_runtime::http::{Call, Reply};
use waitlist_runtime::input::Input;
use waitlist_store::Table;
use waitlist_store::commands::unsubscribing::Unsubscribing;

use crate::views::entries::UnsubscribedView;

pub(crate) fn read(input: &mut Input) -> Option<UnsubscribeToken> {
    input.path("token", UnsubscribeToken::parse)
}

/// Handles a request.
pub async fn handle(table: &Table, call: Call) -> Result<Reply, Error> {
    // The link speaks for the customer, even if the caller is somebody else.
    let mandate = Mandate::of(Actor::Customer);
    let token = call.input.read(read)?;
    Unsubscribing::new(&table.acting_as(mandate)).unsubscribe(&token.hash()).await?;
    Reply::ok(&UnsubscribedView::Unsubscribed)
}
