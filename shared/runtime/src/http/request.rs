//! Requests: API Gateway's events (payload format 2.0) as `lambda_http` presents them, and the
//! parts that handlers use.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use lambda_http::aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpRequestContext};
use lambda_http::request::{LambdaRequest, RequestContext};
use lambda_http::{Body, RequestExt};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};
use serde_json::Value;
use waitlist_domain::Refusal;
use waitlist_domain::values::source::Source;

/// The most bytes of a body (docs/api.md).
const LARGEST_BODY: usize = 64 * 1024;

/// The characters that a URI's query can't hold.
const NOT_IN_A_QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'|')
    .add(b'\\')
    .add(b'^');

/// The only headers that handlers and pages use.
const USED_HEADERS: [&str; 7] = [
    "accept-language",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-none-match",
    "origin",
    "sec-fetch-site",
];

/// The header in which a request carries the domain by which the API was called. A client's header
/// of this name is dropped, for it is none of the used ones.
const DOMAIN: &str = "waitlist-domain";

/// A request as a handler gets it.
pub type Request = lambda_http::Request;

/// Reads an event.
///
/// `lambda_http` panics if it can't build a URI, headers or a body from an event. Any client can
/// send such an event. It is made harmless first, so that the response is a 4xx and not a 500.
pub fn from_event(mut event: Value) -> Result<Request, serde_json::Error> {
    disarm(&mut event);
    let event: ApiGatewayV2httpRequest = serde_json::from_value(event)?;
    Ok(LambdaRequest::ApiGatewayV2(event).into())
}

fn disarm(event: &mut Value) {
    // The path is not used: the route is known, and its parameters come separately.
    event["rawPath"] = Value::from("/");
    event["cookies"] = Value::Null;
    // The local cloud's host, `….execute-api.127.0.0.1`, is not valid in a URI.
    let domain = event["requestContext"].as_object_mut().and_then(|context| context.remove("domainName"));
    if let Some(query) = event["rawQueryString"].as_str() {
        event["rawQueryString"] = Value::from(utf8_percent_encode(query, NOT_IN_A_QUERY).to_string());
    }
    if let Some(headers) = event["headers"].as_object_mut() {
        // `lambda_http` would build a URI from `host` and `x-forwarded-proto`, and a client may
        // write anything there.
        headers.retain(|name, _| USED_HEADERS.iter().any(|used| name.eq_ignore_ascii_case(used)));
        headers.extend(domain.map(|domain| (DOMAIN.to_owned(), domain)));
        for value in headers.values_mut() {
            *value = Value::from(without_strange_characters(value.as_str().unwrap_or_default()));
        }
    }
    if event["isBase64Encoded"] == true
        && aws_smithy_types::base64::decode(event["body"].as_str().unwrap_or_default()).is_err()
    {
        // Such a body is no JSON either, and is refused later.
        event["isBase64Encoded"] = Value::from(false);
    }
}

/// Replaces each character that a header may not have with a space. No key, credential or media type
/// has spaces, so none becomes another valid one.
fn without_strange_characters(value: &str) -> String {
    value.chars().map(|character| if character.is_ascii_graphic() { character } else { ' ' }).collect()
}

/// API Gateway's id for a request.
pub(crate) fn request_id(request: &Request) -> &str {
    context(request).and_then(|context| context.request_id.as_deref()).unwrap_or_default()
}

/// The method of a request.
pub(crate) fn method(request: &Request) -> &str {
    request.method().as_str()
}

/// The decoded path of a request, for requests without a route.
///
/// In a stage with a name the event's path begins with the name, which no route has.
pub(crate) fn path(request: &Request) -> &str {
    let Some(context) = context(request) else { return "" };
    let path = context.http.path.as_deref().unwrap_or_default();
    let stage = context.stage.as_deref().filter(|stage| !stage.is_empty());
    let within = stage.and_then(|stage| path.strip_prefix('/')?.strip_prefix(stage));
    within.filter(|rest| rest.starts_with('/')).unwrap_or(path)
}

/// The address of the network that a request comes from, if API Gateway says so.
pub(crate) fn source_address(request: &Request) -> Option<&str> {
    context(request)?.http.source_ip.as_deref()
}

/// The domain by which the API was called, if API Gateway says so.
pub(crate) fn domain(request: &Request) -> Option<&str> {
    request.headers().get(DOMAIN)?.to_str().ok().filter(|domain| !domain.is_empty() && !domain.contains(' '))
}

fn context(request: &Request) -> Option<&ApiGatewayV2httpRequestContext> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV2(context) => Some(context),
        _ => None,
    }
}

/// The parts of a request that handlers use. Its `Debug` reveals nothing but the request's id.
pub(crate) struct Received {
    pub(crate) request_id: String,
    /// The network that the request comes from, if API Gateway says so.
    pub(crate) source: Option<Source>,
    headers: BTreeMap<String, String>,
    path: Vec<(String, String)>,
    query: String,
    body: Body,
}

impl fmt::Debug for Received {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Received").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}

impl From<Request> for Received {
    fn from(request: Request) -> Self {
        let request_id = request_id(&request).to_owned();
        let source = source_address(&request).and_then(Source::parse);
        let header = |(name, value): (&lambda_http::http::HeaderName, &lambda_http::http::HeaderValue)| {
            Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
        };
        // API Gateway leaves `%25` encoded. No id has a percent sign, so decoding twice changes no
        // id.
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let path = request.path_parameters_ref().into_iter().flat_map(|parameters| parameters.iter());
        Self {
            request_id,
            source,
            headers: request.headers().iter().filter_map(header).collect(),
            path: path.map(|(name, value)| (name.to_owned(), decoded(value))).collect(),
            query: request.uri().query().unwrap_or_default().to_owned(),
            body: request.into_body(),
        }
    }
}

impl Received {
    /// The value of a header, by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The parameters in the path.
    pub(crate) fn path(&self) -> Vec<(String, String)> {
        self.path.clone()
    }

    /// The parameters in the query, including repeated ones.
    pub(crate) fn query(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.query.as_bytes()).into_owned().collect()
    }

    /// The body as a text. The request must say that a body is JSON.
    ///
    /// A browser sends other types, such as `text/plain`, to any host without asking it first. Any
    /// web page could then have its visitors join. For JSON a browser asks first, and the gateway
    /// names the pages that may send it.
    pub(crate) fn body_text(&self) -> Result<Cow<'_, str>, Refusal> {
        if !self.body.is_empty() && !self.has_type("application/json") {
            return Err(Refusal::UnsupportedMediaType);
        }
        if self.body.len() > LARGEST_BODY {
            return Err(Refusal::BodyTooLarge { limit: LARGEST_BODY });
        }
        let text = std::str::from_utf8(self.body_bytes()).map(Cow::Borrowed);
        text.map_err(|_| Refusal::MalformedBody("it is not UTF-8".to_owned()))
    }

    /// The fields of a form, in the order of the page. Nothing if the body is no form, or too large.
    pub(crate) fn form(&self) -> Option<Vec<(String, String)>> {
        let is_taken = self.has_type("application/x-www-form-urlencoded") && self.body.len() <= LARGEST_BODY;
        is_taken.then(|| form_urlencoded::parse(self.body_bytes()).into_owned().collect())
    }

    fn body_bytes(&self) -> &[u8] {
        match &self.body {
            Body::Text(text) => text.as_bytes(),
            Body::Binary(bytes) => bytes,
            _ => &[],
        }
    }

    /// Whether `Content-Type` names this type, with or without parameters such as a character set.
    fn has_type(&self, media_type: &str) -> bool {
        let essence = self.header("content-type").and_then(|content_type| content_type.split(';').next());
        essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media_type))
    }
}

/// An event with these parts.
#[cfg(test)]
pub(crate) fn event_with(parts: Value) -> Value {
    let mut event = serde_json::json!({
        "version": "2.0",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {"requestId": "r", "http": {"method": "GET", "path": "/"}},
        "isBase64Encoded": false,
    });
    for (name, part) in parts.as_object().into_iter().flatten() {
        event[name] = part.clone();
    }
    event
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn received(parts: Value) -> Received {
        Received::from(from_event(event_with(parts)).expect("an event"))
    }

    #[test]
    fn an_event_of_payload_format_2_is_read_with_what_it_lacks() {
        let bare = received(json!({}));
        assert_eq!((bare.query(), bare.path()), (Vec::new(), Vec::new()));
        let full = received(json!({
            "headers": {"Authorization": "Bearer x"},
            "pathParameters": {"customerId": "email%3Aab"},
            "rawQueryString": "eventId=a%23b&token=t<",
        }));
        assert_eq!(full.header("authorization"), Some("Bearer x"));
        assert_eq!(full.request_id, "r");
        assert_eq!(full.path(), [("customerId".to_owned(), "email:ab".to_owned())]);
        let expected = [("eventId".to_owned(), "a#b".to_owned()), ("token".to_owned(), "t<".to_owned())];
        assert_eq!(full.query(), expected);
    }

    #[test]
    fn what_a_client_can_send_makes_no_request_impossible() {
        for parts in [
            json!({"rawPath": "/api/<>\u{0}{}|"}),
            json!({"rawQueryString": "a=<>\u{7f} \"{}|\\^`ä%"}),
            json!({"headers": {"host": "a b/", "x\u{e4}": "1", "y": "\u{0}ä", "": "1"}}),
            json!({"headers": {"Host": "<>", "x-forwarded-proto": "<>", "authorization": "\u{0}ä"}}),
            json!({"body": "not base64!", "isBase64Encoded": true}),
            json!({"body": "/w==", "isBase64Encoded": true}),
            json!({"cookies": ["\n"]}),
        ] {
            let _ = received(parts);
        }
    }

    #[test]
    fn a_path_is_read_without_the_name_of_its_stage() {
        let path_in = |stage: &str, sent: &str| {
            let context = json!({"requestId": "r", "stage": stage, "http": {"method": "GET", "path": sent}});
            path(&from_event(event_with(json!({ "requestContext": context }))).expect("an event")).to_owned()
        };
        assert_eq!(path_in("keys-1", "/keys-1/api/events"), "/api/events");
        assert_eq!(path_in("$default", "/api/events"), "/api/events");
        for other in ["/keys-12/api", "/api/keys-1/events", "/keys-1", "/", ""] {
            assert_eq!(path_in("keys-1", other), other);
        }
        assert_eq!(path_in("", "//api"), "//api");
    }

    #[test]
    fn a_strange_character_makes_no_valid_key_of_an_invalid_one() {
        assert_eq!(received(json!({"headers": {"idempotency-key": "ä"}})).header("idempotency-key"), Some(" "));
    }

    #[test]
    fn a_body_may_be_base64() {
        let encoded = received(json!({"body": "eyJhIjoxfQ==", "isBase64Encoded": true}));
        assert_eq!(encoded.body_text(), Ok(Cow::Borrowed("{\"a\":1}")));
        let bad = received(json!({"body": "/w==", "isBase64Encoded": true}));
        assert!(matches!(bad.body_text(), Err(Refusal::MalformedBody(_))));
    }

    #[test]
    fn a_body_is_read_only_as_json() {
        let sent = |content_type: &str| {
            received(json!({"headers": {"Content-Type": content_type}, "body": "{}"})).body_text().map(Cow::into_owned)
        };
        for json in ["application/json", "Application/JSON", "application/json;charset=utf-8", "application/json ; x=y"]
        {
            assert_eq!(sent(json), Ok("{}".to_owned()), "{json}");
        }
        for other in [
            "",
            "text/plain",
            "text/plain; application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=application/json",
            "text/plain, application/json",
            "application/json, text/plain",
            "application/jsonx",
            "application/problem+json",
            "json",
        ] {
            assert_eq!(sent(other), Err(Refusal::UnsupportedMediaType), "{other}");
        }
        assert_eq!(received(json!({"headers": {}, "body": "{}"})).body_text(), Err(Refusal::UnsupportedMediaType));
        assert_eq!(received(json!({"headers": {}})).body_text(), Ok(Cow::Borrowed("")));
    }

    #[test]
    fn a_body_over_64_kb_is_too_large() {
        assert!(received(json!({"body": "x".repeat(LARGEST_BODY)})).body_text().is_ok());
        let larger = received(json!({"body": "x".repeat(LARGEST_BODY + 1)}));
        assert_eq!(larger.body_text(), Err(Refusal::BodyTooLarge { limit: LARGEST_BODY }));
    }
}
