//! `POST /api/waitlist/join`.

use serde_json::{Value, json};

use super::support::{
    Counts, NOTHING, Person, SOON, Stack, eventually, instant, link_in, now, place, setting, text, unique,
};

const JOIN: &str = "/api/waitlist/join";

#[tokio::test]
async fn a_public_join_answers_with_the_entry_its_token_and_the_derived_customer() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let person = Person::new().parent_of("child-1");
    let joined = stack.public().post(JOIN, &camp.joining(&person)).await.is(201);
    assert_eq!((&joined["status"], &joined["position"]), (&json!("waiting"), &json!(1)));
    assert_eq!((&joined["eventId"], &joined["ticketTypeId"]), (&json!(camp.event_id), &json!("camper")));
    assert_eq!((&joined["quantity"], &joined["attendeeId"]), (&json!(1), &json!("child-1")));
    assert!((now() - instant(&joined["joinedAt"])).num_seconds().abs() < 10, "{joined}");
    assert!(text(&joined["token"]).len() >= 43, "256 bits: {joined}");
    let customer = text(&joined["customerId"]);
    assert!(!customer.contains(&person.email) && !customer.is_empty(), "{joined}");
    assert!(!joined.to_string().contains(&person.email), "contact details are not shown: {joined}");
    camp.holds_together().await;
}

#[tokio::test]
async fn the_customer_is_the_normalised_address() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).ticket_type("adult", 0).create().await;
    let person = Person::new();
    let shouted = Person { email: format!(" {} ", person.email.to_uppercase()), ..person.clone() };
    let first = camp.join(&person).await;
    camp.join_again(&shouted).await;
    let elsewhere = camp.of("adult").join(&shouted).await;
    assert_eq!(elsewhere.customer_id, first.customer_id);
    camp.comes_to(Counts { waiting: 1, joined: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn all_spellings_of_a_mailbox_are_one_person() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    // Gmail knows neither dots nor tags.
    let name = unique("ada");
    let spelled = |email: String| Person { email, ..Person::new() };
    let first = camp.join(&spelled(format!("{name}+x@googlemail.com"))).await;
    let dotted: Vec<String> = name.chars().map(String::from).collect();
    for other in [format!("{}@gmail.com", dotted.join(".")), format!("{}@gmail.com", name.to_uppercase())] {
        let again = camp.try_to_join(&spelled(other)).await.is(201);
        assert_eq!(again["customerId"], json!(first.customer_id), "{again}");
    }
    camp.comes_to(Counts { waiting: 1, joined: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_parent_joins_once_for_each_child() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let parent = Person::new();
    let places = [camp.join(&parent.parent_of("ann")).await, camp.join(&parent.parent_of("ben")).await];
    assert_eq!((places[0].position, places[1].position), (1, 2));
    assert_eq!(places[0].customer_id, places[1].customer_id);
    assert_ne!(places[0].token, places[1].token);
    camp.join_again(&parent.parent_of("ann")).await;
    // The parent has another place for themselves.
    assert_eq!(camp.join(&parent).await.position, 3);
    camp.comes_to(Counts { waiting: 3, joined: 3, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_public_join_that_names_a_customer_is_forbidden() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let body = camp.joining_for(&Person::new());
    stack.public().post(JOIN, &body).await.problem(403, "forbidden");
    let ada = camp.join(&Person::new()).await;
    camp.customer(&ada).post(JOIN, &body).await.problem(403, "forbidden");
    camp.comes_to(Counts { waiting: 1, joined: 1, ..NOTHING }).await;
}

#[tokio::test]
async fn a_sales_system_joins_on_behalf_of_a_customer_and_must_name_them() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    for (caller, position) in [(stack.sales(), 1), (stack.organiser(), 2)] {
        let person = Person::new();
        caller.post(JOIN, &camp.joining(&person)).await.invalid(&["/customerId"]);
        let joined = caller.post(JOIN, &camp.joining_for(&person)).await.is(201);
        assert_eq!((&joined["customerId"], &joined["position"]), (&json!(person.customer_id), &json!(position)));
        // The sales system passes the token on to the customer.
        let seen = camp.entry(&place(&person, &joined)).await;
        assert_eq!(seen["entryId"], joined["entryId"]);
    }
    camp.holds_together().await;
}

#[tokio::test]
async fn a_sales_system_that_repeats_a_join_gets_the_entry_again() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let person = Person::new();
    camp.join(&Person::new()).await;
    let first = stack.sales().post(JOIN, &camp.joining_for(&person)).await.is(201);
    let again = stack.sales().post(JOIN, &camp.joining_for(&person)).await.is(200);
    for name in ["entryId", "customerId", "eventId", "ticketTypeId", "status", "joinedAt", "position", "quantity"] {
        assert_eq!(first[name], again[name], "{name}");
    }
    camp.comes_to(Counts { waiting: 2, joined: 2, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn an_event_of_trusted_access_takes_no_public_joins() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).trusted_only().create().await;
    let refused = camp.try_to_join(&Person::new()).await;
    assert!([401, 403].contains(&refused.status), "{refused:?}");
    stack.sales().post(JOIN, &camp.joining_for(&Person::new())).await.is(201);
    camp.comes_to(Counts { waiting: 1, joined: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn nobody_joins_while_seats_are_on_sale() {
    let stack = Stack::up().await;
    let camp = stack.event().places(1).create().await;
    camp.try_to_join(&Person::new()).await.problem(409, "tickets-available");
    let behalf = camp.joining_for(&Person::new());
    stack.sales().post(JOIN, &behalf).await.problem(409, "tickets-available");
    camp.comes_to(Counts { capacity: 1, free: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_full_waitlist_takes_nobody_until_somebody_leaves() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).rule("maxSize", json!(2)).create().await;
    let places = camp.join_in_order(&Person::several(2)).await;
    let late = Person::new();
    camp.try_to_join(&late).await.problem(409, "waitlist-full");
    camp.leave(&places[0]).await.is(200);
    let joined = eventually("there is room", SOON, async || {
        let reply = camp.try_to_join(&late).await;
        (reply.status == 201).then(|| place(&late, &reply.is(201)))
    })
    .await;
    assert_eq!(joined.position, 2);
    camp.try_to_join(&Person::new()).await.problem(409, "waitlist-full");
    camp.comes_to(Counts { waiting: 2, joined: 3, left: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_change_of_the_rules_holds_for_the_next_join() {
    let stack = Stack::up().await;
    let event = stack.event().places(0).rule("maxQuantity", json!(2));
    let (path, mut body) = (event.path(), event.body());
    let camp = event.create().await;
    let joining = |quantity: u64| {
        let mut joining = camp.joining(&Person::new());
        joining["quantity"] = json!(quantity);
        joining
    };
    stack.public().post(JOIN, &joining(2)).await.is(201);
    stack.public().post(JOIN, &joining(3)).await.invalid(&["/quantity"]);
    body["waitlist"]["maxQuantity"] = json!(3);
    stack.organiser().put(&path, &body).await.is(200);
    stack.public().post(JOIN, &joining(3)).await.is(201);
    body["waitlist"]["maxQuantity"] = json!(1);
    body["waitlist"]["joinAccess"] = json!("trusted");
    stack.organiser().put(&path, &body).await.is(200);
    let refused = stack.public().post(JOIN, &joining(1)).await;
    assert!([401, 403].contains(&refused.status), "{refused:?}");
    let mut behalf = camp.joining_for(&Person::new());
    behalf["quantity"] = json!(2);
    stack.sales().post(JOIN, &behalf).await.invalid(&["/quantity"]);
    camp.holds_together().await;
}

#[tokio::test]
async fn a_customer_who_left_or_declined_may_join_again_at_the_end_of_the_line() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(4)).await;
    camp.leave(&places[1]).await.is(200);
    camp.release(1).await;
    camp.offer_to(&places[0]).await;
    camp.decline(&places[0]).await.is(200);
    camp.offer_to(&places[2]).await;
    camp.comes_to_position(&places[3], 1).await;

    for (ended, position) in [(&places[1], 2), (&places[0], 3)] {
        let again = camp.join(&ended.person).await;
        assert_ne!(again.entry_id, ended.entry_id);
        assert_eq!(again.customer_id, ended.customer_id);
        assert_eq!(again.position, position);
        assert_eq!(camp.entry(&again).await["status"], json!("waiting"));
        // The new place has a new token.
        let path = format!("/api/waitlist/position/{}", ended.customer_id);
        camp.customer(ended).get(&path).await.problem(404, "entry-not-found");
    }
    let after = Counts { capacity: 1, held: 1, waiting: 3, joined: 6, offers: 2, declined: 1, left: 1, ..NOTHING };
    camp.comes_to(after).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn who_declines_over_and_over_is_offered_seats_three_times_within_a_day() {
    let camp = Stack::up().await.event().places(0).create().await;
    let [mut ada, mut bob] = [camp.join(&Person::new()).await, camp.join(&Person::new()).await];
    camp.release(1).await;
    for offer in 1..=3 {
        for declining in [&mut ada, &mut bob] {
            camp.offer_to(declining).await;
            camp.decline(declining).await.is(200);
            let again = camp.try_to_join(&declining.person).await;
            if offer < 3 {
                *declining = place(&declining.person, &again.is(201));
            } else {
                again.problem(409, "too-many-offers");
            }
        }
    }
    let cyd = camp.stack.public().post(JOIN, &camp.joining(&Person::new())).await;
    cyd.problem(409, "tickets-available");
    camp.holds_together().await;
}

#[tokio::test]
async fn a_person_takes_no_more_places_than_the_event_allows() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).rule("maxPlaces", json!(2)).create().await;
    let parent = Person::new();
    let first = camp.join(&parent.parent_of("ann")).await;
    camp.join(&parent.parent_of("ben")).await;
    for greedy in [parent.clone(), parent.parent_of("cyd")] {
        camp.try_to_join(&greedy).await.problem(409, "too-many-places");
    }
    camp.leave(&first).await.is(200);
    camp.join(&parent).await;
    camp.try_to_join(&parent.parent_of("ann")).await.problem(409, "too-many-places");
    camp.comes_to(Counts { waiting: 2, joined: 3, left: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_public_join_is_the_place_that_a_sales_system_took_with_the_mailbox() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let person = Person::new();
    stack.sales().post(JOIN, &camp.joining_for(&person)).await.is(201);
    // The relay notes the place before it has the customer told.
    stack.awaited_mail(&person.email, "You are on the waitlist", SOON).await;
    let of_mailbox = Person { email: person.email.to_uppercase(), ..person.clone() };
    // The person who joins so is told what anybody is told.
    let again = camp.try_to_join(&of_mailbox).await.is(201);
    assert_eq!((&again["status"], &again["position"]), (&json!("waiting"), &json!(2)));
    camp.comes_to(Counts { waiting: 1, joined: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_customer_with_a_seat_gets_no_second_place() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let person = Person::new();
    let joined = stack.sales().post(JOIN, &camp.joining_for(&person)).await.is(201);
    let place = place(&person, &joined);
    camp.release(1).await;
    camp.offer_to(&place).await;
    camp.convert(&place).await.is(200);
    let again = stack.sales().post(JOIN, &camp.joining_for(&person)).await.is(200);
    assert_eq!((&again["entryId"], &again["status"]), (&json!(place.entry_id), &json!("converted")));
    camp.comes_to(Counts { capacity: 1, sold: 1, joined: 1, offers: 1, converted: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_customer_who_gave_their_seat_back_may_join_again() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(3)).await;
    let [ada, bob, cyd] = [&places[0], &places[1], &places[2]];
    camp.release(1).await;
    camp.offer_to(ada).await;
    let registration = text(&camp.convert(ada).await.is(200)["registrationId"]);
    camp.join_again(&ada.person).await;
    camp.cancel(&registration).await.is(200);
    camp.offer_to(bob).await;
    camp.comes_to_position(cyd, 1).await;
    let again = camp.join(&ada.person).await;
    assert_eq!((again.position, &again.customer_id), (2, &ada.customer_id));
    let after = Counts { capacity: 1, held: 1, waiting: 2, joined: 4, offers: 2, converted: 1, ..NOTHING };
    camp.comes_to(after).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn an_unknown_event_or_ticket_type_is_not_joined() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let mut elsewhere = camp.joining(&Person::new());
    elsewhere["eventId"] = json!("nowhere");
    stack.public().post(JOIN, &elsewhere).await.problem(404, "event-not-found");
    let adult: Value = camp.of("adult").joining(&Person::new());
    stack.public().post(JOIN, &adult).await.invalid(&["/ticketTypeId"]);
}

#[tokio::test]
async fn the_table_holds_neither_tokens_nor_keys() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    let mut body = camp.joining(&Person::new());
    body["attendeeId"] = json!("child-1");
    let key = unique("join");
    let bob = stack.public().post_once(&key, JOIN, &body).await.is(201);
    let mail = stack.awaited_mail(&ada.person.email, "You are on the waitlist", SOON).await;
    let mailed = link_in(&mail.text).token;
    let keys = ["WAITLIST_ORGANISER_KEY", "WAITLIST_SALES_KEY"].map(setting);
    for secret in [ada.token, mailed, text(&bob["token"])].into_iter().chain(keys) {
        let found = stack.table().items_with(&secret).await;
        assert!(found.is_empty(), "a secret is stored: {found:?}");
    }
}
