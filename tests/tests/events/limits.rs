//! Limits of what one network may send without a key.

use serde_json::{Value, json};
use waitlist_tests::{Fault, FaultPlan};

use super::payload::Payload;
use super::reply::Reply;
use super::scene::{HOUR, SALES, SOLD_OUT, Scene, in_scene, without_retries};

const TAKEN_AN_HOUR: usize = 30;
const CODES_AN_HOUR: usize = 10;

fn wish(person: usize) -> Value {
    json!({
        "eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Ada", "email": format!("ada{person}@example.org"),
    })
}

impl Scene {
    async fn join_from(&self, source: &str, wish: &Value) -> Reply {
        self.send(Payload::post("/api/waitlist/join").source(source).body(wish)).await
    }
}

#[track_caller]
fn is_refused(reply: &Reply, slug: &str) {
    assert_eq!((reply.status, reply.slug()), (429, slug), "{reply:?}");
    let seconds: u64 = reply.headers["retry-after"].parse().expect("seconds");
    assert!((1..=3600).contains(&seconds), "{reply:?}");
}

#[test]
fn a_network_may_send_thirty_joins_an_hour_without_a_key() {
    in_scene(async |scene| {
        for person in 0..TAKEN_AN_HOUR {
            assert_eq!(scene.join_from("192.0.2.7", &wish(person)).await.status, 201);
        }
        is_refused(&scene.join_from("192.0.2.7", &wish(30)).await, "too-many-joins");
        assert_eq!(scene.join_from("192.0.2.8", &wish(30)).await.status, 201, "another network");
        let mut trusted = wish(31);
        trusted["customerId"] = json!("family-31");
        let by_key = Payload::post("/api/waitlist/join").source("192.0.2.7").from(SALES).body(&trusted);
        assert_eq!(scene.send(by_key).await.status, 201, "keys are not counted");
        scene.cloud.advance(HOUR);
        assert_eq!(scene.join_from("192.0.2.7", &wish(32)).await.status, 201, "the hour is over");
    });
}

/// The place of a join is read while its network is counted.
#[test]
fn a_network_over_its_limit_hears_so_though_the_place_can_not_be_read() {
    without_retries(async |scene| {
        for person in 0..TAKEN_AN_HOUR {
            assert_eq!(scene.join_from("192.0.2.7", &wish(person)).await.status, 201);
        }
        let table = scene.items().await;
        scene.cloud.faults(FaultPlan::none().next("BatchGetItem", Fault::ServerError));
        is_refused(&scene.join_from("192.0.2.7", &wish(30)).await, "too-many-joins");
        assert_eq!(scene.items().await, table);
    });
}

#[test]
fn a_join_that_changes_nothing_counts_too_and_a_bad_request_does_not() {
    in_scene(async |scene| {
        for _ in 0..2 * TAKEN_AN_HOUR {
            assert_eq!(scene.join_from("192.0.2.7", &json!({})).await.status, 422);
        }
        for _ in 0..TAKEN_AN_HOUR {
            assert_eq!(scene.join_from("192.0.2.7", &wish(0)).await.status, 201);
        }
        is_refused(&scene.join_from("192.0.2.7", &wish(0)).await, "too-many-joins");
    });
}

#[test]
fn all_addresses_of_an_ipv6_network_are_one_source() {
    in_scene(async |scene| {
        for person in 0..TAKEN_AN_HOUR {
            let address = format!("2001:db8:1:2:{person}::1");
            assert_eq!(scene.join_from(&address, &wish(person)).await.status, 201);
        }
        is_refused(&scene.join_from("2001:db8:1:2:ffff::1", &wish(30)).await, "too-many-joins");
        assert_eq!(scene.join_from("2001:db8:1:3::1", &wish(30)).await.status, 201);
    });
}

#[test]
fn the_table_does_not_tell_where_joins_came_from() {
    in_scene(async |scene| {
        assert_eq!(scene.join_from("198.51.100.77", &wish(0)).await.status, 201);
        assert!(!format!("{:?}", scene.items().await).contains("198.51.100"));
    });
}

#[test]
fn after_ten_wrong_access_codes_a_network_may_present_none_for_an_hour() {
    in_scene(async |scene| {
        let by_code = |person: usize, code: &str| {
            let mut wish = wish(person);
            wish["accessCode"] = json!(code);
            wish
        };
        for guess in 0..CODES_AN_HOUR {
            let mut wish = by_code(0, &format!("GUESS-{guess:04}"));
            // A second bad field hides no guess.
            let pointers = if guess % 2 == 0 { vec!["/accessCode"] } else { vec!["/accessCode", "/quantity"] };
            wish["quantity"] = json!(if guess % 2 == 0 { 1 } else { 100_000 });
            let mut complained = scene.join_from("192.0.2.7", &wish).await;
            complained.body["errors"].as_array_mut().expect("rows").sort_by_key(|row| row["pointer"].to_string());
            assert_eq!(complained.pointers(), pointers, "{complained:?}");
        }
        is_refused(&scene.join_from("192.0.2.7", &by_code(0, "ANOTHER-2027")).await, "too-many-wrong-codes");
        assert_eq!(scene.join_from("192.0.2.7", &wish(0)).await.status, 201, "without a code");
        is_refused(&scene.join_from("192.0.2.7", &by_code(1, "GUESS-9999")).await, "too-many-wrong-codes");
        scene.cloud.advance(HOUR);
        assert_eq!(scene.join_from("192.0.2.7", &by_code(1, "GUESS-9999")).await.pointers(), ["/accessCode"]);
    });
}
