//! Many requests at once.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::{
    Caller, Counts, Line, NOTHING, Person, Place, Reply, SOON, Stack, all_at_once, eventually, is_a_stand_in, place,
    sleep_until, text, unique,
};

#[tokio::test]
async fn sixty_four_people_who_join_at_once_get_sixty_four_different_positions() {
    let camp = Stack::up_for_a_crowd().await.event().places(0).create().await;

    let places = all_at_once(Person::several(64).into_iter().map(|person| {
        let camp = camp.clone();
        async move { camp.join(&person).await }
    }))
    .await;
    let positions: BTreeSet<u64> = places.iter().map(|place| place.position).collect();
    assert_eq!(positions, (1..=64).collect());

    for place in &places {
        assert_eq!(camp.position(place).await, Some(place.position));
    }
    camp.comes_to(Counts { waiting: 64, joined: 64, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn one_person_who_joins_twenty_times_at_once_has_one_place() {
    let camp = Stack::up_for_a_crowd().await.event().places(0).create().await;
    let person = Person::new();

    let replies = twenty_at_once(&camp.stack.public(), "/api/waitlist/join", &camp.joining(&person)).await;
    for reply in replies {
        is_a_stand_in(&reply.is(201), &person);
    }
    camp.comes_to(Counts { waiting: 1, joined: 1, ..NOTHING }).await;
    let next = camp.join(&Person::new()).await;
    camp.comes_to_position(&next, 2).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn one_customer_put_in_line_twenty_times_at_once_by_a_sales_system_has_one_entry() {
    let camp = Stack::up_for_a_crowd().await.event().places(0).create().await;
    let person = Person::new();

    let replies = twenty_at_once(&camp.stack.sales(), "/api/waitlist/join", &camp.joining_for(&person)).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(made, 1, "{:?}", statuses(&replies));
    let entry = |reply: Reply| {
        let status = if reply.status == 201 { 201 } else { 200 };
        text(&reply.is(status)["entryId"])
    };
    let entries: BTreeSet<String> = replies.into_iter().map(entry).collect();
    assert_eq!(entries.len(), 1);
    camp.comes_in_the_end_to(Counts { waiting: 1, joined: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_join_repeated_without_end_keeps_no_seat_off_sale_and_nobody_from_their_position() {
    let (camp, registrations) = Stack::up_for_a_crowd().await.event().places(3).create_sold_out().await;
    let ada = camp.join(&Person::new()).await;
    camp.cancel(&registrations[0]).await.is(200);
    camp.offer_to(&ada).await;

    let repeating = (0..8).map(|_| repeat_without_end(camp.clone(), ada.person.clone()));
    let sale = sell_what_comes_free(camp.clone(), registrations[1..].to_vec());
    tokio::select! {
        _ = all_at_once(repeating) => unreachable!("they repeat without end"),
        () = sale => {}
    }
    camp.holds_together().await;
}

/// While the seats are on sale, this person is refused like everybody else.
async fn repeat_without_end(camp: Line, person: Person) {
    loop {
        let reply = camp.try_to_join(&person).await;
        if reply.status == 409 {
            reply.problem(409, "tickets-available");
        } else {
            is_a_stand_in(&reply.is(201), &person);
        }
    }
}

/// Nobody waits, so the seats that come free are sold past the line. Then three more people join.
async fn sell_what_comes_free(camp: Line, registrations: Vec<String>) {
    for registration in &registrations {
        camp.cancel(registration).await.is(200);
    }
    eventually("both seats are sold", SOON, async || (camp.try_to_sell(2).await.status == 201).then_some(())).await;
    for position in 1..=3 {
        assert_eq!(camp.join(&Person::new()).await.position, position);
    }
}

#[tokio::test]
async fn ten_seats_freed_at_once_with_ten_waiting_make_exactly_ten_offers() {
    let (camp, registrations) = Stack::up_for_a_crowd().await.event().places(10).create_sold_out().await;
    let places = camp.join_in_order(&Person::several(10)).await;

    let cancelled = all_at_once(registrations.into_iter().map(|registration| {
        let camp = camp.clone();
        async move { camp.cancel(&registration).await }
    }))
    .await;
    for reply in cancelled {
        reply.is(200);
    }
    for place in &places {
        camp.comes_to_be(place, "offered").await;
    }
    camp.comes_to(Counts { capacity: 10, held: 10, joined: 10, offers: 10, ..NOTHING }).await;
    for place in &places {
        camp.stack.awaited_mail(&place.person.email, "A seat is held", SOON).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    for place in &places {
        let mail = camp.stack.mail_to(&place.person.email).await;
        let offers = mail.iter().filter(|mail| mail.subject.starts_with("A seat is held")).count();
        assert_eq!(offers, 1, "{mail:?}");
    }
    camp.holds_together().await;
}

#[tokio::test]
async fn twenty_seats_released_at_once_go_to_the_first_twenty_in_order() {
    let camp = Stack::up().await.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(24)).await;

    all_at_once((0..5).map(|_| {
        let camp = camp.clone();
        async move { camp.release(4).await }
    }))
    .await;
    for place in &places[..20] {
        camp.comes_to_be(place, "offered").await;
    }
    for (place, position) in places[20..].iter().zip(1..) {
        camp.comes_to_position(place, position).await;
    }
    camp.comes_to(Counts { capacity: 20, held: 20, waiting: 4, joined: 24, offers: 20, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn one_of_two_claims_at_once_succeeds() {
    for claiming_converts in [false, true] {
        let event = Stack::up().await.event().places(0);
        let event = if claiming_converts { event.claiming_converts() } else { event };
        let camp = event.create().await;
        let ada = camp.join(&Person::new()).await;
        camp.release(1).await;
        camp.offer_to(&ada).await;

        let replies = all_at_once((0..2).map(|_| {
            let (camp, ada) = (camp.clone(), ada.clone());
            async move { camp.claim(&ada).await }
        }))
        .await;
        let (claimed, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 200);
        assert_eq!((claimed.len(), refused.len()), (1, 1), "{refused:?}");
        for reply in refused {
            reply.problem(409, "no-offer");
        }
        camp.holds_together().await;
    }
}

#[tokio::test]
async fn a_claim_that_races_its_own_expiry_has_one_outcome_and_the_seats_agree() {
    let stack = Stack::in_time().await;
    // The offset of the claim from the deadline, in milliseconds. A busy machine adds many more. So
    // claims are sent earlier and earlier, until one is in time and one from before the deadline is
    // too late: then both have raced.
    let (mut in_time, mut too_late) = (0, 0);
    for earlier in [0i64, 100, 300, 700, 1_100] {
        let offsets = [-60i64, -40, -30, -20, -12, -8, -4, -1].map(|offset| offset - earlier);
        let races = offsets.map(|offset| race_expiry(stack.clone(), offset));
        let claimed = all_at_once(races).await;
        in_time += claimed.iter().filter(|claimed| **claimed).count();
        too_late += claimed.iter().filter(|claimed| !**claimed).count();
        if in_time > 0 && too_late > 0 {
            return;
        }
    }
    panic!("{in_time} claims came in time and {too_late} too late, so nothing was raced");
}

/// Whether the claim was in time.
async fn race_expiry(stack: Stack, offset: i64) -> bool {
    let camp = stack.event().places(0).offers_last("2 seconds").create().await;
    let [ada, bob] = [camp.join(&Person::new()).await, camp.join(&Person::new()).await];
    camp.release(1).await;
    let offer = camp.offer_to(&ada).await;
    sleep_until(offer.expires_at + TimeDelta::milliseconds(offset)).await;
    let reply = camp.claim(&ada).await;

    let claimed = reply.status == 200;
    if claimed {
        assert_eq!(reply.body["status"], json!("claimed"));
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(camp.entry(&ada).await["status"], json!("claimed"));
        assert_eq!(camp.position(&bob).await, Some(1));
        camp.comes_to(Counts { capacity: 1, held: 1, waiting: 1, joined: 2, offers: 1, claimed: 1, ..NOTHING }).await;
    } else {
        reply.problem(410, "offer-expired");
        camp.comes_to_be(&ada, "expired").await;
        // The next in line has had the seat.
        eventually("bob was offered the seat", SOON, async || {
            stack.table().line(&camp).await.entry(&bob.entry_id).offered_at
        })
        .await;
    }
    camp.holds_together().await;
    claimed
}

#[tokio::test]
async fn the_last_seat_sold_twice_at_once_is_sold_once() {
    for buyers in [2, 8] {
        let camp = Stack::up().await.event().places(2).create().await;
        camp.sell(1).await;

        let replies = all_at_once((0..buyers).map(|_| {
            let camp = camp.clone();
            async move { camp.try_to_sell(1).await }
        }))
        .await;
        let (sold, refused): (Vec<_>, Vec<_>) = replies.into_iter().partition(|reply| reply.status == 201);
        assert_eq!((sold.len(), refused.len()), (1, buyers - 1), "{:?}", statuses(&refused));
        for reply in refused {
            reply.problem(409, "sold-out");
        }
        camp.comes_to(Counts { capacity: 2, sold: 2, ..NOTHING }).await;
        camp.holds_together().await;
    }
}

#[tokio::test]
async fn a_registration_cancelled_many_times_at_once_frees_its_seats_once() {
    let camp = Stack::up().await.event().places(3).create().await;
    let registration = camp.sell(2).await;

    let replies = all_at_once((0..8).map(|_| {
        let (camp, registration) = (camp.clone(), registration.clone());
        async move { camp.cancel(&registration).await }
    }))
    .await;
    for reply in replies {
        assert_eq!(reply.is(200)["status"], json!("cancelled"));
    }
    camp.comes_to(Counts { capacity: 3, free: 3, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn an_offer_converted_many_times_at_once_is_one_registration() {
    let camp = Stack::up().await.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;

    let replies = all_at_once((0..8).map(|_| {
        let (camp, ada) = (camp.clone(), ada.clone());
        async move { camp.convert(&ada).await }
    }))
    .await;
    let registrations: BTreeSet<String> =
        replies.into_iter().map(|reply| text(&reply.is(200)["registrationId"])).collect();
    assert_eq!(registrations.len(), 1);
    camp.comes_to(Counts { capacity: 1, sold: 1, joined: 1, offers: 1, converted: 1, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn claiming_declining_and_leaving_at_once_have_one_outcome() {
    let camp = Stack::up().await.event().places(0).create().await;
    let [ada, bob] = [camp.join(&Person::new()).await, camp.join(&Person::new()).await];
    camp.release(1).await;
    camp.offer_to(&ada).await;

    all_at_once(["claim", "decline", "leave"].map(|action| act(camp.clone(), ada.clone(), action))).await;
    // Declining and leaving are possible after the claim, too. The seat goes to somebody else in
    // any case.
    eventually("ada has no offer any more", SOON, async || {
        let status = text(&camp.entry(&ada).await["status"]);
        (status == "declined" || status == "left").then_some(())
    })
    .await;
    camp.offer_to(&bob).await;
    camp.holds_together().await;
}

async fn act(camp: Line, place: Place, action: &'static str) {
    let reply = if action == "leave" { camp.leave(&place).await } else { camp.customer_does(action, &place).await };
    assert!([200, 409].contains(&reply.status), "{reply:?}");
}

#[tokio::test]
async fn joins_that_race_the_end_of_the_waitlist_leave_nobody_waiting_beside_free_seats() {
    let (camp, registrations) = Stack::up().await.event().places(1).create_sold_out().await;
    let mut sold = registrations[0].clone();
    for _ in 0..6 {
        let people = Person::several(3);
        let joins = people.clone().into_iter().map(|person| {
            let camp = camp.clone();
            async move { camp.try_to_join(&person).await }
        });
        let (replies, cancelled) = tokio::join!(all_at_once(joins), camp.cancel(&sold));
        cancelled.is(200);

        let mut first = None;
        for (person, reply) in people.iter().zip(replies) {
            match reply.status {
                201 => {
                    let joined = place(person, &reply.is(201));
                    first = Some(first.map_or(joined.clone(), |first: Place| {
                        if first.position < joined.position { first } else { joined }
                    }));
                }
                _ => drop(reply.problem(409, "tickets-available")),
            }
        }
        camp.holds_together().await;
        // The first to join has the seat. If nobody joined in time, it is on sale.
        sold = match first {
            Some(first) => {
                camp.offer_to(&first).await;
                text(&camp.convert(&first).await.is(200)["registrationId"])
            }
            None => camp.sell(1).await,
        };
        leave_all(&camp).await;
    }
    camp.holds_together().await;
}

/// A sales system takes everybody who still waits out of the line.
async fn leave_all(camp: &Line) {
    let waiting = camp.stack.table().line(camp).await.entries.into_iter().filter(|entry| entry.status == "waiting");
    for entry in waiting {
        let path = format!("/api/waitlist/leave/{}?eventId={}", entry.customer_id, camp.event_id);
        camp.stack.sales().delete(&path).await.is(200);
    }
    camp.holds_together().await;
}

#[tokio::test]
async fn a_release_repeated_under_one_idempotency_key_frees_its_seats_once() {
    let camp = Stack::up().await.event().places(0).create().await;
    let sales = camp.stack.sales();
    let key = unique("release");
    let body = json!({"ticketTypeId": "camper", "quantity": 3});

    let replies = all_at_once((0..8).map(|_| {
        let (sales, key, path, body) = (sales.clone(), key.clone(), camp.release_path(), body.clone());
        async move { sales.post_once(&key, &path, &body).await.is(202) }
    }))
    .await;
    let later = sales.post_once(&key, &camp.release_path(), &body).await.is(202);
    assert!(replies.iter().all(|reply| *reply == later), "{replies:?} and later {later}");
    camp.comes_to(Counts { capacity: 3, free: 3, ..NOTHING }).await;

    let other: Value = json!({"ticketTypeId": "camper", "quantity": 4});
    sales.post_once(&key, &camp.release_path(), &other).await.problem(422, "idempotency-key-reused");
    camp.comes_to(Counts { capacity: 3, free: 3, ..NOTHING }).await;

    // The same key from another caller is another key.
    let organisers = camp.stack.organiser().post_once(&key, &camp.release_path(), &body).await.is(202);
    assert_ne!(organisers["releaseId"], later["releaseId"]);
    camp.comes_to(Counts { capacity: 6, free: 6, ..NOTHING }).await;
    camp.holds_together().await;
}

async fn twenty_at_once(caller: &Caller, path: &'static str, body: &Value) -> Vec<Reply> {
    all_at_once((0..20).map(|_| {
        let (caller, body) = (caller.clone(), body.clone());
        async move { caller.post(path, &body).await }
    }))
    .await
}

fn statuses(replies: &[Reply]) -> Vec<(u16, &str)> {
    replies.iter().map(|reply| (reply.status, reply.text.as_str())).collect()
}
