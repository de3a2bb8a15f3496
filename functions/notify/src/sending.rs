//! Hands messages to their providers, and notes the answers.

use waitlist_domain::Error;
use waitlist_domain::messages::message::MessageName;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_notify::{Mail, ProviderMessageId, Rendered, SendError, SenderName};
use waitlist_runtime::environment::metrics::{Counter, count};
use waitlist_runtime::environment::telemetry::chain;
use waitlist_store::commands::notifying::SendingLease;

use crate::ports::Ports;

/// What a provider made of a message.
#[derive(Debug)]
pub(crate) enum Handed {
    /// It takes the message to its address.
    Accepted,
    /// It got too many at once, with this error.
    Throttled(SendError),
    /// It refused the message for good, with this error.
    Refused(SendError),
}

/// Hands over a mail in the name of the organiser. A mail about one entry has a name.
pub(crate) async fn send_mail(
    ports: &Ports,
    to: &EmailAddress,
    message: &Rendered,
    name: Option<&MessageName>,
    unsubscribe_link: Option<&str>,
) -> Result<Result<ProviderMessageId, SendError>, Error> {
    let settings = ports.settings.lately().await?;
    let from_name = settings.organiser_name.as_ref().map(SenderName::of);
    let (from_name, reply_to) = (from_name.as_ref(), settings.reply_to.as_ref());
    Ok(ports.mailer.send(Mail { to, message, name, from_name, reply_to, unsubscribe_link }).await)
}

/// Notes what the provider answered. An error means that the message should be tried again.
pub(crate) async fn note_outcome(
    ports: &Ports,
    lease: &SendingLease,
    accepted: Result<ProviderMessageId, SendError>,
) -> Result<Handed, Error> {
    count(if accepted.is_ok() { Counter::MessagesSent } else { Counter::SendFailures }, 1);
    match accepted {
        Ok(id) => {
            note_sent(ports, lease, &id).await;
            Ok(Handed::Accepted)
        }
        Err(error) if error.is_throttling() => Ok(Handed::Throttled(error)),
        Err(error) if error.may_succeed_later() => Err(Error::internal("sending a message", error)),
        Err(error) => {
            ports.notifying.give_up(lease, error.code()).await?;
            Ok(Handed::Refused(error))
        }
    }
}

/// Notes that the message was sent.
///
/// An error would certainly send the message again. A missing note sends it again only if the
/// message of the queue comes twice.
async fn note_sent(ports: &Ports, lease: &SendingLease, id: &ProviderMessageId) {
    if let Err(error) = ports.notifying.finish_sending(lease, &id.0).await {
        tracing::error!(error = chain(&error), "sent, but not noted");
    }
}
