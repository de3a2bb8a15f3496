//! Reads the whole table and compares it with what its stream told.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use waitlist_tests::{InProcessCloud, Item, scan_all};

use super::Mirror;
use crate::histories::violation::{Violation, ensure};

/// Checks that the mirror shows the table.
pub(in crate::histories) async fn compare(cloud: &InProcessCloud, mirror: &Mirror) -> Result<(), Violation> {
    let stored = scan_all(&cloud.dynamodb(), cloud.table_name()).await;
    let stored: BTreeMap<String, Value> = stored.iter().map(|item| (key(item), image(item))).collect();
    for (key, item) in &stored {
        ensure!(
            mirror.items.get(key).is_some_and(|told| sorted(told) == sorted(item)),
            "the stream tells the table",
            "{key}: stored {item}, told {:?}",
            mirror.items.get(key)
        );
    }
    ensure!(stored.len() == mirror.items.len(), "the stream tells the table", "items were deleted in silence");
    Ok(())
}

fn key(item: &Item) -> String {
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    format!("{}|{}", text("pk"), text("sk"))
}

/// An item in DynamoDB JSON.
pub(in crate::histories) fn image(item: &Item) -> Value {
    Value::Object(item.iter().map(|(name, value)| (name.clone(), attribute(value))).collect())
}

fn attribute(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(digits) => json!({ "N": digits }),
        AttributeValue::B(bytes) => json!({ "B": aws_smithy_types::base64::encode(bytes) }),
        AttributeValue::Bool(flag) => json!({ "BOOL": flag }),
        AttributeValue::Ss(texts) => json!({ "SS": texts }),
        AttributeValue::Ns(numbers) => json!({ "NS": numbers }),
        AttributeValue::M(map) => json!({ "M": image(map) }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(attribute).collect::<Vec<_>>() }),
        _ => json!({ "NULL": true }),
    }
}

/// Sets have no order.
fn sorted(item: &Value) -> Value {
    let mut item = item.clone();
    for value in item.as_object_mut().into_iter().flat_map(|attributes| attributes.values_mut()) {
        for set in ["SS", "NS"] {
            if let Some(members) = value.get_mut(set).and_then(Value::as_array_mut) {
                members.sort_by_key(|member| member.as_str().map(str::to_owned));
            }
        }
    }
    item
}
