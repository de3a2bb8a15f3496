//! E-mail, through SES.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::ErrorMetadata;
use aws_sdk_sesv2::types::{
    Body, Content, Destination, EmailContent, Message as SimpleMessage, MessageHeader, MessageTag,
};
use waitlist_domain::messages::message::MessageName;
use waitlist_domain::values::contact::EmailAddress;

use crate::failure::{ProviderMessageId, SendError};
use crate::sender::{Sender, SenderName};
use crate::templates::Rendered;

/// One mail.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'mail> {
    /// The recipient.
    pub to: &'mail EmailAddress,
    /// What is written.
    pub message: &'mail Rendered,
    /// The name of the message, if it is about one entry. SES reports on the mail by it.
    pub name: Option<&'mail MessageName>,
    /// The organiser's name, instead of the sender's own.
    pub from_name: Option<&'mail SenderName>,
    /// Where replies go, instead of where they go for this sender.
    pub reply_to: Option<&'mail EmailAddress>,
    /// Where a mail program turns such mails off by one POST (RFC 8058), if the customer may do
    /// without them.
    pub unsubscribe_link: Option<&'mail str>,
}

/// Sends e-mail from one address.
#[derive(Debug, Clone)]
pub struct Mailer {
    client: Client,
    sender: Sender,
}

impl Mailer {
    /// Sends through `client` in the name of `sender`.
    pub fn new(client: Client, sender: Sender) -> Self {
        Self { client, sender }
    }

    /// Hands a mail to SES.
    pub async fn send(&self, mail: Mail<'_>) -> Result<ProviderMessageId, SendError> {
        let reply_to = mail.reply_to.or(self.sender.reply_to.as_ref());
        let request = self
            .client
            .send_email()
            .from_email_address(self.sender.in_header(mail.from_name))
            .set_reply_to_addresses(reply_to.map(|address| vec![address.as_str().to_owned()]))
            .configuration_set_name(&self.sender.configuration_set)
            .destination(Destination::builder().to_addresses(mail.to.as_str()).build())
            .set_email_tags(mail.name.map(|name| name.tags().into_iter().map(tag).collect()))
            .content(content(mail));
        let accepted = request.send().await.map_err(|error| SendError::new("SES", error, is_final))?;
        Ok(ProviderMessageId(accepted.message_id.unwrap_or_default()))
    }
}

fn tag((name, value): (&str, String)) -> MessageTag {
    MessageTag::builder().name(name).value(value).build().expect("name and value are set")
}

fn content(mail: Mail<'_>) -> EmailContent {
    let Rendered { subject, text, html, .. } = mail.message;
    let body = Body::builder().text(utf8(text)).html(utf8(html)).build();
    let headers = mail.unsubscribe_link.map(unsubscribe_headers);
    let simple = SimpleMessage::builder().subject(utf8(subject)).body(body).set_headers(headers).build();
    EmailContent::builder().simple(simple).build()
}

/// The headers by which a mail program offers to unsubscribe with one click.
fn unsubscribe_headers(link: &str) -> Vec<MessageHeader> {
    let header = |name: &str, value: String| {
        MessageHeader::builder().name(name).value(value).build().expect("name and value are set")
    };
    vec![
        header("List-Unsubscribe", format!("<{link}>")),
        header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
    ]
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
