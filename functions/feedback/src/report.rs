//! SES's reports on mails, as its configuration sets publish them.

use std::collections::HashMap;

use serde::Deserialize;
use waitlist_domain::messages::message::MessageName;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::unreachable::Cause;

/// A report on one mail. Only the parts that are used are read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    event_type: String,
    bounce: Option<Bounce>,
    mail: Mail,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    bounce_type: String,
}

/// The mail as it was sent.
#[derive(Deserialize)]
struct Mail {
    destination: Vec<String>,
    #[serde(default)]
    tags: HashMap<String, Vec<String>>,
}

impl Report {
    /// The kind of event, in SES's words.
    pub(crate) fn kind(&self) -> &str {
        &self.event_type
    }

    /// Why the mail's address can't be reached. Nothing if the report does not say that.
    ///
    /// A bounce that is not permanent may pass: the mailbox is full, or the message too large.
    pub(crate) fn cause(&self) -> Option<Cause> {
        match self.event_type.as_str() {
            "Bounce" => self.bounce.as_ref().filter(|bounce| bounce.bounce_type == "Permanent").map(|_| Cause::Bounced),
            "Complaint" => Some(Cause::Complained),
            _ => None,
        }
    }

    /// The address that the mail was sent to. Each of our mails has one recipient.
    ///
    /// The report itself may name others. A bounce names an address to which the mail was forwarded.
    /// A complaint names all recipients at one domain.
    pub(crate) fn address(&self) -> Option<EmailAddress> {
        match self.mail.destination.as_slice() {
            [address] => EmailAddress::parse(address).ok(),
            _ => None,
        }
    }

    /// The name of the message, if it is one of ours.
    pub(crate) fn message(&self) -> Option<MessageName> {
        MessageName::from_tags(|tag| self.mail.tags.get(tag)?.first().map(String::as_str))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn report(event_type: &str, bounce: Value, destination: &[&str]) -> Report {
        let tags = json!({"ses:configuration-set": ["mail"]});
        let report = json!({
            "eventType": event_type, "bounce": bounce, "mail": {"destination": destination, "tags": tags},
        });
        serde_json::from_value(report).expect("a report")
    }

    fn bounce(bounce_type: &str) -> Report {
        report("Bounce", json!({"bounceType": bounce_type}), &["Ada@Example.org"])
    }

    #[test]
    fn only_a_permanent_bounce_or_a_complaint_is_about_the_address() {
        assert_eq!(bounce("Permanent").cause(), Some(Cause::Bounced));
        assert_eq!(bounce("Transient").cause(), None);
        assert_eq!(bounce("Undetermined").cause(), None);
        let of_another = |event_type| report(event_type, Value::Null, &["ada@example.org"]).cause();
        assert_eq!(of_another("Complaint"), Some(Cause::Complained));
        assert_eq!(of_another("Reject"), None);
        assert_eq!(of_another("DeliveryDelay"), None);
        assert_eq!(of_another("Bounce"), None);
    }

    #[test]
    fn the_address_is_the_one_recipient_of_the_mail() {
        assert_eq!(bounce("Permanent").address().expect("one").as_str(), "ada@example.org");
        for destination in [&[][..], &["ada@example.org", "bob@example.org"], &["nonsense"]] {
            assert!(report("Complaint", Value::Null, destination).address().is_none());
        }
    }

    #[test]
    fn a_mail_of_another_program_has_no_name_of_ours() {
        assert_eq!(bounce("Permanent").message(), None);
    }
}
