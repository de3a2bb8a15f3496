//! Tests of the test support: each feature of the in-process cloud works, and dynoxide judges
//! conditions as Amazon's DynamoDB Local does.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::transact_write_items::builders::TransactWriteItemsFluentBuilder;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, CancellationReason, KeysAndAttributes, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
    Update,
};
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message as MailMessage};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde_json::json;
use waitlist_tests::{
    ChangeFeed, Crashed, DynamoDbLocal, Fault, FaultPlan, InProcessCloud, Item, Random, Units, queue_event, scan_all,
    simulate, stream_event, table,
};

fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

fn entry(customer: &str, status: &str) -> Item {
    let mut item = Item::from([
        ("pk".to_owned(), text(&format!("CUSTOMER#{customer}"))),
        ("sk".to_owned(), text("ENTRY#camp#camper#-")),
        ("status".to_owned(), text(status)),
        ("name".to_owned(), text("Ada")),
    ]);
    if status == "waiting" {
        item.insert("line".to_owned(), text("LINE#camp#camper"));
        item.insert("order".to_owned(), text(&format!("000001#{customer}")));
        item.insert("number".to_owned(), number(1));
    }
    item
}

async fn put_new(client: &Client, table: &str, item: Item) -> bool {
    let request = client.put_item().table_name(table).set_item(Some(item));
    request.condition_expression("attribute_not_exists(pk)").send().await.is_ok()
}

/// Adds one to a count in an item, which may be missing.
fn count_one(client: &Client, table: &str) -> UpdateItemFluentBuilder {
    client
        .update_item()
        .table_name(table)
        .key("pk", text("NUMBERS#camp#camper"))
        .key("sk", text("NUMBERS"))
        .update_expression("ADD #next :one")
        .expression_attribute_names("#next", "next")
        .expression_attribute_values(":one", number(1))
}

async fn counted(client: &Client, table: &str) -> i64 {
    let request = client.get_item().table_name(table).key("pk", text("NUMBERS#camp#camper")).key("sk", text("NUMBERS"));
    let item = request.consistent_read(true).send().await.expect("all is well").item.unwrap_or_default();
    item.get("next").map_or(0, |next| next.as_n().expect("a number").parse().expect("an integer"))
}

/// Makes an offer: a waiting entry moves from the index `line` to the index `due`.
fn offer(client: &Client, table: &str, customer: &str) -> TransactWriteItemsFluentBuilder {
    let seats = Update::builder()
        .table_name(table)
        .key("pk", text("SEATS#camp#camper"))
        .key("sk", text("SEATS"))
        .update_expression("ADD held :one")
        .expression_attribute_values(":one", number(1))
        .build();
    let entry = Update::builder()
        .table_name(table)
        .key("pk", text(&format!("CUSTOMER#{customer}")))
        .key("sk", text("ENTRY#camp#camper#-"))
        .update_expression("SET #status = :offered, due_shard = :shard, due_at = :due REMOVE #line, #order")
        .condition_expression("#status = :waiting")
        .expression_attribute_names("#status", "status")
        .expression_attribute_names("#line", "line")
        .expression_attribute_names("#order", "order")
        .expression_attribute_values(":waiting", text("waiting"))
        .expression_attribute_values(":offered", text("offered"))
        .expression_attribute_values(":shard", text("DUE#1"))
        .expression_attribute_values(":due", number(1_800_000_000_000))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .build();
    client
        .transact_write_items()
        .transact_items(TransactWriteItem::builder().update(seats.expect("complete")).build())
        .transact_items(TransactWriteItem::builder().update(entry.expect("complete")).build())
}

/// The reasons for which DynamoDB cancelled a transaction.
async fn cancellation(transaction: TransactWriteItemsFluentBuilder) -> Vec<CancellationReason> {
    match transaction.send().await.map_err(SdkError::into_service_error) {
        Err(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            cancelled.cancellation_reasons.unwrap_or_default()
        }
        other => panic!("a cancelled transaction was expected: {other:?}"),
    }
}

fn codes(reasons: &[CancellationReason]) -> Vec<&str> {
    reasons.iter().filter_map(|reason| reason.code.as_deref()).collect()
}

// --- Every DynamoDB implementation ---

async fn conditions_hold(client: &Client, table: &str) {
    assert!(put_new(client, table, entry("ada", "waiting")).await);
    assert!(!put_new(client, table, entry("ada", "waiting")).await, "the second of the same key is refused");

    let refused = client
        .update_item()
        .table_name(table)
        .key("pk", text("CUSTOMER#ada"))
        .key("sk", text("ENTRY#camp#camper#-"))
        .update_expression("SET #status = :claimed")
        .condition_expression("#status = :offered")
        .expression_attribute_names("#status", "status")
        .expression_attribute_values(":claimed", text("claimed"))
        .expression_attribute_values(":offered", text("offered"))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
        .send()
        .await;
    match refused.map_err(SdkError::into_service_error) {
        Err(UpdateItemError::ConditionalCheckFailedException(refusal)) => {
            assert_eq!(refusal.item.expect("ALL_OLD gives the item")["status"], text("waiting"));
        }
        other => panic!("the condition doesn't hold: {other:?}"),
    }
}

async fn transactions_are_all_or_nothing(client: &Client, table: &str) {
    put_new(client, table, entry("ada", "waiting")).await;
    offer(client, table, "ada").send().await.expect("ada waits");

    let reasons = cancellation(offer(client, table, "ada")).await;
    assert_eq!(codes(&reasons), ["None", "ConditionalCheckFailed"]);
    assert_eq!(reasons[1].item.as_ref().expect("ALL_OLD gives the item")["status"], text("offered"));
    assert_eq!(codes(&cancellation(offer(client, table, "nobody")).await), ["None", "ConditionalCheckFailed"]);

    let items = scan_all(client, table).await;
    assert_eq!(items.len(), 2, "{items:?}");
    let seats = items.iter().find(|item| item["sk"] == text("SEATS")).expect("the seats are there");
    assert_eq!(seats["held"], number(1));
}

async fn a_token_makes_a_transaction_once(client: &Client, table: &str) {
    let count = || {
        let update = Update::builder()
            .table_name(table)
            .key("pk", text("NUMBERS#camp#camper"))
            .key("sk", text("NUMBERS"))
            .update_expression("ADD #next :one")
            .expression_attribute_names("#next", "next")
            .expression_attribute_values(":one", number(1))
            .build();
        let update = TransactWriteItem::builder().update(update.expect("complete")).build();
        client.transact_write_items().transact_items(update).client_request_token("once")
    };
    count().send().await.expect("all is well");
    count().send().await.expect("the same again is answered alike");
    assert_eq!(counted(client, table).await, 1);
}

async fn indexes_are_sparse(client: &Client, table: &str) {
    for (customer, status) in [("cyd", "waiting"), ("ada", "waiting"), ("bob", "offered")] {
        put_new(client, table, entry(customer, status)).await;
    }
    let waiting = client
        .query()
        .table_name(table)
        .index_name("line")
        .key_condition_expression("#line = :line")
        .expression_attribute_names("#line", "line")
        .expression_attribute_values(":line", text("LINE#camp#camper"))
        .send()
        .await
        .expect("the index answers")
        .items
        .unwrap_or_default();
    let orders: Vec<_> = waiting.iter().map(|item| item["order"].as_s().expect("text").as_str()).collect();
    assert_eq!(orders, ["000001#ada", "000001#cyd"]);
    assert!(waiting[0].contains_key("number") && !waiting[0].contains_key("name"), "only what the index includes");
}

/// Declares tests that run on every DynamoDB implementation.
macro_rules! on_both {
    ($($name:ident)*) => {
        mod on_dynoxide {
            $(#[tokio::test]
            async fn $name() {
                let cloud = waitlist_tests::InProcessCloud::new(1);
                super::$name(&cloud.dynamodb(), cloud.table_name()).await;
            })*
        }

        mod on_dynamodb_local {
            $(#[tokio::test]
            async fn $name() {
                let local = waitlist_tests::DynamoDbLocal::shared().expect("DYNAMODB_LOCAL_DIR is set by `make unit`");
                let table = local.fresh_table().await;
                super::$name(&table.client, &table.name).await;
            })*
        }
    };
}

on_both! {
    conditions_hold
    transactions_are_all_or_nothing
    a_token_makes_a_transaction_once
    indexes_are_sparse
}

#[tokio::test]
async fn every_test_has_its_own_table() {
    let local = DynamoDbLocal::shared().expect("DYNAMODB_LOCAL_DIR is set by `make unit`");
    let (one, other) = (local.fresh_table().await, local.fresh_table().await);
    assert!(put_new(&one.client, &one.name, entry("ada", "waiting")).await);
    assert!(scan_all(&other.client, &other.name).await.is_empty());
}

#[test]
fn the_tables_are_the_templates() {
    let template = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml"));
    let template = template.expect("the template is there");
    for (name, properties) in [("Table", table::properties()), ("AccessTable", table::access_properties())] {
        assert_eq!(table::read_template(&template, name), Some(properties), "{name}");
    }
}

// --- Cost ---

#[tokio::test]
async fn calls_and_capacity_are_counted() {
    let cloud = InProcessCloud::measuring(1);
    let client = cloud.dynamodb();
    put_new(&client, cloud.table_name(), entry("ada", "waiting")).await;
    let joined = cloud.take_meter();
    assert_eq!(joined.table_units("waitlist"), Units { read: 0.0, write: 1.0 });
    assert_eq!(joined.index_units("line"), Units { read: 0.0, write: 1.0 });

    offer(&client, cloud.table_name(), "ada").send().await.expect("ada waits");
    let offered = cloud.take_meter();
    assert_eq!(offered.table_units("waitlist").write, 4.0, "2 for each of two items: {offered}");
    assert_eq!(offered.index_units("line").write, 1.0, "one out");
    assert_eq!(offered.index_units("due").write, 1.0, "one in");
    assert_eq!((offered.round_trips(), offered.calls("TransactWriteItems"), offered.failed_calls()), (1, 1, 0));

    cancellation(offer(&client, cloud.table_name(), "ada")).await;
    assert_eq!(counted(&client, cloud.table_name()).await, 0);
    let read = cloud.take_meter();
    assert_eq!((read.units(), read.failed_calls()), (Units { read: 1.0, write: 0.0 }, 1), "AWS bills the refusal too");
}

#[tokio::test]
async fn a_table_is_loaded_without_calls() {
    let cloud = InProcessCloud::new(1);
    cloud.load((0..1000).map(|index| json!({ "pk": { "S": format!("CUSTOMER#{index}") }, "sk": { "S": "ENTRY" } })));
    assert_eq!(cloud.meter().round_trips(), 0);
    assert!(cloud.take_stream_records().is_empty());
    assert_eq!(scan_all(&cloud.dynamodb(), cloud.table_name()).await.len(), 1000);
}

// --- The stream ---

#[tokio::test]
async fn the_stream_tells_every_change_and_no_other() {
    let cloud = InProcessCloud::new(1);
    let (client, table) = (cloud.dynamodb(), cloud.table_name());
    put_new(&client, table, entry("ada", "waiting")).await;
    put_new(&client, table, entry("ada", "waiting")).await;
    client.put_item().table_name(table).set_item(Some(entry("ada", "waiting"))).send().await.expect("the same again");
    cloud.advance(Duration::from_secs(90));
    offer(&client, table, "ada").send().await.expect("ada waits");
    let key = |name: &str| (name.to_owned(), entry("ada", "")[name].clone());
    let request = client.delete_item().table_name(table).set_key(Some(Item::from([key("pk"), key("sk")])));
    request.send().await.expect("all is well");

    let records = cloud.take_stream_records();
    let names: Vec<_> = records.iter().map(|record| (record.event_name(), record.item())).collect();
    let (ada, seats) = ("CUSTOMER#ada|ENTRY#camp#camper#-", "SEATS#camp#camper|SEATS");
    assert_eq!(names, [("INSERT", ada), ("INSERT", seats), ("MODIFY", ada), ("REMOVE", ada)]);
    assert!(records.windows(2).all(|pair| pair[0].sequence_number() < pair[1].sequence_number()));
    assert!(cloud.take_stream_records().is_empty(), "each is told once");

    let event = stream_event(&records);
    let modified = &event.records[2].change;
    assert_eq!(modified.approximate_creation_date_time.timestamp(), cloud.now().timestamp());
    let (old, new) = (modified.old_image.clone().into_inner(), modified.new_image.clone().into_inner());
    assert!(old.contains_key("line") && !old.contains_key("due_at"));
    assert!(!new.contains_key("line") && new.contains_key("due_at"));
    assert!(event.records[3].change.new_image.clone().into_inner().is_empty());
}

#[tokio::test]
async fn the_feed_reorders_items_but_not_the_changes_of_one() {
    let cloud = InProcessCloud::new(1);
    let (client, table) = (cloud.dynamodb(), cloud.table_name());
    for _ in 0..3 {
        count_one(&client, table).send().await.expect("all is well");
    }
    for customer in ["ada", "bob", "cyd", "dan"] {
        put_new(&client, table, entry(customer, "waiting")).await;
    }
    let records = cloud.take_stream_records();
    let mut feed = ChangeFeed::default();
    feed.extend(records.clone());
    let mut random = Random::new(2);
    let first = feed.next_batch(0, &mut random, 4);
    feed.give_back(first.clone());
    assert_eq!(feed.len(), 7);
    let mut delivered = Vec::new();
    while !feed.is_empty() {
        delivered.extend(feed.next_batch(0, &mut random, 2));
    }
    assert_eq!(delivered.len(), 7);
    assert_ne!(delivered, records, "another order");
    let counts: Vec<_> = delivered.iter().filter_map(|record| record.new_image()?["next"]["N"].as_str()).collect();
    assert_eq!(counts, ["1", "2", "3"]);
}

#[tokio::test]
async fn an_item_keeps_its_reader_and_the_items_of_a_partition_key_their_shard() {
    let (shards, readers) = (3, 10);
    let feed = ChangeFeed::with_readers(shards, readers);
    let of_key = |key: usize| (0..50).map(|item| feed.reader_of(&format!("CUSTOMER#{key}|ENTRY#{item}"))).collect();
    let all: Vec<Vec<usize>> = (0..50).map(of_key).collect();
    for of_key in &all {
        assert!(of_key.iter().all(|reader| reader / readers == of_key[0] / readers), "one shard: {of_key:?}");
        assert!(of_key.iter().any(|reader| reader != &of_key[0]), "several readers: {of_key:?}");
    }
    let busy: std::collections::BTreeSet<usize> = all.into_iter().flatten().collect();
    assert_eq!(busy.into_iter().collect::<Vec<_>>(), feed.readers().collect::<Vec<_>>());
}

#[tokio::test]
async fn expired_items_are_deleted_by_the_service() {
    let cloud = InProcessCloud::new(1);
    let client = cloud.dynamodb();
    let mut item = entry("ada", "left");
    item.insert("ttl".to_owned(), number(cloud.now().timestamp() + 60));
    put_new(&client, cloud.table_name(), item).await;
    assert_eq!(cloud.delete_expired(), 0);
    cloud.advance(Duration::from_secs(61));
    assert_eq!(cloud.delete_expired(), 1);
    let event = stream_event(&cloud.take_stream_records());
    let by = event.records[1].user_identity.as_ref().expect("not deleted by us");
    assert_eq!(by.principal_id, "dynamodb.amazonaws.com");
}

// --- Queues ---

#[tokio::test]
async fn a_delayed_message_comes_when_it_is_due_and_until_it_is_deleted() {
    let cloud = InProcessCloud::new(1);
    let sqs = cloud.sqs();
    let send =
        |seconds| sqs.send_message().queue_url(cloud.queue_url("timers")).message_body("wake").delay_seconds(seconds);
    send(900).send().await.expect("15 minutes is what SQS allows");
    assert!(send(901).send().await.is_err());
    assert!(send(0).queue_url(cloud.queue_url("timer")).send().await.is_err(), "no such queue");

    let timers = cloud.queue("timers");
    assert!(timers.receive(10).is_empty());
    assert_eq!(cloud.next_delivery().expect("one waits") - cloud.now(), chrono::TimeDelta::minutes(15));
    cloud.advance(Duration::from_secs(900));
    for delivery in 1..=5 {
        let received = timers.receive(10);
        let event = queue_event("timers", &received);
        assert_eq!(event.records[0].body.as_deref(), Some("wake"));
        assert_eq!(event.records[0].attributes["ApproximateReceiveCount"], delivery.to_string());
        assert!(timers.receive(10).is_empty(), "out of sight");
        cloud.advance(Duration::from_secs(180));
    }
    assert!(timers.receive(10).is_empty());
    assert_eq!(timers.dead_letters().len(), 1);
}

#[tokio::test]
async fn a_fifo_queue_keeps_the_order_of_a_group_and_drops_repetitions() {
    let cloud = InProcessCloud::new(1);
    let sqs = cloud.sqs();
    let send = async |group: &str, id: &str| {
        let entry = SendMessageBatchRequestEntry::builder().id("0").message_body(id);
        let entry = entry.message_group_id(group).message_deduplication_id(id).build().expect("complete");
        let answer = sqs.send_message_batch().queue_url(cloud.queue_url("promotions.fifo")).entries(entry).send().await;
        answer.expect("all is well").successful.len()
    };
    for (group, id) in [("line a", "a1"), ("line a", "a2"), ("line b", "b1"), ("line a", "a1")] {
        assert_eq!(send(group, id).await, 1);
    }
    let promotions = cloud.queue("promotions.fifo");
    let first = promotions.receive(1);
    assert_eq!(first[0].body, "a1");
    let bodies =
        |messages: Vec<waitlist_tests::Message>| messages.into_iter().map(|message| message.body).collect::<Vec<_>>();
    assert_eq!(bodies(promotions.receive(10)), ["b1"], "line a is being dealt with");
    promotions.delete(&first);
    assert_eq!(bodies(promotions.receive(10)), ["a2"]);
}

// --- Mail and text messages ---

#[tokio::test]
async fn mail_and_text_messages_are_kept() {
    let cloud = InProcessCloud::new(1);
    let part = |data: &str| Content::builder().data(data).build().expect("complete");
    let message = MailMessage::builder().subject(part("A place")).body(Body::builder().text(part("for you")).build());
    let mail = cloud
        .sesv2()
        .send_email()
        .from_email_address("waitlist@example.org")
        .destination(Destination::builder().to_addresses("ada@example.org").build())
        .content(EmailContent::builder().simple(message.build()).build());
    let answer = mail.clone().send().await.expect("all is well");
    let sent = cloud.sent_mail();
    assert_eq!(answer.message_id.as_ref(), Some(&sent[0].message_id));
    assert_eq!(
        (sent[0].to.as_slice(), sent[0].subject.as_str()),
        (["ada@example.org".to_owned()].as_slice(), "A place")
    );
    assert_eq!(sent[0].text, "for you");

    let sms = cloud.sns().publish().phone_number("+14155550123").message("A place & more");
    let answer = sms.clone().send().await.expect("all is well");
    let sent = &cloud.sent_sms()[0];
    assert_eq!(answer.message_id.as_ref(), Some(&sent.message_id));
    assert_eq!((sent.phone_number.as_str(), sent.message.as_str()), ("+14155550123", "A place & more"));

    cloud.faults(FaultPlan::none().next("SendEmail", Fault::Refused).next("Publish", Fault::Refused));
    assert!(mail.send().await.expect_err("refused").into_service_error().is_message_rejected());
    assert!(sms.send().await.expect_err("refused").into_service_error().is_invalid_parameter_exception());
    assert_eq!((cloud.sent_mail().len(), cloud.sent_sms().len()), (1, 1));
}

// --- Faults ---

#[tokio::test]
async fn conflicts_and_throttles_come_in_dynamodbs_words() {
    let cloud = InProcessCloud::new(3);
    cloud.set_attempts(1);
    let (client, table) = (cloud.dynamodb(), cloud.table_name());
    put_new(&client, table, entry("ada", "waiting")).await;

    cloud.faults(FaultPlan::none().chance(Fault::TransactionConflict, 1000));
    for _ in 0..20 {
        let reasons = cancellation(offer(&client, table, "ada")).await;
        assert_eq!(reasons.len(), 2);
        assert!(codes(&reasons).contains(&"TransactionConflict"), "{reasons:?}");
    }
    let refused = count_one(&client, table).send().await.expect_err("a conflict").into_service_error();
    assert!(refused.is_transaction_conflict_exception(), "{refused:?}");
    assert_eq!(counted(&client, table).await, 0, "reads of one item never conflict, and nothing was applied");

    cloud.faults(FaultPlan::none().chance(Fault::Throttled, 1000));
    let mut faces = std::collections::BTreeSet::new();
    for _ in 0..20 {
        let refused = count_one(&client, table).send().await.expect_err("throttled").into_service_error();
        faces.insert(refused.meta().code().unwrap_or_default().to_owned());
        let refused = offer(&client, table, "ada").send().await.expect_err("throttled").into_service_error();
        faces.insert(refused.meta().code().unwrap_or_default().to_owned());
    }
    let expected = ["ProvisionedThroughputExceededException", "ThrottlingException", "TransactionCanceledException"];
    assert_eq!(faces.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    cloud.faults(FaultPlan::none());
    assert_eq!(counted(&client, table).await, 0);
}

#[tokio::test]
async fn lost_and_late_calls_are_applied_or_not() {
    for (fault, applied) in
        [(Fault::ServerError, 0), (Fault::LostRequest, 0), (Fault::LostResponse, 1), (Fault::LateRequest, 0)]
    {
        let cloud = InProcessCloud::new(1);
        cloud.set_attempts(1);
        let (client, table) = (cloud.dynamodb(), cloud.table_name());
        cloud.faults(FaultPlan::none().next("UpdateItem", fault));
        assert!(count_one(&client, table).send().await.is_err(), "{fault:?}");
        assert_eq!(counted(&client, table).await, applied, "{fault:?}");
        cloud.faults(FaultPlan::none());
        let in_the_end = if fault == Fault::LateRequest { 1 } else { applied };
        assert_eq!(counted(&client, table).await, in_the_end, "{fault:?}");
    }
}

#[tokio::test]
async fn the_sdk_repeats_by_itself_at_once() {
    let cloud = InProcessCloud::new(1);
    let (client, table) = (cloud.dynamodb(), cloud.table_name());
    put_new(&client, table, entry("ada", "waiting")).await;
    cloud.faults(
        FaultPlan::none()
            .next("UpdateItem", Fault::Throttled)
            .next("UpdateItem", Fault::LostResponse)
            .next("TransactWriteItems", Fault::LostResponse),
    );
    count_one(&client, table).send().await.expect("the third attempt arrives");
    assert_eq!(counted(&client, table).await, 2, "an update isn't idempotent: the lost answer counted too");
    offer(&client, table, "ada").send().await.expect("the token makes the repetition harmless");
    let calls = cloud.calls();
    assert_eq!(calls.iter().filter(|call| call.operation == "UpdateItem").count(), 3, "{calls:?}");
}

#[tokio::test]
async fn a_batch_may_be_done_in_part() {
    let cloud = InProcessCloud::new(1);
    let (client, table) = (cloud.dynamodb(), cloud.table_name());
    let key = |customer: &str| {
        let mut key = entry(customer, "offered");
        key.retain(|name, _| name == "pk" || name == "sk");
        key
    };
    let mut keys = KeysAndAttributes::builder();
    for customer in ["ada", "bob", "cyd"] {
        put_new(&client, table, entry(customer, "offered")).await;
        keys = keys.keys(key(customer));
    }
    cloud.faults(FaultPlan::none().next("BatchGetItem", Fault::Partial).next("SendMessageBatch", Fault::Partial));
    let request = client.batch_get_item().request_items(table, keys.build().expect("complete"));
    let answer = request.send().await.expect("a part is an answer");
    let found = answer.responses.unwrap_or_default()[table].len();
    let left = answer.unprocessed_keys.unwrap_or_default()[table].keys.len();
    assert!(found >= 1 && left >= 1 && found + left == 3, "{found} and {left}");

    let mut batch = cloud.sqs().send_message_batch().queue_url(cloud.queue_url("timers"));
    for id in 0..10 {
        let entry = SendMessageBatchRequestEntry::builder().id(id.to_string()).message_body("wake").build();
        batch = batch.entries(entry.expect("complete"));
    }
    let answer = batch.send().await.expect("a part is an answer");
    assert!(!answer.failed.is_empty());
    assert_eq!(answer.successful.len(), cloud.queue("timers").messages().len());
}

#[tokio::test]
async fn a_crash_ends_the_invocation_between_two_calls() {
    for (fault, applied) in [(Fault::CrashBefore, 1), (Fault::CrashAfter, 2)] {
        let cloud = InProcessCloud::new(1);
        let (client, table) = (cloud.dynamodb(), cloud.table_name());
        cloud.faults(FaultPlan::none().at_call(1, fault));
        let invocation = cloud.invoke(async {
            for _ in 0..3 {
                count_one(&client, table).send().await.expect("no error, but silence");
            }
        });
        assert_eq!(invocation.await, Err(Crashed), "{fault:?}");
        assert_eq!(counted(&client, table).await, applied, "{fault:?}");
    }
}

#[tokio::test]
async fn stale_reads_see_the_past_and_consistent_ones_do_not() {
    let mut first_seen = Vec::new();
    for seed in 0..10 {
        let cloud = InProcessCloud::new(seed);
        let (client, table) = (cloud.dynamodb(), cloud.table_name());
        put_new(&client, table, entry("ada", "waiting")).await;
        cloud.faults(FaultPlan::none().chance(Fault::StaleRead, 1000));
        offer(&client, table, "ada").send().await.expect("ada waits");
        count_one(&client, table).send().await.expect("all is well");
        assert_eq!(counted(&client, table).await, 1, "a consistent read is consistent");
        assert_eq!(scan_all(&client, table).await.len(), 3);

        let waiting = async || {
            let query = client
                .query()
                .table_name(table)
                .index_name("line")
                .key_condition_expression("#line = :line")
                .expression_attribute_names("#line", "line")
                .expression_attribute_values(":line", text("LINE#camp#camper"));
            query.send().await.expect("the index answers").count
        };
        first_seen.push(waiting().await);
        cloud.advance(Duration::from_secs(2));
        assert_eq!(waiting().await, 0, "two seconds later every index has followed");
    }
    assert!(first_seen.contains(&0) && first_seen.contains(&1), "{first_seen:?}");
}

/// Runs twelve invocations at once under many faults. Each adds one and sleeps.
fn stormy_history(seed: u64) -> (Vec<String>, usize, i64) {
    simulate(seed, async |cloud| {
        let table = cloud.table();
        let client = cloud.dynamodb();
        cloud.faults(FaultPlan::storm(30));
        let works = (0..12_u64).map(|pause| {
            let (client, table) = (client.clone(), table.clone());
            async move {
                tokio::time::sleep(Duration::from_millis(pause)).await;
                let update = count_one(&client, table.name()).send().await;
                tokio::time::sleep(Duration::from_millis(table.random()[0].into())).await;
                (update.is_ok(), client.scan().table_name(table.name()).send().await.is_ok(), table.now())
            }
        });
        let ends = cloud.invoke_together(works.collect::<Vec<_>>()).await;
        let crashes = ends.iter().filter(|end| end.is_err()).count();
        cloud.faults(FaultPlan::none());
        let counted = counted(&client, table.name()).await;
        let calls = cloud.calls();
        let trace = calls.iter().map(|call| format!("{} {} {:?}", call.at, call.operation, call.fault));
        (trace.collect(), crashes, counted)
    })
}

#[test]
fn a_seed_repeats_a_history_to_the_letter() {
    let histories: Vec<_> = (0..10).map(stormy_history).collect();
    for (seed, history) in histories.iter().enumerate() {
        assert_eq!(&stormy_history(seed as u64), history);
    }
    assert!(histories.iter().any(|(_, crashes, _)| *crashes > 0));
    assert!(histories.iter().any(|(_, _, counted)| *counted > 12), "a lost answer, repeated, counts twice");
    assert!(histories.windows(2).all(|pair| pair[0].0 != pair[1].0));
}

#[test]
fn a_sleep_of_simulated_time_ends_at_once() {
    simulate(1, async |cloud| {
        let (table, began) = (cloud.table(), std::time::Instant::now());
        let before = table.now();
        tokio::time::sleep(Duration::from_secs(1000)).await;
        cloud.advance(Duration::from_secs(500));
        assert_eq!(before.milliseconds_until(table.now()), 1_500_000);
        assert!(began.elapsed() < Duration::from_secs(10));
    });
}

#[tokio::test]
async fn a_token_is_forgotten_after_ten_simulated_minutes() {
    let cloud = InProcessCloud::new(1);
    let (client, table) = (cloud.dynamodb(), cloud.table_name());
    for customer in ["ada", "bob"] {
        let item = Put::builder().table_name(table).set_item(Some(entry(customer, "waiting"))).build();
        let put = TransactWriteItem::builder().put(item.expect("complete")).build();
        let request = client.transact_write_items().transact_items(put).client_request_token("token");
        if customer == "bob" {
            assert!(request.clone().send().await.is_err(), "another request under the same token");
            cloud.advance(Duration::from_secs(600));
        }
        request.send().await.expect("a token of its own");
    }
    assert_eq!(scan_all(&client, table).await.len(), 2);
}

/// Measures the cloud's speed, to compare compiler settings.
///
/// Run it by name with `--ignored --nocapture`.
#[tokio::test]
#[ignore = "measures, and judges nothing"]
#[expect(clippy::print_stdout, reason = "it is there to print")]
async fn speed() {
    const CALLS: u32 = 200;
    let began = std::time::Instant::now();
    let clouds: Vec<_> = (0..20).map(InProcessCloud::new).collect();
    println!("a world {:?}", began.elapsed() / 20);
    let (client, table) = (clouds[0].dynamodb(), clouds[0].table_name());
    macro_rules! measure {
        ($name:literal, $call:expr) => {{
            let began = std::time::Instant::now();
            for index in 0..CALLS {
                let _ = $call(index).await;
            }
            println!("{} {:?}", $name, began.elapsed() / CALLS);
        }};
    }
    measure!("put", async |index: u32| put_new(&client, table, entry(&index.to_string(), "waiting")).await);
    measure!("get", async |_| counted(&client, table).await);
    measure!("update", async |_| count_one(&client, table).send().await.is_ok());
    measure!("transaction", async |index: u32| offer(&client, table, &index.to_string()).send().await.is_ok());
    let began = std::time::Instant::now();
    let records = clouds[0].take_stream_records();
    println!("{} stream records {:?}", records.len(), began.elapsed());
}
