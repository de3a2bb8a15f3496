//! Transactions: several items are written at once, or none.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::TransactWriteItem;

use crate::dynamo::failure::{Failure, fault, is_contention, may_be_repeated, write_failure};
use crate::dynamo::item::Item;
use crate::dynamo::table::DynamoTable;

/// The result of a transaction.
#[derive(Debug)]
pub(crate) enum Transacted {
    /// All items were written.
    Made,
    /// No item was written. For each item, in order, its failed condition.
    ConditionsFailed(Vec<Option<FailedCondition>>),
}

/// A condition of a transaction that failed.
#[derive(Debug)]
pub(crate) struct FailedCondition {
    /// The stored item, if it exists.
    pub(crate) item: Option<Item>,
}

/// Writes all the items, or none.
pub(crate) async fn transact(
    table: &DynamoTable,
    context: &'static str,
    items: Vec<TransactWriteItem>,
) -> Result<Transacted, Failure> {
    let request = table.client.transact_write_items().set_transact_items(Some(items));
    match request.send().await {
        Ok(_) => Ok(Transacted::Made),
        Err(error) => failed_transaction(context, error),
    }
}

/// Writes all the items, or none, under conditions with the time of this attempt
/// ([`DynamoTable::in_time`]).
///
/// A lost response is [`Failure::Contended`]: the items may have been written.
pub(crate) async fn transact_in_time(
    table: &DynamoTable,
    context: &'static str,
    items: Vec<TransactWriteItem>,
) -> Result<Transacted, Failure> {
    let request = table.in_time().client.transact_write_items().set_transact_items(Some(items));
    match request.send().await {
        Ok(_) => Ok(Transacted::Made),
        Err(error) if may_be_repeated(&error) => Err(Failure::Contended),
        Err(error) => failed_transaction(context, error),
    }
}

fn failed_transaction(context: &'static str, error: SdkError<TransactWriteItemsError>) -> Result<Transacted, Failure> {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        return Err(write_failure(context, error));
    };
    let reasons = cancelled.cancellation_reasons();
    if reasons.iter().any(|reason| is_contention(reason.code())) {
        return Err(Failure::Contended);
    }
    let failed = |code: Option<&str>| code == Some("ConditionalCheckFailed");
    if !reasons.iter().any(|reason| failed(reason.code())) {
        return Err(Failure::Other(fault(context, error)));
    }
    let conditions =
        reasons.iter().map(|reason| failed(reason.code()).then(|| FailedCondition { item: reason.item.clone() }));
    Ok(Transacted::ConditionsFailed(conditions.collect()))
}
