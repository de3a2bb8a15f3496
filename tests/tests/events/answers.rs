//! The fields of answers, by the contract.

use aws_sdk_dynamodb::types::AttributeValue as Attribute;
use serde_json::{Value, json};
use waitlist_api::views::entries::ListedEntryView;

use super::function::event;
use super::payload::Payload;
use super::scene::{SOLD_OUT, in_scene};

/// The fields of every entry, in every status.
const OF_EVERY_ENTRY: [&str; 8] =
    ["entryId", "customerId", "attendeeId", "eventId", "ticketTypeId", "quantity", "status", "joinedAt"];

/// The fields that an entry lacks.
fn lacking(entry: &Value) -> Vec<&'static str> {
    OF_EVERY_ENTRY.into_iter().filter(|name| entry.get(name).is_none()).collect()
}

#[test]
fn an_entry_shows_every_field_that_all_entries_have_with_an_attendee_or_without() {
    in_scene(async |scene| {
        for attendee in [json!("child-3"), json!(null)] {
            let body = json!({
                "eventId": SOLD_OUT, "ticketTypeId": "camper", "quantity": 1,
                "name": "Ada Example", "email": "ada@example.org", "attendeeId": attendee,
            });
            let joined = scene.send(Payload::post("/api/waitlist/join").body(&body)).await;
            assert_eq!((joined.status, lacking(&joined.body)), (201, vec![]), "{joined:?}");
        }
    });
}

#[test]
fn a_listed_entry_does_not_show_its_customer_in_debug() {
    in_scene(async |scene| {
        let entry = scene.entry("parent-1").await.entry;
        let shown = format!("{:?}", ListedEntryView::new(&entry, None, scene.table.now()));
        for private in [entry.applicant.name.as_str(), entry.applicant.email.as_str(), "+14155550123"] {
            assert!(!shown.contains(private), "{shown}");
        }
    });
}

#[test]
fn the_reason_for_a_change_of_an_event_is_kept_with_who_made_it() {
    in_scene(async |scene| {
        let mut put = event("put-event", "201-creates-an-event");
        let mut body: Value = serde_json::from_str(put["body"].as_str().expect("text")).expect("JSON");
        body["reason"] = json!("New tents");
        put["body"] = json!(body.to_string());
        let answer = scene.answer("put-event", put).await;
        assert_eq!((answer.status, answer.body.get("reason")), (201, None));
        let items = scene.items().await;
        let stored = items.iter().find(|item| item.get("pk") == Some(&Attribute::S("EVENT#summer-camp-3".to_owned())));
        let why = stored.and_then(|event| event.get("why"));
        assert_eq!(why, Some(&Attribute::S("New tents".to_owned())));
    });
}
