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

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::operation::send_email::SendEmailError;
    use aws_sdk_sns::operation::publish::PublishError;
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::http::StatusCode;
    use aws_smithy_types::body::SdkBody;

    use super::*;
    use crate::{mailer, texter};

    /// A provider's refusal, with the address in its own text.
    fn refusal<E>(status: u16, code: &str, read: fn(ErrorMetadata) -> E) -> SdkError<E> {
        refusal_in_words(status, code, "address ada@example.org is bad", read)
    }

    fn refusal_in_words<E>(status: u16, code: &str, words: &'static str, read: fn(ErrorMetadata) -> E) -> SdkError<E> {
        let response = HttpResponse::new(StatusCode::try_from(status).expect("a status"), SdkBody::from(words));
        SdkError::service_error(read(ErrorMetadata::builder().code(code).message(words).build()), response)
    }

    fn from_ses(status: u16, code: &str) -> SendError {
        SendError::new("SES", refusal(status, code, SendEmailError::generic), mailer::is_final)
    }

    fn from_sns(status: u16, code: &str) -> SendError {
        SendError::new("SNS", refusal(status, code, PublishError::generic), texter::is_final)
    }

    #[test]
    fn only_a_refusal_of_the_message_itself_is_final() {
        for (status, code, may_succeed_later) in [
            (400, "MessageRejected", false),
            (400, "BadRequestException", false),
            (429, "TooManyRequestsException", true),
            (400, "LimitExceededException", true),
            (400, "SendingPausedException", true),
            (403, "AccessDeniedException", true),
            (404, "NotFoundException", true),
            (500, "InternalFailure", true),
            (503, "ServiceUnavailable", true),
        ] {
            assert_eq!(from_ses(status, code).may_succeed_later(), may_succeed_later, "SES {code}");
        }
        for (status, code, may_succeed_later) in [
            (400, "InvalidParameter", false),
            (400, "ParameterValueInvalid", false),
            (400, "ValidationException", false),
            (400, "Throttling", true),
            (429, "Throttled", true),
            (403, "AuthorizationError", true),
            (500, "InternalError", true),
        ] {
            assert_eq!(from_sns(status, code).may_succeed_later(), may_succeed_later, "SNS {code}");
        }
    }

    #[test]
    fn a_provider_that_was_sent_too_much_is_told_from_one_that_failed() {
        for (error, is_throttling) in [
            (from_ses(429, "TooManyRequestsException"), true),
            (from_ses(400, "ThrottlingException"), true),
            (from_ses(500, "InternalFailure"), false),
            (from_ses(400, "MessageRejected"), false),
            // The day's quota: waiting a second does not help.
            (from_ses(400, "LimitExceededException"), false),
            (from_sns(400, "Throttling"), true),
            (from_sns(429, "Throttled"), true),
            (from_sns(500, "InternalError"), false),
        ] {
            assert_eq!(error.is_throttling(), is_throttling, "{error}");
        }
    }

    /// The texts are taken from SES.
    #[test]
    fn a_sender_who_is_not_verified_yet_loses_no_mail() {
        let words = "Email address is not verified. The following identities failed the check in region EU-WEST-1: \
            waitlist@example.org";
        let error = refusal_in_words(400, "MessageRejected", words, SendEmailError::generic);
        assert!(SendError::new("SES", error, mailer::is_final).may_succeed_later());
    }

    #[test]
    fn an_outage_may_be_over_later_and_names_its_source() {
        let lost: SdkError<SendEmailError> = SdkError::timeout_error("no answer within 3 seconds");
        let error = SendError::new("SES", lost, mailer::is_final);
        assert_eq!((error.code(), error.may_succeed_later()), ("Timeout", true));
        assert!(error.source().is_some());
    }

    #[test]
    fn the_words_of_a_provider_are_kept_out_of_logs() {
        let error = from_ses(400, "MessageRejected");
        assert_eq!(error.to_string(), "SES did not accept a message: MessageRejected (request unknown)");
        assert!(error.source().is_none());
        assert!(!format!("{error:?}").contains("ada@example.org"));
    }
}
