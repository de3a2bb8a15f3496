//! `/api/registrations`: direct sales and cancellations.

use serde_json::{Value, json};

use super::support::{Counts, NOTHING, Person, Stack, instant, now, text};

#[tokio::test]
async fn a_direct_sale_can_be_read_again() {
    let stack = Stack::up().await;
    let camp = stack.event().places(5).create().await;
    let mut sale = camp.sale(2);
    sale["attendeeId"] = json!("child-1");
    let sold = stack.sales().post("/api/registrations", &sale).await.is(201);
    for (name, value) in [
        ("eventId", json!(camp.event_id)),
        ("ticketTypeId", json!("camper")),
        ("quantity", json!(2)),
        ("customerId", sale["customerId"].clone()),
        ("attendeeId", json!("child-1")),
        ("status", json!("confirmed")),
        ("source", json!("direct")),
    ] {
        assert_eq!(sold[name], value, "{sold}");
    }
    assert!((now() - instant(&sold["createdAt"])).num_seconds().abs() < 10, "{sold}");

    let path = format!("/api/registrations/{}", text(&sold["registrationId"]));
    assert_eq!(stack.sales().get(&path).await.is(200), sold);
    assert_eq!(stack.organiser().get(&path).await.is(200), sold);
    camp.comes_to(Counts { capacity: 5, sold: 2, free: 3, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn more_than_is_free_is_not_sold() {
    let camp = Stack::up().await.event().places(3).create().await;
    camp.try_to_sell(4).await.problem(409, "sold-out");
    camp.sell(2).await;
    camp.try_to_sell(2).await.problem(409, "sold-out");
    camp.sell(1).await;
    camp.comes_to(Counts { capacity: 3, sold: 3, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn the_sale_of_the_last_seat_activates_the_waitlist() {
    let camp = Stack::up().await.event().places(2).create().await;
    camp.try_to_join(&Person::new()).await.problem(409, "tickets-available");
    camp.sell(2).await;
    assert_eq!(camp.join(&Person::new()).await.position, 1);
    camp.holds_together().await;
}

#[tokio::test]
async fn a_cancellation_puts_seats_back_on_sale_when_nobody_waits() {
    let (camp, registrations) = Stack::up().await.event().places(2).create_sold_out().await;
    let cancelled = camp.cancel(&registrations[0]).await.is(200);
    assert_eq!((&cancelled["status"], &cancelled["registrationId"]), (&json!("cancelled"), &json!(registrations[0])));
    let row = camp.seen_by(&camp.stack.public()).await;
    assert_eq!((&row["status"], &row["available"]), (&json!("available"), &json!(1)));
    camp.try_to_join(&Person::new()).await.problem(409, "tickets-available");
    camp.sell(1).await;
    camp.comes_to(Counts { capacity: 2, sold: 2, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_cancellation_gives_seats_to_the_line_and_nobody_buys_past_it() {
    let (camp, registrations) = Stack::up().await.event().places(2).create_sold_out().await;
    let ada = camp.join(&Person::new()).await;
    camp.cancel(&registrations[0]).await.is(200);
    camp.try_to_sell(1).await.problem(409, "sold-out");
    camp.offer_to(&ada).await;
    camp.try_to_sell(1).await.problem(409, "sold-out");
    camp.comes_to(Counts { capacity: 2, sold: 1, held: 1, joined: 1, offers: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_repeated_cancellation_changes_nothing_and_answers_the_same() {
    let (camp, registrations) = Stack::up().await.event().places(2).create_sold_out().await;
    let first = camp.cancel(&registrations[0]).await.is(200);
    let again = camp.cancel(&registrations[0]).await.is(200);
    assert_eq!(first, again);
    camp.comes_to(Counts { capacity: 2, sold: 1, free: 1, ..NOTHING }).await;
    let path = format!("/api/registrations/{}", registrations[0]);
    assert_eq!(camp.stack.sales().get(&path).await.is(200)["status"], json!("cancelled"));
    camp.holds_together().await;
}

#[tokio::test]
async fn a_registration_out_of_the_line_can_be_cancelled_too() {
    let camp = Stack::up().await.event().places(0).create().await;
    let [ada, bob] = [camp.join(&Person::new()).await, camp.join(&Person::new()).await];
    camp.release(1).await;
    camp.offer_to(&ada).await;
    let registration = text(&camp.convert(&ada).await.is(200)["registrationId"]);
    camp.cancel(&registration).await.is(200);
    camp.offer_to(&bob).await;
    let after = Counts { capacity: 1, held: 1, joined: 2, offers: 2, converted: 1, ..NOTHING };
    camp.comes_to(after).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn an_unknown_registration_is_not_found() {
    let stack = Stack::up().await;
    let path = "/api/registrations/reg_00000000000000000000000000000000";
    stack.sales().get(path).await.problem(404, "registration-not-found");
    stack.sales().delete(path).await.problem(404, "registration-not-found");
}

#[tokio::test]
async fn seats_of_an_unknown_event_or_ticket_type_are_not_sold() {
    let stack = Stack::up().await;
    let camp = stack.event().places(1).create().await;
    let mut elsewhere = camp.sale(1);
    elsewhere["eventId"] = json!("nowhere");
    stack.sales().post("/api/registrations", &elsewhere).await.problem(404, "event-not-found");
    let sale: Value = camp.of("adult").sale(1);
    stack.sales().post("/api/registrations", &sale).await.invalid(&["/ticketTypeId"]);
}
