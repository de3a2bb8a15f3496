//! Addresses that nobody has confirmed yet.

use std::time::Duration;

use serde_json::{Value, json};

use super::support::{Caller, Counts, Line, NOTHING, Person, Place, SOON, Stack, eventually, link_in, place};

/// In this time an entry is reminded of, or ends, that has four minutes to be confirmed.
const REMINDED: Duration = Duration::from_secs(240);

/// Somebody joins without a key. The address is not confirmed yet.
async fn join_unconfirmed(camp: &Line, person: &Person) -> Place {
    let joined = camp.try_to_join(person).await.is(201);
    assert_eq!(joined["confirmed"], json!(false), "{joined}");
    assert!(joined["confirmBy"].is_string(), "{joined}");
    place(person, &joined)
}

/// The customer, by the link in their mail with this subject.
async fn by_mail(camp: &Line, place: &Place, subject: &str) -> Caller {
    let mail = camp.stack.awaited_mail(&place.person.email, subject, SOON).await;
    let asks_for_proof = !subject.starts_with("A seat");
    let names_them = mail.text.contains(&place.person.name) || mail.html.contains(&place.person.name);
    assert!(!(asks_for_proof && names_them), "{mail:?}");
    camp.stack.bearer(&link_in(&mail.text).token)
}

async fn confirm(camp: &Line, place: &Place) -> Value {
    let path = format!("/api/waitlist/confirm/{}", place.customer_id);
    by_mail(camp, place, "Please confirm your place in line").await.post(&path, &json!({})).await.is(200)
}

async fn counts_unconfirmed(camp: &Line, unconfirmed: u64) {
    let path = format!("/api/waitlist/stats/{}", camp.event_id);
    eventually("the unconfirmed are counted", SOON, async || {
        let statistics = camp.stack.organiser().get(&path).await.is(200);
        (statistics["ticketTypes"][0]["unconfirmed"] == json!(unconfirmed)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_stranger_gets_nothing_by_somebody_else_s_address_and_its_owner_keeps_the_place_by_a_click() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).confirmed_within("2 hours").claiming_converts().create().await;
    let ada = join_unconfirmed(&camp, &Person::new()).await;
    let bob = camp.stack.sales().post("/api/waitlist/join", &camp.joining_for(&Person::new())).await.is(201);
    assert_eq!((&bob["position"], &bob["confirmed"]), (&json!(2), &json!(true)));

    // What came with the join looks, and does nothing else.
    assert_eq!(camp.entry(&ada).await["position"], json!(1));
    for action in ["confirm", "claim", "decline"] {
        camp.customer_does(action, &ada).await.problem(403, "forbidden");
    }
    camp.leave(&ada).await.problem(403, "forbidden");

    // The first seat passes over ada, and bob gets it at once.
    camp.release(1).await;
    let counts = Counts { capacity: 1, held: 1, joined: 2, offers: 1, ..NOTHING };
    camp.comes_to(counts).await;
    counts_unconfirmed(&camp, 1).await;

    // She confirms, and is the next by her old number.
    let confirmed = confirm(&camp, &ada).await;
    assert_eq!((&confirmed["confirmed"], &confirmed["position"]), (&json!(true), &json!(1)));
    assert_eq!(confirm(&camp, &ada).await["entryId"], json!(ada.entry_id), "again, it changes nothing");
    camp.release(1).await;
    assert_eq!(camp.comes_to_be(&ada, "offered").await["offer"], Value::Null, "a stranger may be looking");
    let offered = by_mail(&camp, &ada, "A seat is held for you").await;
    let path = format!("/api/waitlist/claim/{}", ada.customer_id);
    camp.claim(&ada).await.problem(403, "forbidden");
    assert_eq!(offered.post(&path, &json!({"entryId": ada.entry_id})).await.is(200)["status"], json!("converted"));
    camp.holds_together().await;
}

#[tokio::test]
async fn invented_people_keep_no_seat_off_sale_and_fill_no_line() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).confirmed_within("2 hours").rule("maxSize", json!(2)).create().await;
    for person in Person::several(2) {
        join_unconfirmed(&camp, &person).await;
    }
    camp.try_to_join(&Person::new()).await.problem(409, "waitlist-full");
    counts_unconfirmed(&camp, 2).await;
    let ada = camp.stack.sales().post("/api/waitlist/join", &camp.joining_for(&Person::new())).await.is(201);
    assert_eq!((&ada["position"], &ada["unconfirmedBefore"]), (&json!(3), &json!(2)));
    camp.release(2).await;
    eventually("the rest of the seats is on sale", SOON, async || {
        (camp.seen_by(&stack.public()).await["available"] == json!(1)).then_some(())
    })
    .await;
    camp.sell(1).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn whoever_joins_where_somebody_waits_is_answered_as_anybody_and_the_customer_gets_their_link() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).confirmed_within("2 hours").create().await;
    let ada = join_unconfirmed(&camp, &Person::new()).await;
    confirm(&camp, &ada).await;
    let anybody = camp.try_to_join(&Person::new()).await.is(201);
    let again = camp.try_to_join(&ada.person).await.is(201);
    let names = |answer: &Value| answer.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&again), names(&anybody));
    let stranger = place(&ada.person, &again);
    let seen = camp.entry(&stranger).await;
    assert_eq!((&seen["position"], &seen["confirmed"]), (&json!(3), &json!(false)));
    camp.customer_does("decline", &stranger).await.problem(403, "forbidden");
    assert_eq!(
        by_mail(&camp, &ada, "Your place in line").await.get(&position_of(&ada)).await.is(200)["entries"][0]["position"],
        json!(1)
    );
    // Another join within ten minutes sends no other link.
    camp.try_to_join(&ada.person).await.is(201);
    camp.comes_to(Counts { waiting: 1, joined: 2, ..NOTHING }).await;
    assert_eq!(mails(&stack, &ada, "Your place in line").await, 1);
    camp.holds_together().await;
}

/// How many mails with this subject the customer got.
async fn mails(stack: &Stack, place: &Place, subject: &str) -> usize {
    let mails = stack.mail_to(&place.person.email).await;
    mails.iter().filter(|mail| mail.subject.starts_with(subject)).count()
}

fn position_of(place: &Place) -> String {
    format!("/api/waitlist/position/{}", place.customer_id)
}

#[tokio::test]
async fn an_entry_that_nobody_confirms_is_reminded_of_once_and_ends() {
    let stack = Stack::up().await;
    // The reminder is due after half of it. A busy machine sends it a minute late.
    let camp = stack.event().places(0).confirmed_within("4 minutes").create().await;
    let ada = join_unconfirmed(&camp, &Person::new()).await;
    let bob = join_unconfirmed(&camp, &Person::new()).await;
    confirm(&camp, &bob).await;
    stack.awaited_mail(&ada.person.email, "Reminder: please confirm", REMINDED).await;
    eventually("ada's entry ends", REMINDED, async || {
        (camp.entry(&ada).await["status"] == json!("unconfirmed")).then_some(())
    })
    .await;
    assert_eq!(camp.entry(&bob).await["status"], json!("waiting"));
    assert_eq!(mails(&stack, &ada, "Please confirm your place in line").await, 1);
    assert_eq!(mails(&stack, &ada, "Reminder: please confirm your place in line").await, 1);
    assert_eq!(stack.mail_to(&ada.person.email).await.len(), 2, "and nothing else");
    camp.comes_to(Counts { waiting: 1, joined: 2, ..NOTHING }).await;
    camp.holds_together().await;
}
