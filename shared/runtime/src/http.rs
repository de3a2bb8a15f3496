//! The steps of every API request around its handler.
//!
//! They identify the caller, check the permission, look for an earlier run, read the input and send
//! the response. A handler is a function from a [`Call`] to a [`Reply`].

pub mod callers;
pub mod entity_tag;
pub mod idempotency;
pub mod pages;
pub mod problem;
pub mod problem_kinds;
mod recalling;
mod reply;
pub mod request;
mod route;
pub mod unrouted;

use std::borrow::Cow;
use std::time::Instant;

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Map, Value};
use waitlist_domain::values::source::Source;
use waitlist_domain::{Error, FieldError, Refusal};
use waitlist_store::Table;
use waitlist_store::commands::idempotency::Lease;
use waitlist_store::queries::api_keys::ApiKeys;

use crate::environment::telemetry::Invocation;
use crate::http::callers::{Caller, Credential, identify};
use crate::http::idempotency::{IdempotencyKey, Mint, Turn};
use crate::http::problem::MOST_LISTED;
use crate::http::request::{Received, from_event};
use crate::input::Input;
use crate::input::{given_more_than_once, json_object};

pub use crate::http::reply::{Document, Reply, Response, SECURITY_HEADERS, Secret};
pub use crate::http::request::Request;
pub use crate::http::route::{Method, Route};

/// A request of an admitted caller.
#[derive(Debug)]
pub struct Call {
    /// The route by which the request came.
    pub route: &'static Route,
    /// The caller.
    pub caller: Caller,
    /// The network that the request comes from, if it is known.
    pub source: Option<Source>,
    /// The parameters and the body.
    pub input: Input,
    /// Makes new ids and tokens.
    pub mint: Mint,
}

/// Handles the requests of Lambda one after another, as long as Lambda keeps the function.
pub async fn serve<Answering>(mut respond: impl FnMut(Request) -> Answering) -> Result<(), lambda_runtime::Error>
where
    Answering: Future<Output = Response>,
{
    let service = service_fn(|event: LambdaEvent<Value>| {
        // Boxed, because the futures of the AWS SDK nest too deeply for rustc.
        let response = from_event(event.payload).map(|request| Box::pin(respond(request)));
        async { Ok::<_, lambda_runtime::Error>(response?.await) }
    });
    lambda_runtime::run(service).await
}

/// Handles a request with `handler`.
pub async fn respond(
    table: &Table,
    keys: &ApiKeys,
    route: &'static Route,
    request: Request,
    handler: impl AsyncFnOnce(Call) -> Result<Reply, Error>,
) -> Response {
    let started = Instant::now();
    let request = Received::from(request);
    let mut invocation = Invocation {
        function: route.function,
        method: route.method.as_str(),
        route: route.path,
        request_id: &request.request_id,
        key_id: None,
    };
    let mut query = request.query();
    let caller = match credential(route, &request, &mut query) {
        Ok(credential) => identify(keys, credential).await,
        Err(refusal) => Err(refusal.into()),
    };
    invocation.key_id = caller.as_ref().ok().and_then(Caller::key_id).cloned();
    let reply = match caller {
        Ok(caller) => reply_to(table, route, &request, (caller, query), &invocation, handler).await,
        Err(error) => Err(error),
    };
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => refuse(&invocation, &error),
    };
    let response = reply.into_response().unless_held(request.header("if-none-match"));
    invocation.answered(response.status, started);
    response
}

fn refuse(invocation: &Invocation<'_>, error: &Error) -> Reply {
    invocation.failed(error);
    Reply::refusing(error)
}

async fn reply_to(
    table: &Table,
    route: &'static Route,
    request: &Received,
    (caller, query): (Caller, Vec<(String, String)>),
    invocation: &Invocation<'_>,
    handler: impl AsyncFnOnce(Call) -> Result<Reply, Error>,
) -> Result<Reply, Error> {
    route.admits.check(&caller)?;
    let text = body(route.method, request)?;
    let (body, complaints) = object(&text)?;
    let named = body.get("attendeeId").and_then(Value::as_str).map(str::to_owned);
    let input = Input::new(request.path(), query, body).with_complaints(complaints);
    let source = request.source.clone();
    let (key, lease) = match first_turn(table, route, request, &caller, (&text, named.as_deref())).await? {
        Begun::Answered(reply) => return Ok(reply),
        Begun::WithoutKey => {
            return handler(Call { route, caller, source, input, mint: Mint::for_once(table.random()) }).await;
        }
        Begun::WithKey(key, lease) => (key, lease),
    };
    let mint = Mint::for_key(lease.nonce, key);
    let result = handler(Call { route, caller, source, input, mint }).await;
    if let Err(error) = &result {
        invocation.failed(error);
    }
    let (reply, remembered) = idempotency::outcome(result);
    match remembered {
        // A response that can't be remembered is not given, because a repetition may get another.
        // The caller is told to repeat the request.
        Some(remembered) => idempotency::finish(table, &lease, &remembered).await?,
        // A repetition works anew. If the lease can't be ended, it does so after the lease.
        None => {
            if let Err(error) = idempotency::release(table, &lease).await {
                invocation.failed(&error);
            }
        }
    }
    Ok(reply)
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

/// Parses a body as a JSON object. Also returns complaints about repeated fields.
fn object(text: &str) -> Result<(Map<String, Value>, Vec<FieldError>), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::MalformedBody("it is empty".to_owned()));
    }
    // One more than a response lists, so that it can say that there are more.
    match json_object::read(text, MOST_LISTED + 1) {
        Ok((Value::Object(object), complaints)) => Ok((object, complaints)),
        Ok(_) => Err(Refusal::MalformedBody("it is JSON of another kind".to_owned())),
        // The parser's text says where and what is wrong, and quotes nothing of the body.
        Err(error) => Err(Refusal::MalformedBody(error.to_string())),
    }
}

enum Begun {
    WithoutKey,
    WithKey(IdempotencyKey, Lease),
    Answered(Reply),
}

async fn first_turn(
    table: &Table,
    route: &Route,
    request: &Received,
    caller: &Caller,
    (body, named): (&str, Option<&str>),
) -> Result<Begun, Error> {
    let header = request.header("idempotency-key").filter(|_| route.method.honours_idempotency_key());
    let Some(key) = header.map(IdempotencyKey::parse).transpose()? else {
        return Ok(Begun::WithoutKey);
    };
    let path = request.path();
    let parameters = path.iter().map(|(_, value)| value.as_str());
    let what: Vec<&str> = [route.path].into_iter().chain(parameters).chain([body]).collect();
    Ok(match idempotency::turn(table, &idempotency::request(caller, &key, &what), &key, named).await? {
        Turn::Ours(lease) => Begun::WithKey(key, lease),
        Turn::Answered(reply) => Begun::Answered(reply),
    })
}

/// The credential in the header or, in a read, in the link. `token` is removed from the query.
fn credential(
    route: &Route,
    request: &Received,
    query: &mut Vec<(String, String)>,
) -> Result<Option<Credential>, Refusal> {
    let from_link: Vec<String> = match route.method {
        Method::Get => query.extract_if(.., |(name, _)| name == "token").map(|(_, token)| token).collect(),
        _ => Vec::new(),
    };
    match (request.header("authorization"), from_link.as_slice()) {
        (_, [_, _, ..]) => Err(Refusal::Unreadable(vec![given_more_than_once("token")])),
        (Some(header), _) => Credential::from_header(header).map(Some),
        (None, [token]) => Credential::from_link(token).map(Some),
        (None, []) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use waitlist_domain::values::credential::Token;
    use waitlist_domain::values::identifier::PlaceTag;

    use super::*;
    use crate::http::callers::Admits;

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
        let place = PlaceTag::parse("0123456789abcdef").expect("valid");
        let token = Token::from_bits(&place, [7; 32]);
        let event = request(request::event_with(json!({
            "rawQueryString": format!("eventId=a&token={}", token.as_str()),
        })));
        let mut query = event.query();
        assert_eq!(credential(&GET, &event, &mut query), Ok(Some(Credential::Token(token.presented()))));
        assert_eq!(query.len(), 1);
        for header in [json!({}), json!({"authorization": format!("Bearer {}", token.as_str())})] {
            let twice = format!("token={0}&eventId=a&token={0}", token.as_str());
            let event = request(request::event_with(json!({"rawQueryString": twice, "headers": header})));
            let refused = credential(&GET, &event, &mut event.query());
            assert_eq!(refused, Err(Refusal::Unreadable(vec![given_more_than_once("token")])));
        }
        let mut query = event.query();
        let delete = Route { method: Method::Delete, ..GET };
        assert_eq!(credential(&delete, &event, &mut query), Ok(None));
        assert_eq!(query.len(), 2);
    }
}
