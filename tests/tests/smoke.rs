use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use std::time::Instant;
use waitlist_tests::InProcessCloud;

fn s(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}
fn n(v: i64) -> AttributeValue {
    AttributeValue::N(v.to_string())
}

#[test]
fn speed() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let t = Instant::now();
        let mut clouds = Vec::new();
        for i in 0..50 {
            clouds.push(InProcessCloud::new(i));
        }
        println!("new world: {:?}", t.elapsed() / 50);
        let t = Instant::now();
        for c in &clouds {
            let _ = c.dynamodb();
        }
        println!("new client: {:?}", t.elapsed() / 50);
        drop(clouds);
        let cloud = InProcessCloud::new(1);
        let client = cloud.dynamodb();
        let count = 500u32;
        for round in 0..2 {
            let t = Instant::now();
            for i in 0..count {
                client
                    .put_item()
                    .table_name("waitlist")
                    .item("pk", s(&format!("CUSTOMER#{i}")))
                    .item("sk", s("ENTRY#e#t#a"))
                    .item("line", s("LINE#e#t"))
                    .item("order", s(&format!("{i:010}")))
                    .item("number", n(i.into()))
                    .item("quantity", n(1))
                    .item("status", s("waiting"))
                    .item("name", s("A name"))
                    .item("email", s("somebody@example.com"))
                    .condition_expression(if round == 0 { "attribute_not_exists(pk)" } else { "attribute_exists(pk)" })
                    .send()
                    .await
                    .unwrap();
            }
            println!("put: {:?}", t.elapsed() / count);
            let t = Instant::now();
            for i in 0..count {
                client
                    .get_item()
                    .table_name("waitlist")
                    .key("pk", s(&format!("CUSTOMER#{i}")))
                    .key("sk", s("ENTRY#e#t#a"))
                    .consistent_read(true)
                    .send()
                    .await
                    .unwrap();
            }
            println!("get: {:?}", t.elapsed() / count);
            let t = Instant::now();
            for i in 0..count {
                client
                    .update_item()
                    .table_name("waitlist")
                    .key("pk", s("NUMBERS#e#t"))
                    .key("sk", s("NUMBERS"))
                    .update_expression("SET #n = if_not_exists(#n, :z) + :one")
                    .expression_attribute_names("#n", "next")
                    .expression_attribute_values(":one", n(1))
                    .expression_attribute_values(":z", n(i64::from(i) * 0))
                    .send()
                    .await
                    .unwrap();
            }
            println!("update: {:?}", t.elapsed() / count);
            let t = Instant::now();
            for _ in 0..count {
                client
                    .query()
                    .table_name("waitlist")
                    .index_name("line")
                    .key_condition_expression("line = :l")
                    .expression_attribute_values(":l", s("LINE#e#t"))
                    .limit(10)
                    .send()
                    .await
                    .unwrap();
            }
            println!("query 10: {:?}", t.elapsed() / count);
            let t = Instant::now();
            for i in 0..count {
                let up = Update::builder()
                    .table_name("waitlist")
                    .key("pk", s("SEATS#e#t"))
                    .key("sk", s("SEATS"))
                    .update_expression("ADD held :one")
                    .expression_attribute_values(":one", n(1))
                    .build()
                    .unwrap();
                let up2 = Update::builder()
                    .table_name("waitlist")
                    .key("pk", s(&format!("CUSTOMER#{i}")))
                    .key("sk", s("ENTRY#e#t#a"))
                    .update_expression("SET #s = :o, due_shard = :d, due_at = :a REMOVE line, #o")
                    .expression_attribute_names("#s", "status")
                    .expression_attribute_names("#o", "order")
                    .expression_attribute_values(":o", s("offered"))
                    .expression_attribute_values(":d", s("DUE#1"))
                    .expression_attribute_values(":a", n(i.into()))
                    .condition_expression("attribute_exists(pk)")
                    .build()
                    .unwrap();
                client
                    .transact_write_items()
                    .transact_items(TransactWriteItem::builder().update(up).build())
                    .transact_items(TransactWriteItem::builder().update(up2).build())
                    .send()
                    .await
                    .unwrap();
            }
            println!("transact 2: {:?}", t.elapsed() / count);
            let t = Instant::now();
            let r = cloud.take_stream_records();
            println!("{} stream records: {:?}", r.len(), t.elapsed());
        }
        let _ = Put::builder();
    });
}
