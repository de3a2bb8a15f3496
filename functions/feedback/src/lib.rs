//! Keeps what SES reports of our mails: which addresses they do not reach.
//!
//! It only writes to the table. The relay sees in the stream that an offer has to go by text.

mod report;

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use waitlist_domain::Error;
use waitlist_domain::values::unreachable::Cause;
use waitlist_runtime::workers::batches::handle_messages;
use waitlist_store::commands::unreachable_addresses::UnreachableAddresses;

use crate::report::Report;

/// Handles a batch of reports. A repeated report changes nothing.
pub async fn handle(addresses: &UnreachableAddresses, event: SqsEvent) -> SqsBatchResponse {
    handle_messages("feedback", event, async |report: Report| keep(addresses, &report).await).await
}

async fn keep(addresses: &UnreachableAddresses, report: &Report) -> Result<(), Error> {
    let message = report.message();
    let cause = report.cause();
    log(report, cause);
    match (cause, report.address()) {
        (Some(cause), Some(address)) => addresses.report(message.as_ref(), &address, cause).await,
        _ => Ok(()),
    }
}

/// Logs one line for each report. It identifies the entry and has no personal data.
fn log(report: &Report, cause: Option<Cause>) {
    let name = report.message();
    let entry_id = name.as_ref().map(|name| name.entry_id.as_str());
    let (kind, event) = (name.as_ref().map(|name| name.kind.as_str()), report.kind());
    match cause {
        Some(cause) => tracing::warn!(entry_id, kind, event, cause = cause.as_str(), "mail does not reach an address"),
        None => tracing::warn!(entry_id, kind, event, "a mail was not delivered, which says nothing of its address"),
    }
}
