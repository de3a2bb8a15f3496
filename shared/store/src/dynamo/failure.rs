//! What DynamoDB's refusals mean here.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use waitlist_domain::Error;

use crate::dynamo::item::{Item, Malformed};

/// Why a single conditional write was not made.
#[derive(Debug)]
pub(crate) enum WriteFailure {
    /// The condition did not hold for the item as it is (absent: there is none).
    Condition(Option<Item>),
    /// Another transaction had the item in hand, or the table was throttled: try again.
    Conflict,
    /// Anything else.
    Other(Error),
}

/// Why a transaction was not made.
#[derive(Debug)]
pub(crate) enum TransactionFailure {
    /// For each item of the transaction in order, whether its condition failed, and the item as it is then.
    Conditions(Vec<Option<FailedCondition>>),
    /// Another writer had one of the items in hand, or the table was throttled: try again.
    Conflict,
    /// Anything else.
    Other(Error),
}

impl From<Error> for TransactionFailure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// A condition of a transaction that did not hold.
#[derive(Debug)]
pub(crate) struct FailedCondition {
    /// The item as it is, where there is one.
    pub(crate) item: Option<Item>,
}

/// Codes that mean "nothing is wrong with the request: try again".
fn is_contention(code: Option<&str>) -> bool {
    matches!(
        code,
        Some(
            "TransactionConflict"
                | "TransactionConflictException"
                | "TransactionInProgressException"
                | "ThrottlingError"
                | "ThrottlingException"
                | "ProvisionedThroughputExceeded"
                | "ProvisionedThroughputExceededException"
                | "RequestLimitExceeded"
        )
    )
}

/// An error from the SDK, with its whole chain for the log.
pub(crate) fn fault<E>(context: &'static str, error: SdkError<E>) -> Error
where
    E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    if is_contention(code) {
        return Error::Busy { context };
    }
    if code == Some("ValidationException") {
        return Error::internal(context, Unfit(Box::new(error)));
    }
    Error::internal(context, error)
}

/// Whether an error comes of an item that is not what it should be, so that the same will fail again however often it
/// is tried. Everything else may pass: throttling, a service that is down, even a permission that is missing.
pub fn is_of_damage(error: &Error) -> bool {
    let Error::Internal { source, .. } = error else { return false };
    source.is::<Malformed>() || source.is::<Unfit>()
}

/// DynamoDB finds that the request does not fit the item it is about, or its own rules.
#[derive(Debug, thiserror::Error)]
#[error("DynamoDB calls the request invalid")]
struct Unfit(#[source] Box<dyn StdError + Send + Sync>);

pub(crate) fn update_failure(context: &'static str, error: SdkError<UpdateItemError>) -> WriteFailure {
    match error.as_service_error() {
        Some(UpdateItemError::ConditionalCheckFailedException(failed)) => WriteFailure::Condition(failed.item.clone()),
        other if is_contention(other.and_then(ProvideErrorMetadata::code)) => WriteFailure::Conflict,
        _ => WriteFailure::Other(fault(context, error)),
    }
}

/// Of a write that the SDK does not repeat ([`DynamoTable::in_time`](crate::dynamo::table::DynamoTable::in_time)): what it would have repeated
/// is to be tried again. The write may have been made.
pub(crate) fn update_failure_in_time(context: &'static str, error: SdkError<UpdateItemError>) -> WriteFailure {
    if may_be_repeated(&error) { WriteFailure::Conflict } else { update_failure(context, error) }
}

/// The same of a transaction.
pub(crate) fn transaction_failure_in_time(
    context: &'static str,
    error: SdkError<TransactWriteItemsError>,
) -> TransactionFailure {
    if may_be_repeated(&error) { TransactionFailure::Conflict } else { transaction_failure(context, error) }
}

/// Whether nothing is wrong with the request: no answer came, or the service failed.
fn may_be_repeated<E>(error: &SdkError<E>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(failed) => failed.raw().status().is_server_error(),
        _ => false,
    }
}

pub(crate) fn put_failure(context: &'static str, error: SdkError<PutItemError>) -> WriteFailure {
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(failed)) => WriteFailure::Condition(failed.item.clone()),
        other if is_contention(other.and_then(ProvideErrorMetadata::code)) => WriteFailure::Conflict,
        _ => WriteFailure::Other(fault(context, error)),
    }
}

pub(crate) fn transaction_failure(
    context: &'static str,
    error: SdkError<TransactWriteItemsError>,
) -> TransactionFailure {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
        return if is_contention(code) {
            TransactionFailure::Conflict
        } else {
            TransactionFailure::Other(fault(context, error))
        };
    };
    let reasons = cancelled.cancellation_reasons();
    if reasons.iter().any(|reason| is_contention(reason.code())) {
        return TransactionFailure::Conflict;
    }
    let failed = |code: Option<&str>| code == Some("ConditionalCheckFailed");
    if !reasons.iter().any(|reason| failed(reason.code())) {
        return TransactionFailure::Other(fault(context, error));
    }
    TransactionFailure::Conditions(
        reasons
            .iter()
            .map(|reason| failed(reason.code()).then(|| FailedCondition { item: reason.item.clone() }))
            .collect(),
    )
}
