//! How the refusals of SES and SNS read as errors of this crate.

use std::error::Error;

use aws_sdk_sesv2::error::{ErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sns::operation::publish::PublishError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;

use crate::failure::SendError;
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
