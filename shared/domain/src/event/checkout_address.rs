//! Where a claimed offer is paid: the address of a shop, with places for what the shop must know.

use crate::values::shape::{Described, Shape};
use crate::values::text::text;
use crate::values::web_address::{WebAddress, normalised};
use crate::values::words::words;

words! {
    /// A place in the address, written in braces.
    pub enum Placeholder {
        /// The id of the customer.
        CustomerId = "customerId",
        /// The id of the entry.
        EntryId = "entryId",
        /// How many seats are held.
        Quantity = "quantity",
        /// What proves to the shop that the entry holds its offer now.
        Reference = "reference",
    }
}

text! {
    /// A [`WebAddress`] that may have placeholders behind its host.
    pub struct CheckoutAddress;
}

const BRACES: &str = "must have no braces but {customerId}, {entryId}, {quantity} and {reference}, and these behind the \
    name of the host";

impl CheckoutAddress {
    /// Accepts a web address with placeholders.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let filled = fill(text, |_| "x").ok_or(BRACES)?;
        // Without a placeholder the host is another one.
        let host = |text: &str| text.split_once("://").map_or(0, |(_, rest)| host_length(rest));
        if host(text) != host(&filled) {
            return Err(BRACES);
        }
        WebAddress::parse(&filled)?;
        normalised(text, "{}").map(Self).ok_or("must have at most 500 characters")
    }

    /// The address with these values. They have no character that means anything in an address.
    pub fn filled<'value>(&self, value: impl Fn(Placeholder) -> &'value str) -> String {
        fill(&self.0, value).expect("its placeholders were read")
    }
}

/// How long the host is, with its port.
fn host_length(rest: &str) -> usize {
    rest.find(['/', '?', '#']).unwrap_or(rest.len())
}

/// The text with values for its placeholders. Nothing, if it has other braces.
fn fill<'value>(text: &str, value: impl Fn(Placeholder) -> &'value str) -> Option<String> {
    let mut parts = text.split('{');
    let mut filled = parts.next().filter(|first| !first.contains('}'))?.to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}')?;
        filled += value(Placeholder::parse(name).ok()?);
        filled += Some(rest).filter(|rest| !rest.contains('}'))?;
    }
    Some(filled)
}

impl Described for CheckoutAddress {
    const SHAPE: Shape = Shape::format(WebAddress::SHORTEST, Some(WebAddress::LONGEST), "uri-template");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_filled_with_what_the_shop_must_know() {
        let address =
            "https://Shop.example.org/pay/{entryId}?seats={quantity}&for={customerId}&ref={reference}#{entryId}";
        let address = CheckoutAddress::parse(address).expect("valid");
        let filled = address.filled(|placeholder| match placeholder {
            Placeholder::CustomerId => "family-42",
            Placeholder::EntryId => "ent_1",
            Placeholder::Quantity => "2",
            Placeholder::Reference => "ent_1.abc",
        });
        assert_eq!(filled, "https://shop.example.org/pay/ent_1?seats=2&for=family-42&ref=ent_1.abc#ent_1");
        let plain = CheckoutAddress::parse("http://localhost:3000/pay").expect("valid");
        assert_eq!(plain.filled(|_| "x"), "http://localhost:3000/pay");
    }

    #[test]
    fn other_braces_are_refused_and_those_that_exist_are_named() {
        for text in [
            "https://example.org/{token}",
            "https://example.org/{}",
            "https://example.org/{entryid}",
            "https://example.org/{ entryId }",
            "https://example.org/{{entryId}}",
            "https://example.org/{entryId",
            "https://example.org/entryId}",
            "https://example.org/}{",
            "https://{entryId}.example.org/",
            "https://example.org{entryId}",
            "{entryId}",
        ] {
            let refusal = CheckoutAddress::parse(text).expect_err(text);
            for placeholder in Placeholder::ALL.into_iter().filter(|_| text != "{entryId}") {
                assert!(refusal.contains(&format!("{{{}}}", placeholder.as_str())), "{text}: {refusal}");
            }
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for text in ["", "http://example.org/{entryId}", "https://ada@example.org/", "https://example.org/ {entryId}"] {
            assert!(CheckoutAddress::parse(text).is_err(), "{text}");
        }
        let of_length = |length: usize| format!("https://example.org/{{entryId}}{}", "a".repeat(length - 29));
        assert!(CheckoutAddress::parse(&of_length(500)).is_ok() && CheckoutAddress::parse(&of_length(501)).is_err());
    }

    proptest! {
        #[test]
        fn whatever_is_kept_can_be_filled_and_is_then_a_web_address(path in "[a-z/?#{}]{0,4}(\\{(entryId|quantity|reference|customerId|x)\\}|[a-z/?=#]{1,3}){0,5}[{}]?") {
            let text = format!("https://example.org{path}");
            if let Ok(address) = CheckoutAddress::parse(&text) {
                prop_assert!(WebAddress::parse(&address.filled(|_| "ent_0.a-b")).is_ok());
                prop_assert_eq!(CheckoutAddress::parse(address.as_str()), Ok(address));
            }
        }
    }
}
