//! `PUT` and `GET /api/events/{eventId}`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::support::{Counts, NOTHING, Person, SOON, Stack, eventually, instant, now, sleep_until};

#[tokio::test]
async fn an_event_is_created_once_and_changed_after_that() {
    let stack = Stack::up().await;
    let event = stack.event().named("Lake Camp").places(3).ticket_type("adult", 0).offers_last("2h");
    let body = event.body();
    let created = stack.organiser().put(&event.path(), &body).await.is(201);
    assert_eq!(created["name"], json!("Lake Camp"));
    assert_eq!(created["timeZone"], json!("America/New_York"));
    assert_eq!(instant(&created["startsAt"]).to_rfc3339(), time_of(&body["startsAt"]).to_rfc3339());
    assert_eq!(created["ticketTypes"][0]["id"], json!("camper"));
    assert_eq!(created["ticketTypes"][0]["capacity"], json!(3));
    assert_eq!(created["waitlist"]["notificationWindow"], json!("2h"));

    let renamed = event.named("Hill Camp");
    let changed = stack.organiser().put(&renamed.path(), &renamed.body()).await.is(200);
    assert_eq!(changed["name"], json!("Hill Camp"));
    let mut read = stack.organiser().get(&renamed.path()).await.is(200);
    // Only who reads an event is told to which countries text messages go.
    assert!(read.as_object_mut().is_some_and(|read| read.remove("smsCountries").is_some()), "{read}");
    assert_eq!(read, changed);
}

fn time_of(value: &Value) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(value.as_str().expect("a time")).expect("a time").to_utc()
}

#[tokio::test]
async fn a_time_with_any_offset_is_answered_in_utc() {
    let stack = Stack::up().await;
    let event = stack.event().places(1);
    let mut body = event.body();
    body["startsAt"] = json!("2031-07-05T09:00:00-04:00");
    let created = stack.organiser().put(&event.path(), &body).await.is(201);
    assert_eq!(created["startsAt"], json!("2031-07-05T13:00:00Z"));
}

#[tokio::test]
async fn the_rules_of_a_waitlist_have_defaults() {
    let stack = Stack::up().await;
    let event = stack.event().by_default().places(1);
    let expected = json!({
        "joinAccess": "public", "proof": "email", "confirmWithin": "24 hours", "maxSize": 10000, "maxQuantity": 4, "maxOffers": 3,
        "maxPlaces": 5, "onePlacePerMailbox": false,
        "notificationWindow": "24 hours", "purchaseWindow": "2 hours", "reminderAt": 75,
        "movedUpAt": [50, 25, 10, 5, 1], "order": "fifo", "fit": "strict", "retention": "180 days",
    });
    let created = stack.organiser().put(&event.path(), &event.body()).await.is(201);
    assert_eq!(created["waitlist"], expected);
    let half = event.rule("maxQuantity", json!(2)).claiming_converts();
    let changed = stack.organiser().put(&half.path(), &half.body()).await.is(200);
    assert_eq!(changed["waitlist"]["maxQuantity"], json!(2));
    assert_eq!(changed["waitlist"]["purchaseWindow"], Value::Null);
    assert_eq!(changed["waitlist"]["maxSize"], json!(10000));
}

#[tokio::test]
async fn the_public_sees_what_is_on_sale_and_only_the_organiser_sees_the_counts() {
    let stack = Stack::up().await;
    let camp = stack.event().places(2).create().await;
    camp.sell(1).await;
    let ada = Person::new();
    for caller in [stack.public(), stack.sales()] {
        let event = caller.get(&camp.path()).await.is(200);
        assert_eq!(event["waitlist"].get("maxSize"), None, "not all rules are for anyone: {event}");
        let row = camp.seen_by(&caller).await;
        assert_eq!((&row["status"], &row["available"]), (&json!("available"), &json!(1)));
        for count in ["capacity", "sold", "held", "free", "unconfirmed"] {
            assert_eq!(row[count], Value::Null, "{count} is the organiser's: {row}");
        }
        assert_eq!(row["waiting"], json!(0));
    }
    camp.sell(1).await;
    camp.join(&ada).await;
    let row = camp.seen_by(&stack.organiser()).await;
    assert_eq!((&row["status"], &row["available"]), (&json!("waitlist"), &json!(0)));
    assert_eq!(
        (&row["capacity"], &row["sold"], &row["held"], &row["free"]),
        (&json!(2), &json!(2), &json!(0), &json!(0))
    );
    assert_eq!(row["waiting"], json!(1));
}

#[tokio::test]
async fn a_stranger_may_get_a_view_of_some_seconds_ago_and_a_key_never_does() {
    let stack = Stack::up().await;
    let camp = stack.event().places(2).create().await;
    let look = async |headers: &[(&str, &str)]| stack.public().send("GET", &camp.path(), headers, Vec::new()).await;
    let first = look(&[]).await;
    assert_eq!(first.header("cache-control"), "public, max-age=5");
    assert_eq!(first.header("vary"), "Authorization, Origin");
    let tag = [("if-none-match", first.header("etag"))];
    let held = look(&tag).await;
    assert_eq!((held.status, held.text.as_str()), (304, ""));
    camp.sell(1).await;
    assert_eq!(camp.seen_by(&stack.sales()).await["available"], json!(1));
    let changed = eventually("the public sees that a seat is gone", SOON, async || {
        Some(look(&tag).await).filter(|reply| reply.status == 200)
    });
    assert_eq!(changed.await.body["ticketTypes"][0]["available"], json!(1));
}

#[tokio::test]
async fn free_seats_that_the_line_has_a_claim_on_are_not_available() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    camp.join_for_seats(&Person::new(), 2).await;
    camp.release(1).await;
    camp.comes_to(Counts { capacity: 1, free: 1, waiting: 1, joined: 1, ..NOTHING }).await;
    let row = camp.seen_by(&stack.public()).await;
    assert_eq!((&row["status"], &row["available"]), (&json!("waitlist"), &json!(0)));
    camp.try_to_sell(1).await.problem(409, "sold-out");
    camp.holds_together().await;
}

#[tokio::test]
async fn an_event_that_has_begun_is_closed() {
    let stack = Stack::in_time().await;
    let begins = now() + TimeDelta::seconds(6);
    let camp = stack.event().places(0).starts_at(begins).create().await;
    let ada = camp.join(&Person::new()).await;
    sleep_until(begins).await;

    assert_eq!(camp.seen_by(&stack.public()).await["status"], json!("closed"));
    camp.try_to_join(&Person::new()).await.problem(409, "waitlist-closed");
    let behalf = camp.joining_for(&Person::new());
    stack.sales().post("/api/waitlist/join", &behalf).await.problem(409, "waitlist-closed");
    assert_eq!(camp.position(&ada).await, Some(1));
    camp.leave(&ada).await.is(200);
}

#[tokio::test]
async fn once_the_event_has_begun_free_seats_are_on_sale_though_somebody_still_stands_in_line() {
    let stack = Stack::in_time().await;
    let begins = now() + TimeDelta::seconds(6);
    let camp = stack.event().places(0).starts_at(begins).create().await;
    camp.join_for_seats(&Person::new(), 2).await;
    camp.release(1).await;
    camp.comes_to(Counts { capacity: 1, free: 1, waiting: 1, joined: 1, ..NOTHING }).await;
    camp.try_to_sell(1).await.problem(409, "sold-out");
    sleep_until(begins).await;

    let row = camp.seen_by(&stack.public()).await;
    assert_eq!((&row["status"], &row["available"]), (&json!("closed"), &json!(1)));
    camp.try_to_sell(1).await.is(201);
    assert_eq!(camp.seen_by(&stack.sales()).await["available"], json!(0));
    camp.try_to_sell(1).await.problem(409, "sold-out");
    camp.comes_to(Counts { capacity: 1, sold: 1, waiting: 1, joined: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn seats_that_a_higher_capacity_adds_go_to_the_line() {
    let (camp, _) = Stack::up().await.event().places(1).create_sold_out().await;
    let places = camp.join_in_order(&Person::several(3)).await;
    let event = camp.set_capacity(3).await.is(200);
    assert_eq!(event["ticketTypes"][0]["capacity"], json!(3));
    camp.offer_to(&places[0]).await;
    camp.offer_to(&places[1]).await;
    camp.comes_to_position(&places[2], 1).await;
    camp.comes_to(Counts { capacity: 3, sold: 1, held: 2, waiting: 1, joined: 3, offers: 2, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_capacity_is_lowered_to_what_is_sold_and_held_and_no_further() {
    let camp = Stack::up().await.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;
    camp.release(4).await;
    camp.comes_to(Counts { capacity: 5, held: 1, free: 4, joined: 1, offers: 1, ..NOTHING }).await;
    camp.sell(2).await;

    camp.set_capacity(2).await.problem(409, "capacity-in-use");
    camp.comes_to(Counts { capacity: 5, sold: 2, held: 1, free: 2, joined: 1, offers: 1, ..NOTHING }).await;
    camp.set_capacity(3).await.is(200);
    camp.comes_to(Counts { capacity: 3, sold: 2, held: 1, joined: 1, offers: 1, ..NOTHING }).await;
    camp.try_to_sell(1).await.problem(409, "sold-out");
    assert_eq!(camp.seen_by(&camp.stack.public()).await["status"], json!("waitlist"));
    camp.holds_together().await;
}

#[tokio::test]
async fn lowering_the_capacity_to_what_is_sold_activates_the_waitlist() {
    let camp = Stack::up().await.event().places(5).create().await;
    camp.sell(2).await;
    camp.set_capacity(2).await.is(200);
    assert_eq!(camp.seen_by(&camp.stack.public()).await["status"], json!("waitlist"));
    assert_eq!(camp.join(&Person::new()).await.position, 1);
    camp.holds_together().await;
}

#[tokio::test]
async fn a_ticket_type_in_use_can_not_be_dropped() {
    let stack = Stack::up().await;
    let camp = stack.event().places(1).ticket_type("adult", 0).ticket_type("spare", 5).create().await;
    let adult = camp.of("adult");
    let mut body = stack.organiser().get(&camp.path()).await.is(200);
    let change = async |body: &Value, keep: &[&str]| {
        let rows = body["ticketTypes"].as_array().expect("ticket types").iter();
        let rows: Vec<Value> = rows
            .filter(|row| keep.iter().any(|id| row["id"] == **id))
            .map(|row| json!({"id": row["id"], "name": row["name"], "capacity": row["capacity"]}))
            .collect();
        let event = json!({
            "name": body["name"], "startsAt": body["startsAt"], "timeZone": body["timeZone"], "ticketTypes": rows,
        });
        stack.organiser().put(&camp.path(), &event).await
    };

    // `camper` has sold seats, and somebody waits for `adult`.
    let registration = camp.sell(1).await;
    let ada = adult.join(&Person::new()).await;
    body["ticketTypes"][1]["capacity"] = json!(0);
    change(&body, &["adult", "spare"]).await.problem(409, "ticket-type-in-use");
    change(&body, &["camper", "spare"]).await.problem(409, "ticket-type-in-use");
    // `spare` is not in use: it is dropped and stays away.
    let changed = change(&body, &["camper", "adult"]).await.is(200);
    assert_eq!(changed["ticketTypes"].as_array().map(Vec::len), Some(2));
    stack.sales().post("/api/registrations", &camp.of("spare").sale(1)).await.invalid(&["/ticketTypeId"]);

    // `adult` has a held seat.
    adult.release(1).await;
    adult.offer_to(&ada).await;
    change(&body, &["camper"]).await.problem(409, "ticket-type-in-use");
    adult.decline(&ada).await.is(200);
    camp.cancel(&registration).await.is(200);
    eventually("the ticket type is in no use any more", SOON, async || {
        (change(&body, &["camper"]).await.status == 200).then_some(())
    })
    .await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_ticket_type_that_comes_back_hands_out_no_number_twice() {
    let stack = Stack::up().await;
    let event = stack.event().places(1).ticket_type("adult", 0);
    let with_adult = event.body();
    let mut without_adult = with_adult.clone();
    without_adult["ticketTypes"].as_array_mut().expect("a list").truncate(1);
    let path = event.path();
    let adult = event.create().await.of("adult");

    let ada = adult.join(&Person::new()).await;
    adult.leave(&ada).await.is(200);
    eventually("the ticket type is in no use any more", SOON, async || {
        (stack.organiser().put(&path, &without_adult).await.status == 200).then_some(())
    })
    .await;
    stack.organiser().put(&path, &with_adult).await.is(200);
    let bob = adult.join(&Person::new()).await;
    assert_eq!(bob.position, 1);
    assert_eq!(adult.stack.table().line(&adult).await.entry(&bob.entry_id).number, 2);
    adult.holds_together().await;
}

#[tokio::test]
async fn an_event_without_seats_has_an_active_waitlist_at_once() {
    let camp = Stack::up().await.event().places(0).create().await;
    let row = camp.seen_by(&camp.stack.public()).await;
    assert_eq!((&row["status"], &row["available"]), (&json!("waitlist"), &json!(0)));
    camp.try_to_sell(1).await.problem(409, "sold-out");
    let ada = camp.join(&Person::new()).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn the_lines_of_an_event_are_apart() {
    let stack = Stack::up().await;
    let camper = stack.event().places(0).ticket_type("adult", 0).create().await;
    let adult = camper.of("adult");
    let person = Person::new();
    let [in_camper, in_adult] = [camper.join(&person).await, adult.join(&person).await];
    assert_eq!((in_camper.position, in_adult.position), (1, 1));
    adult.release(1).await;
    adult.offer_to(&in_adult).await;
    assert_eq!(camper.position(&in_camper).await, Some(1));
    camper.holds_together().await;
    adult.holds_together().await;
}

#[tokio::test]
async fn an_unknown_event_is_not_found() {
    let stack = Stack::up().await;
    stack.public().get("/api/events/nowhere").await.problem(404, "event-not-found");
    stack.organiser().get("/api/waitlist/stats/nowhere").await.problem(404, "event-not-found");
}
