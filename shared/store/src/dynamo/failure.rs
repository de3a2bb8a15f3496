//! The failures of DynamoDB and what they mean here.

use std::error::Error as StdError;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use waitlist_domain::Error;

use crate::dynamo::item::Malformed;

/// Why a request failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Another writer holds the item, or the table is throttled: try again.
    Contended,
    /// Anything else.
    Other(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

/// What a request did. Nothing if it was contended or throttled.
///
/// Of a request without the SDK's retries it is also nothing if the response was lost. Then the
/// write may have been made.
pub(crate) fn unless_contended<T>(result: Result<T, Failure>) -> Result<Option<T>, Error> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(Failure::Contended) => Ok(None),
        Err(Failure::Other(error)) => Err(error),
    }
}

/// Whether the code means that the request is good and should be tried again.
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

/// An error of the SDK, with its whole chain for the log. Contention becomes [`Error::Busy`].
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

/// Whether a damaged item causes the error, so that every retry fails too.
///
/// All other errors may pass: throttling, an outage, even a missing permission.
pub fn is_permanent(error: &Error) -> bool {
    let Error::Internal { source, .. } = error else { return false };
    source.is::<Malformed>() || source.is::<Unfit>()
}

/// DynamoDB refuses the request as invalid: it does not fit the item, or breaks a rule of DynamoDB.
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

/// Whether the request may succeed if repeated: no response came, or the service failed.
pub(crate) fn may_be_repeated<E>(error: &SdkError<E>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(failed) => failed.raw().status().is_server_error(),
        _ => false,
    }
}
