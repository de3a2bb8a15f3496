//! Writing several items at once, or none.

use aws_sdk_dynamodb::types::TransactWriteItem;

use crate::failure::{TransactionFailure, transaction_failure};
use crate::table::Table;

/// Writes all the items, or none of them.
pub(crate) async fn write(
    table: &Table,
    context: &'static str,
    items: Vec<TransactWriteItem>,
) -> Result<(), TransactionFailure> {
    let request = table.client.transact_write_items().set_transact_items(Some(items));
    request.send().await.map(|_| ()).map_err(|error| transaction_failure(context, error))
}
