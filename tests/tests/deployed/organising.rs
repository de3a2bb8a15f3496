//! The organiser's commands on entries and lines, and the export.
//!
//! `POST /api/waitlist/move`, `remove`, `reinstate`, `offer`, `extend`, `withdraw`, `edit` and
//! `steer`.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::{Counts, Line, NOTHING, Offer, Person, Place, Reply, SOON, Stack, eventually, link_in, unique};

/// Sends an organiser's command on an entry.
async fn command(camp: &Line, verb: &str, place: &Place, more: Value) -> Reply {
    let mut body = json!({"entryId": place.entry_id, "reason": "As the test has it"});
    body.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
    camp.stack.organiser().post(&format!("/api/waitlist/{verb}/{}", place.customer_id), &body).await
}

async fn steer(camp: &Line, body: Value) -> Value {
    let path = format!("/api/waitlist/steer/{}", camp.event_id);
    camp.stack.organiser().post(&path, &body).await.is(200)["ticketTypes"][0].clone()
}

#[tokio::test]
async fn people_are_moved_removed_and_reinstated() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(4)).await;
    let [ada, bob, cyd, dan] = &places[..] else { panic!("four joined") };

    assert_eq!(command(&camp, "move", cyd, json!({"to": "front"})).await.is(200)["position"], json!(1));
    assert_eq!(command(&camp, "move", ada, json!({"to": "end"})).await.is(200)["position"], json!(4));
    command(&camp, "move", ada, json!({"to": "tier"})).await.invalid(&["/tier"]);
    assert_eq!(command(&camp, "remove", bob, json!({})).await.is(200)["status"], json!("removed"));
    command(&camp, "remove", bob, json!({})).await.problem(409, "entry-ended");
    for (place, position) in [(cyd, 1), (dan, 2), (ada, 3)] {
        camp.comes_to_position(place, position).await;
    }
    camp.release(1).await;
    camp.offer_to(cyd).await;
    command(&camp, "move", cyd, json!({"to": "end"})).await.problem(409, "not-waiting");
    // A removed entry's seat is offered to the next.
    command(&camp, "remove", cyd, json!({})).await.is(200);
    camp.offer_to(dan).await;

    let reinstated = command(&camp, "reinstate", bob, json!({"at": "front"})).await.is(200);
    assert_eq!((&reinstated["entryId"], &reinstated["position"]), (&json!(bob.entry_id), &json!(1)));
    command(&camp, "reinstate", bob, json!({})).await.problem(409, "still-waiting");
    // Bob sees the offer with his own token.
    assert_eq!(camp.position(bob).await, Some(1));
    let counts = Counts { capacity: 1, held: 1, waiting: 2, joined: 4, offers: 2, withdrawn: 1, ..NOTHING };
    camp.comes_to(counts).await;
}

#[tokio::test]
async fn a_command_repeated_with_its_key_is_answered_alike_and_done_once() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(3)).await;
    let (key, path) = (unique("move"), format!("/api/waitlist/move/{}", places[2].customer_id));
    let body = json!({"entryId": places[2].entry_id, "to": "front"});
    let organiser = camp.stack.organiser();
    let moved = organiser.post_once(&key, &path, &body).await.is(200);
    command(&camp, "move", &places[1], json!({"to": "front"})).await.is(200);
    assert_eq!(organiser.post_once(&key, &path, &body).await.is(200), moved);
    for (place, position) in [(&places[2], 1), (&places[1], 2), (&places[0], 3)] {
        camp.comes_to_position(place, position).await;
    }
}

#[tokio::test]
async fn seats_are_offered_out_of_turn_extended_and_taken_back() {
    let camp = Stack::up().await.event().places(0).create().await;
    let ada = camp.join_for_seats(&Person::new(), 3).await;
    let bob = camp.join(&Person::new()).await;
    command(&camp, "offer", &bob, json!({})).await.problem(409, "seats-not-free");
    camp.release(1).await;
    camp.comes_to(Counts { capacity: 1, free: 1, waiting: 2, joined: 2, ..NOTHING }).await;
    let offer = Offer::of(&command(&camp, "offer", &bob, json!({})).await.is(200));
    assert_eq!((camp.position(&ada).await, offer.quantity), (Some(1), 1));

    let extended = Offer::of(&command(&camp, "extend", &bob, json!({"by": "90 minutes"})).await.is(200));
    assert_eq!(extended.expires_at - offer.expires_at, TimeDelta::minutes(90));
    let earlier = offer.expires_at.to_rfc3339();
    command(&camp, "extend", &bob, json!({"until": earlier})).await.invalid(&["/until"]);

    let withdrawn = command(&camp, "withdraw", &bob, json!({})).await.is(200);
    assert_eq!((&withdrawn["status"], &withdrawn["position"]), (&json!("waiting"), &json!(2)));
    command(&camp, "withdraw", &bob, json!({})).await.problem(409, "no-offer");
    let counts = Counts { capacity: 1, free: 1, waiting: 2, joined: 2, offers: 1, withdrawn: 1, ..NOTHING };
    camp.comes_to(counts).await;
}

#[tokio::test]
async fn an_offer_ends_at_its_new_deadline() {
    let camp = Stack::in_time().await.event().places(0).rule("notificationWindow", json!("3 seconds")).create().await;
    let places = camp.join_in_order(&Person::several(2)).await;
    camp.release(1).await;
    let offer = camp.offer_to(&places[0]).await;
    let extended = Offer::of(&command(&camp, "extend", &places[0], json!({"by": "4 seconds"})).await.is(200));
    let next = camp.offer_to(&places[1]).await;
    let late = next.offered_at - extended.expires_at;
    assert!(late >= TimeDelta::zero() && next.offered_at > offer.expires_at, "{offer:?} {extended:?} {next:?}");
}

#[tokio::test]
async fn joining_is_paused_and_closed_and_waiting_entries_are_served() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    assert_eq!(steer(&camp, json!({"joining": "paused"})).await["joining"], json!("paused"));
    camp.try_to_join(&Person::new()).await.problem(409, "joining-paused");
    camp.try_to_join(&ada.person).await.problem(409, "joining-paused");
    assert_eq!(camp.seen_by(&stack.public()).await["joining"], json!("paused"));
    assert_eq!(steer(&camp, json!({"joining": "open"})).await.get("joining"), None);
    let bob = camp.join(&Person::new()).await;
    steer(&camp, json!({"joining": "closed"})).await;
    camp.try_to_join(&Person::new()).await.problem(409, "waitlist-closed");
    camp.release(2).await;
    camp.offer_to(&ada).await;
    camp.offer_to(&bob).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn seats_gather_while_offering_is_paused_and_are_offered_once_it_is_resumed() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(2)).await;
    assert_eq!(steer(&camp, json!({"offering": "paused"})).await["offering"], json!("paused"));
    camp.release(2).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    camp.comes_to(Counts { capacity: 2, free: 2, waiting: 2, joined: 2, ..NOTHING }).await;
    steer(&camp, json!({"offering": "open"})).await;
    for place in &places {
        camp.offer_to(place).await;
    }
    camp.holds_together().await;
}

#[tokio::test]
async fn an_offer_is_told_again_at_a_corrected_address_and_the_old_link_stops_working() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let (mistyped, right) = (Person::new(), Person::new());
    let ada = camp.join(&mistyped).await;
    camp.release(1).await;
    let wrong = link_in(&stack.awaited_mail(&mistyped.email, "A seat is held for you", SOON).await.text);
    let position = format!("/api/waitlist/position/{}", ada.customer_id);
    stack.bearer(&wrong.token).get(&position).await.is(200);

    command(&camp, "edit", &ada, json!({"email": right.email})).await.is(200);
    stack.bearer(&wrong.token).get(&position).await.problem(404, "entry-not-found");
    let link = link_in(&stack.awaited_mail(&right.email, "A seat is held for you", SOON).await.text);
    // The token from the join stays valid, and so does the new link.
    stack.bearer(&ada.token).get(&position).await.is(200);
    let claim = format!("/api/waitlist/claim/{}", ada.customer_id);
    stack.bearer(&link.token).post(&claim, &json!({"entryId": ada.entry_id})).await.is(200);
    stack.awaited_mail(&right.email, "Please pay", SOON).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_contact_is_edited_and_everybody_is_exported() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(2)).await;
    let name = "=HYPERLINK(\"x\"), \"y\"";
    let edited = command(&camp, "edit", &places[0], json!({"name": name, "phone": null})).await.is(200);
    assert_eq!(edited["customerId"], json!(places[0].customer_id));
    command(&camp, "edit", &places[0], json!({})).await.invalid(&["/name"]);

    let path = format!("/api/waitlist/export/{}", camp.event_id);
    let csv = eventually("everybody is exported", SOON, async || {
        let reply = stack.organiser().get(&path).await;
        assert_eq!((reply.status, reply.header("link")), (200, ""));
        assert!(reply.header("content-type").starts_with("text/csv"), "{reply:?}");
        (reply.text.matches("\r\n").count() == 3).then_some(reply.text)
    })
    .await;
    let records: Vec<&str> = csv.split("\r\n").collect();
    assert!(records[0].starts_with("entryId,customerId,"), "{csv}");
    assert!(records[1].starts_with(&format!("{},", places[0].entry_id)), "{csv}");
    assert!(records[1].contains("\"'=HYPERLINK(\"\"x\"\"), \"\"y\"\"\""), "{csv}");
    assert!(records[2].contains(&places[1].person.email), "{csv}");
    stack.sales().get(&path).await.problem(403, "forbidden");
}
