//! One line's trouble in the relay slows no other line.

use std::time::Duration;

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::json;

use super::support::{Line, Person, Place, SOON, Stack, and_always, eventually, place, setting};

/// How often a seat comes free in the calm line.
const ROUNDS: u64 = 3;
/// Within this time an instance of the relay tries a line in trouble once.
const TROUBLE_LASTS: Duration = Duration::from_secs(10);

/// The damaged page of the position index of a line.
#[derive(Clone)]
struct DamagedPage(Line);

impl DamagedPage {
    /// Damages the page on which the relay marks those who are unconfirmed.
    ///
    /// The bitmap has only zeros, which the relay never stores. It takes such a page for one without
    /// a bitmap, so DynamoDB refuses its condition each time. That looks like contention, which may
    /// pass.
    async fn of(line: &Line) -> Self {
        let page = Self(line.clone());
        let put = line.stack.dynamodb().put_item().table_name(setting("TABLE_NAME"));
        let put = put.item("pk", page.key("pk")).item("sk", page.key("sk"));
        let zeros = AttributeValue::B(Blob::new([0]));
        put.item("unconfirmed", zeros).send().await.expect("the table takes the page");
        page
    }

    fn key(&self, name: &str) -> AttributeValue {
        AttributeValue::S(match name {
            "pk" => format!("RANK#{}#{}", self.0.event_id, self.0.ticket_type_id),
            _ => "PAGE#0".to_owned(),
        })
    }

    async fn is_mended(&self) {
        let update = self.0.stack.dynamodb().update_item().table_name(setting("TABLE_NAME"));
        let update = update.key("pk", self.key("pk")).key("sk", self.key("sk"));
        update.update_expression("REMOVE unconfirmed").send().await.expect("the page is mended");
    }
}

/// The queue of retries.
async fn queue_of_retries(stack: &Stack) -> String {
    let queues = stack.sqs().list_queues().send().await.expect("the queues can be listed").queue_urls;
    let mut queues = queues.unwrap_or_default().into_iter();
    let is_it = |url: &String| url.contains("RetriesQueue");
    queues.find(is_it).expect("there is a queue of retries")
}

/// How much work of this line is put off.
async fn put_off(line: &Line, retries: &str) -> usize {
    let messages = line.stack.messages_in(retries).await;
    messages.iter().filter(|body| body.contains(&line.event_id)).count()
}

async fn join_by_themselves(line: &Line) -> Place {
    let person = Person::new();
    place(&person, &line.try_to_join(&person).await.is(201))
}

/// The sweep would make the offers, but nothing else than the relay has the customers told.
#[tokio::test]
async fn while_one_lines_relay_keeps_failing_another_lines_seats_are_offered_and_told() {
    let stack = Stack::up().await;
    let retries = queue_of_retries(&stack).await;
    let stuck = stack.event().places(0).confirmed_within("2 hours").create().await;
    let (calm, sales) = stack.event().places(ROUNDS).offers_last("1 hour").create_sold_out().await;
    let waiting = calm.join_in_order(&Person::several(sales.len())).await;
    let page = DamagedPage::of(&stuck).await;

    let meanwhile = {
        let (stack, stuck, calm, retries) = (stack.clone(), stuck.clone(), calm.clone(), retries.clone());
        async move {
            let mut strangers = Vec::new();
            for (sale, next) in sales.iter().zip(&waiting) {
                strangers.push(join_by_themselves(&stuck).await);
                eventually("work of the line in trouble is put off", SOON, async || {
                    (put_off(&stuck, &retries).await > 0).then_some(())
                })
                .await;
                strangers.push(join_by_themselves(&stuck).await);
                calm.cancel(sale).await.is(200);
                strangers.push(join_by_themselves(&stuck).await);
                calm.offer_to(next).await;
                stack.awaited_mail(&next.person.email, "A seat is held for you", SOON).await;
                tokio::time::sleep(TROUBLE_LASTS).await;
            }
            assert!(put_off(&stuck, &retries).await > 0, "the trouble lasts");
            for stranger in &strangers {
                assert_eq!(stack.mail_to(&stranger.person.email).await, [], "the line is in trouble");
            }
            strangers
        }
    };
    let strangers = and_always(meanwhile, page.is_mended()).await;

    // What was put off is done once the trouble is over. No change is lost.
    for stranger in &strangers {
        stack.awaited_mail(&stranger.person.email, "Please confirm your place in line", SOON).await;
    }
    eventually("nothing is put off any more", SOON, async || (put_off(&stuck, &retries).await == 0).then_some(()))
        .await;
    let path = format!("/api/waitlist/stats/{}", stuck.event_id);
    let statistics = stack.organiser().get(&path).await.is(200);
    assert_eq!(statistics["totals"]["unconfirmed"], json!(strangers.len()));
    calm.holds_together().await;
    stuck.holds_together().await;
}
