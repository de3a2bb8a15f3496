//! The link to the page of one place: the customer, and the token that proves them.

use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::{CustomerId, EntryId};

/// What a link to a place names. It is secret, because its bearer can act for the customer.
#[derive(Clone)]
pub(crate) struct PlaceLink {
    pub(crate) customer_id: CustomerId,
    pub(crate) token: Token,
    /// Another place of the address that the token proves.
    pub(crate) entry_id: Option<EntryId>,
}

impl PlaceLink {
    /// Reads the part of a path. No id has a tilde, and no token.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('~');
        let (customer_id, token) = (CustomerId::parse(parts.next()?).ok()?, Token::parse(parts.next()?).ok()?);
        let entry_id = parts.next().map(EntryId::parse).transpose().ok()?;
        parts.next().is_none().then_some(Self { customer_id, token, entry_id })
    }

    /// The path of the page.
    pub(crate) fn path(&self) -> String {
        let place = format!("/p/{}~{}", self.customer_id.as_str(), self.token.as_str());
        match &self.entry_id {
            Some(entry_id) => format!("{place}~{}", entry_id.as_str()),
            None => place,
        }
    }

    /// The link to another place of the same address.
    pub(crate) fn to(&self, entry_id: EntryId) -> Self {
        Self { entry_id: Some(entry_id), ..self.clone() }
    }
}
