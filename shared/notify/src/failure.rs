//! What a provider's refusal means.

use std::error::Error as StdError;
use std::fmt;

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};

/// The provider's own name for a message it accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderMessageId(pub String);

/// A message that a provider did not accept.
///
/// The provider's own words may name the customer's address; they are in [`StdError::source`] and nowhere else, so
/// that neither `Display` nor `Debug` of this error can bring them into a log.
pub struct SendError {
    provider: &'static str,
    code: String,
    may_succeed_later: bool,
    source: Box<dyn StdError + Send + Sync>,
}

impl SendError {
    /// Reads the SDK's error. Only a refusal that `is_final` knows is about this very message; everything else
    /// (throttling, faults, timeouts, but also a suspended account or a missing permission) may be over or mended by
    /// the time of another attempt, and a message is not to be lost to it.
    pub(crate) fn new<E>(provider: &'static str, error: SdkError<E>, is_final: fn(&str) -> bool) -> Self
    where
        E: StdError + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let refusal = error.as_service_error().map(|refusal| refusal.code().unwrap_or("Unnamed"));
        let may_succeed_later = !refusal.is_some_and(is_final);
        let code = refusal.unwrap_or_else(|| outage(&error)).to_owned();
        Self { provider, code, may_succeed_later, source: error.into() }
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

impl fmt::Display for SendError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} did not accept a message: {}", self.provider, self.code)
    }
}

impl fmt::Debug for SendError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SendError")
            .field("provider", &self.provider)
            .field("code", &self.code)
            .field("may_succeed_later", &self.may_succeed_later)
            .finish_non_exhaustive()
    }
}

impl StdError for SendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.source.as_ref())
    }
}
