//! Messages and stream records that cannot be read: they become dead letters and hold nothing up.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;
use waitlist_tests::entry_sort_key_of;

use super::support::{Line, MAIL_DOMAIN, Person, SOON, Stack, and_always, eventually, setting, unique};

/// Enough for five receives of [`VISIBILITY`] each, or for twenty of a second each.
const UNTIL_DEAD: Duration = Duration::from_secs(60);

/// The visibility timeout while these tests run, in seconds.
///
/// The template has 180 s. With that, the five receives of a message would take a quarter of an
/// hour, and the twenty of a notification an hour.
const VISIBILITY: &str = "3";
const VISIBILITY_OF_NOTIFICATIONS: &str = "1";

async fn visibility(stack: &Stack, queue: &str) -> String {
    let name = QueueAttributeName::VisibilityTimeout;
    let request = stack.sqs().get_queue_attributes().queue_url(queue).attribute_names(name.clone());
    let mut attributes = request.send().await.expect("the queue has attributes").attributes.unwrap_or_default();
    attributes.remove(&name).expect("the visibility timeout is asked for")
}

async fn set_visibility(stack: &Stack, queue: &str, seconds: &str) {
    let name = QueueAttributeName::VisibilityTimeout;
    let request = stack.sqs().set_queue_attributes().queue_url(queue).attributes(name, seconds);
    request.send().await.expect("the queue's visibility timeout can be set");
}

async fn send(stack: &Stack, queue: &str, body: &str) {
    let request = stack.sqs().send_message().queue_url(queue).message_body(body);
    let request = if queue.ends_with(".fifo") {
        request.message_group_id(unique("poison")).message_deduplication_id(unique("poison"))
    } else {
        request
    };
    request.send().await.expect("the queue takes a message");
}

/// Sends poison, does work that must not be held up, and waits until the poison is a dead letter.
async fn poison_ends_with_the_dead_letters(queue: &str, dead_letters: &str, work: impl AsyncFnOnce(Line) + 'static) {
    let stack = Stack::in_time().await;
    let (queue, dead_letters) = (setting(queue), setting(dead_letters));
    let camp = stack.event().places(0).offers_last("2 seconds").create().await;
    let marks: Vec<String> = (0..4).map(|_| unique("poison")).collect();
    let bodies = [
        marks[0].clone(),
        json!({"mark": marks[1]}).to_string(),
        format!("[\"{}\", ", marks[2]),
        // Private data stay out of the logs, even in a message that should never have them.
        json!(format!("{}@{MAIL_DOMAIN}", marks[3])).to_string(),
    ];

    let visibility = visibility(&stack, &queue).await;
    let is_of_notifications = dead_letters.contains("Notifications");
    set_visibility(&stack, &queue, if is_of_notifications { VISIBILITY_OF_NOTIFICATIONS } else { VISIBILITY }).await;
    for body in &bodies {
        send(&stack, &queue, body).await;
    }
    let watched = {
        let (stack, camp) = (stack.clone(), camp.clone());
        async move {
            work(camp).await;
            eventually("all poison is among the dead letters", UNTIL_DEAD, async || {
                let dead = stack.messages_in(&dead_letters).await;
                marks.iter().all(|mark| dead.iter().any(|body| body.contains(mark))).then_some(())
            })
            .await;
        }
    };
    and_always(watched, set_visibility(&stack, &queue, &visibility)).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn poison_in_the_promotions_queue_holds_no_offer_up() {
    poison_ends_with_the_dead_letters("PROMOTIONS_QUEUE_URL", "PROMOTIONS_DEAD_LETTERS_URL", async |camp| {
        let ada = camp.join(&Person::new()).await;
        camp.release(1).await;
        camp.offer_to(&ada).await;
    })
    .await;
}

#[tokio::test]
async fn poison_in_the_timers_queue_holds_no_deadline_up() {
    poison_ends_with_the_dead_letters("TIMERS_QUEUE_URL", "TIMERS_DEAD_LETTERS_URL", async |camp| {
        let ada = camp.join(&Person::new()).await;
        camp.release(1).await;
        camp.offer_to(&ada).await;
        let expired = camp.comes_to_be(&ada, "expired").await;
        let entry = camp.stack.table().line(&camp).await.entry(expired["entryId"].as_str().expect("an id")).clone();
        let late = entry.ended_at.expect("it ended") - entry.expires_at.expect("it had a deadline");
        assert!(late.num_milliseconds() <= 1000, "{late} late");
    })
    .await;
}

#[tokio::test]
async fn poison_in_the_notifications_queue_holds_no_mail_up() {
    poison_ends_with_the_dead_letters("NOTIFICATIONS_QUEUE_URL", "NOTIFICATIONS_DEAD_LETTERS_URL", async |camp| {
        let ada = camp.join(&Person::new()).await;
        camp.stack.awaited_mail(&ada.person.email, "You are on the waitlist", SOON).await;
    })
    .await;
}

#[tokio::test]
async fn an_unreadable_stream_record_becomes_a_dead_letter_and_holds_no_neighbour_up() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).create().await;
    let customer = unique("poison");
    let key = |name: &str| match name {
        "pk" => AttributeValue::S(format!("CUSTOMER#{customer}")),
        // It names another event, so that it is no entry of this line.
        _ => AttributeValue::S(entry_sort_key_of(&customer, "camper", "")),
    };
    let table = setting("TABLE_NAME");
    let put = stack.dynamodb().put_item().table_name(&table).item("pk", key("pk")).item("sk", key("sk"));
    // Private data stay out of the logs.
    let private = AttributeValue::S(format!("ada@{MAIL_DOMAIN}"));
    put.item("status", private).send().await.expect("the table takes an item");

    let ada = camp.join(&Person::new()).await;
    stack.awaited_mail(&ada.person.email, "You are on the waitlist", SOON).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;
    let dead_letters = setting("RELAY_DEAD_LETTERS_QUEUE_URL");
    eventually("the record is among the dead letters", UNTIL_DEAD, async || {
        let dead = stack.messages_in(&dead_letters).await;
        dead.iter().any(|body| body.contains(&customer)).then_some(())
    })
    .await;
    let delete = stack.dynamodb().delete_item().table_name(&table).key("pk", key("pk")).key("sk", key("sk"));
    delete.send().await.expect("the item can be deleted");
    camp.holds_together().await;
}
