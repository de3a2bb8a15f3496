//! Holds a request and its response to `openapi.json`.

pub(crate) mod names;

use std::collections::{BTreeMap, HashMap};
use std::sync::{LazyLock, Mutex, PoisonError};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use waitlist_api::routes::ROUTES;
use waitlist_domain::values::contact::PhoneNumber;
use waitlist_runtime::http::Route;

/// A request and its response.
#[derive(Debug, Clone)]
pub(crate) struct Exchange<'exchange> {
    /// The route that took the request. None, if no route has its path and method.
    pub(crate) route: Option<&'static Route>,
    /// The decoded parameters of the request.
    pub(crate) parameters: Parameters,
    /// The body of the request as it was sent.
    pub(crate) request: &'exchange [u8],
    /// The status of the response.
    pub(crate) status: u16,
    /// The headers of the response, by lower-case name.
    pub(crate) headers: BTreeMap<String, String>,
    /// The body of the response: JSON, or a text.
    pub(crate) response: &'exchange Value,
}

/// The parameters of a request: names and values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters {
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    /// By lower-case name.
    pub(crate) header: Vec<(String, String)>,
}

/// The route that takes a request, and the parameters of its path and query.
pub(crate) fn routed(method: &str, target: &str) -> (Option<&'static Route>, Parameters) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut of_method = ROUTES.iter().filter(|route| route.method.as_str() == method);
    let found = of_method.find_map(|route| Some((route, route.parameters(path)?)));
    let path = found.iter().flat_map(|(_, parameters)| parameters);
    let parameters = Parameters {
        path: path.map(|(name, value)| ((*name).to_owned(), decoded(value))).collect(),
        query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
        header: Vec::new(),
    };
    (found.map(|(route, _)| route), parameters)
}

/// A part of a path without percent signs.
pub(crate) fn decoded(part: &str) -> String {
    // In a path a plus sign is no space.
    let query = part.replace('+', "%2B");
    form_urlencoded::parse(query.as_bytes()).map(|(text, _)| text.into_owned()).next().unwrap_or_default()
}

/// The document that is checked in.
pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi.json");
    let text = std::fs::read_to_string(path).expect("openapi.json can be read");
    serde_json::from_str(&text).expect("openapi.json is JSON")
});

/// The document without what a later version may add: no object of a response has other members.
static CLOSED: LazyLock<Value> = LazyLock::new(|| {
    let mut document = DOCUMENT.clone();
    close_responses(&mut document);
    document
});

/// Closes every schema of a response, and the named schemas that they refer to.
fn close_responses(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(close_responses),
        Value::Object(object) => {
            for (name, inner) in object.iter_mut() {
                match (name.as_str(), inner) {
                    ("responses", Value::Object(responses)) => {
                        for schema in responses.values_mut().filter_map(content).flatten() {
                            close(schema);
                        }
                    }
                    ("schemas", Value::Object(schemas)) => schemas.values_mut().for_each(close_inside),
                    (_, inner) => close_responses(inner),
                }
            }
        }
        _ => {}
    }
}

/// The schemas of a response, if it has a content of its own.
fn content(response: &mut Value) -> Option<impl Iterator<Item = &mut Value>> {
    let content = response.get_mut("content")?.as_object_mut()?;
    Some(content.values_mut().filter_map(|content| content.get_mut("schema")))
}

/// Refuses members that no part of the schema names.
fn close(schema: &mut Value) {
    close_inside(schema);
    if let Value::Object(schema) = schema {
        schema.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
    }
}

/// Closes the schemas of the value's parts. The value itself may be described by several schemas
/// together, so they stay open.
fn close_inside(schema: &mut Value) {
    let Value::Object(schema) = schema else { return };
    for (keyword, inner) in schema.iter_mut() {
        match (keyword.as_str(), inner) {
            ("properties", Value::Object(properties)) => properties.values_mut().for_each(close),
            ("items" | "additionalProperties", inner) => close(inner),
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => schemas.iter_mut().for_each(close_inside),
            _ => {}
        }
    }
}

/// Checks a response, and the request where it was accepted.
///
/// # Panics
/// Where either is not as the document says.
#[track_caller]
pub(crate) fn check(exchange: &Exchange<'_>) {
    if let Err(complaint) = examine(exchange) {
        panic!("{complaint}");
    }
}

/// Checks a response, and the request where it was accepted. The error says what is not as the
/// document says.
pub(super) fn examine(exchange: &Exchange<'_>) -> Result<(), String> {
    let Some(route) = exchange.route else {
        // A browser's question, or what no route answers.
        let is_known = matches!(exchange.status, 204 | 404 | 405);
        return is_known.then_some(()).ok_or_else(|| format!("{exchange:?} belongs to no operation"));
    };
    let operation = operation(route);
    let about = format!("{} {}", route.method.as_str(), route.path);
    examine_response(exchange, &operation).map_err(|complaint| format!("{about} {}: {complaint}", exchange.status))?;
    if exchange.status >= 400 {
        return Ok(());
    }
    examine_parameters(exchange, route, &operation).map_err(|complaint| format!("{about}: {complaint}"))?;
    examine_body(exchange, route, &operation).map_err(|complaint| format!("{about}: the request: {complaint}"))
}

/// The pointer to the operation of a route.
fn operation(route: &Route) -> String {
    format!("/paths/{}/{}", escaped(route.path), route.method.as_str().to_lowercase())
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The place that a pointer leads to, perhaps by a reference.
fn found(pointer: &str) -> Option<(String, &'static Value)> {
    let value = DOCUMENT.pointer(pointer)?;
    match value.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#')) {
        Some(elsewhere) => found(elsewhere),
        None => Some((pointer.to_owned(), value)),
    }
}

/// A value of the document, perhaps by a reference.
pub(super) fn resolved(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => found(pointer).unwrap_or_else(|| panic!("{pointer} is not in openapi.json")).1,
        None => value,
    }
}

fn examine_response(exchange: &Exchange<'_>, operation: &str) -> Result<(), String> {
    let response = format!("{operation}/responses/{}", exchange.status);
    let (response, described) = found(&response).ok_or("openapi.json has no such response")?;
    for (name, header) in described["headers"].as_object().into_iter().flatten() {
        let (pointer, header_object) = match header.get("$ref") {
            Some(_) => found(&format!("{response}/headers/{}", escaped(name))).ok_or("a reference leads nowhere")?,
            None => (format!("{response}/headers/{}", escaped(name)), header),
        };
        match exchange.headers.get(&name.to_lowercase()) {
            Some(value) => {
                hold(&format!("{pointer}/schema"), &json!(value)).map_err(|error| format!("{name}: {error}"))?
            }
            None if header_object["required"] == true => return Err(format!("the header {name} is missing")),
            None => {}
        }
    }
    let content_type = exchange.headers.get("content-type").map_or("", String::as_str);
    let kind = content_type.split(';').next().unwrap_or_default();
    if described.get("content").is_none() {
        let is_empty = exchange.response.is_null() || exchange.response == "";
        return if is_empty { Ok(()) } else { Err("there is a body".to_owned()) };
    }
    let schema = format!("{response}/content/{}/schema", escaped(kind));
    let described = DOCUMENT.pointer(&schema).ok_or_else(|| format!("openapi.json has no {kind}"))?;
    if kind != "application/problem+json" {
        return hold(&schema, exchange.response);
    }
    // All problems have one schema, beside which a status lists its own types: so one validator
    // serves all.
    let types = &described["properties"]["type"]["enum"];
    let is_listed = types.as_array().is_some_and(|types| types.contains(&exchange.response["type"]));
    if !is_listed {
        return Err(format!("openapi.json does not list {}", exchange.response["type"]));
    }
    if exchange.response["status"] != exchange.status {
        return Err(format!("the body says {}", exchange.response["status"]));
    }
    hold(PROBLEM, exchange.response)
}

/// The one schema of all problems.
const PROBLEM: &str = "/components/schemas/Problem";

fn examine_parameters(exchange: &Exchange<'_>, route: &Route, operation: &str) -> Result<(), String> {
    let listed =
        DOCUMENT.pointer(operation).and_then(|operation| operation["parameters"].as_array()).map_or(0, Vec::len);
    let listed: Vec<(String, &Value)> =
        (0..listed).filter_map(|index| found(&format!("{operation}/parameters/{index}"))).collect();
    let Parameters { path, query, header } = &exchange.parameters;
    for (place, given) in [("path", path), ("query", query), ("header", header)] {
        let of_place = || listed.iter().filter(|(_, parameter)| parameter["in"] == place);
        let name_of = |parameter: &Value| parameter["name"].as_str().unwrap_or_default().to_owned();
        for (name, value) in given {
            let is_it = |parameter: &Value| match place {
                "header" => name_of(parameter).eq_ignore_ascii_case(name),
                _ => name_of(parameter) == *name,
            };
            match of_place().find(|(_, parameter)| is_it(parameter)) {
                Some((pointer, parameter)) => {
                    let schema = format!("{pointer}/schema");
                    let value = parameter_value(resolved(&parameter["schema"]), value);
                    hold(&schema, &value).map_err(|error| format!("the parameter {name}: {error}"))?;
                }
                // No other header is read, and no other part of a path. A link has a token.
                None if place != "query" || (name == "token" && route.method.as_str() == "GET") => {}
                None => return Err(format!("openapi.json has no parameter {name}")),
            }
        }
        for (_, parameter) in of_place().filter(|(_, parameter)| parameter["required"] == true) {
            if !given.iter().any(|(name, _)| *name == name_of(parameter)) {
                return Err(format!("the parameter {} is missing", name_of(parameter)));
            }
        }
    }
    Ok(())
}

/// The value of a parameter, from its text.
fn parameter_value(schema: &Value, text: &str) -> Value {
    match schema["type"].as_str() {
        Some("integer") => text.trim().parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
        Some("array") if text.is_empty() => json!([]),
        Some("array") => text.split(',').map(str::trim).collect(),
        _ => json!(text.trim()),
    }
}

fn examine_body(exchange: &Exchange<'_>, route: &Route, operation: &str) -> Result<(), String> {
    if !route.method.has_body() {
        // It is not read.
        return Ok(());
    }
    let schema = format!("{operation}/requestBody/content/application~1json/schema");
    let is_required = DOCUMENT.pointer(&format!("{operation}/requestBody/required")) == Some(&Value::Bool(true));
    if DOCUMENT.pointer(&schema).is_none() {
        return Err("openapi.json describes no body".to_owned());
    }
    if exchange.request.trim_ascii().is_empty() {
        return if is_required { Err("there is no body".to_owned()) } else { Ok(()) };
    }
    let body: Value = serde_json::from_slice(exchange.request).map_err(|error| error.to_string())?;
    hold(&schema, &as_read(&body))
}

/// A request as the API reads it. Texts have no white space around them, and phone numbers have
/// their usual form. No `null` stands in place of a missing field.
fn as_read(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(text.trim()),
        Value::Array(elements) => elements.iter().map(as_read).collect(),
        Value::Object(object) => {
            let given = object.iter().filter(|(_, value)| !value.is_null());
            given.map(|(name, value)| (name.clone(), phone(name, value).unwrap_or_else(|| as_read(value)))).collect()
        }
        other => other.clone(),
    }
}

fn phone(name: &str, value: &Value) -> Option<Value> {
    let phone = PhoneNumber::parse(value.as_str().filter(|_| name == "phone")?).ok()?;
    Some(Value::from(phone.as_str()))
}

/// Holds a value to the schema that a pointer leads to.
fn hold(pointer: &str, value: &Value) -> Result<(), String> {
    let validator = validator(pointer);
    if validator.is_valid(value) {
        return Ok(());
    }
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    Err(format!("breaks its schema: {errors:#?}\n{value:#}"))
}

/// Validators by the pointer of their schema: to make one takes longer than to use it.
static VALIDATORS: LazyLock<Mutex<HashMap<String, &'static Validator>>> = LazyLock::new(Mutex::default);

/// The closed document, ready to be referred to.
static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
    let registry = Registry::new().add(NAME, &*CLOSED).expect("the document is a schema's home");
    registry.prepare().expect("its references lead somewhere")
});

/// By what name schemas refer to the document.
const NAME: &str = "https://waitlist.dev/openapi.json";

fn validator(pointer: &str) -> &'static Validator {
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    validators.entry(pointer.to_owned()).or_insert_with(|| {
        // A fragment has no braces.
        let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
        let mut schema = json!({"$ref": format!("{NAME}#{fragment}")});
        if pointer == PROBLEM {
            // A named schema is not closed by itself.
            close(&mut schema);
        }
        let options = jsonschema::draft202012::options().should_validate_formats(true).with_registry(&REGISTRY);
        // Kept as long as the tests run.
        Box::leak(Box::new(options.build(&schema).unwrap_or_else(|error| panic!("{pointer}: {error}"))))
    })
}

#[cfg(test)]
mod tests {
    use waitlist_runtime::http::SECURITY_HEADERS;

    use super::*;

    /// A request for an event's access codes, and a response that is as the document says.
    fn listing() -> (Exchange<'static>, Value) {
        let (route, parameters) = routed("GET", "/api/waitlist/codes/camp");
        let code = json!({
            "codeId": "cod_1", "tier": "vip", "maxUses": 5, "used": 0, "endsAt": "2027-03-01T11:00:00Z",
            "label": null, "status": "open", "createdAt": "2026-11-25T09:12:04.118Z",
        });
        let headers = [("content-type", "application/json"), ("cache-control", "no-store")];
        let headers = headers.into_iter().chain(SECURITY_HEADERS);
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let exchange = Exchange { route, parameters, request: b"", status: 200, headers, response: &Value::Null };
        (exchange, json!({"eventId": "camp", "codes": [code]}))
    }

    /// Why an exchange is refused that differs from the right one by `change`.
    fn complaint(change: impl FnOnce(&mut Exchange<'_>, &mut Value)) -> String {
        let (mut exchange, mut response) = listing();
        change(&mut exchange, &mut response);
        examine(&Exchange { response: &response, ..exchange }).expect_err("it is not as the document says")
    }

    #[test]
    fn an_exchange_as_the_document_says_is_accepted() {
        let (exchange, response) = listing();
        assert_eq!(examine(&Exchange { response: &response, ..exchange }), Ok(()));
    }

    #[test]
    fn every_example_of_a_parameter_has_its_schema() {
        let mut count = 0;
        for route in ROUTES {
            let parameters = format!("{}/parameters", operation(route));
            let listed = DOCUMENT.pointer(&parameters).and_then(Value::as_array).map_or(0, Vec::len);
            for index in 0..listed {
                let (pointer, parameter) = found(&format!("{parameters}/{index}")).expect("it is listed");
                if let Some(example) = parameter.get("example") {
                    assert_eq!(hold(&format!("{pointer}/schema"), example), Ok(()), "{pointer}");
                    count += 1;
                }
            }
        }
        assert!(count > 20, "{count} examples");
    }

    #[test]
    fn a_member_too_many_of_a_response_is_refused_at_any_depth() {
        let at_the_top = complaint(|_, response| response["colour"] = json!("red"));
        let deeper = complaint(|_, response| response["codes"][0]["colour"] = json!("red"));
        assert!(at_the_top.contains("colour") && deeper.contains("colour"), "{at_the_top} {deeper}");
    }

    #[test]
    fn a_missing_member_of_a_response_is_refused() {
        let complaint = complaint(|_, response| {
            response["codes"][0].as_object_mut().expect("a code").remove("used");
        });
        assert!(complaint.contains("used"), "{complaint}");
    }

    #[test]
    fn an_undocumented_status_type_or_parameter_or_a_missing_header_is_refused() {
        let status = complaint(|exchange, _| exchange.status = 202);
        assert!(status.contains("no such response"), "{status}");
        let kind = complaint(|exchange, _| {
            exchange.headers.insert("content-type".to_owned(), "text/csv".to_owned());
        });
        assert!(kind.contains("no text/csv"), "{kind}");
        let parameter = complaint(|exchange, _| {
            exchange.parameters.query.push(("colour".to_owned(), "red".to_owned()));
        });
        assert!(parameter.contains("no parameter colour"), "{parameter}");
        let bad_id = complaint(|exchange, _| "#".clone_into(&mut exchange.parameters.path[0].1));
        assert!(bad_id.contains("eventId"), "{bad_id}");
        let header = complaint(|exchange, _| {
            exchange.headers.remove("cache-control");
        });
        assert!(header.contains("Cache-Control is missing"), "{header}");
    }

    #[test]
    fn a_body_that_is_missing_or_has_a_field_too_many_is_refused() {
        for (body, word) in [(&b""[..], "no body"), (br#"{"entryId": "ent_1", "colour": "red"}"#, "colour")] {
            let (route, parameters) = routed("POST", "/api/waitlist/claim/ada");
            let route = route.expect("there is one");
            let exchange = Exchange { route: Some(route), parameters, request: body, ..listing().0 };
            let complaint = examine_body(&exchange, route, &operation(route)).expect_err("it is not as it must be");
            assert!(complaint.contains(word), "{complaint}");
        }
    }
}
