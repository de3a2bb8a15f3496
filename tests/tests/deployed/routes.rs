//! The template's routes, and what browsers ask first.

use std::path::Path;

use yaml_rust2::{Yaml, YamlLoader};

use super::support::Stack;

/// Method and path of every route that a function of the template has.
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
        .collect()
}

/// The path with something in place of its parameters.
fn filled(path: &str) -> String {
    let part = |part: &str| if part.starts_with('{') { "nothing".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn every_route_of_the_template_answers() {
    let stack = Stack::up().await;
    let routes = routes_of_the_template();
    assert_eq!(routes.len(), 13, "{routes:?}");
    for (method, path) in routes {
        let answer = stack.sales().send(&method, &filled(&path), &[], b"{}".to_vec()).await;
        // The gateway's own 404 is `{"message": "Not Found"}`.
        assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
        assert!((400..500).contains(&answer.status), "{answer:?}");
    }
}

#[tokio::test]
async fn there_are_no_other_routes() {
    let stack = Stack::up().await;
    for (method, path) in [("GET", "/"), ("GET", "/api"), ("POST", "/api/events/camp"), ("GET", "/api/waitlist/join")] {
        let answer = stack.organiser().send(method, path, &[], Vec::new()).await;
        assert_eq!((answer.status, answer.text.as_str()), (404, r#"{"message":"Not Found"}"#), "{method} {path}");
    }
}

#[tokio::test]
async fn browsers_of_any_page_may_call_every_route() {
    let stack = Stack::up().await;
    for (method, path) in routes_of_the_template() {
        let asking = [
            ("origin", "https://tickets.example.org"),
            ("access-control-request-method", method.as_str()),
            ("access-control-request-headers", "authorization,content-type,idempotency-key"),
        ];
        let answer = stack.public().send("OPTIONS", &filled(&path), &asking, Vec::new()).await;
        assert!([200, 204].contains(&answer.status), "{answer:?}");
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{answer:?}");
        let allowed = answer.header("access-control-allow-methods").to_owned();
        assert!(allowed.split(',').any(|allowed| allowed.trim() == method), "{method} in {allowed}");
        let headers = answer.header("access-control-allow-headers").to_lowercase();
        for header in ["authorization", "content-type", "idempotency-key"] {
            assert!(headers.contains(header), "{header} in {headers}");
        }
    }
    let origin = [("origin", "https://tickets.example.org")];
    let answer = stack.public().send("GET", "/api/events/nowhere", &origin, Vec::new()).await;
    assert_eq!(answer.header("access-control-allow-origin"), "*", "{answer:?}");
}
