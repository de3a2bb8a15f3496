//! API keys for some events. For such a key no other event exists.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use waitlist_api::routes::ROUTES;
use waitlist_tests::StoredKey;

use super::cases::{self, Case};
use super::payload::Payload;
use super::reply::Reply;
use super::scene::{ON_SALE, ORGANISER, SALES, SOLD_OUT, Scene, in_empty_scene, in_scene};

/// A key for events that the scene lacks, or for winter alone.
const SCOPED: &str = "wl_ExampleScopedKey000000000000000000000000000";

/// A key whose patterns together are for all events.
const FOR_ALL: &str = "wl_ExampleForAllKey000000000000000000000000000";

/// Stores a key of this role for the events of these patterns.
async fn create_key(scene: &Scene, role: &str, events: &[&str]) {
    scene.cloud.create_key(&StoredKey::new(SCOPED, role).for_events(events)).await;
}

/// The answer to a key for other events, which changes nothing.
async fn answer_to_key_for_other_events(scene: &Scene, payload: Payload) -> Reply {
    create_key(scene, "organiser", &["elsewhere", "*-nowhere-*"]).await;
    let before = scene.items_of_the_waitlist().await;
    let answer = scene.send(payload.from(SCOPED)).await;
    assert_eq!(scene.items_of_the_waitlist().await, before, "{answer:?}");
    answer
}

#[test]
fn for_a_key_of_other_events_every_route_answers_as_if_nothing_were_stored() {
    let mut granted = BTreeSet::new();
    let mut met = BTreeSet::new();
    for case in cases::successes() {
        let (function, is_by_link) = (case.payload.function(), cases::is_by_link(&case));
        let Case { about, payload, .. } = case;
        met.insert(function);
        // A challenge is for joins to any event, and no two are alike. Links of an address are asked
        // for without an event, and the answer tells nothing.
        if is_by_link || function == "get-challenge" || function == "find" {
            continue;
        }
        let there = in_scene(async |scene| answer_to_key_for_other_events(&scene, payload.clone()).await);
        let nowhere = in_empty_scene(async |scene| answer_to_key_for_other_events(&scene, payload.clone()).await);
        assert_eq!(there, nowhere, "{about}: {function} reveals what is out of the scope");
        if there.status < 400 {
            granted.insert(function);
        }
    }
    assert_eq!(met, ROUTES.iter().map(|route| route.function).collect());
    // The lists are empty, and so is a page behind a cursor. The description of the API is for
    // anyone.
    assert_eq!(granted, BTreeSet::from(["leave", "list-events", "openapi", "position"]));
}

#[test]
fn an_event_out_of_the_scope_is_neither_created_nor_changed() {
    in_scene(async |scene| {
        create_key(&scene, "organiser", &["winter-*"]).await;
        for event in [ON_SALE, "summer-camp-9"] {
            let put = scene.send(Payload::put(&format!("/api/events/{event}")).from(SCOPED).body(&json!({}))).await;
            assert_eq!((put.status, put.slug()), (403, "forbidden"), "{put:?}");
            assert!(put.body["detail"].as_str().is_some_and(|detail| detail.contains("scope")), "{put:?}");
        }
        let invalid = scene.send(Payload::put("/api/events/winter-camp-9").from(SCOPED).body(&json!({}))).await;
        assert_eq!(invalid.status, 422, "{invalid:?}");
    });
}

#[test]
fn a_remembered_event_does_not_exist_for_a_key_of_other_events() {
    in_scene(async |scene| {
        create_key(&scene, "sales", &["winter-*"]).await;
        let body = json!({"eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
                          "customerId": "parent-9"});
        let join = || Payload::post("/api/waitlist/join").body(&body);
        assert_eq!(scene.send(join().from(SALES)).await.status, 201);
        let refused = scene.send(join().from(SCOPED)).await;
        assert_eq!((refused.status, refused.slug()), (404, "event-not-found"), "{refused:?}");
    });
}

/// The ids of the events on all pages.
async fn listed(scene: &Scene, query: &str) -> Vec<String> {
    let (mut ids, mut next) = (Vec::new(), Some(String::new()));
    while let Some(cursor) = next {
        let cursor = if cursor.is_empty() { cursor } else { format!("&cursor={cursor}") };
        let page = scene.send(Payload::get(&format!("/api/events?{query}{cursor}")).from(SCOPED)).await;
        let id = |event: &Value| event["eventId"].as_str().expect("an id").to_owned();
        ids.extend(page.body["events"].as_array().expect("a list").iter().map(id));
        next = page.body["next"].as_str().map(str::to_owned);
        let names_hidden = next.as_deref().is_some_and(|next| next.contains("camp") && !next.contains("winter"));
        assert!(!names_hidden, "a cursor names no event that its reader may not see: {next:?}");
    }
    ids
}

#[test]
fn the_settings_are_for_keys_of_all_events() {
    in_scene(async |scene| {
        create_key(&scene, "organiser", &["winter-*", "*-camp-*"]).await;
        for payload in [Payload::get("/api/settings"), Payload::put("/api/settings").body(&json!({}))] {
            let refused = scene.send(payload.from(SCOPED)).await;
            assert_eq!((refused.status, refused.slug()), (403, "forbidden"), "{refused:?}");
            assert!(refused.body["detail"].as_str().is_some_and(|detail| detail.contains("all events")), "{refused:?}");
        }
        scene.cloud.create_key(&StoredKey::new(FOR_ALL, "organiser").for_events(&["winter-*", "*"])).await;
        assert_eq!(scene.send(Payload::get("/api/settings").from(FOR_ALL)).await.status, 200);
    });
}

#[test]
fn a_list_has_the_events_of_the_scope_whatever_its_pages() {
    in_scene(async |scene| {
        create_key(&scene, "viewer", &["winter-*"]).await;
        for limit in [1, 2, 50] {
            let mut events = listed(&scene, &format!("limit={limit}")).await;
            events.sort();
            assert_eq!(events, ["winter-camp-1", "winter-camp-2"], "{limit} on a page");
        }
    });
}

#[test]
fn a_customer_s_entries_are_those_of_the_scope() {
    in_scene(async |scene| {
        create_key(&scene, "organiser", &["winter-*"]).await;
        let join = |event: &str| {
            let body = json!({"eventId": event, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
                              "customerId": "parent-9"});
            Payload::post("/api/waitlist/join").from(SALES).body(&body)
        };
        for event in [SOLD_OUT, "winter-camp-1"] {
            assert_eq!(scene.send(join(event)).await.status, 201);
        }
        let position = scene.send(Payload::get("/api/waitlist/position/parent-9").from(SCOPED)).await;
        let entries = position.body["entries"].as_array().expect("a list");
        assert_eq!((entries.len(), &entries[0]["eventId"]), (1, &json!("winter-camp-1")));
        let left = scene.send(Payload::delete("/api/waitlist/leave/parent-9").from(SCOPED)).await;
        assert_eq!(left.body["left"].as_array().map(Vec::len), Some(1), "{left:?}");
        let rest = scene.send(Payload::get("/api/waitlist/position/parent-9").from(ORGANISER)).await;
        let statuses = rest.body["entries"].as_array().into_iter().flatten().map(|entry| &entry["status"]);
        assert_eq!(statuses.filter(|status| *status == "waiting").count(), 1, "{rest:?}");
    });
}
