//! Further commands of the organiser on entries: another tier, the front, the end, another
//! deadline. And what customers change themselves.

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::support::{Counts, Line, NOTHING, Offer, Person, Place, SURNAME, Stack, now, place};

/// Sends an organiser's command on an entry. Returns the changed entry.
async fn command(camp: &Line, verb: &str, place: &Place, more: Value) -> Value {
    let mut body = json!({"entryId": place.entry_id, "reason": "As the test has it"});
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
    let path = format!("/api/waitlist/{verb}/{}", place.customer_id);
    camp.stack.organiser().post(&path, &body).await.is(200)
}

async fn steer_offering(camp: &Line, offering: &str) {
    let path = format!("/api/waitlist/steer/{}", camp.event_id);
    camp.stack.organiser().post(&path, &json!({"offering": offering})).await.is(200);
}

async fn join_tier(camp: &Line, tier: &str) -> Place {
    let person = Person::new();
    let mut body = camp.joining_for(&person);
    body["tier"] = json!(tier);
    place(&person, &camp.stack.sales().post("/api/waitlist/join", &body).await.is(201))
}

#[tokio::test]
async fn an_entry_moved_to_another_tier_stands_behind_everybody_there() {
    let tiers = json!(["vip", "general"]);
    let event = Stack::up().await.event().places(0).rule("order", json!("priority")).rule("tiers", tiers);
    let camp = event.create().await;
    let [ada, bob] = [join_tier(&camp, "general").await, join_tier(&camp, "general").await];
    let vip = join_tier(&camp, "vip").await;
    let moved = command(&camp, "move", &bob, json!({"to": "tier", "tier": "vip"})).await;
    assert_eq!((&moved["tier"], &moved["position"]), (&json!("vip"), &json!(2)));
    camp.comes_to_position(&ada, 3).await;
    // A move to the entry's own tier changes nothing.
    let kept = command(&camp, "move", &vip, json!({"to": "tier", "tier": "vip"})).await;
    assert_eq!(kept["position"], json!(1));
    for next in [&vip, &bob, &ada] {
        camp.release(1).await;
        camp.offer_to(next).await;
    }
    camp.comes_to(Counts { capacity: 3, held: 3, joined: 3, offers: 3, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn an_offer_is_withdrawn_to_the_front_or_out_of_the_line() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(3)).await;
    let [ada, bob, cyd] = &places[..] else { panic!("three joined") };
    camp.release(1).await;
    camp.offer_to(ada).await;
    // Offers are paused, so that the seat is not offered again at once.
    steer_offering(&camp, "paused").await;
    let withdrawn = command(&camp, "withdraw", ada, json!({"to": "front"})).await;
    assert_eq!((&withdrawn["status"], &withdrawn["position"]), (&json!("waiting"), &json!(1)));
    camp.comes_to_position(bob, 2).await;
    steer_offering(&camp, "open").await;
    camp.offer_to(ada).await;

    let out = command(&camp, "withdraw", ada, json!({"to": "out"})).await;
    assert_eq!((&out["status"], out.get("position"), out.get("offer")), (&json!("removed"), None, None));
    camp.offer_to(bob).await;
    camp.comes_to_position(cyd, 1).await;
    let counts = Counts { capacity: 1, held: 1, waiting: 1, joined: 3, offers: 3, withdrawn: 2, ..NOTHING };
    camp.comes_to(counts).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn an_offer_is_extended_until_a_time() {
    let camp = Stack::up().await.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;
    let until = (now() + TimeDelta::days(40)).to_rfc3339_opts(SecondsFormat::Millis, true);
    let extended = command(&camp, "extend", &ada, json!({"until": until})).await;
    let shown = Offer::of(&extended).expires_at;
    assert_eq!(shown.to_rfc3339_opts(SecondsFormat::Millis, true), until);
    assert_eq!(Offer::of(&camp.entry(&ada).await).expires_at, shown);
    camp.holds_together().await;
}

#[tokio::test]
async fn an_entry_that_left_is_reinstated_at_the_end() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(3)).await;
    camp.leave(&places[0]).await.is(200);
    let reinstated = command(&camp, "reinstate", &places[0], json!({})).await;
    assert_eq!((&reinstated["status"], &reinstated["entryId"]), (&json!("waiting"), &json!(places[0].entry_id)));
    for (place, position) in [(&places[1], 1), (&places[2], 2), (&places[0], 3)] {
        camp.comes_to_position(place, position).await;
    }
    camp.release(3).await;
    for place in &places {
        camp.offer_to(place).await;
    }
    camp.holds_together().await;
}

#[tokio::test]
async fn a_customer_who_asks_for_fewer_seats_is_offered_those_that_are_free() {
    let camp = Stack::up().await.event().places(0).create().await;
    let child = format!("Byron {SURNAME}");
    let parent = Person::new().parent_of(&child);
    let mut body = camp.joining_for(&parent);
    body["quantity"] = json!(3);
    let ada = place(&parent, &camp.stack.sales().post("/api/waitlist/join", &body).await.is(201));
    camp.join(&Person::new()).await;
    camp.release(1).await;
    let path = format!("/api/waitlist/change/{}", ada.customer_id);
    let change = |quantity: i64| json!({"entryId": ada.entry_id, "quantity": quantity});
    camp.customer(&ada).post(&path, &change(4)).await.invalid(&["/quantity"]);
    let changed = camp.customer(&ada).post(&path, &change(1)).await.is(200);
    assert_eq!((&changed["quantity"], &changed["attendeeId"]), (&json!(1), &json!(child)));
    camp.offer_to(&ada).await;
    let again = camp.customer(&ada).post(&path, &change(1)).await.is(200);
    assert_eq!(again["status"], json!("offered"), "a change to what is already");
    camp.customer(&ada).post(&path, &change(2)).await.problem(409, "not-waiting");
    camp.comes_to(Counts { capacity: 1, held: 1, waiting: 1, joined: 2, offers: 1, ..NOTHING }).await;
    camp.holds_together().await;
}
