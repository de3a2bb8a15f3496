//! The link to the page of one place: the customer, and the token that proves them.

use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::CustomerId;

/// What a link to a place names. It is secret, because its bearer can act for the customer.
pub(crate) struct PlaceLink {
    pub(crate) customer_id: CustomerId,
    pub(crate) token: Token,
}

impl PlaceLink {
    /// Reads the part of a path. No id of a customer has a tilde.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (customer_id, token) = text.split_once('~')?;
        Some(Self { customer_id: CustomerId::parse(customer_id).ok()?, token: Token::parse(token).ok()? })
    }

    /// The path of the page.
    pub(crate) fn path(&self) -> String {
        format!("/p/{}~{}", self.customer_id.as_str(), self.token.as_str())
    }
}
