//! `GET /api/waitlist/position/{customerId}` and `DELETE /api/waitlist/leave/{customerId}`: the
//! entries that they cover.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{Counts, Line, NOTHING, Person, Place, Stack, place, text};

/// A customer with three entries: two children in one line, and one in the line of another event.
struct Family {
    stack: Stack,
    camp: Line,
    fair: Line,
    customer_id: String,
    ann: Place,
    ben: Place,
    at_fair: Place,
}

async fn family() -> Family {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).ticket_type("adult", 0).create().await;
    let fair = stack.event().places(0).create().await;
    let parent = Person::new();
    let customer_id = parent.customer_id.clone();
    let join = async |line: &Line, person: &Person| {
        place(person, &stack.sales().post("/api/waitlist/join", &line.joining_for(person)).await.is(201))
    };
    let ann = join(&camp, &parent.parent_of("ann")).await;
    let ben = join(&camp.of("adult"), &parent.parent_of("ben")).await;
    let at_fair = join(&fair, &parent).await;
    Family { stack, camp, fair, customer_id, ann, ben, at_fair }
}

fn ids(entries: &Value) -> BTreeSet<String> {
    entries.as_array().expect("a list").iter().map(|entry| text(&entry["entryId"])).collect()
}

fn set(places: &[&Place]) -> BTreeSet<String> {
    places.iter().map(|place| place.entry_id.clone()).collect()
}

#[tokio::test]
async fn a_sales_system_sees_the_entries_of_a_customer_that_it_asks_for() {
    let family = family().await;
    let Family { stack, camp, customer_id, ann, ben, at_fair, .. } = &family;
    for (query, expected) in [
        (String::new(), set(&[ann, ben, at_fair])),
        (format!("?eventId={}", camp.event_id), set(&[ann, ben])),
        ("?ticketTypeId=adult".to_owned(), set(&[ben])),
        ("?attendeeId=ann".to_owned(), set(&[ann])),
        (format!("?eventId={}&ticketTypeId=camper&attendeeId=ann", camp.event_id), set(&[ann])),
    ] {
        let path = format!("/api/waitlist/position/{customer_id}{query}");
        let seen = stack.sales().get(&path).await.is(200);
        assert_eq!(seen["customerId"], json!(customer_id));
        assert_eq!(ids(&seen["entries"]), expected, "{query}");
    }
    let path = format!("/api/waitlist/position/{customer_id}?attendeeId=nobody");
    stack.sales().get(&path).await.problem(404, "entry-not-found");
    stack.sales().get("/api/waitlist/position/nobody").await.problem(404, "entry-not-found");
}

#[tokio::test]
async fn a_token_shows_just_the_one_entry_that_it_is_for() {
    let family = family().await;
    let Family { stack, customer_id, ann, at_fair, fair, .. } = &family;
    let path = format!("/api/waitlist/position/{customer_id}");
    let seen = stack.bearer(&ann.token).get(&path).await.is(200);
    assert_eq!(ids(&seen["entries"]), set(&[ann]));
    let elsewhere = format!("{path}?eventId={}", fair.event_id);
    stack.bearer(&ann.token).get(&elsewhere).await.problem(404, "entry-not-found");

    // A token in a link shows the same.
    let linked = stack.public().get(&format!("{path}?token={}", at_fair.token)).await.is(200);
    assert_eq!(ids(&linked["entries"]), set(&[at_fair]));
    let both = format!("{path}?eventId={}&token={}", fair.event_id, at_fair.token);
    assert_eq!(ids(&stack.public().get(&both).await.is(200)["entries"]), set(&[at_fair]));
}

#[tokio::test]
async fn positions_count_the_entries_before() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(6)).await;
    camp.leave(&places[0]).await.is(200);
    camp.leave(&places[3]).await.is(200);
    camp.release(1).await;
    camp.offer_to(&places[1]).await;
    for (place, position) in [(&places[2], 1), (&places[4], 2), (&places[5], 3)] {
        camp.comes_to_position(place, position).await;
    }
    assert_eq!(camp.join(&Person::new()).await.position, 4);
    camp.holds_together().await;
}

#[tokio::test]
async fn ended_entries_stay_in_sight() {
    let camp = Stack::up().await.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    camp.leave(&ada).await.is(200);
    let entry = camp.entry(&ada).await;
    assert_eq!((&entry["status"], &entry["position"], &entry["offer"]), (&json!("left"), &Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_customer_leaves_only_the_named_entries() {
    let family = family().await;
    let Family { stack, camp, fair, customer_id, ann, ben, at_fair } = &family;
    let path = format!("/api/waitlist/leave/{customer_id}");
    // A token leaves only its own entry, and none of the customer's others.
    let left = stack.bearer(&at_fair.token).delete(&path).await.is(200);
    assert_eq!(left, json!({"left": [at_fair.entry_id]}));
    fair.comes_to(Counts { joined: 1, left: 1, ..NOTHING }).await;
    assert_eq!(camp.position(ann).await, Some(1));

    let left = stack.sales().delete(&format!("{path}?attendeeId=ben")).await.is(200);
    assert_eq!(left, json!({"left": [ben.entry_id]}));
    assert_eq!(camp.position(ann).await, Some(1));
    let left = stack.sales().delete(&path).await.is(200);
    assert_eq!(left, json!({"left": [ann.entry_id]}));
    let nothing = stack.sales().delete(&path).await.is(200);
    assert_eq!(nothing, json!({"left": []}));
    stack.sales().delete("/api/waitlist/leave/nobody").await.problem(404, "entry-not-found");
    let elsewhere = format!("{path}?eventId=nowhere");
    stack.sales().delete(&elsewhere).await.problem(404, "entry-not-found");
    camp.holds_together().await;
    fair.holds_together().await;
}

#[tokio::test]
async fn a_sales_system_takes_a_customer_out_of_all_lines_at_once() {
    let family = family().await;
    let Family { stack, camp, fair, customer_id, ann, ben, at_fair } = &family;
    camp.release(1).await;
    camp.offer_to(ann).await;
    let left = stack.sales().delete(&format!("/api/waitlist/leave/{customer_id}")).await.is(200);
    let left: BTreeSet<String> = left["left"].as_array().expect("a list").iter().map(text).collect();
    assert_eq!(left, set(&[ann, ben, at_fair]));
    for line in [camp, fair] {
        line.holds_together().await;
    }
    camp.of("adult").holds_together().await;
}
