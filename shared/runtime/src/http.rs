//! The steps of every API request around its handler.
//!
//! They identify the caller, check the permission, look for an earlier run, read the input and send
//! the response. A handler is a function from a [`Call`] to an [`Answer`].

pub mod callers;
pub mod idempotency;
pub mod problem;
pub mod problem_kinds;
pub mod request;
pub mod unrouted;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Instant;

use lambda_runtime::{LambdaEvent, service_fn};
use serde::Serialize;
use serde_json::{Map, Value};
use waitlist_domain::event::access_code::AccessCode;
use waitlist_domain::values::credential::Token;
use waitlist_domain::{Error, FieldError, Refusal};
use waitlist_store::Table;
use waitlist_store::commands::idempotency::Lease;

use crate::environment::telemetry::Invocation;
use crate::http::callers::{Admits, Caller, Credential, identify};
use crate::http::idempotency::{IdempotencyKey, Mint, Turn};
use crate::http::problem::{Header, Problem};
use crate::http::problem_kinds::ProblemKind;
use crate::http::request::{Received, from_event};
use crate::input::fields::Input;
use crate::input::json_object;

/// Parses a body as a JSON object. Also returns complaints about repeated fields.
fn object(text: &str) -> Result<(Map<String, Value>, Vec<FieldError>), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::MalformedBody("it is empty".to_owned()));
    }
    match json_object::read(text) {
        Ok((Value::Object(object), complaints)) => Ok((object, complaints)),
        Ok(_) => Err(Refusal::MalformedBody("it is JSON of another kind".to_owned())),
        // The parser's text says where and what is wrong, and quotes nothing of the body.
        Err(error) => Err(Refusal::MalformedBody(error.to_string())),
    }
}

pub use crate::http::request::Request;

/// A response in the format of API Gateway's HTTP API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    /// HTTP status.
    #[serde(rename = "statusCode")]
    pub status: u16,
    /// Headers, by lower-case name.
    pub headers: BTreeMap<&'static str, Cow<'static, str>>,
    /// JSON, or the text of a document.
    pub body: String,
}

/// A route of the API and the function that handles it.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    /// The function's name.
    pub function: &'static str,
    /// The group in the documentation.
    pub topic: &'static str,
    /// HTTP method.
    pub method: Method,
    /// The path, with the names of its parameters in braces.
    pub path: &'static str,
    /// The callers that the route admits.
    pub admits: Admits,
    /// The summary, in one sentence.
    pub summary: &'static str,
    /// The kinds of problems that only this route has.
    pub own_problems: &'static [ProblemKind],
}

impl Route {
    /// Every kind of problem that the route may respond with, by status.
    pub fn problems(&self) -> Vec<ProblemKind> {
        let of_all =
            [problem_kinds::UNAUTHENTICATED, problem_kinds::INVALID, problem_kinds::INTERNAL, problem_kinds::BUSY];
        let of_roles = [problem_kinds::FORBIDDEN];
        let of_bodies = [problem_kinds::MALFORMED_BODY, problem_kinds::BODY_TOO_LARGE];
        let of_keys = [problem_kinds::IDEMPOTENCY_IN_PROGRESS, problem_kinds::IDEMPOTENCY_KEY_REUSED];
        let asks_for_a_role = matches!(self.admits, Admits::Organisers | Admits::Sales);
        let mut problems: Vec<ProblemKind> = of_all
            .into_iter()
            .chain(of_roles.into_iter().filter(|_| asks_for_a_role))
            .chain(of_bodies.into_iter().filter(|_| self.method.has_body()))
            .chain(of_keys.into_iter().filter(|_| self.method.honours_idempotency_key()))
            .chain(self.own_problems.iter().copied())
            .collect();
        problems.sort_by_key(|kind| (kind.status, kind.slug));
        problems
    }

    /// The names and values of the path's parameters, if this route has the path. A value is not
    /// empty and has no slash.
    pub fn parameters<'path>(&self, path: &'path str) -> Option<Vec<(&'static str, &'path str)>> {
        let mut parameters = Vec::new();
        let mut parts = path.split('/');
        for wanted in self.path.split('/') {
            match (parts.next()?, parameter_name(wanted)) {
                ("", Some(_)) => return None,
                (value, Some(name)) => parameters.push((name, value)),
                (part, None) if part == wanted => {}
                _ => return None,
            }
        }
        parts.next().is_none().then_some(parameters)
    }

    /// The path with the value of each parameter in place of its name.
    pub fn path_with<'value>(&self, value: impl Fn(&str) -> &'value str) -> String {
        let parts = self.path.split('/').map(|part| parameter_name(part).map_or(part, &value));
        parts.collect::<Vec<_>>().join("/")
    }

    /// Whether slashes in the values of this route's parameters can make the path one of `other`.
    pub fn can_become(&self, other: &Self) -> bool {
        fn reaches(parts: &[&str], others: &[&str]) -> bool {
            match (parts, others) {
                ([], []) => true,
                ([part, rest @ ..], [_, ..]) if parameter_name(part).is_some() => {
                    (1..=others.len()).any(|taken| reaches(rest, &others[taken..]))
                }
                ([part, rest @ ..], [other, others @ ..]) => {
                    (part == other || parameter_name(other).is_some()) && reaches(rest, others)
                }
                _ => false,
            }
        }
        let (parts, others): (Vec<_>, Vec<_>) = (self.path.split('/').collect(), other.path.split('/').collect());
        parts.len() < others.len() && reaches(&parts, &others)
    }
}

/// The name of a parameter, if a part of a route's path is one.
fn parameter_name(part: &str) -> Option<&str> {
    part.strip_prefix('{')?.strip_suffix('}')
}

/// The HTTP methods of the API, and their properties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads. A customer may send the token in the link.
    Get,
    /// Writes, with a body.
    Put,
    /// Acts, with a body, and honours an idempotency key.
    Post,
    /// Acts as its path says. Its body is an empty object or missing.
    PostOfPath,
    /// Deletes.
    Delete,
}

impl Method {
    /// The method's name in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post | Self::PostOfPath => "POST",
            Self::Delete => "DELETE",
        }
    }

    /// Whether a request has a body.
    pub const fn has_body(self) -> bool {
        matches!(self, Self::Put | Self::Post | Self::PostOfPath)
    }

    /// Whether a request may have an `Idempotency-Key`.
    pub const fn honours_idempotency_key(self) -> bool {
        matches!(self, Self::Post | Self::PostOfPath)
    }
}

/// A request of an admitted caller.
#[derive(Debug)]
pub struct Call {
    /// The caller.
    pub caller: Caller,
    /// The parameters and the body.
    pub input: Input,
    /// Makes new ids and tokens.
    pub mint: Mint,
}

/// The response of a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The JSON body, without the secret.
    pub body: Value,
    /// Added to the body when it is sent. No record keeps it.
    pub secret: Option<Secret>,
    /// The document that is sent instead of JSON.
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

/// A response that is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The media type.
    pub content_type: &'static str,
    /// The text of the document.
    pub text: String,
    /// Other headers, by lower-case name.
    pub headers: Vec<(&'static str, String)>,
}

impl Answer {
    /// A response with this status that shows `view`.
    pub fn new(status: u16, view: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_value(view).map_err(|error| Error::internal("writing an answer", error))?;
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

    fn refusing(error: &Error) -> Self {
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
        let headers = [("content-type", content_type), ("cache-control", "no-store")];
        let headers = headers.into_iter().map(|(name, value)| (name, Cow::Borrowed(value))).chain(self.header);
        let mut body = self.body;
        match &self.secret {
            None => {}
            Some(Secret::Token(token)) => body["token"] = Value::from(token.as_str()),
            Some(Secret::Code(code)) => body["code"] = Value::from(code.as_str()),
        }
        Response { status: self.status, headers: headers.collect(), body: body.to_string() }
    }
}

impl Document {
    fn into_response(self, status: u16) -> Response {
        let mut headers = BTreeMap::from([
            ("content-type", Cow::Borrowed(self.content_type)),
            ("cache-control", Cow::Borrowed("no-store")),
        ]);
        headers.extend(self.headers.into_iter().map(|(name, value)| (name, Cow::Owned(value))));
        Response { status, headers, body: self.text }
    }
}

/// Handles the requests of Lambda one after another, as long as Lambda keeps the function.
pub async fn serve<Answering>(mut answer: impl FnMut(Request) -> Answering) -> Result<(), lambda_runtime::Error>
where
    Answering: Future<Output = Response>,
{
    let service = service_fn(|event: LambdaEvent<Value>| {
        // Boxed, because the futures of the AWS SDK nest too deeply for rustc.
        let response = from_event(event.payload).map(|request| Box::pin(answer(request)));
        async { Ok::<_, lambda_runtime::Error>(response?.await) }
    });
    lambda_runtime::run(service).await
}

/// Handles a request with `handler`.
pub async fn respond(
    table: &Table,
    route: &Route,
    request: Request,
    handler: impl AsyncFnOnce(Call) -> Result<Answer, Error>,
) -> Response {
    let started = Instant::now();
    let request = Received::from(request);
    let invocation = Invocation {
        function: route.function,
        method: route.method.as_str(),
        route: route.path,
        request_id: &request.request_id,
    };
    let answer = match answer(table, route, &request, &invocation, handler).await {
        Ok(answer) => answer,
        Err(error) => refuse(&invocation, &error),
    };
    invocation.answered(answer.status, started);
    answer.into_response()
}

fn refuse(invocation: &Invocation<'_>, error: &Error) -> Answer {
    invocation.failed(error);
    Answer::refusing(error)
}

async fn answer(
    table: &Table,
    route: &Route,
    request: &Received,
    invocation: &Invocation<'_>,
    handler: impl AsyncFnOnce(Call) -> Result<Answer, Error>,
) -> Result<Answer, Error> {
    let mut query = request.query();
    let caller = identify(table, credential(route, request, &mut query)?).await?;
    route.admits.check(&caller)?;
    let text = body(route.method, request)?;
    let (body, complaints) = object(&text)?;
    let input = Input::new(request.path(), query, body).with_complaints(complaints);
    let (key, lease) = match first_turn(table, route, request, &caller, &text).await? {
        Begun::Answered(answer) => return Ok(answer),
        Begun::WithoutKey => return handler(Call { caller, input, mint: Mint::for_once(table.random()) }).await,
        Begun::WithKey(key, lease) => (key, lease),
    };
    let mint = Mint::for_key(lease.nonce, key);
    let answer = match handler(Call { caller, input, mint }).await {
        Ok(answer) => answer,
        Err(error) => refuse(invocation, &error),
    };
    // The request has taken effect, and a repetition would find its result through the nonce. The
    // caller therefore gets the response even if it can't be remembered.
    if let Err(error) = idempotency::remember(table, &lease, &answer).await {
        invocation.failed(&error);
    }
    Ok(answer)
}

/// The body, if the method reads one.
fn body(method: Method, request: &Received) -> Result<Cow<'_, str>, Refusal> {
    const EMPTY: Cow<'_, str> = Cow::Borrowed("{}");
    if !method.has_body() {
        return Ok(EMPTY);
    }
    let text = request.body_text()?;
    Ok(if method == Method::PostOfPath && text.trim().is_empty() { EMPTY } else { text })
}

enum Begun {
    WithoutKey,
    WithKey(IdempotencyKey, Lease),
    Answered(Answer),
}

async fn first_turn(
    table: &Table,
    route: &Route,
    request: &Received,
    caller: &Caller,
    body: &str,
) -> Result<Begun, Error> {
    let header = request.header("idempotency-key").filter(|_| route.method.honours_idempotency_key());
    let Some(key) = header.map(IdempotencyKey::parse).transpose()? else {
        return Ok(Begun::WithoutKey);
    };
    let path = request.path();
    let parameters = path.iter().map(|(_, value)| value.as_str());
    let what: Vec<&str> = [route.path].into_iter().chain(parameters).chain([body]).collect();
    Ok(match idempotency::turn(table, &idempotency::request(caller, &key, &what), &key).await? {
        Turn::Ours(lease) => Begun::WithKey(key, lease),
        Turn::Answered(answer) => Begun::Answered(answer),
    })
}

/// The credential in the header or, in a read, in the link. `token` is removed from the query.
fn credential(
    route: &Route,
    request: &Received,
    query: &mut Vec<(String, String)>,
) -> Result<Option<Credential>, Refusal> {
    let from_link = match route.method {
        Method::Get => query.extract_if(.., |(name, _)| name == "token").map(|(_, token)| token).last(),
        _ => None,
    };
    match (request.header("authorization"), from_link) {
        (Some(header), _) => Credential::from_header(header).map(Some),
        (None, Some(token)) => Credential::from_link(&token).map(Some),
        (None, None) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GET: Route = Route {
        function: "position",
        topic: "customers",
        method: Method::Get,
        path: "/api/position",
        admits: Admits::Customers,
        summary: "Shows where a customer stands.",
        own_problems: &[],
    };

    #[test]
    fn a_path_has_the_parameters_of_its_route() {
        let route = Route { path: "/codes/{eventId}/{codeId}", ..GET };
        assert_eq!(route.parameters("/codes/camp/cod_1"), Some(vec![("eventId", "camp"), ("codeId", "cod_1")]));
        assert_eq!(GET.parameters(GET.path), Some(Vec::new()));
        for path in
            ["", "/codes", "/codes/camp", "/codes/camp/", "/codes//cod_1", "/codes/a/b/c", "/Codes/a/b", "codes/a/b"]
        {
            assert_eq!(route.parameters(path), None, "{path}");
        }
        assert_eq!(route.path_with(|name| if name == "eventId" { "camp" } else { "cod_1" }), "/codes/camp/cod_1");
    }

    #[test]
    fn a_slash_in_a_value_can_lead_to_a_longer_route() {
        let path = |path| Route { path, ..GET };
        assert!(path("/codes/{eventId}").can_become(&path("/codes/{eventId}/{codeId}")));
        assert!(path("/events/{eventId}").can_become(&path("/events/{eventId}/draws/{ticketTypeId}")));
        assert!(path("/releases/{id}/pause").can_become(&path("/releases/{id}/{part}/pause")));
        for (route, other) in [
            ("/codes/{eventId}", "/codes/{eventId}"),
            ("/codes/{eventId}", "/entries/{eventId}/{entryId}"),
            ("/releases/{id}/pause", "/releases/{id}/part/resume"),
            ("/events", "/events/{eventId}"),
        ] {
            assert!(!path(route).can_become(&path(other)), "{route} {other}");
        }
    }

    fn request(event: Value) -> Received {
        Received::from(from_event(event).expect("an event"))
    }

    #[test]
    fn whatever_is_no_json_object_is_malformed() {
        for text in ["", "  ", "{", "[1]", "null", "\"text\"", "{'a': 1}", &"[".repeat(100_000)] {
            assert!(matches!(object(text), Err(Refusal::MalformedBody(_))), "{:.20}", text);
        }
    }

    #[test]
    fn only_where_the_path_says_all_a_body_may_be_left_out() {
        for text in ["", "  "] {
            let event = request(request::event_with(json!({ "body": text })));
            assert_eq!(body(Method::PostOfPath, &event).as_deref(), Ok("{}"));
            assert_eq!(body(Method::Post, &event).as_deref(), Ok(text));
        }
        let event = request(request::event_with(json!({ "body": "{\"a\": 1}" })));
        assert_eq!(body(Method::PostOfPath, &event).as_deref(), Ok("{\"a\": 1}"));
    }

    #[test]
    fn a_token_in_the_link_is_taken_when_reading_only() {
        let token = Token::from_bits([7; 32]);
        let event = request(request::event_with(json!({
            "rawQueryString": format!("eventId=a&token={}", token.as_str()),
        })));
        let mut query = event.query();
        assert_eq!(credential(&GET, &event, &mut query), Ok(Some(Credential::Token(token.hash()))));
        assert_eq!(query.len(), 1);
        let mut query = event.query();
        let delete = Route { method: Method::Delete, ..GET };
        assert_eq!(credential(&delete, &event, &mut query), Ok(None));
        assert_eq!(query.len(), 2);
    }

    #[test]
    fn the_token_joins_the_body_on_its_way_out() {
        let token = Token::from_bits([7; 32]);
        let answer = Answer::created(&json!({"entryId": "e"})).expect("JSON").with_token(token.clone());
        assert_eq!(answer.body, json!({"entryId": "e"}));
        let response = answer.into_response();
        let body: Value = serde_json::from_str(&response.body).expect("JSON");
        assert_eq!(body, json!({"entryId": "e", "token": token.as_str()}));
        assert_eq!(response.headers["content-type"], "application/json");
    }

    #[test]
    fn a_refusal_is_a_problem_with_the_header_it_calls_for() {
        let response = Answer::refusing(&Refusal::IdempotencyInProgress.into()).into_response();
        assert_eq!(response.status, 409);
        assert_eq!(response.headers["content-type"], "application/problem+json");
        assert_eq!(response.headers["retry-after"], "1");
    }
}
