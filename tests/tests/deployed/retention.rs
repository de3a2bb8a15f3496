//! What ends after an event: tokens after 30 days, and personal data after the event's retention.
//!
//! No event can be made in the past. So a test moves the stored start of its own event back.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::forms::ANSWER;
use super::support::{Line, Person, Place, SOON, Stack, eventually, now, place, setting};

/// How long the tests' events keep personal data, in days.
const KEPT_FOR: i64 = 60;

impl Line {
    /// Moves the start of the event to this time, and the end of its retention with it.
    async fn begins_at(&self, start: DateTime<Utc>) {
        let ends_at = start + TimeDelta::days(KEPT_FOR);
        let start = start.timestamp_millis();
        self.set("EVENT", "event.starts_at = :time, due_at = :time", start).await;
        self.set("RETENTION", "due_at = :time", ends_at.timestamp_millis()).await;
    }

    async fn set(&self, item: &str, values: &str, time: i64) {
        let update = self.stack.dynamodb().update_item().table_name(setting("TABLE_NAME"));
        let update = update
            .key("pk", AttributeValue::S(format!("{item}#{}", self.event_id)))
            .key("sk", AttributeValue::S(item.to_owned()))
            .update_expression(format!("SET {values}"))
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":time", AttributeValue::N(time.to_string()));
        update.send().await.expect("the event is stored");
    }

    async fn as_organiser(&self, what: &str) -> Value {
        self.stack.organiser().get(&format!("/api/waitlist/{what}")).await.is(200)
    }

    /// The organiser's list of all entries.
    async fn listed(&self) -> Vec<Value> {
        let page = self.as_organiser(&format!("entries/{}", self.event_id)).await;
        page["entries"].as_array().cloned().expect("a list")
    }

    /// Waits until this many messages are counted, and nothing more is journalled. Returns the
    /// statistics and the journal.
    async fn comes_to_records(&self, messages: u64) -> [Value; 2] {
        let mut last = None;
        eventually(&format!("{messages} messages are journalled"), SOON, async || {
            let records = self.records().await;
            let is_all = records[0]["totals"]["messages"]["sent"] == json!(messages);
            (last.replace(records.clone()).as_ref() == Some(&records) && is_all).then_some(records)
        })
        .await
    }

    /// The statistics and the journal.
    async fn records(&self) -> [Value; 2] {
        let journal = self.as_organiser(&format!("journal/{}?limit=200", self.event_id)).await;
        [self.as_organiser(&format!("stats/{}", self.event_id)).await, journal]
    }
}

impl Stack {
    /// Invokes the sweep as its hourly schedule does.
    async fn removes_personal_data(&self) {
        let functions = self.functions().await;
        let mut names = functions.iter().filter_map(|function| function["FunctionName"].as_str());
        let name = names.find(|name| name.contains("SweepFunction")).expect("there is a sweep");
        let path = format!("/2015-03-31/functions/{name}/invocations");
        let outcome = self.cloud("POST", &path, "lambda", Some(json!({"task": "remove-personal-data"}))).await;
        assert_eq!(outcome, Value::Null, "the sweep fails");
    }
}

/// Somebody joins through a sales system, with all personal data that there are.
async fn join_with_everything(camp: &Line) -> Place {
    let person = Person::new().with_phone();
    let mut body = camp.joining_for(&person);
    body["answers"] = json!({"pet": ANSWER});
    body["locale"] = json!("de");
    place(&person, &camp.stack.sales().post("/api/waitlist/join", &body).await.is(201))
}

/// The parts of an entry in the organiser's list that name its person.
fn personal(entry: &Value) -> Vec<&Value> {
    ["name", "email", "phone", "locale", "answers"].iter().filter_map(|name| entry.get(*name)).collect()
}

#[tokio::test]
async fn a_token_ends_thirty_days_after_the_start_and_personal_data_end_with_the_retention() {
    let stack = Stack::up().await;
    let form = json!([{"id": "pet", "type": "text", "label": "Your pet"}]);
    let event = stack.event().places(0).rule("form", form).rule("retention", json!(format!("{KEPT_FOR} days")));
    let camp = event.create().await;
    let [ada, bob] = [join_with_everything(&camp).await, join_with_everything(&camp).await];
    camp.release(1).await;
    camp.offer_to(&ada).await;
    let phone = ada.person.phone.as_deref().expect("ada has a phone");
    eventually("ada is told of her offer, which is not told any more once she bought", SOON, async || {
        let told = (stack.mail_to(&ada.person.email).await.len(), stack.texts_to(phone).await.len());
        (told == (2, 1)).then_some(())
    })
    .await;
    camp.convert(&ada).await.is(200);
    camp.holds_together().await;
    // Both joined, ada was told of her offer twice and bought the seat, and bob moved up.
    let before = camp.comes_to_records(6).await;
    let listed = camp.listed().await;
    assert!(listed.len() == 2 && listed.iter().all(|entry| personal(entry).len() == 5), "{listed:?}");

    // A minute before the 30 days are over, the token is as good as ever.
    let minute = TimeDelta::minutes(1);
    camp.begins_at(now() - TimeDelta::days(30) + minute).await;
    assert_eq!(camp.entry(&bob).await["status"], json!("waiting"));
    camp.begins_at(now() - TimeDelta::days(30) - minute).await;
    for place in [&ada, &bob] {
        let path = format!("/api/waitlist/position/{}", place.customer_id);
        let refused = eventually("the function reads the start again", SOON, async || {
            let shown = camp.customer(place).get(&path).await;
            (shown.status != 200).then_some(shown)
        });
        let refused = refused.await.problem(401, "unauthenticated");
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("30 days after")), "{refused}");
    }
    camp.leave(&bob).await.problem(401, "unauthenticated");
    stack.removes_personal_data().await;
    assert_eq!(camp.listed().await, listed, "the retention has not run out");

    camp.begins_at(now() - TimeDelta::days(KEPT_FOR) - minute).await;
    stack.removes_personal_data().await;
    let after = eventually("the list has the removal", SOON, async || {
        let after = camp.listed().await;
        after.iter().all(|entry| entry["personalDataRemoved"] == json!(true)).then_some(after)
    })
    .await;
    assert!(after.iter().all(|entry| personal(entry).is_empty()), "{after:?}");
    for name in ["entryId", "customerId", "status", "number", "quantity", "joinedAt", "registrationId"] {
        let of = |entries: &[Value]| entries.iter().map(|entry| entry[name].clone()).collect::<Vec<_>>();
        assert_eq!(of(&after), of(&listed), "{name}");
    }
    // No item of the table names them any more.
    for person in [&ada.person, &bob.person] {
        for text in [&person.email, person.phone.as_ref().expect("they have a phone")] {
            assert_eq!(stack.table().items_with(text).await, Vec::<String>::new());
        }
    }
    assert_eq!(camp.records().await, before, "the counts and the journal stay");
    let named = json!({"entryId": bob.entry_id, "name": "Bob", "reason": "Asked"});
    let edit = format!("/api/waitlist/edit/{}", bob.customer_id);
    stack.organiser().post(&edit, &named).await.problem(409, "personal-data-removed");
    camp.holds_together().await;
}
