//! The offers that follow from free seats.

use std::time::Duration;

use serde_json::json;

use super::support::{Counts, NOTHING, Person, Stack, all_at_once, place};

#[tokio::test]
async fn a_head_that_wants_several_seats_waits_for_all_of_them_and_nobody_overtakes() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let ada = camp.join_for_seats(&Person::new(), 3).await;
    let bob = camp.join(&Person::new()).await;
    let eve = camp.join_for_seats(&Person::new(), 2).await;

    camp.release(1).await;
    camp.release(1).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    camp.comes_to(Counts { capacity: 2, free: 2, waiting: 3, joined: 3, ..NOTHING }).await;
    for (place, position) in [(&ada, 1), (&bob, 2), (&eve, 3)] {
        assert_eq!(camp.position(place).await, Some(position));
    }
    camp.try_to_sell(1).await.problem(409, "sold-out");

    // The third seat goes to Ada, one more to Bob, and two together to Eve.
    camp.release(1).await;
    assert_eq!(camp.offer_to(&ada).await.quantity, 3);
    camp.release(2).await;
    assert_eq!(camp.offer_to(&bob).await.quantity, 1);
    camp.comes_to(Counts { capacity: 5, held: 4, free: 1, waiting: 1, joined: 3, offers: 2, ..NOTHING }).await;
    camp.decline(&bob).await.is(200);
    assert_eq!(camp.offer_to(&eve).await.quantity, 2);
    camp.comes_to(Counts { capacity: 5, held: 5, joined: 3, offers: 3, declined: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn too_few_seats_for_the_head_go_to_others_until_it_was_passed_over_too_often() {
    let event = Stack::up().await.event().places(0).rule("fit", json!("skip")).rule("maxPasses", json!(2));
    let camp = event.create().await;
    let ada = camp.join_for_seats(&Person::new(), 3).await;
    let others = camp.join_in_order(&Person::several(4)).await;
    for other in &others[..2] {
        camp.release(1).await;
        camp.offer_to(other).await;
        assert_eq!(camp.position(&ada).await, Some(1));
    }
    // From now on seats gather for Ada.
    camp.release(2).await;
    camp.comes_to(Counts { capacity: 4, held: 2, free: 2, waiting: 3, joined: 5, offers: 2, ..NOTHING }).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(camp.position(&others[2]).await, Some(2));
    camp.release(2).await;
    assert_eq!(camp.offer_to(&ada).await.quantity, 3);
    camp.offer_to(&others[2]).await;
    camp.comes_to(Counts { capacity: 6, held: 6, waiting: 1, joined: 5, offers: 4, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_customer_who_would_take_fewer_is_offered_what_is_free_and_is_done() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).rule("fit", json!("partial")).create().await;
    let person = Person::new();
    let mut joining = camp.joining(&person);
    joining["quantity"] = json!(4);
    joining["minQuantity"] = json!(5);
    stack.public().post("/api/waitlist/join", &joining).await.invalid(&["/minQuantity"]);
    joining["minQuantity"] = json!(2);
    let joined = stack.public().post("/api/waitlist/join", &joining).await.is(201);
    assert_eq!((&joined["quantity"], &joined["minQuantity"]), (&json!(4), &json!(2)));
    let ada = place(&person, &joined);
    let bob = camp.join(&Person::new()).await;
    camp.release(1).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((camp.position(&ada).await, camp.position(&bob).await), (Some(1), Some(2)));
    camp.release(1).await;
    assert_eq!(camp.offer_to(&ada).await.quantity, 2);
    let registration = camp.convert(&ada).await.is(200)["registrationId"].clone();
    let path = format!("/api/registrations/{}", registration.as_str().expect("an id"));
    assert_eq!(stack.sales().get(&path).await.is(200)["quantity"], json!(2));
    camp.comes_to_position(&bob, 1).await;
    camp.comes_to(Counts { capacity: 2, sold: 2, waiting: 1, joined: 2, offers: 1, converted: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn seats_that_the_head_leaves_behind_go_to_the_next_that_they_fit() {
    let camp = Stack::up().await.event().places(0).create().await;
    let ada = camp.join_for_seats(&Person::new(), 4).await;
    let bob = camp.join(&Person::new()).await;
    camp.release(2).await;
    camp.comes_to(Counts { capacity: 2, free: 2, waiting: 2, joined: 2, ..NOTHING }).await;
    // Ada leaves. Her seats suffice for Bob, and the rest goes on sale.
    camp.leave(&ada).await.is(200);
    camp.offer_to(&bob).await;
    camp.comes_to(Counts { capacity: 2, held: 1, free: 1, joined: 2, offers: 1, left: 1, ..NOTHING }).await;
    camp.holds_together().await;
    assert_eq!(camp.seen_by(&camp.stack.public()).await["available"], json!(1));
}

#[tokio::test]
async fn a_sale_of_several_seats_that_is_cancelled_serves_several_people() {
    let camp = Stack::up().await.event().places(3).create().await;
    let registration = camp.sell(3).await;
    let places = camp.join_in_order(&Person::several(4)).await;
    camp.cancel(&registration).await.is(200);
    for place in &places[..3] {
        assert_eq!(camp.offer_to(place).await.quantity, 1);
    }
    camp.comes_to_position(&places[3], 1).await;
    camp.comes_to(Counts { capacity: 3, held: 3, waiting: 1, joined: 4, offers: 3, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn leaving_with_an_offer_passes_its_seats_to_the_next() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(3)).await;
    camp.release(1).await;
    camp.offer_to(&places[0]).await;
    assert_eq!(camp.leave(&places[0]).await.is(200), json!({"left": [places[0].entry_id]}));
    camp.offer_to(&places[1]).await;
    camp.claim(&places[1]).await.is(200);
    assert_eq!(camp.leave(&places[1]).await.is(200), json!({"left": [places[1].entry_id]}));
    camp.offer_to(&places[2]).await;
    let after = Counts { capacity: 1, held: 1, joined: 3, offers: 3, claimed: 1, left: 2, ..NOTHING };
    camp.comes_to(after).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn an_offer_that_the_last_in_line_declines_goes_back_on_sale() {
    let camp = Stack::up().await.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;
    camp.decline(&ada).await.is(200);
    camp.holds_together().await;
    let row = camp.seen_by(&camp.stack.public()).await;
    assert_eq!((&row["status"], &row["available"]), (&json!("available"), &json!(1)));
    camp.sell(1).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_line_longer_than_one_write_is_served_whole() {
    let camp = Stack::up_for_a_crowd().await.event().places(0).create().await;
    for crowd in Person::several(120).chunks(20) {
        let joins = crowd.iter().cloned().map(|person| {
            let camp = camp.clone();
            async move { camp.join(&person).await }
        });
        all_at_once(joins).await;
    }
    camp.comes_to(Counts { waiting: 120, joined: 120, ..NOTHING }).await;
    camp.release(130).await;
    camp.comes_to(Counts { capacity: 130, held: 120, free: 10, joined: 120, offers: 120, ..NOTHING }).await;
    camp.holds_together().await;
}
