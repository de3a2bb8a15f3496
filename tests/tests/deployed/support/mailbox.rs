//! The mail and text messages that the local cloud captured.

use std::time::Duration;

use serde_json::Value;

use super::stack::Stack;
use super::waiting::eventually;

/// A mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A link in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The whole URL.
    pub url: String,
    /// The token, with which the bearer acts for the customer.
    pub token: String,
}

/// The link in the text of a message.
#[track_caller]
pub fn link_in(text: &str) -> Link {
    let start = text.find("http").unwrap_or_else(|| panic!("no link in {text}"));
    let url: String = text[start..].chars().take_while(|character| !character.is_whitespace()).collect();
    let (_, token) = url.rsplit_once('~').unwrap_or_else(|| panic!("the link {url} has no token"));
    Link { token: token.to_owned(), url }
}

impl Stack {
    /// All mail to an address, oldest first.
    pub async fn mail_to(&self, address: &str) -> Vec<Mail> {
        let listing = self.cloud("GET", "/_ministack/ses/messages", "ses", None).await;
        let accounts = listing["messages"].as_object().cloned().unwrap_or_default();
        let messages = accounts.values().filter_map(Value::as_array).flatten();
        let part = |message: &Value, name: &str| message[name].as_str().unwrap_or_default().to_owned();
        messages
            .filter(|message| message["To"].as_array().is_some_and(|to| to.iter().any(|to| to == address)))
            .map(|message| Mail {
                subject: part(message, "Subject"),
                text: part(message, "BodyText"),
                html: part(message, "BodyHtml"),
            })
            .collect()
    }

    /// Waits for mail to an address with this beginning of its subject.
    pub async fn awaited_mail(&self, address: &str, subject: &str, within: Duration) -> Mail {
        eventually(&format!("a mail \"{subject}…\""), within, async || {
            self.mail_to(address).await.into_iter().find(|mail| mail.subject.starts_with(subject))
        })
        .await
    }

    /// All text messages to a phone number, oldest first.
    pub async fn texts_to(&self, phone: &str) -> Vec<String> {
        let path = format!("/_ministack/sns/sms-messages?phoneNumber=%2B{}", phone.trim_start_matches('+'));
        let listing = self.cloud("GET", &path, "sns", None).await;
        let messages = listing["sms_messages"][phone].as_array().cloned().unwrap_or_default();
        messages.iter().map(|message| message["Message"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Waits for the first text message to a phone number with these words.
    pub async fn awaited_text(&self, phone: &str, words: &str, within: Duration) -> String {
        eventually(&format!("a text with \"{words}\""), within, async || {
            self.texts_to(phone).await.into_iter().find(|text| text.contains(words))
        })
        .await
    }
}
