//! Links to the operator's pages, where customers act on their messages.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use waitlist_domain::entry::Entry;
use waitlist_domain::messages::message::NotificationKind;
use waitlist_domain::values::credential::Token;

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
        let rest = self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest);
        let authority = rest.split('/').next().unwrap_or(rest);
        let host = authority.rsplit('@').next().unwrap_or(authority);
        host.split_once(':').map_or(host, |(name, _port)| name)
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

/// Encodes all but the unreserved characters of RFC 3986. Programs that find links in texts then
/// find the whole link.
fn percent_encoded(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
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

    #[test]
    fn everything_but_unreserved_characters_is_encoded() {
        assert_eq!(percent_encoded("email:a_b.c-d~e@x"), "email%3Aa_b.c-d~e%40x");
        assert_eq!(percent_encoded("ä&="), "%C3%A4%26%3D");
    }
}
