//! The roles that each route takes.

use serde_json::{Value, json};

use super::support::{Answer, Caller, Counts, NOTHING, Person, Stack, setting};

/// A route, with a request that changes nothing.
struct Route {
    method: &'static str,
    path: String,
    body: Option<Value>,
    /// Only organisers may call it, not sales systems.
    organisers_only: bool,
    /// Customers may call it for their own entry.
    customers: bool,
}

fn routes() -> Vec<Route> {
    let route = |method, path: &str, body: Option<Value>| Route {
        method,
        path: path.to_owned(),
        body,
        organisers_only: false,
        customers: false,
    };
    let entry = Some(json!({"entryId": "ent_00000000000000000000000000000000"}));
    let sale = json!({"eventId": "nowhere", "ticketTypeId": "camper", "quantity": 1, "customerId": "nobody"});
    let release = json!({"ticketTypeId": "camper", "quantity": 1});
    let organisers = |route: Route| Route { organisers_only: true, ..route };
    let customers = |route: Route| Route { customers: true, ..route };
    vec![
        organisers(route("PUT", "/api/events/nowhere", Some(json!({})))),
        organisers(route("GET", "/api/waitlist/stats/nowhere", None)),
        organisers(route("GET", "/api/waitlist/entries/nowhere", None)),
        organisers(route("GET", "/api/events", None)),
        route("POST", "/api/registrations", Some(sale)),
        route("GET", "/api/registrations/nothing", None),
        route("DELETE", "/api/registrations/nothing", None),
        route("POST", "/api/waitlist/release/nowhere", Some(release)),
        route("GET", "/api/waitlist/releases/nothing", None),
        organisers(route("POST", "/api/waitlist/releases/nothing/pause", None)),
        organisers(route("POST", "/api/waitlist/releases/nothing/resume", None)),
        organisers(route("POST", "/api/waitlist/releases/nothing/cancel", None)),
        organisers(route("POST", "/api/waitlist/remove/nobody", entry.clone())),
        organisers(route("POST", "/api/waitlist/reinstate/nobody", entry.clone())),
        organisers(route("POST", "/api/waitlist/offer/nobody", entry.clone())),
        organisers(route("POST", "/api/waitlist/withdraw/nobody", entry.clone())),
        organisers(route("POST", "/api/waitlist/move/nobody", Some(json!({})))),
        organisers(route("POST", "/api/waitlist/extend/nobody", Some(json!({})))),
        organisers(route("POST", "/api/waitlist/edit/nobody", Some(json!({})))),
        organisers(route("POST", "/api/waitlist/steer/nowhere", Some(json!({})))),
        organisers(route("GET", "/api/waitlist/export/nowhere", None)),
        organisers(route("POST", "/api/waitlist/codes/nowhere", Some(json!({})))),
        organisers(route("GET", "/api/waitlist/codes/nowhere", None)),
        organisers(route("DELETE", "/api/waitlist/codes/nowhere/nothing", None)),
        route("POST", "/api/waitlist/convert/nobody", entry.clone()),
        customers(route("POST", "/api/waitlist/claim/nobody", entry.clone())),
        customers(route("POST", "/api/waitlist/decline/nobody", entry)),
        customers(route("GET", "/api/waitlist/position/nobody", None)),
        customers(route("DELETE", "/api/waitlist/leave/nobody", None)),
    ]
}

async fn call(caller: &Caller, route: &Route) -> Answer {
    let body = route.body.as_ref().map(|body| body.to_string().into_bytes()).unwrap_or_default();
    caller.send(route.method, &route.path, &[], body).await
}

/// A well-formed token of nobody.
fn token() -> String {
    format!("wt_{}", "0123456789abcdef".repeat(4))
}

#[tokio::test]
async fn a_caller_without_a_credential_is_asked_for_one() {
    let stack = Stack::up().await;
    for route in routes() {
        let answer = call(&stack.public(), &route).await;
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{}", answer.request);
        answer.problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn a_malformed_credential_is_refused_on_every_route() {
    let stack = Stack::up().await;
    let unknown_key = format!("Bearer wl_{}", "A".repeat(43));
    let headers = ["Bearer", "Bearer nonsense", "Basic d2w6d2w=", "wl_", &unknown_key, &format!("Bearer {}x", token())];
    let anyone = ["/api/events/nowhere"].map(|path| Route {
        method: "GET",
        path: path.to_owned(),
        body: None,
        organisers_only: false,
        customers: false,
    });
    for route in routes().into_iter().chain(anyone) {
        for header in headers {
            call(&stack.authorized_by(header), &route).await.problem(401, "unauthenticated");
        }
    }
}

#[tokio::test]
async fn each_route_is_for_the_callers_that_the_contract_names() {
    let stack = Stack::up().await;
    for route in routes() {
        let by_sales = call(&stack.sales(), &route).await;
        let by_token = call(&stack.bearer(&token()), &route).await;
        if route.organisers_only {
            by_sales.problem(403, "forbidden");
        } else {
            assert_eq!(by_sales.status, 404, "{by_sales:?}");
        }
        if route.customers {
            by_token.problem(404, "entry-not-found");
        } else {
            by_token.problem(403, "forbidden");
        }
        let by_organiser = call(&stack.organiser(), &route).await;
        // The list of events is found in any case.
        let expected: &[u16] = if route.path == "/api/events" { &[200] } else { &[404, 422] };
        assert!(expected.contains(&by_organiser.status), "the organiser may do everything: {by_organiser:?}");
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
async fn no_answer_may_be_cached() {
    let stack = Stack::up().await;
    let camp = stack.event().places(1).create().await;
    for answer in [stack.public().get(&camp.path()).await, stack.public().get("/api/waitlist/stats/nowhere").await] {
        assert_eq!(answer.header("cache-control"), "no-store", "{}", answer.request);
    }
}
