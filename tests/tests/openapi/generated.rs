//! The document is made of the code, with an example of each operation from `events/`.
//!
//! After a change of a route: `make openapi`, then read the difference.

use std::collections::BTreeMap;

use serde_json::Value;
use waitlist_api::openapi::Example;
use waitlist_api::routes::{ROUTES, document};

use crate::conformance::DOCUMENT;
use crate::conformance::names::{names_of, request_body};
use crate::events::example;

/// An example for each function: the first file of its events that is answered well.
fn examples() -> BTreeMap<String, Example> {
    ROUTES.iter().map(|route| (route.function.to_owned(), example(route.function))).collect()
}

#[test]
fn the_document_is_what_the_code_says() {
    let made = document(&examples());
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        let text = serde_json::to_string_pretty(&made).expect("it is JSON") + "\n";
        std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json"), text).expect("it can be written");
        return;
    }
    assert!(made == *DOCUMENT, "openapi.json is not what the code says: run `make openapi`");
}

#[test]
fn every_operation_has_an_example() {
    for route in ROUTES {
        let operation = &DOCUMENT["paths"][route.path][route.method.as_str().to_lowercase()];
        let responses = operation["responses"].as_object().expect("it has responses");
        let shown = responses.values().flat_map(|response| response["content"].as_object().into_iter().flatten());
        assert!(shown.into_iter().any(|(_, content)| content.get("example").is_some()), "{}", route.function);
        let body = &operation["requestBody"];
        let is_shown = body["content"]["application/json"].get("example").is_some();
        assert!(is_shown || body["required"] != true, "{}", route.function);
    }
}

/// The places of the schemas in a part of the document that admit any value.
fn admitting_anything(part: &Value, at: &str, found: &mut Vec<String>) {
    match part {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                admitting_anything(element, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(object) => {
            for (name, inner) in object.iter().filter(|(name, _)| *name != "example") {
                let at = format!("{at}/{name}");
                let is_schema = matches!(name.as_str(), "schema" | "items" | "additionalProperties");
                let has_schemas = matches!(name.as_str(), "properties" | "schemas" | "anyOf" | "oneOf" | "allOf");
                let schemas = inner.as_object().into_iter().flat_map(|named| named.values());
                let schemas = schemas.chain(inner.as_array().into_iter().flatten()).filter(|_| has_schemas);
                if (is_schema && says_nothing(inner)) || schemas.into_iter().any(says_nothing) {
                    found.push(at.clone());
                }
                admitting_anything(inner, &at, found);
            }
        }
        _ => {}
    }
}

/// Whether a schema admits any value.
fn says_nothing(schema: &Value) -> bool {
    let is_a_note = |(name, _): (&String, &Value)| matches!(name.as_str(), "description" | "title");
    *schema == Value::Bool(true) || schema.as_object().is_some_and(|object| object.iter().all(is_a_note))
}

#[test]
fn no_schema_admits_anything_except_for_the_document_itself() {
    let mut found = Vec::new();
    admitting_anything(&DOCUMENT, "", &mut found);
    let document = "/paths//openapi.json/get/responses/200/content/application/json/schema/additionalProperties";
    assert_eq!(found, [document]);
}

#[test]
fn null_is_described_only_where_it_differs_from_a_missing_field() {
    let mut found = Vec::new();
    for route in ROUTES {
        let nullable = names_of(request_body(route), &|schema| {
            schema["type"][1] == "null" || schema["anyOf"][1]["type"] == "null"
        });
        found.extend(nullable.into_iter().map(|name| format!("{} {name}", route.function)));
    }
    // As docs/api.md lists them under Bodies.
    assert_eq!(
        found,
        [
            "put-event waitlist.purchaseWindow",
            "put-event waitlist.reminderAt",
            "change-entry phone",
            "edit-entry phone",
            "release batchSize",
        ]
    );
}

/// Every pattern in a part of the document.
fn patterns_in(part: &Value) -> Vec<&str> {
    let own = part.get("pattern").and_then(Value::as_str);
    let inner = part.as_object().into_iter().flat_map(|object| object.values());
    let inner = inner.chain(part.as_array().into_iter().flatten()).flat_map(patterns_in);
    own.into_iter().chain(inner).collect()
}

#[test]
fn every_pattern_means_the_same_in_ecmascript_and_in_python() {
    let patterns = patterns_in(&DOCUMENT);
    assert!(!patterns.is_empty());
    for pattern in patterns {
        assert!(!["\\u", "\\p", "\\x", "(?<"].iter().any(|differs| pattern.contains(differs)), "{pattern}");
    }
}
