//! What a function responds to the first of its events that is answered well, for the OpenAPI document.

use serde_json::Value;
use waitlist_api::openapi::Example;

use super::function::Function;
use super::scene::in_scene;

/// The first event in `events/<function>` whose name begins with a status below 400, and its response.
pub(crate) fn example(function: &str) -> Example {
    let files = Function(function.to_owned()).files();
    let file = files.iter().find(|file| file.name.starts_with('2'));
    let event = file.unwrap_or_else(|| panic!("events/{function} has nothing that is answered well")).event.clone();
    let request = event["body"].as_str().map(|body| serde_json::from_str(body).expect("the body is JSON"));
    let parameters = ["pathParameters", "queryStringParameters"].into_iter().flat_map(|place| {
        event[place].as_object().into_iter().flatten().map(|(name, value)| (name.clone(), text(value)))
    });
    let key = event["headers"].get("idempotency-key").map(|key| ("Idempotency-Key".to_owned(), text(key)));
    let parameters = parameters.chain(key).collect();
    let answer = in_scene(async |scene| scene.unchecked_answer(function, event).await);
    // The document is not an example within itself.
    let response = if function == "openapi" { serde_json::json!({"openapi": "3.1.0"}) } else { answer.body };
    Example { parameters, request, status: answer.status, response }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
