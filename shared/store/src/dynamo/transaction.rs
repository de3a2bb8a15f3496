//! Writing several items at once, or none.

use aws_sdk_dynamodb::types::TransactWriteItem;

use crate::dynamo::failure::{TransactionFailure, transaction_failure, transaction_failure_in_time};
use crate::dynamo::table::DynamoTable;

/// Writes all the items, or none of them.
pub(crate) async fn write(
    table: &DynamoTable,
    context: &'static str,
    items: Vec<TransactWriteItem>,
) -> Result<(), TransactionFailure> {
    let request = table.client.transact_write_items().set_transact_items(Some(items));
    request.send().await.map(|_| ()).map_err(|error| transaction_failure(context, error))
}

/// The same where a condition holds the time of this attempt ([`DynamoTable::in_time`]). What may be tried again, a lost answer
/// too, is a [`TransactionFailure::Conflict`]: it may have been written.
pub(crate) async fn write_in_time(
    table: &DynamoTable,
    context: &'static str,
    items: Vec<TransactWriteItem>,
) -> Result<(), TransactionFailure> {
    let request = table.in_time().client.transact_write_items().set_transact_items(Some(items));
    request.send().await.map(|_| ()).map_err(|error| transaction_failure_in_time(context, error))
}
