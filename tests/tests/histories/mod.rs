//! probe
use std::time::Instant;
use waitlist_tests::InProcessCloud;
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem, Update};
fn s(text: &str) -> AttributeValue { AttributeValue::S(text.to_owned()) }
fn n(v: i64) -> AttributeValue { AttributeValue::N(v.to_string()) }
#[test]
fn speed() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let t = Instant::now();
        let mut clouds = Vec::new();
        for i in 0..50 { clouds.push(InProcessCloud::new(i)); }
        eprintln!("new world: {:?}", t.elapsed() / 50);
        let t = Instant::now();
        for c in &clouds { let _ = c.dynamodb(); }
        eprintln!("new client: {:?}", t.elapsed() / 50);
        drop(clouds);
        let cloud = InProcessCloud::new(1);
        let client = cloud.dynamodb();
        let count = 500u32;
            let t = Instant::now();
            for i in 0..count {
                client.put_item().table_name("waitlist").item("pk", s(&format!("CUSTOMER#{i}"))).item("sk", s("ENTRY#e#t#a"))
                    .item("line", s("LINE#e#t")).item("order", s(&format!("{i:010}"))).item("number", n(i.into()))
                    .item("quantity", n(1)).item("status", s("waiting")).item("name", s("A name")).item("email", s("somebody@example.com"))
                    .condition_expression("attribute_not_exists(pk)").send().await.unwrap();
            }
            eprintln!("put: {:?}", t.elapsed() / count);
            let t = Instant::now();
            for i in 0..count {
                client.get_item().table_name("waitlist").key("pk", s(&format!("CUSTOMER#{i}"))).key("sk", s("ENTRY#e#t#a")).consistent_read(true).send().await.unwrap();
            }
            eprintln!("get: {:?}", t.elapsed() / count);
            let t = Instant::now();
            for i in 0..count {
                let up = Update::builder().table_name("waitlist").key("pk", s("SEATS#e#t")).key("sk", s("SEATS")).update_expression("ADD held :one").expression_attribute_values(":one", n(1)).build().unwrap();
                let up2 = Update::builder().table_name("waitlist").key("pk", s(&format!("CUSTOMER#{i}"))).key("sk", s("ENTRY#e#t#a"))
                    .update_expression("SET #s = :o, due_shard = :d, due_at = :a REMOVE line, #o").expression_attribute_names("#s", "status").expression_attribute_names("#o", "order")
                    .expression_attribute_values(":o", s("offered")).expression_attribute_values(":d", s("DUE#1")).expression_attribute_values(":a", n(i.into())).condition_expression("attribute_exists(pk)").build().unwrap();
                client.transact_write_items().transact_items(TransactWriteItem::builder().update(up).build()).transact_items(TransactWriteItem::builder().update(up2).build()).send().await.unwrap();
            }
            eprintln!("transact 2: {:?}", t.elapsed() / count);
            let local = waitlist_tests::LocalDynamoDb::new(waitlist_tests::Clock::standing_still(), false);
            let t = Instant::now();
            for i in 0..count { let a = local.call("PutItem", &format!(r#"{{"TableName":"waitlist","Item":{{"pk":{{"S":"C{i}"}},"sk":{{"S":"e"}},"line":{{"S":"L"}},"order":{{"S":"{i:010}"}},"number":{{"N":"1"}}}}}}"#)); assert_eq!(a.status, 200); }
            eprintln!("raw put: {:?}", t.elapsed() / count);
            let t = Instant::now();
            for i in 0..count { let a = local.call("GetItem", &format!(r#"{{"TableName":"waitlist","Key":{{"pk":{{"S":"C{i}"}},"sk":{{"S":"e"}}}},"ConsistentRead":true}}"#)); assert_eq!(a.status, 200); }
            eprintln!("raw get: {:?}", t.elapsed() / count);
            let t = Instant::now();
            let r = cloud.take_stream_records();
            eprintln!("{} stream records: {:?}", r.len(), t.elapsed());
    });
}
