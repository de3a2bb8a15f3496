//! Classifies a provider's refusals.

use std::error::Error as StdError;

use aws_sdk_sesv2::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::RequestId;

/// The provider's id for an accepted message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderMessageId(pub String);

/// A message that a provider did not accept.
///
/// Errors are logged with all their sources, and a provider's own text may contain the customer's
/// address. Of a refusal only the code and the request's id are therefore kept. Without a response
/// from the provider, the source says why.
#[derive(Debug, thiserror::Error)]
#[error("{provider} did not accept a message: {code} (request {request_id})")]
pub struct SendError {
    provider: &'static str,
    code: String,
    request_id: String,
    may_succeed_later: bool,
    is_throttling: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl SendError {
    /// Reads the SDK's error.
    ///
    /// A refusal is about this very message only if `is_final` says so. Any other failure may be
    /// over by the next attempt: throttling, a fault, a timeout, a suspended account or a missing
    /// permission. No message is lost to such a failure.
    pub(crate) fn new<E>(provider: &'static str, error: SdkError<E>, is_final: fn(&ErrorMetadata) -> bool) -> Self
    where
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
        SdkError<E>: RequestId,
    {
        let request_id = error.request_id().unwrap_or("unknown").to_owned();
        let refusal = error.as_service_error().map(ProvideErrorMetadata::meta);
        let may_succeed_later = !refusal.is_some_and(is_final);
        let code = refusal.map_or_else(|| outage(&error), |refusal| refusal.code().unwrap_or("Unnamed")).to_owned();
        let is_throttling = refusal.is_some() && is_throttling(&code, &error);
        let answered = matches!(error, SdkError::ServiceError(_) | SdkError::ResponseError(_));
        let source = (!answered).then(|| error.into());
        Self { provider, code, request_id, may_succeed_later, is_throttling, source }
    }

    /// The provider's code for the refusal. Without a response from the provider it is a code of
    /// this crate. It is safe to log and to store.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether another attempt may succeed.
    pub fn may_succeed_later(&self) -> bool {
        self.may_succeed_later
    }

    /// Whether the provider got more messages a second than it accepts.
    pub fn is_throttling(&self) -> bool {
        self.is_throttling
    }
}

/// Providers name the code differently, and change it over time. The status is always 429, or the
/// code says so.
fn is_throttling<E>(code: &str, error: &SdkError<E>) -> bool {
    const TOO_MANY_REQUESTS: u16 = 429;
    let status = error.raw_response().map(|response| response.status().as_u16());
    status == Some(TOO_MANY_REQUESTS) || code.starts_with("Thrott") || code.starts_with("TooManyRequests")
}

/// Why the service sent no response.
fn outage<E>(error: &SdkError<E>) -> &'static str {
    match error {
        SdkError::TimeoutError(_) => "Timeout",
        SdkError::DispatchFailure(_) => "ConnectionFailure",
        SdkError::ResponseError(_) => "UnreadableResponse",
        _ => "RequestNotMade",
    }
}
