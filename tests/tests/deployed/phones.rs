//! Phone numbers are confirmed by codes that the local cloud was asked to text.

use serde_json::{Value, json};

use super::support::{Caller, Line, Person, Place, Reply, SOON, Stack, all_at_once, eventually, link_in, place};

/// A number of a country that the stack under test does not text.
const UNSERVED: &str = "+447700900123";

fn phone(place: &Place) -> &str {
    place.person.phone.as_deref().expect("they have a phone")
}

/// Somebody joins without a key, and names a phone number.
async fn join_publicly(camp: &Line, person: &Person) -> Place {
    let joined = camp.try_to_join(person).await.is(201);
    assert_eq!((&joined["phoneConfirmed"], &joined["channels"]), (&json!(false), &json!(["email"])));
    place(person, &joined)
}

async fn ask_for_code(caller: &Caller, place: &Place) -> Reply {
    let path = format!("/api/waitlist/phone/{}", place.customer_id);
    caller.post(&path, &json!({"entryId": place.entry_id})).await
}

async fn enter(caller: &Caller, place: &Place, code: &str) -> Reply {
    let path = format!("/api/waitlist/phone/{}/confirm", place.customer_id);
    caller.post(&path, &json!({"entryId": place.entry_id, "code": code})).await
}

/// Codes that have the right form, and are not this one.
fn others_than(code: &str) -> impl Iterator<Item = String> {
    (0..).map(|number| format!("{number:06}")).filter(move |other| other != code)
}

/// The codes that came to the phone, oldest first.
async fn codes_to(stack: &Stack, phone: &str) -> Vec<String> {
    let texts = stack.texts_to(phone).await;
    texts.iter().filter(|text| text.contains("is your code")).map(|text| text[..6].to_owned()).collect()
}

/// Waits until so many codes came to the phone. Returns the last.
async fn comes_to_codes(stack: &Stack, phone: &str, count: usize) -> String {
    eventually(&format!("{count} code(s)"), SOON, async || {
        let codes = codes_to(stack, phone).await;
        (codes.len() == count).then(|| codes.last().cloned()).flatten()
    })
    .await
}

/// Waits until the entry's history has a text message with this outcome.
async fn comes_to_be_told(camp: &Line, place: &Place, outcome: &str) {
    let path = format!("/api/waitlist/entries/{}/{}", camp.event_id, place.entry_id);
    let is_it = |row: &Value| row["channel"] == "sms" && row["outcome"] == outcome;
    eventually(&format!("a text is {outcome}"), SOON, async || {
        let reply = camp.stack.organiser().get(&path).await;
        reply.body["history"].as_array().is_some_and(|rows| rows.iter().any(is_it)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_number_is_texted_once_its_holder_entered_the_code_that_came_there() {
    let stack = Stack::up().await;
    let camp = stack.event().named("Night Market").places(0).create().await;
    let ada = join_publicly(&camp, &Person::new().with_phone()).await;
    let mail = stack.awaited_mail(&ada.person.email, "You are on the waitlist", SOON).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;
    stack.awaited_mail(&ada.person.email, "A seat is held for you", SOON).await;
    assert_eq!(stack.texts_to(phone(&ada)).await, Vec::<String>::new(), "nobody has confirmed it");

    let customer = stack.bearer(&link_in(&mail.text).token);
    let asked = ask_for_code(&customer, &ada).await.is(202);
    assert_eq!(asked["entryId"], json!(ada.entry_id));
    let text = stack.awaited_text(phone(&ada), "is your code", SOON).await;
    assert!(text.contains("Night Market") && !text.contains(&ada.person.name), "{text}");
    let code = &text[..6];
    let (_, bound_to) = text.rsplit_once("\n@").expect("a browser binds the code to the pages");
    assert!(bound_to.ends_with(&format!(".localhost #{code}")), "{text}");

    let wrong = others_than(code).next().expect("there are others");
    enter(&customer, &ada, &wrong).await.problem(409, "wrong-phone-code");
    let confirmed = enter(&customer, &ada, code).await.is(200);
    assert_eq!((&confirmed["phoneConfirmed"], &confirmed["channels"]), (&json!(true), &json!(["email", "sms"])));
    // The offer still runs, so it is told there now.
    stack.awaited_text(phone(&ada), "Your turn: ", SOON).await;
    assert_eq!(stack.texts_to(phone(&ada)).await.len(), 2);
    camp.holds_together().await;
}

#[tokio::test]
async fn of_two_strangers_offers_only_the_one_whose_number_was_confirmed_is_texted() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).confirmed_within("2 hours").create().await;
    let people = [Person::new().with_phone(), Person::new().with_phone()];
    let mut strangers = Vec::new();
    for person in &people {
        let stranger = join_publicly(&camp, person).await;
        let subject = "Please confirm your place in line";
        let mail = stack.awaited_mail(&person.email, subject, SOON).await;
        let customer = stack.bearer(&link_in(&mail.text).token);
        let path = format!("/api/waitlist/confirm/{}", stranger.customer_id);
        let confirmed = customer.post(&path, &json!({})).await.is(200);
        assert_eq!((&confirmed["confirmed"], &confirmed["phoneConfirmed"]), (&json!(true), &json!(false)));
        strangers.push((stranger, customer));
    }
    let [(ada, customer), (bob, _)] = &strangers[..] else { panic!("two joined") };
    ask_for_code(customer, ada).await.is(202);
    let code = comes_to_codes(&stack, phone(ada), 1).await;
    assert_eq!(enter(customer, ada, &code).await.is(200)["phoneConfirmed"], json!(true));

    camp.release(2).await;
    camp.comes_to_be(ada, "offered").await;
    camp.comes_to_be(bob, "offered").await;
    let text = stack.awaited_text(phone(ada), "Your turn: ", SOON).await;
    let path = format!("/api/waitlist/claim/{}", ada.customer_id);
    let claimed = stack.bearer(&link_in(&text).token).post(&path, &json!({"entryId": ada.entry_id})).await;
    assert_eq!(claimed.is(200)["status"], json!("claimed"));
    for stranger in [ada, bob] {
        stack.awaited_mail(&stranger.person.email, "A seat is held for you", SOON).await;
    }
    assert_eq!(stack.texts_to(phone(bob)).await, Vec::<String>::new(), "nobody has confirmed it");
    camp.holds_together().await;
}

#[tokio::test]
async fn five_wrong_codes_end_a_code_and_another_one_can_be_asked_for() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let ada = join_publicly(&camp, &Person::new().with_phone()).await;
    let customer = camp.customer(&ada);
    enter(&customer, &ada, "123456").await.problem(410, "no-phone-code");
    ask_for_code(&customer, &ada).await.is(202);
    let code = comes_to_codes(&stack, phone(&ada), 1).await;
    for (left, wrong) in (0..5).rev().zip(others_than(&code)) {
        let refused = enter(&customer, &ada, &wrong).await.problem(409, "wrong-phone-code");
        let detail = refused["detail"].as_str().expect("a text");
        assert!(detail.contains(&format!("{left} more time(s)")), "{detail}");
    }
    enter(&customer, &ada, &code).await.problem(410, "no-phone-code");
    assert_eq!(camp.entry(&ada).await["phoneConfirmed"], json!(false));

    ask_for_code(&customer, &ada).await.is(202);
    let another = comes_to_codes(&stack, phone(&ada), 2).await;
    assert_eq!(enter(&customer, &ada, &another).await.is(200)["phoneConfirmed"], json!(true));
    camp.holds_together().await;
}

#[tokio::test]
async fn a_number_gets_three_codes_a_day_however_many_people_ask_at_once() {
    let stack = Stack::up().await;
    let camps = [stack.event().places(0).create().await, stack.event().places(0).create().await];
    let number = Person::new().with_phone().phone;
    let mut strangers = Vec::new();
    for camp in camps.iter().cycle().take(6) {
        let person = Person { phone: number.clone(), ..Person::new() };
        strangers.push((camp.clone(), join_publicly(camp, &person).await));
    }
    let asking = strangers
        .clone()
        .into_iter()
        .map(async |(camp, stranger): (Line, Place)| ask_for_code(&camp.customer(&stranger), &stranger).await);
    let replies = all_at_once(asking).await;
    let (asked, refused): (Vec<Reply>, Vec<Reply>) = replies.into_iter().partition(|reply| reply.status == 202);
    assert_eq!((asked.len(), refused.len()), (3, 3), "{refused:?}");
    for refused in refused {
        let seconds: u64 = refused.header("retry-after").parse().expect("a number of seconds");
        assert!((86_000..=86_400).contains(&seconds), "{seconds}");
        refused.problem(429, "too-many-phone-codes");
    }
    let number = number.expect("they have a phone");
    comes_to_codes(&stack, &number, 3).await;
    let (camp, stranger) = &strangers[0];
    ask_for_code(&camp.customer(stranger), stranger).await.problem(429, "too-many-phone-codes");
    for camp in &camps {
        camp.holds_together().await;
    }
    assert_eq!(codes_to(&stack, &number).await.len(), 3);
}

#[tokio::test]
async fn a_number_of_a_country_that_is_not_listed_is_never_texted() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let countries = stack.public().get(&camp.path()).await.is(200)["smsCountries"].clone();
    let countries = countries.as_array().expect("a list");
    assert!(!countries.is_empty() && countries.iter().all(|beginning| beginning != "+44"), "{countries:?}");
    // Any number may be named. A bad one is pointed at.
    let bad = Person { phone: Some("07700 900123".to_owned()), ..Person::new() };
    camp.try_to_join(&bad).await.invalid(&["/phone"]);
    let ada = join_publicly(&camp, &Person { phone: Some(UNSERVED.to_owned()), ..Person::new() }).await;
    let refused = ask_for_code(&camp.customer(&ada), &ada).await.problem(409, "country-not-served");
    assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("country of this number")), "{refused}");

    // Nor is it if a sales system named it, whose customers need no code.
    let bob = Person { phone: Some(UNSERVED.to_owned()), ..Person::new() };
    let joined = stack.sales().post("/api/waitlist/join", &camp.joining_for(&bob)).await.is(201);
    assert_eq!(joined["phoneConfirmed"], json!(true));
    let bob = place(&bob, &joined);
    camp.release(2).await;
    for place in [&ada, &bob] {
        camp.offer_to(place).await;
        stack.awaited_mail(&place.person.email, "A seat is held for you", SOON).await;
    }
    comes_to_be_told(&camp, &bob, "not-served").await;
    assert_eq!(stack.texts_to(UNSERVED).await, Vec::<String>::new());
    camp.holds_together().await;
}

#[tokio::test]
async fn a_number_that_a_sales_system_named_needs_no_code() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).confirmed_within("2 hours").create().await;
    let person = Person::new().with_phone();
    let joined = stack.sales().post("/api/waitlist/join", &camp.joining_for(&person)).await.is(201);
    assert_eq!((&joined["phoneConfirmed"], &joined["channels"]), (&json!(true), &json!(["email", "sms"])));
    let ada = place(&person, &joined);
    assert_eq!(ask_for_code(&stack.sales(), &ada).await.is(200)["phoneConfirmed"], json!(true));
    camp.release(1).await;
    camp.offer_to(&ada).await;
    stack.awaited_text(phone(&ada), "Your turn: ", SOON).await;
    assert_eq!(codes_to(&stack, phone(&ada)).await, Vec::<String>::new());
    camp.holds_together().await;
}
