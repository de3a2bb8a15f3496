//! Events as API Gateway's HTTP API makes them (payload format 2.0), for requests that no file has.

use serde_json::{Map, Value, json};

/// A request on its way to a function.
#[derive(Debug, Clone)]
pub(super) struct Payload(Value);

impl Payload {
    /// A request with nothing in it. The functions know their methods and routes by themselves.
    pub(super) fn new() -> Self {
        Self(json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": "/api",
            "rawQueryString": "",
            "headers": {"accept": "application/json", "host": "api.example.org"},
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "waitlist",
                "domainName": "api.example.org",
                "stage": "$default",
                "requestId": "request",
                "routeKey": "$default",
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

    /// With this header.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.0["headers"][name] = json!(value);
        self
    }

    /// From the bearer of this key or token.
    pub(super) fn from(self, credential: &str) -> Self {
        self.header("authorization", &format!("Bearer {credential}"))
    }

    /// With this idempotency key.
    pub(super) fn keyed(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// With these parameters in its path.
    pub(super) fn path(mut self, parameters: &[(&str, &str)]) -> Self {
        let parameters: Map<String, Value> =
            parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        self.0["pathParameters"] = Value::Object(parameters);
        self
    }

    /// With this path and this after its question mark, as they were sent.
    pub(super) fn raw(mut self, path: &str, query: &str) -> Self {
        self.0["rawPath"] = json!(path);
        self.0["requestContext"]["http"]["path"] = json!(path);
        self.0["rawQueryString"] = json!(query);
        self
    }

    /// With this body.
    pub(super) fn body(self, body: &Value) -> Self {
        self.text(&body.to_string())
    }

    /// With this text for a body.
    pub(super) fn text(mut self, text: &str) -> Self {
        self.0["body"] = json!(text);
        self.header("content-type", "application/json")
    }

    /// With a body that is said to be base64.
    pub(super) fn base64(mut self, text: &str) -> Self {
        self.0["isBase64Encoded"] = json!(true);
        self.text(text)
    }

    /// The event.
    pub(super) fn event(self) -> Value {
        self.0
    }
}
