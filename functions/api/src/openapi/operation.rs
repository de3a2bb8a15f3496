//! One route as an operation.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use waitlist_domain::values::shape::{Described, Shape};
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::idempotency::IdempotencyKey;
use waitlist_runtime::http::problem_kinds::ProblemKind;
use waitlist_runtime::http::{Method, Route};
use waitlist_runtime::input::recording::{Field, Form};

use super::example::Example;
use super::exchange::{Exchange, Response};
use super::problems::Responses;
use super::{headers, request};

/// The ways in which callers identify themselves.
pub(super) fn security_schemes() -> Value {
    json!({
        "key": {"type": "http", "scheme": "bearer", "description": "An API key of an organiser, a sales system or a viewer: `wl_…`. It may be for some events only: for it no others exist."},
        "token": {"type": "http", "scheme": "bearer", "description": "The token of one entry: `wt_…`."},
        "link": {"type": "apiKey", "in": "query", "name": "token", "description": "The token in a link. GET only."},
    })
}

fn security(route: &Route) -> Value {
    match (route.admits, route.method) {
        (Admits::Anyone, _) => json!([{}, {"key": []}]),
        (Admits::Customers | Admits::Readers, Method::Get) => json!([{"key": []}, {"token": []}, {"link": []}]),
        (Admits::Customers | Admits::Readers, _) => json!([{"key": []}, {"token": []}]),
        (Admits::Organisers | Admits::Viewers | Admits::Sales | Admits::Keys, _) => json!([{"key": []}]),
    }
}

/// Who may call, in words.
fn callers(admits: Admits) -> &'static str {
    match admits {
        Admits::Organisers => "For organisers.",
        Admits::Viewers => "For organisers and viewers.",
        Admits::Sales => "For organisers and sales systems.",
        Admits::Keys => "For organisers, sales systems and viewers.",
        Admits::Customers => "For organisers, sales systems and the customer.",
        Admits::Readers => "For organisers, sales systems, viewers and the customer.",
        Admits::Anyone => "For anyone.",
    }
}

/// The parameters that several operations have, by name.
pub(super) fn shared_parameters() -> Value {
    let form = Form::Value(IdempotencyKey::SHAPE);
    let key = Field { name: "Idempotency-Key".to_owned(), required: false, nullable: false, form };
    let form = Form::Value(Shape::opaque());
    let tags = Field { name: "If-None-Match".to_owned(), required: false, nullable: false, form };
    json!({"IdempotencyKey": request::parameter(&key, "header"), "IfNoneMatch": request::parameter(&tags, "header")})
}

/// Describes a route as an operation.
pub(super) fn describe(
    route: &Route,
    problems: Vec<ProblemKind>,
    exchange: &Exchange,
    example: Option<&Example>,
    shared: &mut Responses,
) -> Value {
    let mut operation = json!({
        "operationId": route.function,
        "tags": [route.topic],
        "summary": route.summary,
        "description": callers(route.admits),
        "security": security(route),
        "responses": responses(problems, exchange, example, shared),
    });
    let parameters = parameters(route, exchange, example);
    if !parameters.is_empty() {
        operation["parameters"] = Value::from(parameters);
    }
    if route.method.has_body() {
        let mut content = json!({"schema": request::object(&exchange.request.body)});
        if let Some(body) = example.and_then(|example| example.request.as_ref()) {
            content["example"] = body.clone();
        }
        let required = route.method != Method::PostOfPath;
        operation["requestBody"] = json!({"required": required, "content": {"application/json": content}});
    }
    operation
}

fn parameters(route: &Route, exchange: &Exchange, example: Option<&Example>) -> Vec<Value> {
    let in_path = exchange.request.path.iter().map(|field| request::parameter(field, "path"));
    let in_query = exchange.request.query.iter().map(|field| request::parameter(field, "query"));
    let key = route.method.honours_idempotency_key().then(|| json!({"$ref": "#/components/parameters/IdempotencyKey"}));
    let may_be_held = exchange.responses.iter().any(|response| response.status == 304);
    let tags = may_be_held.then(|| json!({"$ref": "#/components/parameters/IfNoneMatch"}));
    let mut parameters: Vec<Value> = in_path.chain(in_query).chain(key).chain(tags).collect();
    for parameter in &mut parameters {
        let name = parameter["name"].as_str().unwrap_or_default();
        if let Some(value) = example.and_then(|example| example.parameters.get(name)) {
            parameter["example"] = typed(&parameter["schema"], value);
        }
    }
    parameters
}

/// The value of a parameter, as its schema describes it.
fn typed(schema: &Value, text: &str) -> Value {
    match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
        Some("array") => text.split(',').collect(),
        _ => json!(text),
    }
}

fn responses(
    problems: Vec<ProblemKind>,
    exchange: &Exchange,
    example: Option<&Example>,
    shared: &mut Responses,
) -> Map<String, Value> {
    let mut shown: BTreeMap<u16, Vec<&Response>> = BTreeMap::new();
    for response in &exchange.responses {
        shown.entry(response.status).or_default().push(response);
    }
    let mut responses = Map::new();
    for (status, alternatives) in shown {
        let schema = match alternatives.as_slice() {
            [one] => one.schema.clone(),
            several => json!({"anyOf": several.iter().map(|response| &response.schema).collect::<Vec<_>>()}),
        };
        let mut content = json!({ "schema": schema });
        if let Some(example) = example.filter(|example| example.status == status) {
            content["example"] = example.response.clone();
        }
        let description = match status {
            304 => "Not modified: the caller has this response.",
            202 => "Accepted.",
            201 => "Created.",
            _ => "Done.",
        };
        let first = alternatives[0];
        let mut response = json!({"description": description, "headers": headers::all(first.headers)});
        if let Some(media_type) = first.media_type {
            response["content"] = json!({media_type: content});
        }
        responses.insert(status.to_string(), response);
    }
    let mut refused: BTreeMap<u16, Vec<ProblemKind>> = BTreeMap::new();
    for kind in problems {
        refused.entry(kind.status).or_default().push(kind);
    }
    for (status, kinds) in refused {
        responses.insert(status.to_string(), shared.of(&kinds));
    }
    responses
}
