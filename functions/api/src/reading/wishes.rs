//! Reads what customers wish for, when they join and when they change that.

use waitlist_domain::values::channels::{Channel, Channels};
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::shape::Described;
use waitlist_runtime::input::Fields;

/// Reads the channels for the customer's messages. `without_phone`: the request has no phone
/// number, not even a bad one.
pub fn read_channels(body: &mut Fields, without_phone: bool) -> Option<Option<Channels>> {
    let chosen = body.optional_texts("channels", Channel::parse);
    body.has_shape("channels", Channels::SHAPE);
    let Some(chosen) = chosen? else { return Some(None) };
    if without_phone && chosen.contains(&Channel::Sms) {
        return body.complain("channels", "must not have \"sms\" without a phone number in phone");
    }
    match Channels::new(chosen) {
        Ok(channels) => Some(Some(channels)),
        Err(rule) => body.complain("channels", rule),
    }
}

/// Parses the fewest seats that the customer accepts. `quantity` is the number of seats asked for,
/// if it was readable.
pub fn read_minimum(count: i64, quantity: Option<Quantity>) -> Result<Quantity, String> {
    let minimum = Quantity::parse(count)?;
    match quantity {
        Some(most) if minimum > most => Err(format!("must be at most the quantity asked for, {}", most.get())),
        _ => Ok(minimum),
    }
}
