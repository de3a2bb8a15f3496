//! How a stand-in is stored: as an entry with no personal data but the attendee's name, under the
//! hash of its token.

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::recent_offers::RecentOffers;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::StandingInLine;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, malformed, optional_number, text};
use crate::items::entry_item::{StoredEntry, joining_item, stored_entry};
use crate::items::key::Key;
use crate::items::retention_item::{ATTENDEE_NAME, PERSONAL};

/// The other attributes of an entry that a stand-in lacks: it is not in the line, and has no phone
/// number.
const LACKING: [&str; 3] = ["line", "order", "phone_unproven"];
/// The attributes with the key that an entry at the place has.
const PLACE: [&str; 2] = ["place_pk", "place_sk"];
const LANE: &str = "lane";
const NUMBER: &str = "number";
const TTL: &str = "ttl";

/// The item of a stand-in. `entry` is what it pretends to be.
pub(crate) fn stand_in_item(
    entry: &Entry,
    standing: StandingInLine,
    mandate: &Mandate,
    ends_at: Timestamp,
) -> Result<Item, Error> {
    let mut item = joining_item(entry, standing.position(), false, &RecentOffers::default(), mandate)?;
    // An entry shows its attendee to whoever joined, so a stand-in does.
    let is_kept = |name: &str| name == ATTENDEE_NAME || !(PERSONAL.contains(&name) || LACKING.contains(&name));
    item.retain(|name, _| is_kept(name));
    let [pk, sk] = PLACE.map(str::to_owned);
    let (place, own) = (Key::entry(&entry.place), Key::stand_in(&entry.token_hash));
    let texts = [(pk, place.pk), (sk, place.sk), ("pk".to_owned(), own.pk), ("sk".to_owned(), own.sk)];
    item.extend(texts.map(|(name, text)| (name, AttributeValue::S(text))));
    item.insert(TTL.to_owned(), AttributeValue::N(ends_at.seconds().to_string()));
    Ok(item)
}

/// Reads what a stand-in pretends to be.
pub(crate) fn stand_in_from(mut item: Item) -> Result<StoredEntry, Error> {
    for (name, of_place) in ["pk", "sk"].into_iter().zip(PLACE) {
        let key = item.remove(of_place).ok_or_else(|| malformed(of_place))?;
        item.insert(name.to_owned(), key);
    }
    stored_entry(item)
}

/// The last number that was shown in a lane at a place, by its item.
pub(crate) fn last_shown(item: Option<&Item>, lane: &Lane) -> Result<u64, Error> {
    match item {
        Some(item) if text(item, LANE)? == lane.as_str() => Ok(optional_number(item, NUMBER)?.unwrap_or_default()),
        _ => Ok(0),
    }
}

/// Notes the number of a stand-in, so that the next one has a higher one, as newcomers have.
pub(crate) fn note_last(lane: &Lane, number: u64, ends_at: Timestamp) -> Expression {
    Expression::new().set(LANE, lane.as_str()).set(NUMBER, number).set(TTL, ends_at.seconds())
}
