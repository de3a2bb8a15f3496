//! What a provider's refusal means.

use std::error::Error as StdError;

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::RequestId;

/// The provider's own name for a message it accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderMessageId(pub String);

/// A message that a provider did not accept.
///
/// A provider's own words may name the customer's address, and errors are logged with all their sources: of a refusal
/// only the code and the request's id are kept. Where there was no answer the source says why.
#[derive(Debug, thiserror::Error)]
#[error("{provider} did not accept a message: {code} (request {request_id})")]
pub struct SendError {
    provider: &'static str,
    code: String,
    request_id: String,
    may_succeed_later: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl SendError {
    /// Reads the SDK's error. Only a refusal that `is_final` knows is about this very message; everything else
    /// (throttling, faults, timeouts, but also a suspended account or a missing permission) may be over or mended by
    /// the time of another attempt, and a message is not to be lost to it.
    pub(crate) fn new<E>(provider: &'static str, error: SdkError<E>, is_final: fn(&str) -> bool) -> Self
    where
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
        SdkError<E>: RequestId,
    {
        let request_id = error.request_id().unwrap_or("unknown").to_owned();
        let refusal = error.as_service_error().map(|refusal| refusal.code().unwrap_or("Unnamed"));
        let may_succeed_later = !refusal.is_some_and(is_final);
        let code = refusal.unwrap_or_else(|| outage(&error)).to_owned();
        let answered = matches!(error, SdkError::ServiceError(_) | SdkError::ResponseError(_));
        let source = (!answered).then(|| error.into());
        Self { provider, code, request_id, may_succeed_later, source }
    }

    /// The provider's code for the refusal, or ours where it gave no answer. Safe to log and to store.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether another attempt may succeed.
    pub fn may_succeed_later(&self) -> bool {
        self.may_succeed_later
    }
}

/// Why there was no answer from the service.
fn outage<E>(error: &SdkError<E>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "Timeout",
        SdkError::DispatchFailure(_) => "ConnectionFailure",
        SdkError::ResponseError(_) => "UnreadableResponse",
        _ => "RequestNotMade",
    }
}
