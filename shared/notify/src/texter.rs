//! Text messages, through SNS.

use aws_sdk_sns::Client;
use aws_sdk_sns::error::ErrorMetadata;
use aws_sdk_sns::types::MessageAttributeValue;
use waitlist_domain::values::contact::PhoneNumber;

use crate::failure::{ProviderMessageId, SendError};

/// Sends text messages.
#[derive(Debug, Clone)]
pub struct Texter {
    client: Client,
}

impl Texter {
    /// Sends through `client`.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Hands a text to SNS, as one whose delivery matters more than its price.
    pub async fn send(&self, to: &PhoneNumber, text: &str) -> Result<ProviderMessageId, SendError> {
        let transactional = MessageAttributeValue::builder()
            .data_type("String")
            .string_value("Transactional")
            .build()
            .expect("the data type is set");
        let request = self
            .client
            .publish()
            .phone_number(to.as_str())
            .message(text)
            .message_attributes("AWS.SNS.SMS.SMSType", transactional);
        let accepted = request.send().await.map_err(|error| SendError::new("SNS", error, is_final))?;
        Ok(ProviderMessageId(accepted.message_id.unwrap_or_default()))
    }
}

/// Whether the text or the recipient's number is at fault.
pub(crate) fn is_final(refusal: &ErrorMetadata) -> bool {
    matches!(refusal.code(), Some("InvalidParameter" | "ParameterValueInvalid" | "ValidationException"))
}
