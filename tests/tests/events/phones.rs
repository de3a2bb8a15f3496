//! A phone number that a public join names: nothing goes there before its holder confirms it.

use serde_json::{Value, json};
use waitlist_tests::{queue_event_json, stream_event_json};

use super::payload::Payload;
use super::reply::Reply;
use super::scene::{MINUTE, ORGANISER, SALES, SOLD_OUT, Scene, in_scene};

const PHONE: &str = "+14155550177";

/// Somebody who joined publicly.
struct Joined {
    customer: String,
    entry: String,
    token: String,
}

impl Scene {
    async fn joins_publicly(&self, email: &str, phone: &str) -> Joined {
        let body = json!({
            "eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Ada Example", "email": email, "phone": phone,
        });
        let joined = self.send(Payload::post("/api/waitlist/join").body(&body)).await;
        assert_eq!((joined.status, &joined.body["phoneConfirmed"]), (201, &json!(false)), "{joined:?}");
        assert_eq!(joined.body["channels"], json!(["email"]));
        let text = |name: &str| joined.body[name].as_str().expect("a text").to_owned();
        self.texts().await;
        let mail = self.cloud.sent_mail().pop().expect("a mail was sent");
        let link = mail.text.split("token=").nth(1).expect("there is a link");
        let token = link.split_whitespace().next().expect("it has a token").to_owned();
        Joined { customer: text("customerId"), entry: text("entryId"), token }
    }

    async fn confirms(&self, joined: &Joined) {
        let confirm = Payload::post(&format!("/api/waitlist/confirm/{}", joined.customer)).from(&joined.token);
        assert_eq!(self.send(confirm.body(&json!({}))).await.status, 200);
    }

    async fn asks_for_a_code(&self, joined: &Joined) -> Reply {
        let payload = Payload::post(&format!("/api/waitlist/phone/{}", joined.customer)).from(&joined.token);
        self.send(payload.body(&json!({"entryId": joined.entry}))).await
    }

    async fn enters(&self, joined: &Joined, code: &str) -> Reply {
        let target = format!("/api/waitlist/phone/{}/confirm", joined.customer);
        let body = json!({"entryId": joined.entry, "code": code});
        self.send(Payload::post(&target).from(&joined.token).body(&body)).await
    }

    /// Lets the relay, the journal and notify do what the last changes call for. Returns the text
    /// messages of it.
    pub(super) async fn texts(&self) -> Vec<(String, String)> {
        let before = self.cloud.sent_sms().len();
        for _ in 0..2 {
            let records = stream_event_json(&self.cloud.take_stream_records());
            for follower in ["relay", "journal"] {
                assert_eq!(self.given_back(follower, records.clone()).await, [""; 0]);
            }
            for queue in ["urgent-notifications", "notifications"] {
                let messages = self.cloud.queue(queue).receive(10);
                assert_eq!(self.given_back("notify", queue_event_json(queue, &messages)).await, [""; 0]);
                self.cloud.queue(queue).delete(&messages);
            }
        }
        self.cloud.sent_sms().into_iter().skip(before).map(|text| (text.phone_number, text.message)).collect()
    }

    async fn as_organiser(&self, target: &str) -> Value {
        self.send(Payload::get(target).from(ORGANISER)).await.body
    }

    /// The rows of an entry's history, each with its change or the outcome of a text message.
    async fn history(&self, entry: &str) -> Vec<String> {
        let shown = self.as_organiser(&format!("/api/waitlist/entries/{SOLD_OUT}/{entry}")).await;
        let rows = shown["history"].as_array().expect("a history").iter();
        let is_told = |row: &&Value| row["channel"] != "email";
        let text = |row: &Value| row["change"].as_str().or(row["outcome"].as_str()).expect("what it was").to_owned();
        rows.filter(is_told).map(text).collect()
    }

    async fn explanation(&self, entry: &str) -> String {
        self.as_organiser(&format!("/api/waitlist/explain/{entry}")).await["explanation"].to_string()
    }
}

#[test]
fn a_code_is_asked_for_and_entered_by_a_mailed_token_which_confirms_the_address() {
    in_scene(async |scene| a_code_confirms_the_address_too(&scene).await);
}

pub(super) async fn a_code_confirms_the_address_too(scene: &Scene) {
    let ada = scene.joins_publicly("ada@example.org", PHONE).await;
    let asked = Payload::post(&format!("/api/waitlist/phone/{}", ada.customer)).from(SALES);
    assert_eq!(scene.send(asked.body(&json!({"entryId": ada.entry}))).await.status, 202, "by a sales system");
    let [(_, text)] = &scene.texts().await[..] else { panic!("one text is sent") };
    let entered = scene.enters(&ada, &text[..6]).await;
    assert_eq!((&entered.body["phoneConfirmed"], &entered.body["confirmed"]), (&json!(true), &json!(true)));

    let bob = scene.joins_publicly("bob@example.org", "+14155550178").await;
    assert_eq!(scene.asks_for_a_code(&bob).await.status, 202);
    let shown = Payload::get(&format!("/api/waitlist/position/{}", bob.customer)).from(&bob.token);
    assert_eq!(scene.send(shown).await.body["entries"][0]["confirmed"], json!(true));
}

#[test]
fn a_number_is_texted_once_its_holder_entered_the_code() {
    in_scene(async |scene| {
        let ada = scene.joins_publicly("ada@example.org", PHONE).await;
        scene.confirms(&ada).await;
        scene.put_event(SOLD_OUT, 2).await;
        assert_eq!(scene.given_back("promote", super::function::event("promote", "done-free-seats")).await, [""; 0]);
        assert_eq!(scene.texts().await, [], "the offer went by mail alone");
        assert!(scene.explanation(&ada.entry).await.contains("nobody has confirmed it"));

        scene.cloud.advance(MINUTE);
        let asked = scene.asks_for_a_code(&ada).await;
        assert_eq!((asked.status, &asked.body["entryId"]), (202, &json!(ada.entry)), "{asked:?}");
        let texts = scene.texts().await;
        let [(number, text)] = &texts[..] else { panic!("one text message: {texts:?}") };
        assert_eq!(number, PHONE);
        assert!(!text.contains("Ada"), "it has no word of the person who joined: {text}");
        let code = &text[..6];
        assert_eq!(text.lines().last(), Some(format!("@tickets.example.org #{code}").as_str()));

        scene.cloud.advance(MINUTE);
        let confirmed = scene.enters(&ada, code).await;
        assert_eq!((confirmed.status, &confirmed.body["phoneConfirmed"]), (200, &json!(true)), "{confirmed:?}");
        let texts = scene.texts().await;
        assert!(texts.iter().all(|(number, _)| number == PHONE), "{texts:?}");
        assert!(texts.len() == 1 && texts[0].1.contains("Your turn: "), "the offer that still runs: {texts:?}");
        assert!(!scene.explanation(&ada.entry).await.contains("nobody has confirmed it"), "nothing is amiss with it");
        assert_eq!(
            scene.history(&ada.entry).await,
            ["joined", "confirmed", "offered", "sent", "phone-confirmed", "sent"]
        );
    });
}

#[test]
fn no_table_row_and_no_queue_holds_the_code() {
    in_scene(async |scene| {
        let ada = scene.joins_publicly("ada@example.org", PHONE).await;
        assert_eq!(scene.asks_for_a_code(&ada).await.status, 202);
        scene.given_back("relay", stream_event_json(&scene.cloud.take_stream_records())).await;
        let messages = scene.cloud.queue("urgent-notifications").messages();
        let items = scene.items().await;
        assert_eq!(scene.given_back("notify", queue_event_json("urgent-notifications", &messages)).await, [""; 0]);
        let texts = scene.cloud.sent_sms();
        let code = &texts.first().expect("it was sent").message[..6];
        let held = |shown: String| shown.split(|character: char| !character.is_ascii_digit()).any(|word| word == code);
        assert!(messages.iter().all(|message| !held(message.body.clone())), "{code}");
        assert!(!held(format!("{items:?}")), "{code}");
    });
}

#[test]
fn a_number_in_a_country_that_is_not_listed_gets_no_text_message() {
    in_scene(async |scene| {
        let ada = scene.joins_publicly("ada@example.org", "+447700900123").await;
        let refused = scene.asks_for_a_code(&ada).await;
        assert_eq!((refused.status, refused.slug()), (409, "country-not-served"));
        // A sales system names such a number too. Its messages are noted as not sent, and mails go
        // out instead.
        let body = json!({
            "eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Bob Example", "email": "bob@example.org",
            "phone": "+447700900124", "customerId": "bob", "channels": ["sms"],
        });
        let joined = scene.send(Payload::post("/api/waitlist/join").from(SALES).body(&body)).await;
        assert_eq!((joined.status, &joined.body["phoneConfirmed"]), (201, &json!(true)), "{joined:?}");
        let mails = scene.cloud.sent_mail().len();
        assert_eq!(scene.texts().await, []);
        assert_eq!(scene.cloud.sent_mail().len(), mails + 1, "a mail goes out instead");
        scene.texts().await;
        let entry = joined.body["entryId"].as_str().expect("an id");
        assert_eq!(scene.history(entry).await, ["joined", "not-served"]);
        let event = scene.send(Payload::get(&format!("/api/events/{SOLD_OUT}"))).await;
        assert_eq!(event.body["smsCountries"], json!(["+1", "+49"]));
    });
}

#[test]
fn a_number_gets_three_codes_a_day() {
    in_scene(async |scene| {
        for (email, status) in [("a", 202), ("b", 202), ("c", 202), ("d", 429)] {
            let joined = scene.joins_publicly(&format!("{email}@example.org"), PHONE).await;
            let asked = scene.asks_for_a_code(&joined).await;
            assert_eq!(asked.status, status, "{asked:?}");
            assert_eq!(asked.headers.contains_key("retry-after"), status == 429);
        }
    });
}

#[test]
fn a_network_may_ask_for_a_third_as_many_codes_as_it_may_send_joins() {
    in_scene(async |scene| {
        let mut joined = Vec::new();
        for number in 0..11 {
            joined
                .push(scene.joins_publicly(&format!("p{number}@example.org"), &format!("+141555502{number:02}")).await);
        }
        for (number, joined) in joined.iter().enumerate() {
            let asked = scene.asks_for_a_code(joined).await;
            assert_eq!(asked.status, if number < 10 { 202 } else { 429 }, "{asked:?}");
        }
    });
}

#[test]
fn an_entry_that_has_ended_or_has_no_number_gets_no_code() {
    in_scene(async |scene| {
        let ada = scene.joins_publicly("ada@example.org", PHONE).await;
        let body = json!({"entryId": ada.entry});
        let removed = Payload::post(&format!("/api/waitlist/remove/{}", ada.customer)).from(ORGANISER).body(&body);
        assert_eq!(scene.send(removed).await.status, 200);
        assert_eq!(scene.asks_for_a_code(&ada).await.slug(), "entry-ended");
        let body = json!({"entryId": ada.entry, "phone": null});
        let edited = Payload::post(&format!("/api/waitlist/edit/{}", ada.customer)).from(ORGANISER).body(&body);
        assert_eq!(scene.send(edited).await.status, 200);
        assert_eq!(scene.asks_for_a_code(&ada).await.slug(), "no-phone");
        assert_eq!(scene.enters(&ada, "123456").await.slug(), "no-phone");
    });
}
