//! What is given twice is refused by name, and `null` is the same as leaving a field out.

use std::collections::BTreeSet;

use serde_json::Value;
use waitlist_api::routes::route;

use super::cases::{self, Case};
use super::scene::in_scene;
use crate::conformance::names::{operation, request_body};
use crate::conformance::resolved;

/// The cases that succeed by a route.
fn done() -> impl Iterator<Item = Case> {
    cases::all().into_iter().filter(|case| case.succeeds() && case.payload.function() != "no-route")
}

/// The parameters that a case's request may have in its query.
fn parameters(case: &Case) -> Vec<&'static str> {
    let listed = operation(route(case.payload.function()))["parameters"].as_array().into_iter().flatten().map(resolved);
    let in_query = listed.filter(|parameter| parameter["in"] == "query");
    let names = in_query.filter_map(|parameter| parameter["name"].as_str());
    // Every read takes the token of a link.
    names.chain((case.method() == "GET").then_some("token")).collect()
}

#[test]
fn a_parameter_of_a_query_that_is_given_twice_is_refused_by_name() {
    let mut seen = BTreeSet::new();
    for case in done() {
        for name in parameters(&case) {
            if seen.insert((case.payload.function(), name)) {
                in_scene(async |scene| {
                    let payload = case.payload.clone().with_query(&format!("{name}=1&{name}=2"));
                    let answer = scene.send(payload).await;
                    let about = format!("{} {name}", case.about);
                    assert_eq!((answer.status, answer.pointers()), (422, vec![name]), "{about}: {answer:?}");
                    let detail = answer.body["errors"][0]["detail"].as_str().unwrap_or_default();
                    assert_eq!(detail, "must not be given more than once", "{about}");
                });
            }
        }
    }
    assert!(seen.len() > 30, "{seen:?}");
}

/// Whether a field may be `null`, with a meaning of its own.
fn is_nullable(schema: &Value) -> bool {
    let kinds = schema["type"].as_array().into_iter().flatten();
    let alternatives = schema["anyOf"].as_array().into_iter().flatten().map(|alternative| &alternative["type"]);
    kinds.chain(alternatives).any(|kind| kind == "null")
}

/// Gives each optional field that a value lacks as `null`, in the objects within as well. Returns
/// how many there are.
fn give_nulls(schema: &'static Value, value: &mut Value) -> usize {
    let schema = resolved(schema);
    match value {
        Value::Array(elements) => elements.iter_mut().map(|element| give_nulls(&schema["items"], element)).sum(),
        Value::Object(object) => {
            let alternatives = schema["anyOf"].as_array().into_iter().flatten().map(resolved);
            let properties =
                std::iter::once(schema).chain(alternatives).find_map(|schema| schema["properties"].as_object());
            let mut count = 0;
            for (name, property) in properties.into_iter().flatten() {
                match object.get_mut(name) {
                    Some(inner) => count += give_nulls(property, inner),
                    None if is_nullable(resolved(property)) => {}
                    None => {
                        object.insert(name.clone(), Value::Null);
                        count += 1;
                    }
                }
            }
            count
        }
        _ => 0,
    }
}

#[test]
fn an_optional_field_may_be_null_instead_of_missing() {
    let mut count = 0;
    for case in done().filter(|case| !cases::is_by_link(case)) {
        let Some(text) = case.payload.body_text() else { continue };
        let mut body: Value = serde_json::from_str(text).expect("it succeeds, so it is JSON");
        count += give_nulls(request_body(route(case.payload.function())), &mut body);
        let without = in_scene(async |scene| scene.send(case.payload.clone()).await);
        let with = in_scene(async |scene| scene.send(case.payload.clone().body(&body)).await);
        assert_eq!(with, without, "{}: {body}", case.about);
    }
    assert!(count > 100, "{count} nulls");
}
