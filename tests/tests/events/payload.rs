//! Requests as API Gateway's HTTP API passes them on: events of payload format 2.0.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::routes::{DEFAULT, Route};

/// A request on its way to a function.
#[derive(Debug, Clone)]
pub(super) struct Payload(Value);

impl Payload {
    /// A POST without content, by no route of its own. Functions don't read their route from the
    /// event.
    pub(super) fn new() -> Self {
        Self(json!({
            "version": "2.0",
            "routeKey": DEFAULT,
            "rawPath": "/api",
            "rawQueryString": "",
            "headers": {"accept": "application/json", "host": "api.example.org"},
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "waitlist",
                "domainName": "api.example.org",
                "stage": "$default",
                "requestId": "request",
                "routeKey": DEFAULT,
                "time": "04/Jan/2027:09:00:00 +0000",
                "timeEpoch": 1_799_053_200_000_i64,
                "http": {
                    "method": "POST",
                    "path": "/api",
                    "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1",
                    "userAgent": "example",
                },
            },
            "isBase64Encoded": false,
        }))
    }

    /// The request in an event.
    pub(super) const fn of_event(event: Value) -> Self {
        Self(event)
    }

    pub(super) fn get(target: &str) -> Self {
        Self::to("GET", target)
    }

    pub(super) fn post(target: &str) -> Self {
        Self::to("POST", target)
    }

    pub(super) fn put(target: &str) -> Self {
        Self::to("PUT", target)
    }

    pub(super) fn delete(target: &str) -> Self {
        Self::to("DELETE", target)
    }

    /// A browser's request for a page.
    pub(super) fn page(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut payload = Self::new().raw(path, query).header("accept-language", "en");
        payload.0["requestContext"]["http"]["method"] = json!(method);
        payload
    }

    /// With these fields of a form.
    pub(super) fn form(self, fields: &[(&str, &str)]) -> Self {
        let fields = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.typed(Some("application/x-www-form-urlencoded"), &fields).header("sec-fetch-site", "same-origin")
    }

    /// A request for a path, with or without `?` and a query, by the route that takes it.
    fn to(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (route, parameters) = Route::of(method, path);
        let mut payload = Self::new().raw(path, query);
        payload.0["routeKey"] = json!(route.key);
        payload.0["requestContext"]["routeKey"] = json!(route.key);
        payload.0["requestContext"]["http"]["method"] = json!(method);
        if !query.is_empty() {
            let query: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
            payload.0["queryStringParameters"] = json!(query);
        }
        if parameters.is_empty() { payload } else { payload.path(&parameters) }
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.0["headers"][name] = json!(value);
        self
    }

    /// From this address.
    pub(super) fn source(mut self, address: &str) -> Self {
        self.0["requestContext"]["http"]["sourceIp"] = json!(address);
        self
    }

    /// With this key or token.
    pub(super) fn from(self, credential: &str) -> Self {
        self.header("authorization", &format!("Bearer {credential}"))
    }

    /// With this idempotency key.
    pub(super) fn keyed(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With these parameters of the path.
    pub(super) fn path<T: AsRef<str>>(mut self, parameters: &[(&str, T)]) -> Self {
        let parameters: Map<String, Value> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value.as_ref()))).collect();
        self.0["pathParameters"] = Value::Object(parameters);
        self
    }

    /// With this path and query, unchanged.
    pub(super) fn raw(mut self, path: &str, query: &str) -> Self {
        self.0["rawPath"] = json!(path);
        self.0["requestContext"]["http"]["path"] = json!(path);
        self.0["rawQueryString"] = json!(query);
        self
    }

    /// With more parameters in the query.
    pub(super) fn with_query(mut self, more: &str) -> Self {
        let query = self.0["rawQueryString"].as_str().expect("a text");
        self.0["rawQueryString"] = if query.is_empty() { json!(more) } else { json!(format!("{query}&{more}")) };
        self
    }

    pub(super) fn body(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// With this text for a body.
    pub(super) fn text(self, text: &str) -> Self {
        self.typed(Some("application/json"), text)
    }

    /// With this text for a body, of this type.
    pub(super) fn typed(mut self, content_type: Option<&str>, text: &str) -> Self {
        self.0["body"] = json!(text);
        match content_type {
            Some(content_type) => self.header("content-type", content_type),
            None => self.without_header("content-type"),
        }
    }

    pub(super) fn without_header(mut self, name: &str) -> Self {
        self.0["headers"].as_object_mut().expect("an object").remove(name);
        self
    }

    /// The body, if there is one.
    pub(super) fn body_text(&self) -> Option<&str> {
        self.0["body"].as_str()
    }

    /// With a body that is said to be base64.
    pub(super) fn base64(mut self, text: &str) -> Self {
        self.0["isBase64Encoded"] = json!(true);
        self.text(text)
    }

    /// The function behind the request's route.
    pub(super) fn function(&self) -> &'static str {
        let key = self.0["routeKey"].as_str().expect("a route");
        &Route::named(key).function.0
    }

    pub(super) fn method(&self) -> &str {
        self.0["requestContext"]["http"]["method"].as_str().expect("a method")
    }

    pub(super) fn event(self) -> Value {
        self.0
    }
}
