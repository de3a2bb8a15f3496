//! A phone number is confirmed by the code that the local cloud was asked to text.

use serde_json::json;

use super::support::{Person, SOON, Stack, link_in, place};

#[tokio::test]
async fn a_number_is_texted_once_its_holder_entered_the_code_that_came_there() {
    let stack = Stack::up().await;
    let camp = stack.event().named("Night Market").places(0).create().await;
    let person = Person::new().with_phone();
    let joined = stack.public().post("/api/waitlist/join", &camp.joining(&person)).await.is(201);
    assert_eq!((&joined["phoneConfirmed"], &joined["channels"]), (&json!(false), &json!(["email"])));
    let ada = place(&person, &joined);
    let mail = stack.awaited_mail(&person.email, "You are on the waitlist", SOON).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;
    stack.awaited_mail(&person.email, "A seat is held for you", SOON).await;
    let phone = person.phone.as_deref().expect("ada has a phone");
    assert_eq!(stack.texts_to(phone).await, Vec::<String>::new(), "nobody has confirmed it");

    let customer = stack.bearer(&link_in(&mail.text).token);
    let path = format!("/api/waitlist/phone/{}", ada.customer_id);
    let asked = customer.post(&path, &json!({"entryId": ada.entry_id})).await.is(202);
    assert_eq!(asked["entryId"], json!(ada.entry_id));
    let text = stack.awaited_text(phone, "is your code", SOON).await;
    assert!(text.contains("Night Market") && !text.contains(&person.name), "{text}");
    let code = &text[..6];
    assert!(text.ends_with(&format!("\n@localhost #{code}")), "{text}");

    let confirm = format!("{path}/confirm");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let refused = json!({"entryId": ada.entry_id, "code": wrong});
    customer.post(&confirm, &refused).await.problem(409, "wrong-phone-code");
    let confirmed = customer.post(&confirm, &json!({"entryId": ada.entry_id, "code": code})).await.is(200);
    assert_eq!((&confirmed["phoneConfirmed"], &confirmed["channels"]), (&json!(true), &json!(["email", "sms"])));
    // The offer still runs, so it is told there now.
    stack.awaited_text(phone, "yours to claim", SOON).await;
    assert_eq!(stack.texts_to(phone).await.len(), 2);
    camp.holds_together().await;
}
