//! Holds a request and its response to `openapi.json`.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

/// A request and its response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exchange<'exchange> {
    /// The method of the request.
    pub(crate) method: &'exchange str,
    /// The path of the request, perhaps with a query.
    pub(crate) path: &'exchange str,
    /// The body of the request as it was sent.
    pub(crate) request: &'exchange [u8],
    /// The status of the response.
    pub(crate) status: u16,
    /// The type of the response's body.
    pub(crate) content_type: &'exchange str,
    /// The body of the response: JSON, or a text.
    pub(crate) response: &'exchange Value,
}

/// The document that is checked in.
pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
    let text = std::fs::read_to_string(path).expect("openapi.json can be read");
    serde_json::from_str(&text).expect("openapi.json is JSON")
});

/// Validators by the pointer of their schema: to make one takes longer than to use it.
static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// Checks a response, and the request where it was accepted.
///
/// # Panics
/// Where either is not as the document says.
#[track_caller]
pub(crate) fn check(exchange: &Exchange<'_>) {
    let path = exchange.path.split('?').next().unwrap_or_default();
    let Some(operation) = operation(&exchange.method.to_lowercase(), path) else {
        // A browser's question, or what no route answers.
        assert!(matches!(exchange.status, 204 | 404 | 405), "{exchange:?} belongs to no operation");
        return;
    };
    let about = format!("{} {} {}", exchange.method, path, exchange.status);
    let response = format!("{operation}/responses/{}", exchange.status);
    assert!(DOCUMENT.pointer(&response).is_some(), "{about}: openapi.json has no such response");
    let kind = exchange.content_type.split(';').next().unwrap_or_default();
    let schema = format!("{response}/content/{}/schema", kind.replace('/', "~1"));
    assert!(DOCUMENT.pointer(&schema).is_some(), "{about}: openapi.json has no {kind}");
    if kind == "application/problem+json" {
        // All problems have one schema, beside which a status lists its own types: so one validator serves all.
        let types = &DOCUMENT.pointer(&schema).expect("looked up above")["properties"]["type"]["enum"];
        let is_listed = types.as_array().is_some_and(|types| types.contains(&exchange.response["type"]));
        assert!(is_listed, "{about}: openapi.json does not list {}", exchange.response["type"]);
        assert_eq!(exchange.response["status"], exchange.status, "{about}");
        hold("/components/schemas/Problem", exchange.response, &about);
        return;
    }
    hold(&schema, exchange.response, &format!("{about}: the response"));
    if exchange.status < 400 && !exchange.request.is_empty() {
        let schema = format!("{operation}/requestBody/content/application~1json/schema");
        if DOCUMENT.pointer(&schema).is_some() {
            let body: Value = serde_json::from_slice(exchange.request).expect("what was accepted is JSON");
            hold(&schema, &as_read(&body), &format!("{about}: the request"));
        }
    }
}

/// The pointer to the operation that a request is for.
fn operation(method: &str, path: &str) -> Option<String> {
    let paths = DOCUMENT["paths"].as_object().expect("the document has paths");
    let of_path = paths.iter().find(|(pattern, operations)| matches(path, pattern) && operations.get(method).is_some());
    of_path.map(|(pattern, _)| format!("/paths/{}/{method}", pattern.replace('~', "~0").replace('/', "~1")))
}

fn matches(path: &str, pattern: &str) -> bool {
    let fits = |(part, wanted): (&str, &str)| if wanted.starts_with('{') { !part.is_empty() } else { part == wanted };
    path.split('/').count() == pattern.split('/').count() && path.split('/').zip(pattern.split('/')).all(fits)
}

#[track_caller]
fn hold(pointer: &str, value: &Value, about: &str) {
    let validator = validator(pointer);
    if validator.is_valid(value) {
        return;
    }
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    panic!("{about} breaks its schema: {errors:#?}\n{value:#}");
}

/// The document, ready to be referred to.
static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
    let registry = Registry::new().add(NAME, &*DOCUMENT).expect("the document is a schema's home");
    registry.prepare().expect("its references lead somewhere")
});

/// By what name schemas refer to the document.
const NAME: &str = "https://waitlist.dev/openapi.json";

fn validator(pointer: &str) -> &'static Validator {
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    validators.entry(pointer.to_owned()).or_insert_with(|| {
        // A fragment has no braces.
        let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
        let schema = json!({"$ref": format!("{NAME}#{fragment}")});
        let options = jsonschema::draft202012::options().should_validate_formats(true).with_registry(&REGISTRY);
        // Kept as long as the tests run.
        Box::leak(Box::new(options.build(&schema).unwrap_or_else(|error| panic!("{pointer}: {error}"))))
    })
}

/// A request as the API reads it: without what it drops around texts, and between the digits of a phone number.
fn as_read(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(text.trim()),
        Value::Array(elements) => elements.iter().map(as_read).collect(),
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| match value {
                Value::String(phone) if name == "phone" => {
                    (name.clone(), Value::from(phone.replace("(0)", "").replace([' ', '-', '.', '(', ')'], "")))
                }
                value => (name.clone(), as_read(value)),
            })
            .collect(),
        other => other.clone(),
    }
}
