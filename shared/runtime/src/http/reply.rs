//! The response of a handler, and how it is sent.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use waitlist_domain::Error;
use waitlist_domain::event::access_code::AccessCode;
use waitlist_domain::values::credential::Token;

use crate::http::entity_tag;
use crate::http::problem::{Header, Problem};

/// The headers of every response, by lower-case name.
///
/// `strict-transport-security` keeps to this host. Whose hosts lie below a domain of yours that
/// leads here, and whether they speak TLS, is not for an API to decide.
pub const SECURITY_HEADERS: [(&str, &str); 3] = [
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=63072000"),
    ("x-content-type-options", "nosniff"),
];

/// A response in the format of API Gateway's HTTP API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// HTTP status.
    #[serde(rename = "statusCode")]
    pub status: u16,
    /// Headers, by lower-case name.
    pub headers: BTreeMap<&'static str, Cow<'static, str>>,
    /// JSON, the text of a document, or nothing.
    pub body: String,
}

impl Response {
    /// A response that nobody keeps, unless `headers` say otherwise.
    pub fn new(status: u16, headers: impl IntoIterator<Item = Header>, body: String) -> Self {
        let of_all = SECURITY_HEADERS.into_iter().chain([("cache-control", "no-store")]);
        let of_all = of_all.map(|(name, value)| (name, Cow::Borrowed(value)));
        Self { status, headers: of_all.chain(headers).collect(), body }
    }

    /// 304 without a body instead, if `if_none_match` lists the entity tag of this response.
    pub fn unless_held(mut self, if_none_match: Option<&str>) -> Self {
        let tag = self.headers.get("etag");
        if tag.zip(if_none_match).is_none_or(|(tag, listed)| !entity_tag::lists(listed, tag)) {
            return self;
        }
        self.headers.remove("content-type");
        Self { status: 304, body: String::new(), ..self }
    }
}

/// The response of a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The JSON body, without the secret.
    pub body: Value,
    /// Added to the body when it is sent. No record keeps it.
    pub secret: Option<Secret>,
    /// The document that is sent instead of `body`.
    pub document: Option<Document>,
    pub(crate) header: Option<Header>,
}

/// A secret that is shown once. A repetition with the same idempotency key derives it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Secret {
    /// The customer's token, in `token`.
    Token(Token),
    /// A generated access code, in `code`.
    Code(AccessCode),
}

/// A response that is sent as it is: not JSON, or JSON that was written before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The media type.
    pub content_type: &'static str,
    /// The text of the document.
    pub text: String,
    /// Other headers, by lower-case name.
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A response with this status that shows `view`.
    pub fn new(status: u16, view: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_value(view).map_err(|error| Error::internal("writing a reply", error))?;
        Ok(Self { status, body, secret: None, document: None, header: None })
    }

    /// 200 with a document.
    pub fn with_document(document: Document) -> Self {
        Self { status: 200, body: Value::Null, secret: None, document: Some(document), header: None }
    }

    /// 200 with `view`.
    pub fn ok(view: &impl Serialize) -> Result<Self, Error> {
        Self::new(200, view)
    }

    /// 201 with `view`.
    pub fn created(view: &impl Serialize) -> Result<Self, Error> {
        Self::new(201, view)
    }

    /// Adds the customer's token.
    pub fn with_token(self, token: Token) -> Self {
        Self { secret: Some(Secret::Token(token)), ..self }
    }

    /// Adds a generated access code.
    pub fn with_code(self, code: AccessCode) -> Self {
        Self { secret: Some(Secret::Code(code)), ..self }
    }

    /// A response that shows an error's problem.
    pub(crate) fn refusing(error: &Error) -> Self {
        Self::telling(&Problem::of(error))
    }

    /// A response that shows a problem.
    pub(crate) fn telling(problem: &Problem) -> Self {
        Self {
            status: problem.kind.status,
            body: problem.body(),
            secret: None,
            document: None,
            header: problem.header(),
        }
    }

    pub(crate) fn into_response(self) -> Response {
        if let Some(document) = self.document {
            return document.into_response(self.status);
        }
        let content_type = if self.status < 400 { "application/json" } else { "application/problem+json" };
        let headers = [("content-type", content_type.into())].into_iter().chain(self.header);
        let mut body = self.body;
        match &self.secret {
            None => {}
            Some(Secret::Token(token)) => body["token"] = Value::from(token.as_str()),
            Some(Secret::Code(code)) => body["code"] = Value::from(code.as_str()),
        }
        Response::new(self.status, headers, body.to_string())
    }
}

impl Document {
    fn into_response(self, status: u16) -> Response {
        let headers = self.headers.into_iter().map(|(name, value)| (name, Cow::Owned(value)));
        Response::new(status, [("content-type", self.content_type.into())].into_iter().chain(headers), self.text)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use waitlist_domain::Refusal;
    use waitlist_domain::values::identifier::PlaceTag;

    use super::*;

    #[test]
    fn the_token_joins_the_body_on_its_way_out() {
        let place = PlaceTag::parse("0123456789abcdef").expect("valid");
        let token = Token::from_bits(&place, [7; 32]);
        let reply = Reply::created(&json!({"entryId": "e"})).expect("JSON").with_token(token.clone());
        assert_eq!(reply.body, json!({"entryId": "e"}));
        let response = reply.into_response();
        let body: Value = serde_json::from_str(&response.body).expect("JSON");
        assert_eq!(body, json!({"entryId": "e", "token": token.as_str()}));
        assert_eq!(response.headers["content-type"], "application/json");
    }

    #[test]
    fn every_response_has_the_security_headers() {
        let document = Document { content_type: "text/csv", text: String::new(), headers: Vec::new() };
        for reply in [
            Reply::ok(&json!({})).expect("JSON"),
            Reply::refusing(&Refusal::EventNotFound.into()),
            Reply::with_document(document),
        ] {
            let headers = reply.into_response().headers;
            for (name, value) in SECURITY_HEADERS {
                assert_eq!(headers[name], value);
            }
            assert_eq!(headers["cache-control"], "no-store");
        }
    }

    #[test]
    fn a_response_that_the_caller_has_is_not_sent_again() {
        let tag = entity_tag::EntityTag::of("{}").as_str().to_owned();
        let headers = vec![("etag", tag.clone()), ("cache-control", "public".to_owned())];
        let document = Document { content_type: "application/json", text: "{}".to_owned(), headers };
        let response = || Reply::with_document(document.clone()).into_response();
        for listed in [None, Some(""), Some("\"another\"")] {
            assert_eq!(response().unless_held(listed), response(), "{listed:?}");
        }
        let held = response().unless_held(Some(&tag));
        assert_eq!((held.status, held.body.as_str()), (304, ""));
        assert_eq!((held.headers["etag"].as_ref(), held.headers["cache-control"].as_ref()), (tag.as_str(), "public"));
        assert!(!held.headers.contains_key("content-type"));
        for (name, value) in SECURITY_HEADERS {
            assert_eq!(held.headers[name], value);
        }
        let untagged = Reply::refusing(&Refusal::EventNotFound.into()).into_response();
        assert_eq!(untagged.clone().unless_held(Some("*")), untagged, "only what has a tag");
    }

    #[test]
    fn a_refusal_is_a_problem_with_the_header_it_calls_for() {
        let response = Reply::refusing(&Refusal::IdempotencyInProgress.into()).into_response();
        assert_eq!(response.status, 409);
        assert_eq!(response.headers["content-type"], "application/problem+json");
        assert_eq!(response.headers["retry-after"], "1");
    }
}
