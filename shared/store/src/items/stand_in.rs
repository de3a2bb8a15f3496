//! How a stand-in is stored: as an entry without personal data, under the hash of its token.
//!
//! An entry shows its attendee's name to the caller who joined, so a stand-in does. The name is an
//! item of its own, because it ends with the personal data of the event's entries. That may be
//! before the token ends.

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::entry::recent_offers::RecentOffers;
use waitlist_domain::event::Event;
use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::order::StandingInLine;
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::mandate::Mandate;
use waitlist_domain::values::time::Timestamp;

use crate::dynamo::expression::Expression;
use crate::dynamo::item::{Item, malformed, number, optional_number, text};
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
    item.retain(|name, _| !PERSONAL.contains(&name.as_str()) && !LACKING.contains(&name.as_str()));
    let [pk, sk] = PLACE.map(str::to_owned);
    let (place, own) = (Key::entry(&entry.place), Key::stand_in(&entry.token_hash));
    let texts = [(pk, place.pk), (sk, place.sk), ("pk".to_owned(), own.pk), ("sk".to_owned(), own.sk)];
    item.extend(texts.map(|(name, text)| (name, AttributeValue::S(text))));
    item.insert(TTL.to_owned(), AttributeValue::N(ends_at.seconds().to_string()));
    Ok(item)
}

/// The item with the name of a stand-in's attendee, if it has one.
pub(crate) fn attendee_item(entry: &Entry, event: &Event) -> Option<Item> {
    let name = entry.applicant.attendee_name.as_ref()?;
    let ends_at = event.tokens_end_at().min(event.personal_data_end_at());
    let mut item = Key::attendee_of_stand_in(&entry.token_hash).into_attributes();
    item.insert(ATTENDEE_NAME.to_owned(), AttributeValue::S(name.as_str().to_owned()));
    item.insert(TTL.to_owned(), AttributeValue::N(ends_at.seconds().to_string()));
    Some(item)
}

/// Reads the name of a stand-in's attendee, until it ends. DynamoDB deletes it a little later.
pub(crate) fn attendee_from(item: &Item, now: Timestamp) -> Result<Option<AttendeeName>, Error> {
    if number::<i64>(item, TTL)? <= now.seconds() {
        return Ok(None);
    }
    AttendeeName::parse(text(item, ATTENDEE_NAME)?).map(Some).map_err(|_| malformed(ATTENDEE_NAME))
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
