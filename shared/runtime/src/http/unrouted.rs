//! Requests that match no function's route.
//!
//! The gateway would respond to them in a format of its own. Its route `$default` hands them to a
//! function, so that every error has one format.

use std::time::Instant;

use crate::environment::telemetry::Invocation;
use crate::http::problem::Problem;
use crate::http::reply::{Reply, Response};
use crate::http::request::{Request, method, path, request_id};

/// Refuses a request. `methods` returns the methods of the routes with a path, as an `Allow` header
/// lists them.
pub fn respond(function: &'static str, request: &Request, methods: impl FnOnce(&str) -> Option<String>) -> Response {
    let started = Instant::now();
    let request_id = request_id(request);
    // The client's method and path could be anything, so they are not logged.
    let invocation = Invocation { function, method: "ANY", route: "$default", request_id, key_id: None };
    let response = if method(request) == "OPTIONS" {
        consent()
    } else {
        let problem = methods(path(request)).map_or_else(Problem::route_not_found, Problem::method_not_allowed);
        Reply::telling(&problem).into_response()
    };
    invocation.answered(response.status, started);
    response
}

/// The response to a browser's preflight request.
///
/// The gateway handles preflight requests itself only if no route takes them, and `$default` takes
/// all. It still adds the headers that say what is allowed. A browser accepts those only in a
/// response without an error.
fn consent() -> Response {
    Response::new(204, [], String::new())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::http::request::{event_with, from_event};

    fn answer(method: &str, path: &str) -> Response {
        let context = json!({"requestId": "r", "http": {"method": method, "path": path}});
        let request = from_event(event_with(json!({"requestContext": context}))).expect("an event");
        respond("no-route", &request, |path| (path == "/api/known").then(|| "GET, PUT".to_owned()))
    }

    fn slug(response: &Response) -> String {
        let body: Value = serde_json::from_str(&response.body).expect("JSON");
        body["type"].as_str().and_then(|kind| kind.rsplit('/').next()).expect("a slug").to_owned()
    }

    #[test]
    fn a_path_that_is_no_route_s_is_not_found() {
        let response = answer("GET", "/api/unknown");
        assert_eq!((response.status, slug(&response)), (404, "route-not-found".to_owned()));
        assert_eq!(response.headers["content-type"], "application/problem+json");
        assert!(!response.headers.contains_key("allow"));
    }

    #[test]
    fn a_method_that_a_path_lacks_is_answered_with_those_it_has() {
        for method in ["POST", "HEAD", "get"] {
            let response = answer(method, "/api/known");
            assert_eq!((response.status, slug(&response)), (405, "method-not-allowed".to_owned()));
            assert_eq!(response.headers["allow"], "GET, PUT");
        }
    }

    #[test]
    fn a_browser_that_asks_first_gets_no_error_whatever_it_asks_about() {
        for path in ["/api/known", "/api/unknown", "/"] {
            let response = answer("OPTIONS", path);
            assert_eq!((response.status, response.body.as_str()), (204, ""));
        }
    }
}
