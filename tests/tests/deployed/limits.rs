//! The hourly limit of messages to one address.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta, Utc};
use waitlist_domain::messages::message_limit::MOST_ABOUT_SEATS;
use waitlist_domain::values::credential::SecretHash;

use super::support::{Person, SOON, Stack, eventually, now, setting};

/// Time enough for an offer and its message to be on their way.
const HELD_BACK: TimeDelta = TimeDelta::seconds(45);

/// Notes that an address got as many messages about offers as it may within an hour, all at this
/// time.
async fn had_offers(stack: &Stack, address: &str, at: DateTime<Utc>) {
    let text = |text: String| AttributeValue::S(text);
    let number = |number: i64| AttributeValue::N(number.to_string());
    let sent = (0..MOST_ABOUT_SEATS).map(|message| {
        let sent = [("message", text(message.to_string())), ("at", number(at.timestamp_millis()))];
        AttributeValue::M(sent.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    });
    let put = stack.dynamodb().put_item().table_name(setting("TABLE_NAME"));
    let put = put
        .item("pk", text(format!("TOLD#{}", SecretHash::of(address).as_str())))
        .item("sk", text("offered".to_owned()))
        .item("version", number(1))
        .item("sent", AttributeValue::L(sent.collect()))
        .item("ttl", number((at + TimeDelta::hours(2)).timestamp()));
    put.send().await.expect("the table takes it");
}

#[tokio::test]
async fn an_offer_beyond_the_limit_of_its_address_is_told_as_soon_as_the_limit_allows_it() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).offers_last("1 hour").create().await;
    let ada = camp.join(&Person::new()).await;
    let allowed_from = now() + HELD_BACK;
    had_offers(&stack, &ada.person.email, allowed_from - TimeDelta::hours(1)).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;
    let timers = setting("TIMERS_QUEUE_URL");
    eventually("the message is put off", SOON, async || {
        let waiting = stack.messages_in(&timers).await;
        let is_it = |body: &String| body.contains(&ada.entry_id) && body.contains(r#""kind":"notification""#);
        waiting.iter().any(is_it).then_some(())
    })
    .await;
    stack.awaited_mail(&ada.person.email, "A seat is held for you", SOON).await;
    assert!(now() >= allowed_from, "it came early");
    camp.holds_together().await;
    let mails = stack.mail_to(&ada.person.email).await;
    assert_eq!(mails.iter().filter(|mail| mail.subject.starts_with("A seat is held")).count(), 1);
}
