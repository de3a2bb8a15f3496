//! The template's routes, and browsers' preflight requests.

use std::path::Path;

use waitlist_api::routes::ROUTES;
use yaml_rust2::{Yaml, YamlLoader};

use super::support::{Person, Stack};

/// The method and path of every route of the API in the template. Pages and `$default` are no part of it.
fn routes_of_the_template() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../template.yaml");
    let template = std::fs::read_to_string(path).expect("the template can be read");
    let documents = YamlLoader::load_from_str(&template).expect("the template is YAML");
    let resources = documents[0]["Resources"].as_hash().expect("the template has resources");
    let functions =
        resources.values().filter(|resource| resource["Type"].as_str() == Some("AWS::Serverless::Function"));
    let events =
        functions.filter_map(|function| function["Properties"]["Events"].as_hash()).flat_map(|events| events.values());
    let text = |value: &Yaml| value.as_str().expect("a route has a method and a path").to_owned();
    events
        .filter(|event| event["Type"].as_str() == Some("HttpApi"))
        .map(|event| (text(&event["Properties"]["Method"]), text(&event["Properties"]["Path"])))
        .filter(|(_, path)| path.starts_with("/api/") || path == "/openapi.json")
        .collect()
}

/// The path with values for its parameters.
fn filled(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "nothing".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so_in_words() {
    let stack = Stack::up().await;
    for path in ["/events/nothing", "/p/nothing", "/assets/nothing"] {
        let reply = stack.public().send("GET", path, &[], Vec::new()).await;
        assert_eq!((reply.status, reply.header("content-type")), (404, "text/html; charset=utf-8"), "{reply:?}");
    }
}

#[tokio::test]
async fn every_route_of_the_template_answers() {
    let stack = Stack::up().await;
    let routes = routes_of_the_template();
    assert_eq!(routes.len(), ROUTES.len(), "{routes:?}");
    for (method, path) in routes {
        let reply = stack.sales().send(&method, &filled(&path), &[], b"{}".to_vec()).await;
        if ["/openapi.json", "/api/waitlist/challenge"].contains(&path.as_str()) {
            // It wants nothing of anybody, so nothing is missing.
            assert_eq!(reply.status, 200, "{reply:?}");
            continue;
        }
        assert_eq!(reply.header("content-type"), "application/problem+json", "{reply:?}");
        assert!((400..500).contains(&reply.status) && reply.status != 405, "{reply:?}");
        assert!(!reply.text.contains("route-not-found"), "{reply:?}");
    }
}

#[tokio::test]
async fn by_the_address_for_keys_every_route_answers_as_by_the_other() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let sales = stack.sales();
    let send = async |method: &str, path: &str, body: Vec<u8>| {
        sales.send_to("WAITLIST_KEY_URL", method, path, &[], body).await
    };
    let wish = camp.joining_for(&Person::new()).to_string().into_bytes();
    send("POST", "/api/waitlist/join", wish).await.is(201);
    let seen = send("GET", &camp.path(), Vec::new()).await.is(200);
    assert_eq!(seen["ticketTypes"][0]["status"], "waitlist");
    send("GET", "/api/nowhere", Vec::new()).await.problem(404, "route-not-found");
    let refused = send("DELETE", "/api/registrations", Vec::new()).await;
    assert_eq!(refused.header("allow"), "POST");
    refused.problem(405, "method-not-allowed");
    camp.holds_together().await;
}

#[tokio::test]
async fn a_path_that_no_route_has_is_a_problem_like_any_other() {
    let stack = Stack::up().await;
    for method in ["GET", "PUT", "POST", "DELETE", "PATCH"] {
        for path in ["/", "/api", "/api/event", "/api/waitlist/queue/family-1", "/favicon.ico"] {
            let reply = stack.public().send(method, path, &[], Vec::new()).await;
            assert_eq!(reply.header("allow"), "", "{reply:?}");
            reply.problem(404, "route-not-found");
        }
    }
}

#[tokio::test]
async fn every_kind_of_answer_has_the_headers_that_protect_a_browser() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let public = stack.public();
    let join = "/api/waitlist/join";
    let wish = || camp.joining(&Person::new()).to_string().into_bytes();
    let nothing = Vec::new;
    let text = [("content-type", "text/plain")];
    let json = [("content-type", "application/json")];
    let bad_token = [("authorization", "Bearer wt_0")];
    for (status, method, path, headers, body) in [
        (200, "GET", "/openapi.json", &[][..], nothing()),
        (200, "GET", &camp.path(), &[], nothing()),
        (201, "POST", join, &json, wish()),
        (401, "GET", "/api/waitlist/position/nobody", &bad_token, nothing()),
        (404, "GET", "/api/events/nowhere", &[], nothing()),
        (404, "GET", "/api/nowhere", &[], nothing()),
        (405, "GET", join, &[], nothing()),
        (415, "POST", join, &text, wish()),
        (422, "POST", join, &json, b"{}".to_vec()),
    ] {
        let reply = public.send(method, path, headers, body).await;
        assert_eq!(reply.status, status, "{method} {path}: {reply:?}");
        for (name, value) in [
            ("referrer-policy", "no-referrer"),
            ("strict-transport-security", "max-age=63072000"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(reply.header(name), value, "{status} {method} {path}: {reply:?}");
        }
    }
    camp.holds_together().await;
}

#[tokio::test]
async fn an_id_with_a_slash_is_another_path() {
    let stack = Stack::up().await;
    for path in ["/api/events/a%2Fb", "/api/events/a/b", "/api/waitlist/position/a%2Fb", "/api/registrations/a%2fb"] {
        stack.organiser().get(path).await.problem(404, "route-not-found");
    }
}

#[tokio::test]
async fn another_method_than_the_path_s_is_answered_with_the_allowed_ones() {
    let stack = Stack::up().await;
    let routes = routes_of_the_template();
    for (_, path) in &routes {
        for method in ["GET", "PUT", "POST", "DELETE", "PATCH"] {
            let has = |method: &str| routes.iter().any(|(other, of)| other == method && of == path);
            if !has(method) {
                let reply = stack.organiser().send(method, &filled(path), &[], b"{}".to_vec()).await;
                let allowed: Vec<String> = reply.header("allow").split(", ").map(str::to_owned).collect();
                assert!(allowed.iter().all(|method| has(method)), "{reply:?}");
                assert_eq!(allowed.len(), routes.iter().filter(|(_, of)| of == path).count(), "{reply:?}");
                reply.problem(405, "method-not-allowed");
            }
        }
    }
}

#[tokio::test]
async fn browsers_of_any_page_may_call_every_route() {
    let stack = Stack::up().await;
    let unknown = ("POST".to_owned(), "/api/nowhere".to_owned());
    for (method, path) in routes_of_the_template().into_iter().chain([unknown]) {
        let asking = [
            ("origin", "https://tickets.example.org"),
            ("access-control-request-method", method.as_str()),
            ("access-control-request-headers", "authorization,content-type,idempotency-key"),
        ];
        let reply = stack.public().send("OPTIONS", &filled(&path), &asking, Vec::new()).await;
        assert!([200, 204].contains(&reply.status), "{reply:?}");
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{reply:?}");
        let allowed = reply.header("access-control-allow-methods").to_owned();
        assert!(allowed.split(',').any(|allowed| allowed.trim() == method), "{method} in {allowed}");
        let headers = reply.header("access-control-allow-headers").to_lowercase();
        for header in ["authorization", "content-type", "idempotency-key"] {
            assert!(headers.contains(header), "{header} in {headers}");
        }
    }
}

#[tokio::test]
async fn pages_may_read_an_answer_and_its_headers() {
    let stack = Stack::up().await;
    let origin = [("origin", "https://tickets.example.org")];
    for path in ["/api/events/nowhere", "/api/nowhere"] {
        let reply = stack.public().send("GET", path, &origin, Vec::new()).await;
        assert_eq!(reply.header("access-control-allow-origin"), "*", "{reply:?}");
        let exposed: Vec<&str> = reply.header("access-control-expose-headers").split(',').map(str::trim).collect();
        assert_eq!(exposed, ["allow", "link", "retry-after", "www-authenticate"], "{reply:?}");
    }
}
