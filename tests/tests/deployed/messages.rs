//! The messages to customers.

use chrono::{FixedOffset, TimeDelta};
use serde_json::{Value, json};

use super::support::{Person, SOON, Stack, eventually, link_in, sleep_until};

#[tokio::test]
async fn joining_is_confirmed_by_mail_with_a_link_that_works() {
    let stack = Stack::up().await;
    let camp = stack.event().named("Moonlight Concert").places(0).create().await;
    let ada = camp.join(&Person::new().with_phone()).await;
    let mail = stack.awaited_mail(&ada.person.email, "You are on the waitlist", SOON).await;
    assert!(mail.subject.contains("Moonlight Concert") && mail.text.contains("Moonlight Concert"), "{mail:?}");
    assert!(mail.html.contains("Moonlight Concert"), "{mail:?}");

    let link = link_in(&mail.text);
    assert!(mail.html.contains(&link.token), "both parts have the link");
    assert_ne!(link.token, ada.token, "each message has a token of its own");
    let path = format!("/api/waitlist/position/{}?token={}", ada.customer_id, link.token);
    let seen = stack.public().get(&path).await.is(200);
    assert_eq!(seen["entries"][0]["entryId"], json!(ada.entry_id));
    let by_mail = stack.bearer(&link.token);
    let left = by_mail.delete(&format!("/api/waitlist/leave/{}", ada.customer_id)).await.is(200);
    assert_eq!(left, json!({"left": [ada.entry_id]}));
    // Joining is not urgent.
    let phone = ada.person.phone.as_deref().expect("ada has a phone");
    assert_eq!(stack.texts_to(phone).await, Vec::<String>::new());
}

#[tokio::test]
async fn an_offer_is_told_with_seats_and_deadline_in_the_events_time_zone() {
    let stack = Stack::up().await;
    let event = stack.event().named("Night Market").in_time_zone("Asia/Tokyo").places(0);
    let camp = event.offers_last("30 minutes").create().await;
    let ada = camp.join_for_seats(&Person::new().with_phone(), 2).await;
    camp.release(2).await;
    let offer = camp.offer_to(&ada).await;
    let mail = stack.awaited_mail(&ada.person.email, "2 seats are held for you", SOON).await;
    let tokyo = FixedOffset::east_opt(9 * 3600).expect("an offset");
    let deadline = offer.expires_at.with_timezone(&tokyo).format("%H:%M").to_string();
    for part in [mail.text.clone(), mail.html.replace("&#x2f;", "/")] {
        for words in ["Night Market", "Asia/Tokyo", "2 seats", &deadline] {
            assert!(part.contains(words), "no {words:?} in {part}");
        }
    }
    let phone = ada.person.phone.as_deref().expect("ada has a phone");
    let text = stack.awaited_text(phone, "Night Market", SOON).await;
    assert!(text.contains("2 seats") && text.contains(&deadline), "{text}");

    // Each link acts for the customer.
    let path = format!("/api/waitlist/position/{}", ada.customer_id);
    stack.bearer(&link_in(&text).token).get(&path).await.is(200);
    let claim = format!("/api/waitlist/claim/{}", ada.customer_id);
    stack.bearer(&link_in(&mail.text).token).post(&claim, &json!({"entryId": ada.entry_id})).await.is(200);
    camp.holds_together().await;
}

#[tokio::test]
async fn everybody_is_told_in_their_own_language_or_in_the_event_s() {
    let stack = Stack::up().await;
    let camp =
        stack.event().named("Waldlager").in_language("de").in_time_zone("Europe/Vienna").places(0).create().await;
    assert_eq!(stack.public().get(&camp.path()).await.is(200)["locale"], json!("de"));
    let [ada, bob] = [Person::new().with_phone(), Person::new()];
    let mut in_austria = camp.joining_for(&ada);
    in_austria["locale"] = json!("de-AT");
    let joined = stack.sales().post("/api/waitlist/join", &in_austria).await.is(201);
    assert_eq!(joined["locale"], json!("de-AT"));
    let mut in_english = camp.joining(&bob);
    in_english["locale"] = json!("en");
    stack.public().post("/api/waitlist/join", &in_english).await.is(201);
    let cyd = camp.join(&Person::new()).await;
    stack.awaited_mail(&bob.email, "You are on the waitlist: Waldlager", SOON).await;
    stack.awaited_mail(&cyd.person.email, "Sie stehen auf der Warteliste: Waldlager", SOON).await;
    camp.release(1).await;
    let mail = stack.awaited_mail(&ada.email, "Ein Platz ist für Sie reserviert: Waldlager", SOON).await;
    assert!(mail.text.contains(" Uhr (Europe/Vienna, UTC+0"), "{mail:?}");
    assert!(mail.text.contains("\nDas ist in 24 Stunden.\n"), "{mail:?}");
    let phone = ada.phone.as_deref().expect("ada has a phone");
    let text = stack.awaited_text(phone, "Waldlager", SOON).await;
    assert!(text.starts_with("Sie sind dran: ein Platz für Waldlager, zusagen bis "), "{text}");
    for malformed in ["de_AT", "", "deutsch!"] {
        in_austria["locale"] = json!(malformed);
        stack.sales().post("/api/waitlist/join", &in_austria).await.invalid(&["/locale"]);
    }
    camp.holds_together().await;
}

#[tokio::test]
async fn an_address_gets_five_mails_about_joining_in_an_hour_over_all_events() {
    let stack = Stack::up().await;
    let camps = [stack.event().places(0).create().await, stack.event().places(0).create().await];
    let ada = Person::new();
    for child in 0..7 {
        let camp = &camps[child % 2];
        let body = camp.joining(&ada.parent_of(&format!("child-{child}")));
        stack.public().post("/api/waitlist/join", &body).await.is(201);
    }
    eventually("five mails", SOON, async || (stack.mail_to(&ada.email).await.len() == 5).then_some(())).await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    assert_eq!(stack.mail_to(&ada.email).await.len(), 5);
    for camp in &camps {
        camp.holds_together().await;
    }
}

#[tokio::test]
async fn everybody_is_told_by_the_channels_that_they_choose() {
    let stack = Stack::up().await;
    let camp = stack.event().named("Night Market").places(0).create().await;
    let mut joined = Vec::new();
    for (channels, shown) in [
        (json!(["sms"]), json!(["sms"])),
        (json!(["email"]), json!(["email"])),
        (json!(["sms", "email"]), json!(["email", "sms"])),
        (Value::Null, json!(["email", "sms"])),
    ] {
        let person = Person::new().with_phone();
        let mut body = camp.joining_for(&person);
        body["channels"] = channels;
        let entry = stack.sales().post("/api/waitlist/join", &body).await.is(201);
        assert_eq!(entry["channels"], shown);
        joined.push((person, shown));
    }
    let without_phone = camp.join(&Person::new()).await;
    assert_eq!(camp.entry(&without_phone).await["channels"], json!(["email"]));
    camp.release(4).await;
    for (person, shown) in &joined {
        let chosen = |name: &str| shown.as_array().is_some_and(|names| names.contains(&json!(name)));
        let phone = person.phone.as_deref().expect("everybody has one");
        if chosen("email") {
            stack.awaited_mail(&person.email, "A seat is held for you", SOON).await;
        }
        if chosen("sms") {
            stack.awaited_text(phone, "Night Market", SOON).await;
        }
        // A join is told by text message only if no other channel was chosen.
        let expected = match (chosen("email"), chosen("sms")) {
            (true, sms) => (2, usize::from(sms)),
            (false, _) => (0, 2),
        };
        eventually(&format!("{shown} come to {expected:?} messages"), SOON, async || {
            let told = (stack.mail_to(&person.email).await.len(), stack.texts_to(phone).await.len());
            (told == expected).then_some(())
        })
        .await;
    }
    camp.holds_together().await;
}

#[tokio::test]
async fn a_channel_that_leads_nowhere_is_refused() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let with = |person: &Person, channels: Value| {
        let mut body = camp.joining(person);
        body["channels"] = channels;
        body
    };
    let (with_phone, without) = (Person::new().with_phone(), Person::new());
    for (person, channels, pointer) in [
        (&without, json!(["sms"]), "/channels"),
        (&without, json!(["email", "sms"]), "/channels"),
        (&with_phone, json!([]), "/channels"),
        (&with_phone, json!("sms"), "/channels"),
        (&with_phone, json!(["email", "fax"]), "/channels/1"),
        (&with_phone, json!([7]), "/channels/0"),
    ] {
        stack.public().post("/api/waitlist/join", &with(person, channels)).await.invalid(&[pointer]);
    }
    camp.holds_together().await;
}

#[tokio::test]
async fn a_customer_without_a_phone_number_is_told_by_mail_alone() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    camp.release(1).await;
    // The offer may overtake the confirmation.
    for subject in ["A seat is held for you", "You are on the waitlist"] {
        stack.awaited_mail(&ada.person.email, subject, SOON).await;
    }
    assert_eq!(stack.mail_to(&ada.person.email).await.len(), 2);
}

#[tokio::test]
async fn an_event_of_any_name_is_written_as_it_is_and_as_markup_harmless() {
    let stack = Stack::up().await;
    let name = "Ævar & Søn's <b>\"Tea\"</b> {{ 7 * 7 }} 茶会";
    let camp = stack.event().named(name).places(0).create().await;
    assert_eq!(stack.public().get(&camp.path()).await.is(200)["name"], json!(name));
    let ada = camp.join(&Person::new()).await;
    let mail = stack.awaited_mail(&ada.person.email, "You are on the waitlist", SOON).await;
    assert!(mail.subject.contains(name) && mail.text.contains(name), "{mail:?}");
    assert!(!mail.html.contains("<b>") && mail.html.contains("&lt;b&gt;"), "{mail:?}");
}

/// The subjects of somebody's mail, without the confirmation of the join.
///
/// Urgent mail may overtake the confirmation, which is dropped once it is untrue.
async fn urgent_subjects(stack: &Stack, address: &str) -> Vec<String> {
    let subjects = stack.mail_to(address).await.into_iter().map(|mail| mail.subject);
    subjects.filter(|subject| !subject.starts_with("You are on the waitlist")).collect()
}

#[tokio::test]
async fn an_offer_that_lapses_unclaimed_is_told_to_be_over_once() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).offers_last("4 seconds").create().await;
    let ada = camp.join(&Person::new().with_phone()).await;
    camp.release(1).await;
    let deadline = camp.offer_to(&ada).await.expires_at;
    stack.awaited_mail(&ada.person.email, "A seat is held for you", SOON).await;
    sleep_until(deadline).await;
    stack.awaited_mail(&ada.person.email, "Your time to say yes is over", SOON).await;
    let phone = ada.person.phone.as_deref().expect("ada has a phone");
    stack.awaited_text(phone, "Your time to say yes to a seat", SOON).await;
    sleep_until(deadline + TimeDelta::seconds(3)).await;
    let subjects = urgent_subjects(&stack, &ada.person.email).await;
    assert_eq!(subjects.len(), 2, "the offer and its end: {subjects:?}");
    assert_eq!(stack.texts_to(phone).await.len(), 2);
    camp.holds_together().await;
}

#[tokio::test]
async fn an_unclaimed_offer_is_reminded_of_once_and_a_claimed_one_is_not() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).offers_last("12 seconds").rule("reminderAt", json!(50)).create().await;
    let [ada, bob] = [camp.join(&Person::new().with_phone()).await, camp.join(&Person::new()).await];
    camp.release(2).await;
    let offer = camp.offer_to(&ada).await;
    camp.offer_to(&bob).await;
    camp.claim(&bob).await.is(200);
    sleep_until(offer.offered_at + TimeDelta::seconds(5)).await;
    assert_eq!(urgent_subjects(&stack, &ada.person.email).await.len(), 1, "offered");
    sleep_until(offer.offered_at + TimeDelta::seconds(6)).await;
    let mail = stack.awaited_mail(&ada.person.email, "Reminder: a seat is waiting for you", SOON).await;
    let phone = ada.person.phone.as_deref().expect("ada has a phone");
    stack.awaited_text(phone, "Reminder: a seat for", SOON).await;
    // The reminder's link acts for the customer. The offer ends at its deadline.
    stack.bearer(&link_in(&mail.text).token).get(&format!("/api/waitlist/position/{}", ada.customer_id)).await.is(200);
    camp.comes_to_be(&ada, "expired").await;
    stack.awaited_mail(&ada.person.email, "Your time to say yes is over", SOON).await;
    assert_eq!(urgent_subjects(&stack, &ada.person.email).await.len(), 3, "offered, reminded, ended");
    let reminded = stack.mail_to(&bob.person.email).await.iter().any(|mail| mail.subject.starts_with("Reminder"));
    assert!(!reminded, "bob had claimed");
    camp.holds_together().await;
}

#[tokio::test]
async fn a_customer_who_moves_up_is_told_at_the_thresholds_and_once_an_hour() {
    let stack = Stack::up().await;
    let camp = stack.event().named("Night Market").places(0).rule("movedUpAt", json!([3, 1])).create().await;
    let mut places = Vec::new();
    for _ in 0..5 {
        places.push(camp.join(&Person::new().with_phone()).await);
    }
    let [ada, _, cyd, dan, eve] = &places[..] else { panic!("five joined") };
    camp.release(1).await;
    camp.offer_to(ada).await;
    let mail = stack.awaited_mail(&dan.person.email, "You are among the first 3 in line: Night Market", SOON).await;
    let path = format!("/api/waitlist/position/{}?token={}", dan.customer_id, link_in(&mail.text).token);
    assert_eq!(stack.public().get(&path).await.is(200)["entries"][0]["position"], json!(3));
    stack.awaited_mail(&places[1].person.email, "You are next in line: Night Market", SOON).await;
    // Two more leave. Dan is next within the hour and gets no second message.
    camp.release(2).await;
    camp.offer_to(cyd).await;
    stack.awaited_mail(&eve.person.email, "You are among the first 3 in line", SOON).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let told = stack.mail_to(&dan.person.email).await.into_iter().filter(|mail| mail.subject.contains(" in line: "));
    assert_eq!(told.count(), 1);
    // Cyd joined within the first three and was never next.
    assert_eq!(stack.mail_to(&cyd.person.email).await.len(), 2, "joined and offered");
    let phone = dan.person.phone.as_deref().expect("everybody has one");
    assert_eq!(stack.texts_to(phone).await, Vec::<String>::new(), "it is not urgent");
    camp.holds_together().await;
}

#[tokio::test]
async fn a_claim_and_a_sale_are_confirmed_and_so_is_a_refusal() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let [ada, bob] = [camp.join(&Person::new().with_phone()).await, camp.join(&Person::new()).await];
    camp.release(2).await;
    camp.offer_to(&ada).await;
    camp.offer_to(&bob).await;
    let phone = ada.person.phone.as_deref().expect("ada has a phone");
    // The news of an offer is dropped once the offer is claimed.
    stack.awaited_text(phone, "Your turn: ", SOON).await;
    camp.claim(&ada).await.is(200);
    let claimed = stack.awaited_mail(&ada.person.email, "Please pay: a seat", SOON).await;
    assert!(claimed.text.contains("Pay until: "), "{claimed:?}");
    let registration = camp.convert(&ada).await.is(200)["registrationId"].clone();
    let booked = stack.awaited_mail(&ada.person.email, "Your seat is booked", SOON).await;
    assert!(booked.text.contains(registration.as_str().expect("a text")), "{booked:?}");
    camp.decline(&bob).await.is(200);
    stack.awaited_mail(&bob.person.email, "You let your seat go", SOON).await;
    // Only the offer is urgent.
    assert_eq!(stack.texts_to(phone).await.len(), 1);
    camp.holds_together().await;
}
