//! Requests of browsers for pages, and the requests that a page sends to the API in its own process.

use std::fmt;
use std::time::Instant;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use crate::environment::telemetry::Invocation;
use crate::http::reply::{Response, SECURITY_HEADERS};
use crate::http::request::{Received, Request, domain, from_event, method, path, source_address};

/// A request of a browser. Its `Debug` reveals nothing: the path may have a token, and the body what
/// somebody typed.
pub struct PageRequest {
    /// The method, in capital letters.
    pub method: String,
    /// The path, with its parts as they were sent.
    pub path: String,
    source_address: Option<String>,
    domain: Option<String>,
    received: Received,
}

impl fmt::Debug for PageRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PageRequest").field("method", &self.method).finish_non_exhaustive()
    }
}

impl From<Request> for PageRequest {
    fn from(request: Request) -> Self {
        Self {
            method: method(&request).to_owned(),
            path: path(&request).to_owned(),
            source_address: source_address(&request).map(str::to_owned),
            domain: domain(&request).map(str::to_owned),
            received: Received::from(request),
        }
    }
}

impl PageRequest {
    /// The value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.received.header(name)
    }

    /// The domain by which the API was called, as API Gateway says. A client has no say in it.
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// The decoded parts of the path.
    pub fn parts(&self) -> Vec<String> {
        let parts = self.path.trim_start_matches('/').split('/');
        parts.map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned()).collect()
    }

    /// The parameter of this name in the query.
    pub fn query(&self, name: &str) -> Option<String> {
        self.received.query().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The fields of a form, in the order of the page. Nothing if the body is no form, or too large.
    pub fn form(&self) -> Option<Vec<(String, String)>> {
        self.received.form()
    }

    /// Whether another site's page sent this request, as far as the browser tells.
    ///
    /// An older browser names the page's origin alone. It names `null` for our own pages, because
    /// they tell nobody where they are.
    pub fn is_from_another_site(&self) -> bool {
        if let Some(site) = self.header("sec-fetch-site") {
            return !matches!(site, "same-origin" | "none");
        }
        let origin = self.header("origin").filter(|origin| *origin != "null");
        origin.zip(self.domain()).is_some_and(|(origin, domain)| !is_of_domain(origin, domain))
    }

    /// A request to the API on behalf of this browser.
    pub fn to_api(&self, asked: &Asked<'_>) -> Request {
        let path: Map<String, Value> =
            asked.path.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let mut headers = Map::from_iter([("content-type".to_owned(), json!("application/json"))]);
        if let Some(token) = asked.token {
            headers.insert("authorization".to_owned(), json!(format!("Bearer {token}")));
        }
        if let Some(key) = asked.idempotency_key {
            headers.insert("idempotency-key".to_owned(), json!(key));
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(asked.query).finish();
        let event = json!({
            "version": "2.0",
            "rawPath": "/",
            "rawQueryString": query,
            "headers": headers,
            "pathParameters": path,
            "requestContext": {
                "requestId": self.received.request_id,
                "http": {"method": "POST", "path": "/", "sourceIp": self.source_address},
            },
            "body": asked.body.map(Value::to_string),
            "isBase64Encoded": false,
        });
        from_event(event).expect("it is an event of payload format 2.0")
    }
}

/// Whether an origin is a page of this domain, by whatever port.
fn is_of_domain(origin: &str, domain: &str) -> bool {
    let host = |text: &str| text.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let named = origin.split_once("://").map(|(_, rest)| host(rest));
    named.is_some_and(|named| named == host(domain))
}

/// What a page asks of the API. Its `Debug` reveals nothing, because it has tokens and what somebody
/// typed.
#[derive(Clone, Copy, Default)]
pub struct Asked<'a> {
    /// The parameters of the path.
    pub path: &'a [(&'a str, &'a str)],
    /// The parameters of the query.
    pub query: &'a [(&'a str, &'a str)],
    /// The customer's token.
    pub token: Option<&'a str>,
    /// The key by which a second tap does nothing twice.
    pub idempotency_key: Option<&'a str>,
    /// The body.
    pub body: Option<&'a Value>,
}

impl fmt::Debug for Asked<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Asked(private)")
    }
}

/// A page that was made, and the route that made it, with the names of its parameters.
#[derive(Debug)]
pub struct MadePage {
    /// The route, for logs.
    pub route: &'static str,
    /// The response.
    pub response: Response,
}

/// Whether a 304 repeats this header (RFC 9110). The rest came with the page that the browser has.
fn of_304(header: &str) -> bool {
    ["cache-control", "etag", "vary"].contains(&header)
}

/// Makes a page, and logs that in one line. Neither its path nor its content is logged.
pub async fn respond(
    function: &'static str,
    request: Request,
    make: impl AsyncFnOnce(PageRequest) -> MadePage,
) -> Response {
    let started = Instant::now();
    let request = PageRequest::from(request);
    let request_id = request.received.request_id.clone();
    let tag = request.header("if-none-match").map(str::to_owned);
    let is_head = request.method == "HEAD";
    let MadePage { route, response } = make(request).await;
    let mut response = response.unless_held(tag.as_deref());
    if response.status == 304 {
        let is_repeated = |name: &str| of_304(name) || SECURITY_HEADERS.iter().any(|(header, _)| *header == name);
        response.headers.retain(|name, _| is_repeated(name));
    }
    if is_head {
        response.body.clear();
    }
    let invocation = Invocation { function, method: "ANY", route, request_id: &request_id, key_id: None };
    invocation.answered(response.status, started);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::request::event_with;

    fn sent(headers: Value, domain: Option<&str>) -> PageRequest {
        let context = json!({"requestId": "r", "domainName": domain, "http": {"method": "POST", "path": "/find"}});
        let event = event_with(json!({"headers": headers, "requestContext": context}));
        PageRequest::from(from_event(event).expect("an event"))
    }

    #[test]
    fn another_site_is_known_by_what_the_browser_tells_of_it() {
        let here = Some("Waitlist.example.org");
        for (headers, domain, is_another) in [
            (json!({}), here, false),
            (json!({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}), here, false),
            (json!({"sec-fetch-site": "cross-site", "origin": "https://waitlist.example.org"}), here, true),
            (json!({"Origin": "https://waitlist.example.org"}), here, false),
            (json!({"origin": "http://waitlist.example.org:8443"}), here, false),
            (json!({"origin": "null"}), here, false),
            (json!({"origin": "https://evil.example"}), here, true),
            (json!({"origin": "https://waitlist.example.org.evil.example"}), here, true),
            (json!({"origin": "waitlist.example.org"}), here, true),
            (json!({"origin": "https://evil.example"}), None, false),
        ] {
            assert_eq!(sent(headers.clone(), domain).is_from_another_site(), is_another, "{headers} {domain:?}");
        }
    }
}
