//! The roles that each route takes.

use serde_json::json;
use waitlist_api::routes::{ROUTES, route};
use waitlist_domain::values::credential::Token;
use waitlist_domain::values::identifier::PlaceTag;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Method, Route};

use super::support::{Caller, Counts, MadeKey, NOTHING, Person, Reply, Stack, setting};

/// The routes that need a credential.
fn closed_routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.admits != Admits::Anyone)
}

/// Sends a request that changes nothing, because it names what does not exist.
async fn call(caller: &Caller, route: &Route) -> Reply {
    let path = route.path_with(|_| "nothing");
    let body = match route.method {
        Method::Get | Method::Delete | Method::PostOfPath | Method::PostByLink => Vec::new(),
        Method::Post | Method::Put => {
            let mut body = json!({"entryId": "ent_00000000000000000000000000000000"});
            match route.function {
                "confirm-phone" => body["code"] = json!("012345"),
                "change-entry" => body["name"] = json!("Ada Example"),
                _ => {}
            }
            body.to_string().into_bytes()
        }
    };
    caller.send(route.method.as_str(), &path, &[], body).await
}

/// A well-formed token of nobody.
fn token() -> String {
    Token::from_bits(&PlaceTag::from_bits([1; 8]), [2; 32]).as_str().to_owned()
}

#[tokio::test]
async fn a_caller_without_a_credential_is_asked_for_one() {
    let stack = Stack::up().await;
    for route in closed_routes() {
        let reply = call(&stack.public(), route).await;
        assert_eq!(reply.header("www-authenticate"), "Bearer", "{}", reply.request);
        reply.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_malformed_credential_is_refused_on_every_route() {
    let stack = Stack::up().await;
    let unknown_key = format!("Bearer wl_{}", "A".repeat(43));
    let headers = ["Bearer", "Bearer nonsense", "Basic d2w6d2w=", "wl_", &unknown_key, &format!("Bearer {}x", token())];
    // The person who sends a credential to an open route sends a good one, or is told.
    for route in closed_routes().chain([route("get-event")]) {
        for header in headers {
            call(&stack.authorized_by(header), route).await.problem(401, "unauthenticated");
        }
    }
}

#[tokio::test]
async fn each_route_is_for_the_callers_that_the_contract_names() {
    let stack = Stack::up().await;
    let viewer = stack.bearer(&MadeKey::create(&["--role", "viewer"]).key);
    for route in closed_routes() {
        let by_organiser = call(&stack.organiser(), route).await;
        let by_sales = call(&stack.sales(), route).await;
        let by_viewer = call(&viewer, route).await;
        let by_token = call(&stack.bearer(&token()), route).await;
        assert!([200, 404, 422].contains(&by_organiser.status), "organisers may do everything: {by_organiser:?}");
        match route.admits {
            Admits::Organisers | Admits::Viewers => drop(by_sales.problem(403, "forbidden")),
            _ => assert!([404, 422].contains(&by_sales.status), "{by_sales:?}"),
        }
        match route.method {
            Method::Get => assert!([200, 404, 422].contains(&by_viewer.status), "viewers may read: {by_viewer:?}"),
            _ => drop(by_viewer.problem(403, "forbidden")),
        }
        match route.admits {
            Admits::Customers | Admits::Readers => by_token.problem(404, "entry-not-found"),
            _ => by_token.problem(403, "forbidden"),
        };
    }
}

#[tokio::test]
async fn another_customers_token_gets_exactly_the_answer_of_an_unknown_customer() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let [ada, bob] = [camp.join(&Person::new()).await, camp.join(&Person::new()).await];
    camp.release(2).await;
    camp.offer_to(&ada).await;
    camp.offer_to(&bob).await;

    let eve = camp.customer(&bob);
    let entry = json!({"entryId": ada.entry_id});
    for (method, route, body) in [
        ("GET", "position", None),
        ("DELETE", "leave", None),
        ("POST", "claim", Some(&entry)),
        ("POST", "decline", Some(&entry)),
    ] {
        let path = |customer: &str| format!("/api/waitlist/{route}/{customer}");
        let body = body.map(|body| body.to_string().into_bytes()).unwrap_or_default();
        let known = eve.send(method, &path(&ada.customer_id), &[], body.clone()).await;
        let unknown = eve.send(method, &path("email:00000000000000000000000000000000"), &[], body).await;
        assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
        assert_eq!(known.header("content-type"), unknown.header("content-type"));
        known.problem(404, "entry-not-found");
    }
    // A customer's own id with another customer's entry, or with an ended one, is no different.
    let own = format!("/api/waitlist/claim/{}", bob.customer_id);
    eve.post(&own, &entry).await.problem(404, "entry-not-found");
    let linked = format!("/api/waitlist/position/{}?token={}", ada.customer_id, bob.token);
    stack.public().get(&linked).await.problem(404, "entry-not-found");
    camp.comes_to(Counts { capacity: 2, held: 2, joined: 2, offers: 2, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_token_in_the_link_is_taken_for_reading_only() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    camp.release(1).await;
    camp.offer_to(&ada).await;
    let linked = |route: &str| format!("/api/waitlist/{route}/{}?token={}", ada.customer_id, ada.token);
    let entry = json!({"entryId": ada.entry_id});
    stack.public().get(&linked("position")).await.is(200);
    stack.public().post(&linked("claim"), &entry).await.problem(401, "unauthenticated");
    stack.public().post(&linked("decline"), &entry).await.problem(401, "unauthenticated");
    stack.public().delete(&linked("leave")).await.problem(401, "unauthenticated");
    // A key is only taken from a header.
    let key = setting("WAITLIST_SALES_KEY");
    let path = format!("/api/waitlist/position/{}?token={key}", ada.customer_id);
    stack.public().get(&path).await.problem(401, "unauthenticated");
    assert_eq!(camp.entry(&ada).await["status"], json!("offered"));
    camp.holds_together().await;
}

#[tokio::test]
async fn no_answer_to_a_key_may_be_cached_and_no_refusal() {
    let stack = Stack::up().await;
    let camp = stack.event().places(1).create().await;
    for reply in [stack.sales().get(&camp.path()).await, stack.public().get("/api/waitlist/stats/nowhere").await] {
        assert_eq!(reply.header("cache-control"), "no-store", "{}", reply.request);
    }
}
