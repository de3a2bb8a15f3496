//! `POST /api/waitlist/release/{eventId}`.

use serde_json::json;

use super::support::{Counts, NOTHING, Person, Stack, text};

#[tokio::test]
async fn released_seats_are_new_and_go_down_the_line() {
    let (camp, _) = Stack::up().await.event().places(1).create_sold_out().await;
    let places = camp.join_in_order(&Person::several(3)).await;
    let released = camp.release(2).await;
    assert!(!text(&released["releaseId"]).is_empty());
    assert_eq!(
        (&released["quantity"], &released["released"], &released["remaining"]),
        (&json!(2), &json!(2), &json!(0))
    );
    camp.offer_to(&places[0]).await;
    camp.offer_to(&places[1]).await;
    camp.comes_to_position(&places[2], 1).await;
    camp.comes_to(Counts { capacity: 3, sold: 1, held: 2, waiting: 1, joined: 3, offers: 2, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_batched_release_deposits_its_first_batch_at_once() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(3)).await;
    let body = json!({"ticketTypeId": "camper", "quantity": 7, "batchSize": 2, "batchInterval": "1 hour"});
    let released = stack.sales().post(&camp.release_path(), &body).await.is(202);
    assert_eq!(
        (&released["quantity"], &released["released"], &released["remaining"]),
        (&json!(7), &json!(2), &json!(5))
    );
    camp.offer_to(&places[0]).await;
    camp.offer_to(&places[1]).await;
    camp.comes_to(Counts { capacity: 2, held: 2, waiting: 1, joined: 3, offers: 2, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn two_batched_releases_of_one_line_add_up() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).create().await;
    let body = json!({"ticketTypeId": "camper", "quantity": 3, "batchSize": 1, "batchInterval": "1 second"});
    for _ in 0..2 {
        stack.sales().post(&camp.release_path(), &body).await.is(202);
    }
    camp.comes_to(Counts { capacity: 6, free: 6, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn seats_are_released_for_an_event_and_ticket_type_that_exist() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let adult = json!({"ticketTypeId": "adult", "quantity": 1});
    stack.sales().post(&camp.release_path(), &adult).await.invalid(&["/ticketTypeId"]);
    let camper = json!({"ticketTypeId": "camper", "quantity": 1});
    stack.sales().post("/api/waitlist/release/nowhere", &camper).await.problem(404, "event-not-found");
    camp.comes_to(NOTHING).await;
}
