//! Where the links in messages lead: to the stack's own pages, or to pages that the operator wrote.

use waitlist_domain::entry::Entry;
use waitlist_domain::messages::message::NotificationKind;
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::EventId;
use waitlist_language::Locale;

use crate::addresses::{host_of, percent_encoded};
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

    /// The stack's own page that says what is kept of people at an event.
    pub(crate) fn privacy_page(&self, event_id: &EventId, locale: Locale) -> Option<String> {
        let Self::Own(url) = self else { return None };
        let (lang, event) = (locale.as_str(), percent_encoded(event_id.as_str()));
        Some(format!("{}/privacy?lang={lang}&event={event}", url.as_str()))
    }

    /// The host of the pages, to which a browser binds a code (WebOTP).
    pub(crate) fn host(&self) -> &str {
        match self {
            Self::Own(url) => host_of(url.as_str()),
            Self::Operator(url) => url.host(),
        }
    }
}
