//! Bounces and complaints, and news turned off.
//!
//! The local cloud's SES reports nothing of the mails that it takes. So the tests publish what SES
//! would.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use waitlist_domain::values::credential::SecretHash;

use super::support::{Line, Person, Place, SOON, Stack, eventually, place, setting};

impl Stack {
    /// SES reports this of a mail to somebody.
    async fn reports(&self, report: Value) {
        let published = self.sns().publish().topic_arn(setting("FEEDBACK_TOPIC_ARN")).message(report.to_string());
        published.send().await.expect("the topic takes a report");
    }
}

/// SES's report that a mail about an offer came back.
fn bounce(of: &Place, offered_at: DateTime<Utc>, bounce_type: &str) -> Value {
    json!({
        "eventType": "Bounce",
        "bounce": {"bounceType": bounce_type, "bounceSubType": "General"},
        "mail": {
            "messageId": "0102019438f6f200-example",
            "destination": [of.person.email],
            "tags": {
                "entry": [of.entry_id], "kind": ["offered"], "channel": ["email"], "address_version": ["0"],
                "occasion": [offered_at.timestamp_millis().to_string()],
            },
        },
    })
}

/// An entry as the organiser sees it. For a moment after the join its id leads nowhere.
async fn entry_at(stack: &Stack, path: &str) -> Option<Value> {
    let reply = stack.organiser().get(path).await;
    (reply.status != 404).then(|| reply.is(200))
}

#[tokio::test]
async fn after_a_bounce_the_offer_goes_by_text_and_no_event_sends_mail_to_the_address() {
    let stack = Stack::up().await;
    let camp = stack.event().named("Night Market").places(0).create().await;
    let ada = Person::new().with_phone();
    let mut body = camp.joining_for(&ada);
    body["channels"] = json!(["email"]);
    let joined = stack.sales().post("/api/waitlist/join", &body).await.is(201);
    let ada = place(&ada, &joined);
    stack.awaited_mail(&ada.person.email, "You are on the waitlist", SOON).await;
    camp.release(1).await;
    let offer = camp.offer_to(&ada).await;
    stack.awaited_mail(&ada.person.email, "A seat is held for you", SOON).await;
    let phone = ada.person.phone.as_deref().expect("ada has a phone");
    stack.reports(bounce(&ada, offer.offered_at, "Transient")).await;
    stack.reports(bounce(&ada, offer.offered_at, "Permanent")).await;
    stack.awaited_text(phone, "Your turn: ", SOON).await;

    // The entry says so, and who found it out.
    let path = format!("/api/waitlist/entries/{}/{}", camp.event_id, ada.entry_id);
    let noted = eventually("the history has the bounce", SOON, async || {
        let shown = entry_at(&stack, &path).await?;
        let history = shown["history"].as_array().cloned().unwrap_or_default();
        let row = history.into_iter().find(|row| row["change"] == "unreachable")?;
        Some((shown["unreachable"].clone(), row["by"].clone(), row["rule"].clone()))
    })
    .await;
    assert_eq!(noted, (json!({"email": "bounced"}), json!("provider"), json!("bounced")));

    // In another event nothing is sent to the address.
    let other = stack.event().named("Moonlight Concert").places(0).create().await;
    let there = other.join(&ada.person).await;
    let path = format!("/api/waitlist/entries/{}/{}", other.event_id, there.entry_id);
    eventually("the other entry says so too", SOON, async || {
        let shown = entry_at(&stack, &path).await?;
        (shown["unreachable"] == json!({"email": "bounced"})).then_some(())
    })
    .await;
    let mails = stack.mail_to(&ada.person.email).await;
    assert!(mails.len() == 2 && mails.iter().all(|mail| !mail.subject.contains("Moonlight")), "{mails:?}");
    assert_eq!(stack.texts_to(phone).await.len(), 1);
    let stats = eventually("the statistics count it", SOON, async || {
        let stats = stack.organiser().get(&format!("/api/waitlist/stats/{}", other.event_id)).await.is(200);
        (stats["totals"]["messages"]["unreachable"] == 1).then_some(stats)
    })
    .await;
    assert_eq!(stats["totals"]["messages"]["bounced"], 1, "{stats}");
    camp.holds_together().await;
    other.holds_together().await;
}

/// The item of a link by which somebody turns news off, as `notify` stores it. The local cloud does
/// not show the headers of a mail.
async fn put_link(stack: &Stack, camp: &Line, of: &Place, token: &str) {
    let key = format!("UNSUBSCRIBE#{}", SecretHash::of(token).as_str());
    let line = format!("{}#{}", camp.event_id, camp.ticket_type_id);
    let attributes = [
        ("pk", key.as_str()),
        ("sk", "UNSUBSCRIBE"),
        ("of_entry", of.entry_id.as_str()),
        ("of_line", line.as_str()),
        ("of_customer", of.customer_id.as_str()),
    ];
    let put = stack.dynamodb().put_item().table_name(setting("TABLE_NAME"));
    let put = attributes.into_iter().fold(put, |put, (name, text)| put.item(name, AttributeValue::S(text.to_owned())));
    put.send().await.expect("the table takes it");
}

#[tokio::test]
async fn one_post_turns_news_off_and_a_get_changes_nothing() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    // It belongs to this entry alone.
    let token = format!("wu_{}", &SecretHash::of(&ada.entry_id).as_str());
    put_link(&stack, &camp, &ada, &token).await;
    let link = format!("/api/waitlist/unsubscribe/{token}");
    let path = format!("/api/waitlist/entries/{}/{}", camp.event_id, ada.entry_id);
    let reply = stack.public().send("GET", &link, &[], Vec::new()).await;
    assert_eq!(reply.header("allow"), "POST");
    reply.problem(405, "method-not-allowed");
    let shown = eventually("the entry is found by its id", SOON, async || {
        let reply = stack.organiser().get(&path).await;
        (reply.status == 200).then_some(reply.body)
    })
    .await;
    assert_eq!(shown["unsubscribed"], Value::Null);

    let form = [("content-type", "application/x-www-form-urlencoded")];
    let click =
        async |link: &str| stack.public().send("POST", link, &form, b"List-Unsubscribe=One-Click".to_vec()).await;
    for _ in 0..2 {
        assert_eq!(click(&link).await.is(200), json!({"status": "unsubscribed"}));
    }
    eventually("the history has it", SOON, async || {
        let shown = entry_at(&stack, &path).await?;
        let history = shown["history"].as_array().cloned().unwrap_or_default();
        let is_noted = history.iter().any(|row| row["change"] == "unsubscribed" && row["by"] == "customer");
        (shown["unsubscribed"] == true && is_noted).then_some(())
    })
    .await;
    click(&format!("{}{}", &link[..link.len() - 4], "0000")).await.problem(404, "entry-not-found");
    camp.holds_together().await;
}
