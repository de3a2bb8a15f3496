//! Links to pages that the operator wrote, where customers act on their messages.

use waitlist_domain::entry::Entry;
use waitlist_domain::messages::message::NotificationKind;
use waitlist_domain::values::credential::Token;

use crate::addresses::{host_of, percent_encoded};

/// The address of the operator's pages: `https://tickets.example.org`, or a folder below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Accepts an absolute HTTP address without query or fragment. A slash at the end is dropped.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        const RULE: &str = "must be an address such as https://tickets.example.org, without query or fragment";
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or(RULE)?;
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"?#\"<>\\^`{|}".contains(&byte);
        if rest.trim_matches('/').is_empty() || rest.starts_with('/') || !rest.bytes().all(plain) {
            return Err(RULE);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }

    /// The host of the pages, to which a browser binds a code (WebOTP).
    pub(crate) fn host(&self) -> &str {
        host_of(&self.0)
    }

    /// The page on which the customer can act on a message of this kind.
    ///
    /// Only the customer may see the link, because its token lets the bearer act for them.
    pub(crate) fn link(&self, kind: NotificationKind, entry: &Entry, token: &Token) -> String {
        let page = match kind {
            NotificationKind::Offered | NotificationKind::Reminder | NotificationKind::Claimed => "offer",
            NotificationKind::Confirm | NotificationKind::ConfirmReminder => "confirm",
            NotificationKind::Joined
            | NotificationKind::JoinedAgain
            | NotificationKind::Converted
            | NotificationKind::Expired
            | NotificationKind::PurchaseEnded
            | NotificationKind::Declined
            | NotificationKind::MovedUp
            | NotificationKind::PhoneCode => "entry",
        };
        format!(
            "{}/{page}?customerId={}&entryId={}&token={}",
            self.0,
            percent_encoded(entry.place.customer_id.as_str()),
            percent_encoded(entry.id.as_str()),
            percent_encoded(token.as_str()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_end_are_dropped() {
        for text in ["https://example.org/tickets", "https://example.org/tickets/", "https://example.org/tickets//"] {
            assert_eq!(PublicUrl::parse(text), Ok(PublicUrl("https://example.org/tickets".to_owned())));
        }
    }

    #[test]
    fn only_a_plain_http_address_can_carry_links() {
        for text in [
            "",
            "example.org",
            "ftp://example.org",
            "javascript:alert(1)",
            "https://",
            "https:///",
            "https:///page",
            "https://example.org/?a=b",
            "https://example.org/#top",
            "https://example.org/a b",
            "https://example.org/\n",
            "https://example.org/\"onclick=",
        ] {
            assert!(PublicUrl::parse(text).is_err(), "{text:?} should be refused");
        }
    }

    #[test]
    fn the_host_has_no_port_and_no_path() {
        for (text, host) in [
            ("https://example.org", "example.org"),
            ("https://tickets.example.org/waitlist/", "tickets.example.org"),
            ("http://localhost:3000", "localhost"),
            ("https://ada@example.org:8443/a", "example.org"),
        ] {
            assert_eq!(PublicUrl::parse(text).expect("valid").host(), host);
        }
    }
}
