//! Reads the details of an event, which no rule depends on.

use waitlist_domain::event::checkout_address::CheckoutAddress;
use waitlist_domain::event::details::{Description, Details};
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::label::Label;
use waitlist_domain::values::web_address::WebAddress;
use waitlist_runtime::input::Fields;

/// Reads where the event is, what happens there, whom to ask, and where to buy and pay.
pub fn read_details(body: &mut Fields) -> Option<Details> {
    let venue = body.optional_text("place", Label::parse);
    let description = body.optional_text("description", Description::parse);
    let image_url = body.optional_text("imageUrl", WebAddress::parse_image);
    let contact = body.optional_text("contact", EmailAddress::parse);
    let shop_url = body.optional_text("shopUrl", WebAddress::parse);
    let checkout_url = body.optional_text("checkoutUrl", CheckoutAddress::parse);
    Some(Details {
        venue: venue?,
        description: description?,
        image_url: image_url?,
        contact: contact?,
        shop_url: shop_url?,
        checkout_url: checkout_url?,
    })
}
