//! Requests with a good token, and with tokens that are invented for a place that exists. Anybody
//! can work out the part of a token that names the place.
//!
//! There is a short entry, and one with the most answers that a form takes.

use serde_json::{Value, json};
use waitlist_domain::entry::phone_confirmation::CODE_LASTS;
use waitlist_domain::form::Form;
use waitlist_domain::messages::message::Notification;
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::credential::{Token, UnsubscribeToken};
use waitlist_domain::values::identifier::{CustomerId, PlaceId};
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::http::Response;
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::unsubscribing::Unsubscribing;

use crate::strangers::{Bound, HOUR, Measuring, SMALL, Sent, wish};

/// Questions whose answers have 8 KB together.
const QUESTIONS: usize = 4;

/// Somebody who joined.
pub(crate) struct Joined {
    place: PlaceId,
    entry_id: String,
    token: Token,
    /// Proves that they read their mail.
    mailed: Token,
}

/// A form with long questions that nobody needs to answer.
pub(crate) fn long_form() -> Form {
    let question = |index| json!({"id": format!("q{index}"), "type": "longText", "label": "Why?", "required": false});
    serde_json::from_value((0..QUESTIONS).map(question).collect()).expect("a form")
}

/// Answers everything at the greatest length.
pub(crate) fn with_long_answers(mut wish: Value) -> Value {
    for index in 0..QUESTIONS {
        wish["answers"][format!("q{index}")] = json!("x".repeat(2_000));
    }
    wish
}

fn with_phone(mut wish: Value, phone: &str) -> Value {
    wish["phone"] = json!(phone);
    wish
}

impl Joined {
    fn to(&self, function: &'static str, token: &Token) -> Sent {
        Sent::to(function).about("customerId", self.place.customer_id.as_str()).bearing(token.as_str())
    }

    /// As [`Self::to`], about the entry.
    fn act(&self, function: &'static str, token: &Token) -> Sent {
        self.to(function, token).body(&json!({"entryId": self.entry_id}))
    }

    /// The path of the page to which a mail leads.
    pub(crate) fn page(&self) -> String {
        self.page_by(&self.mailed)
    }

    /// The same by a token that nobody has.
    pub(crate) fn page_by_invented_token(&self) -> String {
        self.page_by(&self.invented())
    }

    fn page_by(&self, token: &Token) -> String {
        format!("/p/{}~{}", self.place.customer_id, token.as_str())
    }

    /// A token that nobody has, for the same place.
    fn invented(&self) -> Token {
        Token::from_bits(&self.place.tag(), [7; 32])
    }
}

impl Measuring<'_> {
    async fn ask_questions(&self) {
        let mut event = self.waitlist.event();
        event.rules.form = long_form();
        self.waitlist.put(event, vec![Some(1)]).await;
    }

    /// Somebody joins and gets a mail.
    pub(crate) async fn someone(&self, wish: &Value) -> Joined {
        let body = body(&self.answer(&Sent::to("join").body(wish)).await);
        let text = |field: &str| body[field].as_str().unwrap_or_else(|| panic!("no {field}: {body}")).to_owned();
        let customer_id = CustomerId::parse(&text("customerId")).expect("valid");
        let place = PlaceId { customer_id, line: self.waitlist.line.clone(), attendee_id: None };
        let notifying = Notifying::new(&self.waitlist.table);
        let entry = notifying.entry(&place).await.expect("the table answers").expect("they joined").entry;
        let mailed = Token::derive(&place.tag(), &notifying.fresh_nonce(), "by mail");
        assert!(notifying.add_message_token(&entry, Channel::Email, &mailed.hash()).await.expect("it answers"));
        let token = Token::parse(&text("token")).expect("a token");
        Joined { place, entry_id: text("entryId"), token, mailed }
    }

    /// Requests of customers who joined without a key.
    pub(crate) async fn tokens(&mut self) {
        self.ask_questions().await;
        let short = self.someone(&with_phone(wish(1), "+4366012345671")).await;
        let large_wish = with_phone(with_long_answers(wish(2)), "+4366012345672");
        let large = self.someone(&large_wish).await;
        self.positions(&short, &large).await;
        let repeated = Sent::to("join").body(&large_wish);
        self.send("join, repeated, answers of 8 KB", 201, Bound(8.0, 13.0, SMALL), repeated).await;
        self.confirmations(&short, &large).await;
        self.phones([&short, &large]).await;
        self.links(&short, &large).await;
    }

    async fn positions(&mut self, short: &Joined, large: &Joined) {
        let of = |joined: &Joined, token: &Token| joined.to("position", token);
        self.waitlist.advance(HOUR);
        self.send("position, the first of a minute", 200, Bound(2.5, 0.0, SMALL), of(short, &short.token)).await;
        self.send("position", 200, Bound(2.0, 0.0, SMALL), of(short, &short.token)).await;
        let large_look = of(large, &large.token);
        self.send("position, answers of 8 KB", 200, Bound(3.0, 0.0, SMALL), large_look).await;
        let invented = of(short, &short.invented());
        self.send("position, invented token, a place that is taken", 404, Bound(1.5, 0.0, SMALL), invented).await;
        let invented = of(large, &large.invented());
        self.send("position, invented token, answers of 8 KB", 404, Bound(4.5, 0.0, SMALL), invented).await;
    }

    /// A look where tiers take turns.
    pub(crate) async fn turns(&mut self) {
        self.ask_questions().await;
        let [short, large] = [self.someone(&wish(1)).await, self.someone(&with_long_answers(wish(2))).await];
        let of = |joined: &Joined| joined.to("position", &joined.token);
        self.answer(&of(&short)).await;
        self.send("position, where tiers take turns", 200, Bound(2.5, 0.0, SMALL), of(&short)).await;
        self.send("position, in turns, answers of 8 KB", 200, Bound(3.5, 0.0, SMALL), of(&large)).await;
    }

    async fn confirmations(&mut self, short: &Joined, large: &Joined) {
        let of = |joined: &Joined, token: &Token| joined.to("confirm", token).body(&json!({}));
        self.send("confirm, token of the join", 403, Bound(1.0, 0.0, SMALL), of(short, &short.token)).await;
        self.send("confirm", 200, Bound(4.5, 10.0, SMALL), of(short, &short.mailed)).await;
        self.send("confirm, repeated", 200, Bound(2.5, 0.0, SMALL), of(short, &short.mailed)).await;
        let large_look = of(large, &large.invented());
        self.send("confirm, invented token, answers of 8 KB", 404, Bound(3.0, 0.0, SMALL), large_look).await;
        self.send("confirm, answers of 8 KB", 200, Bound(6.5, 26.0, SMALL), of(large, &large.mailed)).await;
    }

    async fn phones(&mut self, [short, large]: [&Joined; 2]) {
        let ask = |joined: &Joined| joined.act("send-phone-code", &joined.mailed);
        let token = short.act("send-phone-code", &short.token);
        self.send("phone code, token of the join", 403, Bound(1.0, 0.0, SMALL), token).await;
        let first = Bound(5.0, 8.0, SMALL);
        self.send("phone code, the first of a function and of an hour", 202, first, ask(short)).await;
        let asked = self.send("phone code", 202, Bound(5.0, 7.0, SMALL), ask(short)).await;
        let with_code = |joined: &Joined, code: &str| {
            joined.to("confirm-phone", &joined.mailed).body(&json!({"entryId": joined.entry_id, "code": code}))
        };
        let code = self.code_of(short, &asked).await;
        let wrong = if code == "123456" { "123457" } else { "123456" };
        let bound = Bound(1.0, 1.0, SMALL);
        self.send("phone number, wrong code", 409, bound, with_code(short, wrong)).await;
        self.send("phone number", 200, Bound(1.0, 5.0, SMALL), with_code(short, &code)).await;
        self.send("phone number, repeated", 200, Bound(1.0, 0.0, SMALL), with_code(short, &code)).await;
        let mut asked = self.answer(&ask(large)).await;
        for _ in 0..2 {
            asked = self.answer(&ask(large)).await;
        }
        self.send("phone code, over three of a day", 429, Bound(7.0, 1.0, SMALL), ask(large)).await;
        let code = self.code_of(large, &asked).await;
        self.send("phone number, answers of 8 KB", 200, Bound(3.0, 21.0, SMALL), with_code(large, &code)).await;
        let none = with_code(large, &code);
        self.send("phone number, repeated, answers of 8 KB", 200, Bound(3.0, 0.0, SMALL), none).await;
        let third = self.someone(&with_phone(with_long_answers(wish(3)), "+4366012345673")).await;
        let bound = Bound(9.0, 33.0, SMALL);
        self.send("phone code, which confirms, answers of 8 KB", 202, bound, ask(&third)).await;
    }

    /// The code that the customer gets by text message.
    async fn code_of(&self, joined: &Joined, asked: &Response) -> String {
        let expires_at = body(asked)["codeExpiresAt"].as_str().map(Timestamp::parse);
        let asked_at = expires_at.expect("a code is sent").expect("a time").plus_milliseconds(-CODE_LASTS);
        let notifying = Notifying::new(&self.waitlist.table);
        let entry = notifying.entry(&joined.place).await.expect("the table answers").expect("they joined").entry;
        let message = Notification::of_phone_code(joined.place.clone(), entry.id.clone(), asked_at);
        let code = notifying.phone_code(&message, &entry).await.expect("the table answers").expect("it is the last");
        code.as_str().to_owned()
    }

    /// Links that turn news off.
    async fn links(&mut self, short: &Joined, large: &Joined) {
        for (request, joined, bound) in [
            ("unsubscribe", short, Bound(1.0, 1.0, SMALL)),
            ("unsubscribe, answers of 8 KB", large, Bound(1.0, 9.0, SMALL)),
        ] {
            let notifying = Notifying::new(&self.waitlist.table);
            let entry = notifying.entry(&joined.place).await.expect("the table answers").expect("they joined").entry;
            let link = UnsubscribeToken::derive(&notifying.fresh_nonce());
            Unsubscribing::new(&self.waitlist.table).add_link(&entry, &link.hash()).await.expect("it answers");
            self.send(request, 200, bound, Sent::to("unsubscribe").about("token", link.as_str())).await;
        }
    }
}

fn body(response: &Response) -> Value {
    serde_json::from_str(&response.body).expect("JSON")
}
