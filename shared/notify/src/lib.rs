//! What customers are told, and how: templates, e-mail through SES and text messages through SNS.
//!
//! Nothing here knows the table. [`Templates`] turns an entry and its event into words, [`Mailer`] and [`Texter`]
//! hand those to a provider and say of a failure whether another attempt could succeed.

mod english;
mod failure;
mod german;
mod length_of_time;
mod locale;
mod mailer;
mod message;
mod public_url;
mod templates;
mod texter;

pub use failure::{ProviderMessageId, SendError};
pub use locale::Locale;
pub use mailer::Mailer;
pub use message::Message;
pub use public_url::PublicUrl;
pub use templates::{RenderError, Rendered, Templates};
pub use texter::Texter;
