//! The document is made of the code, with an example of each operation from `events/`.
//!
//! After a change of a route: `make openapi`, then read the difference.

use std::collections::BTreeMap;

use serde_json::Value;
use waitlist_api::openapi::Example;
use waitlist_api::routes::{ROUTES, document};

use crate::conformance::DOCUMENT;
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

/// Whether a schema admits anything: then the document says nothing there.
fn is_empty(schema: &Value) -> bool {
    schema.as_object().is_some_and(|object| object.is_empty())
}

#[test]
fn only_the_answers_to_an_events_questions_may_hold_anything() {
    let mut found = Vec::new();
    for route in ROUTES {
        let operation = &DOCUMENT["paths"][route.path][route.method.as_str().to_lowercase()];
        let properties = &operation["requestBody"]["content"]["application/json"]["schema"]["properties"];
        for (name, property) in properties.as_object().into_iter().flatten() {
            if is_empty(property) || is_empty(&property["anyOf"][0]) {
                found.push(format!("{} {name}", route.function));
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}
