//! E-mail, through SES.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::ErrorMetadata;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message as SimpleMessage};
use waitlist_domain::values::contact::EmailAddress;

use crate::failure::{ProviderMessageId, SendError};
use crate::templates::Rendered;

/// Sends e-mail from one address.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: Client,
    sender: String,
}

impl Mailer {
    /// Sends through `client` in the name of `sender`, an identity that SES has verified.
    pub fn new(client: Client, sender: impl Into<String>) -> Self {
        Self { client, sender: sender.into() }
    }

    /// Hands a message to SES.
    pub async fn send(&self, to: &EmailAddress, message: &Rendered) -> Result<ProviderMessageId, SendError> {
        let request = self
            .client
            .send_email()
            .from_email_address(&self.sender)
            .destination(Destination::builder().to_addresses(to.as_str()).build())
            .content(content(message));
        let accepted = request.send().await.map_err(|error| SendError::new("SES", error, is_final))?;
        Ok(ProviderMessageId(accepted.message_id.unwrap_or_default()))
    }
}

fn content(message: &Rendered) -> EmailContent {
    let body = Body::builder().text(utf8(&message.text)).html(utf8(&message.html)).build();
    let simple = SimpleMessage::builder().subject(utf8(&message.subject)).body(body).build();
    EmailContent::builder().simple(simple).build()
}

fn utf8(text: &str) -> Content {
    Content::builder().data(text).charset("UTF-8").build().expect("the data is set")
}

/// Whether the content or the recipient's address is at fault.
///
/// SES uses the same code for a sender that it has not verified yet. The operator can fix that, so
/// such a message must not be lost.
pub(crate) fn is_final(refusal: &ErrorMetadata) -> bool {
    match refusal.code() {
        Some("MessageRejected") => !refusal.message().is_some_and(|words| words.contains("not verified")),
        code => code == Some("BadRequestException"),
    }
}
