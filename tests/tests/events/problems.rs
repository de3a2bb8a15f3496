//! Every problem that the table of routes names does happen.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use waitlist_api::routes::ROUTES;
use waitlist_domain::entry::own_change::MOST_OWN_CHANGES;
use waitlist_domain::event::access_code::MOST_CODES;
use waitlist_domain::event::{MaxOffers, MaxPlaces};

use super::cases;
use super::messages::{draw_is_due, from_queue};
use super::payload::Payload;
use super::scene::{BY_LOT, BY_TIER, GATHERING, HOUR, ON_SALE, ORGANISER, SOLD_OUT, Scene, in_empty_scene, in_scene};

/// Functions and the slugs of their problems.
#[derive(Debug, Default)]
struct Met(BTreeSet<(&'static str, String)>);

impl Met {
    async fn send(&mut self, scene: &Scene, payload: Payload) {
        let function = payload.function();
        let answer = scene.send(payload).await;
        self.0.insert((function, answer.slug().to_owned()));
    }

    /// An organiser's POST about an entry.
    async fn command(&mut self, scene: &Scene, (name, customer, number): (&str, &str, u8), more: &Value) {
        let mut body = json!({"entryId": cases::entry(number)});
        body.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
        self.send(scene, post(&format!("/api/waitlist/{name}/{customer}"), &body)).await;
    }

    async fn put(&mut self, scene: &Scene, event: &str, changes: &Value) {
        let stored = scene.send(Payload::get(&format!("/api/events/{event}"))).await.body;
        let mut body = json!({
            "name": "Summer Camp", "startsAt": stored["startsAt"], "timeZone": "America/New_York",
            "ticketTypes": [{"id": "camper", "name": "Camper"}],
        });
        body.as_object_mut().expect("an object").extend(changes.as_object().cloned().expect("an object"));
        let put = Payload::put(&format!("/api/events/{event}")).from(ORGANISER);
        self.send(scene, put.body(&body)).await;
    }

    async fn join(&mut self, scene: &Scene, event: &str) {
        let body = json!({"eventId": event, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org"});
        self.send(scene, Payload::post("/api/waitlist/join").body(&body)).await;
    }
}

fn post(path: &str, body: &Value) -> Payload {
    Payload::post(path).from(ORGANISER).body(body)
}

async fn an_offer_ends(scene: &Scene, met: &mut Met) {
    scene.cloud.advance(25 * HOUR);
    for name in ["claim", "decline", "convert", "withdraw"] {
        met.command(scene, (name, "parent-1", 1), &Value::Null).await;
    }
    met.command(scene, ("extend", "parent-1", 1), &json!({"by": "1 day"})).await;
}

async fn an_event_begins(scene: &Scene, met: &mut Met) {
    scene.cloud.advance(400 * HOUR);
    met.command(scene, ("reinstate", "parent-6", 6), &Value::Null).await;
    met.command(scene, ("offer", "parent-7", 7), &Value::Null).await;
    met.join(scene, SOLD_OUT).await;
}

async fn somebody_changes_their_place_too_often(scene: &Scene, met: &mut Met) {
    for number in 0..=MOST_OWN_CHANGES {
        met.command(scene, ("change", "parent-5", 5), &json!({"name": format!("Pat the {number}th")})).await;
    }
}

async fn a_retention_runs_out(scene: &Scene, met: &mut Met) {
    scene.outlast_the_retention().await;
    met.command(scene, ("edit", "parent-1", 1), &json!({"name": "Pat"})).await;
    met.command(scene, ("change", "parent-1", 1), &json!({"name": "Pat"})).await;
}

async fn seats_go_on_sale(scene: &Scene, met: &mut Met) {
    scene.put_event(SOLD_OUT, 9).await;
    met.command(scene, ("withdraw", "parent-1", 1), &Value::Null).await;
    scene.send(Payload::delete("/api/waitlist/leave/parent-1").from(ORGANISER)).await;
    met.command(scene, ("reinstate", "parent-1", 1), &Value::Null).await;
}

async fn an_event_changes_against_the_rules(scene: &Scene, met: &mut Met) {
    let seats = |id: &str, capacity: u64| json!({"ticketTypes": [{"id": id, "name": "Camper", "capacity": capacity}]});
    met.put(scene, ON_SALE, &seats("camper", 0)).await;
    met.put(scene, ON_SALE, &seats("grown-up", 5)).await;
    met.put(scene, GATHERING, &json!({"waitlist": {"order": "priority", "tiers": ["vip"]}})).await;
}

async fn lots_are_drawn_once(scene: &Scene, met: &mut Met) {
    scene.cloud.advance(Duration::from_millis(500_000_000));
    assert_eq!(scene.given_back("timer", from_queue("timers", &[draw_is_due()])).await, [""; 0]);
    assert!(scene.is_drawn(BY_LOT).await);
    let draw_at = scene.table.now().plus_milliseconds(1_000_000).to_rfc3339();
    let rules = json!({"order": "lottery", "tiers": ["vip", "general"], "drawAt": draw_at});
    met.put(scene, BY_LOT, &json!({"waitlist": rules})).await;
}

async fn nobody_may_join(scene: &Scene, met: &mut Met) {
    scene.put_changed_event(SOLD_OUT, 1, |event| event.rules.max_size = 1).await;
    scene.join("parent-8", "child-8", [8; 16]).await;
    met.join(scene, SOLD_OUT).await;
    for joining in ["paused", "closed"] {
        let path = format!("/api/waitlist/steer/{GATHERING}");
        scene.send(post(&path, &json!({"joining": joining}))).await;
        met.join(scene, GATHERING).await;
    }
}

async fn somebody_declines_their_offers(scene: &Scene, met: &mut Met) {
    scene.put_changed_event(SOLD_OUT, 1, |event| event.rules.max_offers = MaxOffers::LEAST).await;
    met.command(scene, ("decline", "parent-1", 1), &Value::Null).await;
    let again = json!({
        "eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Pat", "email": "pat@example.org",
        "customerId": "parent-1", "attendeeId": "child-1",
    });
    met.send(scene, post("/api/waitlist/join", &again)).await;
}

async fn somebody_wants_too_many_places(scene: &Scene, met: &mut Met) {
    scene.put_changed_event(SOLD_OUT, 1, |event| event.rules.max_places = MaxPlaces::LEAST).await;
    for child in ["child-1", "child-2"] {
        let body = json!({
            "eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org", "attendeeId": child,
        });
        met.send(scene, Payload::post("/api/waitlist/join").body(&body)).await;
    }
}

async fn a_network_sends_too_many_joins(scene: &Scene, met: &mut Met) {
    for guess in 0..=10 {
        let code = format!("GUESS-{guess:04}");
        let body = json!({
            "eventId": BY_TIER, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org", "accessCode": code,
        });
        met.send(scene, Payload::post("/api/waitlist/join").body(&body)).await;
    }
    for _ in 0..30 {
        met.join(scene, SOLD_OUT).await;
    }
}

async fn phone_numbers_are_not_confirmed(scene: &Scene, met: &mut Met) {
    let confirm = json!({"entryId": cases::entry(7), "code": "000000"});
    met.send(scene, post("/api/waitlist/phone/parent-8/confirm", &confirm)).await;
    for _ in 0..6 {
        met.send(scene, post("/api/waitlist/phone/parent-7/confirm", &confirm)).await;
    }
    for _ in 0..4 {
        met.command(scene, ("phone", "parent-7", 7), &Value::Null).await;
    }
    let public = json!({
        "eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
        "phone": "+447700900123",
    });
    let joined = scene.send(Payload::post("/api/waitlist/join").body(&public)).await.body;
    let path = format!("/api/waitlist/phone/{}", joined["customerId"].as_str().expect("an id"));
    met.send(scene, post(&path, &json!({"entryId": joined["entryId"]}))).await;
    met.command(scene, ("remove", "parent-7", 7), &Value::Null).await;
    met.command(scene, ("phone", "parent-7", 7), &Value::Null).await;
    scene.send(post("/api/waitlist/edit/parent-7", &json!({"entryId": cases::entry(7), "phone": null}))).await;
    met.command(scene, ("phone", "parent-7", 7), &Value::Null).await;
    met.send(scene, post("/api/waitlist/phone/parent-7/confirm", &confirm)).await;
}

async fn an_event_has_all_codes_that_it_may_have(scene: &Scene, met: &mut Met) {
    scene.cloud.load([json!({
        "pk": {"S": format!("CODES#{BY_TIER}")}, "sk": {"S": "CODES"}, "codes": {"N": MOST_CODES.to_string()},
    })]);
    let body = json!({"tier": "vip", "maxUses": 1, "endsAt": "2099-07-05T09:00:00Z"});
    met.send(scene, post(&format!("/api/waitlist/codes/{BY_TIER}"), &body)).await;
}

async fn a_network_asks_for_too_many_links(scene: &Scene, met: &mut Met) {
    for person in 0..=10 {
        let body = json!({"email": format!("parent-{person}@example.org")});
        met.send(scene, Payload::post("/api/waitlist/find").body(&body)).await;
    }
}

async fn no_event_asks_for_a_challenge(scene: &Scene, met: &mut Met) {
    met.send(scene, Payload::get("/api/waitlist/challenge")).await;
}

#[test]
fn every_problem_of_a_route_is_met() {
    let mut met = Met::default();
    for case in cases::all().into_iter().filter(|case| !case.succeeds()) {
        in_scene(async |scene| met.send(&scene, case.payload).await);
    }
    in_scene(async |scene| an_offer_ends(&scene, &mut met).await);
    in_scene(async |scene| an_event_begins(&scene, &mut met).await);
    in_scene(async |scene| a_retention_runs_out(&scene, &mut met).await);
    in_scene(async |scene| somebody_changes_their_place_too_often(&scene, &mut met).await);
    in_scene(async |scene| seats_go_on_sale(&scene, &mut met).await);
    in_scene(async |scene| an_event_changes_against_the_rules(&scene, &mut met).await);
    in_scene(async |scene| lots_are_drawn_once(&scene, &mut met).await);
    in_scene(async |scene| nobody_may_join(&scene, &mut met).await);
    in_scene(async |scene| an_event_has_all_codes_that_it_may_have(&scene, &mut met).await);
    in_scene(async |scene| somebody_declines_their_offers(&scene, &mut met).await);
    in_scene(async |scene| somebody_wants_too_many_places(&scene, &mut met).await);
    in_scene(async |scene| phone_numbers_are_not_confirmed(&scene, &mut met).await);
    in_scene(async |scene| a_network_sends_too_many_joins(&scene, &mut met).await);
    in_scene(async |scene| a_network_asks_for_too_many_links(&scene, &mut met).await);
    in_empty_scene(async |scene| no_event_asks_for_a_challenge(&scene, &mut met).await);
    let listed =
        ROUTES.iter().flat_map(|route| route.own_problems.iter().map(|kind| (route.function, kind.slug.to_owned())));
    let never: Vec<(&str, String)> = listed.filter(|problem| !met.0.contains(problem)).collect();
    assert_eq!(never, [], "no request gets these problems");
}
