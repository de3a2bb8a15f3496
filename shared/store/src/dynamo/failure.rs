//! What DynamoDB's refusals mean here.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use waitlist_domain::{Error, Refusal};

use crate::dynamo::item::Malformed;

/// Why a request failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Another writer had an item in hand, or the table was throttled: try again.
    Contended,
    /// Anything else.
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Other(refusal.into())
    }
}

/// Codes that mean "nothing is wrong with the request: try again".
pub(crate) fn is_contention(code: Option<&str>) -> bool {
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

/// What a failed write means.
pub(crate) fn write_failure<E>(context: &'static str, error: SdkError<E>) -> Failure
where
    E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
{
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
    if is_contention(code) { Failure::Contended } else { Failure::Other(fault(context, error)) }
}

/// Whether nothing is wrong with the request: no answer came, or the service failed.
pub(crate) fn may_be_repeated<E>(error: &SdkError<E>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(failed) => failed.raw().status().is_server_error(),
        _ => false,
    }
}
