//! Messages to customers: templates, e-mail through SES and text messages through SNS.
//!
//! This crate does not know the table. [`Templates`] writes a message from an entry and its event.
//! [`Mailer`] and [`Texter`] hand it to a provider. Their errors say whether another attempt could
//! succeed.

mod addresses;
mod api_url;
mod failure;
mod links;
mod mailer;
mod message;
mod organiser;
mod phone_code_message;
mod public_url;
#[cfg(test)]
mod refusals_by_provider;
mod sender;
mod templates;
mod texter;

pub use api_url::ApiUrl;
pub use failure::{ProviderMessageId, SendError};
pub use links::Links;
pub use mailer::{Mail, Mailer};
pub use message::Message;
pub use phone_code_message::PhoneCodeMessage;
pub use public_url::PublicUrl;
pub use sender::{Sender, SenderName};
pub use templates::{RenderError, Rendered, Templates};
pub use texter::Texter;
