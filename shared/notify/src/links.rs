//! Where the links in messages lead: to the stack's own pages, or to pages that the operator wrote.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use waitlist_domain::entry::Entry;
use waitlist_domain::messages::message::NotificationKind;
use waitlist_domain::values::credential::Token;

use crate::api_url::ApiUrl;
use crate::public_url::PublicUrl;

/// The pages to which the links in messages lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Links {
    /// The stack's own, under the address of its API.
    Own(ApiUrl),
    /// Pages that the operator wrote.
    Operator(PublicUrl),
}

impl From<PublicUrl> for Links {
    fn from(url: PublicUrl) -> Self {
        Self::Operator(url)
    }
}

impl Links {
    /// The page on which the customer can act on a message of this kind.
    ///
    /// Only the customer may see the link, because its token lets the bearer act for them.
    pub(crate) fn link(&self, kind: NotificationKind, entry: &Entry, token: &Token) -> String {
        match self {
            // One page says by the entry's status what is and what one can do.
            Self::Own(url) => {
                let customer_id = percent_encoded(entry.place.customer_id.as_str());
                format!("{}/p/{customer_id}~{}", url.as_str(), token.as_str())
            }
            Self::Operator(url) => url.link(kind, entry, token),
        }
    }

    /// The host of the pages, to which a browser binds a code (WebOTP).
    pub(crate) fn host(&self) -> &str {
        match self {
            Self::Own(url) => host_of(url.as_str()),
            Self::Operator(url) => url.host(),
        }
    }
}

/// The host in an absolute address, without a port.
pub(crate) fn host_of(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split('/').next().unwrap_or(rest);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    host.split_once(':').map_or(host, |(name, _port)| name)
}

/// Encodes all but the unreserved characters of RFC 3986. Programs that find links in texts then
/// find the whole link.
pub(crate) fn percent_encoded(text: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_unreserved_characters_is_encoded() {
        assert_eq!(percent_encoded("email:a_b.c-d~e@x"), "email%3Aa_b.c-d~e%40x");
        assert_eq!(percent_encoded("ä&="), "%C3%A4%26%3D");
    }
}
