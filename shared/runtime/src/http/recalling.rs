//! What records of idempotency keys leave out of responses, and how a repetition gets it back.
//!
//! A record stays for a day, also where its entry loses its personal data. So it keeps no name of an
//! attendee, and no address at which a customer pays. A repetition takes the name from its own body
//! or from the entry, and makes the address anew.

use serde_json::{Value, json};
use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::identifier::{CustomerId, EntryId};
use waitlist_store::Table;
use waitlist_store::queries::checkouts::Checkouts;
use waitlist_store::queries::entries::Entries;

/// The fields of an entry that records do not keep as they are.
const ATTENDEE: &str = "attendeeId";
const CHECKOUT: &str = "checkout";

/// In a record this object stands for a name. It has the id that is the hash of the name.
const NAME_OF: &str = "nameOf";

/// A body as a record keeps it.
pub(crate) fn kept(body: &Value) -> Value {
    let mut kept = body.clone();
    let attendee = body.get(ATTENDEE).and_then(Value::as_str).and_then(|text| AttendeeName::parse(text).ok());
    if let Some(name) = attendee.and_then(AttendeeName::beside_its_id) {
        kept[ATTENDEE] = json!({ NAME_OF: name.id().as_str() });
    }
    if body.get(CHECKOUT).is_some_and(Value::is_string) {
        kept[CHECKOUT] = Value::Null;
    }
    kept
}

/// The body of a repetition, from what a record kept. `named` is the attendee whom the request
/// names.
///
/// An entry that has lost its personal data shows the attendee's id. An address to pay is shown
/// while the offer is claimed.
pub(crate) async fn recalled(table: &Table, mut kept: Value, named: Option<&str>) -> Result<Value, Error> {
    let id = kept.get(ATTENDEE).and_then(|attendee| attendee[NAME_OF].as_str()).map(str::to_owned);
    let names_it = |name: &AttendeeName| id.as_deref() == Some(name.id().as_str());
    // A request may give the id in place of the name. Then the entry has the name.
    let is_a_name = |name: &AttendeeName| name.clone().beside_its_id().is_some();
    let named = named.and_then(|text| AttendeeName::parse(text).ok()).filter(names_it).filter(is_a_name);
    let paid_at = kept.get(CHECKOUT).is_some_and(Value::is_null);
    let entry = if (id.is_some() && named.is_none()) || paid_at { entry_of(table, &kept).await? } else { None };
    if let Some(id) = id {
        let stored = || entry.as_ref().and_then(|entry| entry.applicant.attendee_name.clone());
        kept[ATTENDEE] = named.or_else(stored).map_or(id, String::from).into();
    }
    if paid_at {
        let link = Checkouts::new(table).links(&entry).await?.into_iter().flatten().next();
        match (link, kept.as_object_mut()) {
            (Some(link), _) => kept[CHECKOUT] = link.as_str().into(),
            (None, Some(fields)) => drop(fields.remove(CHECKOUT)),
            (None, None) => {}
        }
    }
    Ok(kept)
}

async fn entry_of(table: &Table, body: &Value) -> Result<Option<Entry>, Error> {
    let text = |name: &str| body[name].as_str().unwrap_or_default();
    let ids = CustomerId::parse(text("customerId")).ok().zip(EntryId::parse(text("entryId")).ok());
    let Some((customer, id)) = ids else { return Ok(None) };
    Ok(Entries::new(table).find(&customer, &id).await?.map(|stored| stored.entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_name_nor_an_address_to_pay_is_kept_and_all_else_is() {
        let body = json!({"attendeeId": "Mia O'Neil", "checkout": "https://shop.example.org/?ref=x", "quantity": 2});
        let id = AttendeeName::parse("Mia O'Neil").expect("valid").id();
        assert_eq!(kept(&body), json!({"attendeeId": {"nameOf": id.as_str()}, "checkout": null, "quantity": 2}));
        for plain in [json!({"attendeeId": "child-1"}), json!({"attendeeId": null}), json!({}), json!([]), json!("x")] {
            assert_eq!(kept(&plain), plain);
        }
    }
}
