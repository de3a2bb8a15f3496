//! The tables of `template.yaml`, for the databases that no CloudFormation sets up, and a reader of all that one holds.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use yaml_rust2::{Yaml, YamlLoader};

/// One item as the AWS SDK gives it.
pub type Item = HashMap<String, AttributeValue>;

/// The region of all that runs here.
pub const REGION: &str = "eu-west-1";

/// The table's name wherever there is no other.
pub const TABLE_NAME: &str = "waitlist";

/// The name of the table of API keys wherever there is no other.
pub const ACCESS_TABLE_NAME: &str = "waitlist-access";

/// What the template's `Table` resource says of keys, indexes, stream, expiry and billing, in CloudFormation's words.
/// A mirror, so that a test of the store needs no template; [`read_template`] reads the original, and a test holds the
/// two together.
pub fn properties() -> Value {
    json!({
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" },
            { "AttributeName": "sk", "AttributeType": "S" },
            { "AttributeName": "line", "AttributeType": "S" },
            { "AttributeName": "order", "AttributeType": "S" },
            { "AttributeName": "due_shard", "AttributeType": "S" },
            { "AttributeName": "due_at", "AttributeType": "N" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" },
            { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "line",
                "KeySchema": [
                    { "AttributeName": "line", "KeyType": "HASH" },
                    { "AttributeName": "order", "KeyType": "RANGE" },
                ],
                "Projection": {
                    "ProjectionType": "INCLUDE",
                    "NonKeyAttributes": [
                        "number", "quantity", "minimum", "entry_id", "joined_at", "numbered_at", "confirm_by"
                    ],
                },
            },
            {
                "IndexName": "due",
                "KeySchema": [
                    { "AttributeName": "due_shard", "KeyType": "HASH" },
                    { "AttributeName": "due_at", "KeyType": "RANGE" },
                ],
                "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": ["armed_from"] },
            },
        ],
        "StreamSpecification": { "StreamViewType": "NEW_AND_OLD_IMAGES" },
        "TimeToLiveSpecification": { "AttributeName": "ttl", "Enabled": true },
    })
}

/// The same of the template's `AccessTable` resource, which has neither indexes nor a stream.
pub fn access_properties() -> Value {
    json!({
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" },
            { "AttributeName": "sk", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" },
            { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
    })
}

/// The same properties of a table in a template, with no others. Nothing if there is no such table.
pub fn read_template(template: &str, table: &str) -> Option<Value> {
    let documents = YamlLoader::load_from_str(template).ok()?;
    let table = &documents.first()?["Resources"][table];
    let Value::Object(mut found) = to_json(&table["Properties"]) else { return None };
    found.retain(|name, _| properties().get(name).is_some());
    Some(Value::Object(found))
}

/// YAML as JSON; CloudFormation's tags (`!Ref`) are dropped and their operands kept.
fn to_json(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::String(text) | Yaml::Real(text) => json!(text),
        Yaml::Integer(number) => json!(number),
        Yaml::Boolean(truth) => json!(truth),
        Yaml::Array(list) => list.iter().map(to_json).collect(),
        Yaml::Hash(map) => {
            map.iter().filter_map(|(name, value)| Some((name.as_str()?.to_owned(), to_json(value)))).collect()
        }
        _ => Value::Null,
    }
}

/// The body of DynamoDB's `CreateTable` that makes the table.
pub fn create_table_request(name: &str) -> Value {
    let mut request = properties();
    request["TableName"] = json!(name);
    request["StreamSpecification"]["StreamEnabled"] = json!(true);
    if let Some(members) = request.as_object_mut() {
        members.remove("TimeToLiveSpecification");
    }
    request
}

/// The body of DynamoDB's `CreateTable` that makes the table of API keys.
pub fn create_access_table_request(name: &str) -> Value {
    let mut request = access_properties();
    request["TableName"] = json!(name);
    request
}

/// The body of DynamoDB's `UpdateTimeToLive` that goes with the table of the waitlist.
pub fn time_to_live_request(name: &str) -> Value {
    json!({ "TableName": name, "TimeToLiveSpecification": properties()["TimeToLiveSpecification"] })
}

/// Everything the table holds, read consistently, in the table's own order.
///
/// # Panics
/// Where the table can't be read: a test has no use for half a table.
pub async fn scan_all(client: &Client, table: &str) -> Vec<Item> {
    let mut items = Vec::new();
    let mut start = None;
    loop {
        let page = client
            .scan()
            .table_name(table)
            .consistent_read(true)
            .set_exclusive_start_key(start)
            .send()
            .await
            .unwrap_or_else(|error| panic!("the table {table} can't be read: {error:?}"));
        items.extend(page.items.unwrap_or_default());
        start = page.last_evaluated_key;
        if start.is_none() {
            return items;
        }
    }
}
