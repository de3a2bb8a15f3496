//! The details of an event: where it is, what happens there, whom to ask, where to buy and pay.

use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::event::checkout_address::CheckoutAddress;
use waitlist_domain::event::details::{Description, Details};
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::web_address::WebAddress;

#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventDetailsView<'event> {
    place: Option<&'event Label>,
    description: Option<&'event Description>,
    image_url: Option<&'event WebAddress>,
    contact: Option<&'event EmailAddress>,
    shop_url: Option<&'event WebAddress>,
    checkout_url: Option<&'event CheckoutAddress>,
}

impl<'event> EventDetailsView<'event> {
    pub(crate) fn new(details: &'event Details) -> Self {
        Self {
            place: details.venue.as_ref(),
            description: details.description.as_ref(),
            image_url: details.image_url.as_ref(),
            contact: details.contact.as_ref(),
            shop_url: details.shop_url.as_ref(),
            checkout_url: details.checkout_url.as_ref(),
        }
    }
}
