//! The public view of an event, which is remembered for seconds and may be kept by caches.

use std::time::Duration;

use serde_json::{Value, json};

use super::examples::hold_a_draw;
use super::payload::Payload;
use super::reply::Reply;
use super::scene::{BY_LOT, ON_SALE, ORGANISER, SALES, SOLD_OUT, Scene, TOKEN, VIEWER, in_scene};

const REMEMBERED: Duration = Duration::from_secs(5);

fn look(event: &str) -> Payload {
    Payload::get(&format!("/api/events/{event}"))
}

impl Scene {
    /// The answer, and how many calls of the table it took.
    pub(super) async fn look(&self, payload: Payload) -> (Reply, usize) {
        self.cloud.take_meter();
        let reply = self.send(payload).await;
        (reply, self.cloud.take_meter().round_trips())
    }

    async fn sell_a_seat_more(&self) {
        let sale = json!({"eventId": ON_SALE, "ticketTypeId": "camper", "quantity": 1, "customerId": "buyer"});
        let sold = self.send(Payload::post("/api/registrations").from(SALES).body(&sale)).await;
        assert_eq!(sold.status, 201, "{sold:?}");
    }
}

fn available(reply: &Reply) -> &Value {
    &reply.body["ticketTypes"][0]["available"]
}

#[test]
fn a_strangers_repeated_look_reads_nothing_for_five_seconds() {
    in_scene(async |scene| {
        let (first, reads) = scene.look(look(ON_SALE)).await;
        assert_eq!((first.status, reads), (200, 2), "{first:?}");
        scene.sell_a_seat_more().await;
        scene.cloud.advance(REMEMBERED - Duration::from_millis(1));
        assert_eq!(scene.look(look(ON_SALE)).await, (first.clone(), 0), "a seat just sold may still show");
        assert_eq!(scene.look(look(SOLD_OUT)).await.1, 2, "another event");
        scene.cloud.advance(Duration::from_millis(1));
        let (later, reads) = scene.look(look(ON_SALE)).await;
        assert_eq!((available(&first), available(&later), reads), (&json!(39), &json!(38), 1));
        assert_ne!(first.headers["etag"], later.headers["etag"]);
    });
}

#[test]
fn a_key_always_sees_the_event_as_it_is_and_its_response_is_not_kept() {
    in_scene(async |scene| {
        scene.send(look(ON_SALE)).await;
        scene.sell_a_seat_more().await;
        for key in [SALES, VIEWER, ORGANISER] {
            let seen = scene.send(look(ON_SALE).from(key).header("if-none-match", "*")).await;
            assert_eq!((seen.status, available(&seen)), (200, &json!(38)), "{key}");
            assert_eq!(seen.headers["cache-control"], "no-store", "{key}");
            assert!(!seen.headers.contains_key("etag"), "{key}");
        }
    });
}

#[test]
fn no_stranger_sees_what_a_key_has_just_seen() {
    in_scene(async |scene| {
        let whole = scene.send(look(ON_SALE).from(ORGANISER)).await;
        let customer = scene.send(look(ON_SALE).from(TOKEN)).await;
        let public = scene.send(look(ON_SALE)).await;
        assert!(whole.body["ticketTypes"][0]["capacity"].is_u64() && whole.body["waitlist"].is_object());
        assert_eq!(public.body["ticketTypes"][0].as_object().expect("an object").len(), 5, "{public:?}");
        let rules = public.body["waitlist"].as_object().expect("an object").keys().collect::<Vec<_>>();
        let shown = [
            "confirmWithin",
            "fit",
            "joinAccess",
            "maxQuantity",
            "notificationWindow",
            "proof",
            "purchaseWindow",
            "retention",
        ];
        assert_eq!(rules, shown, "none of the other rules");
        assert_eq!(customer, public, "a token is no key");
    });
}

#[test]
fn who_has_the_public_view_gets_no_second_copy() {
    in_scene(async |scene| {
        let first = scene.send(look(ON_SALE)).await;
        let tag = &first.headers["etag"];
        assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 30, "{tag}");
        let held = scene.send(look(ON_SALE).header("if-none-match", tag)).await;
        held.check_form("the same view");
        assert_eq!((held.status, &held.body, &held.headers["etag"]), (304, &Value::Null, tag));
        scene.sell_a_seat_more().await;
        scene.cloud.advance(REMEMBERED);
        let changed = scene.send(look(ON_SALE).header("if-none-match", tag)).await;
        assert_eq!((changed.status, available(&changed)), (200, &json!(38)));
        let unknown = scene.send(look("winter-camp-9").header("if-none-match", "*")).await;
        assert_eq!((unknown.status, unknown.headers["cache-control"].as_str()), (404, "no-store"));
    });
}

#[test]
fn caches_keep_the_public_view_apart_from_what_a_key_sees_and_from_other_origins() {
    in_scene(async |scene| {
        let seen = scene.send(look(ON_SALE)).await;
        assert_eq!(seen.headers["cache-control"], "public, max-age=5");
        assert_eq!(seen.headers["vary"], "Authorization, Origin");
    });
}

/// The OpenAPI document, if its tag is none of these.
fn document(tags: &str) -> Payload {
    Payload::get("/openapi.json").header("if-none-match", tags)
}

#[test]
fn who_has_the_openapi_document_gets_no_second_copy() {
    in_scene(async |scene| {
        let first = scene.send(document("\"another\"")).await;
        assert_eq!((first.status, first.headers["cache-control"].as_str()), (200, "public, max-age=86400"));
        let held = scene.send(document(&first.headers["etag"])).await;
        held.check_form("the same document");
        assert_eq!((held.status, &held.body, &held.headers["etag"]), (304, &Value::Null, &first.headers["etag"]));
        assert_eq!(held.headers["cache-control"], first.headers["cache-control"]);
    });
}

#[test]
fn a_part_of_a_held_draw_is_read_once() {
    in_scene(async |scene| {
        let path = format!("/api/events/{BY_LOT}/draws/camper");
        let (before, _) = scene.look(Payload::get(&path)).await;
        assert_eq!(before.body["status"], "open");
        hold_a_draw(&scene).await;
        let (drawn, reads) = scene.look(Payload::get(&path)).await;
        assert_eq!((drawn.body["status"].as_str(), reads), (Some("drawn"), 2), "{drawn:?}");
        assert_eq!(drawn.body["entries"].as_array().map(Vec::len), Some(1));
        assert_eq!(scene.look(Payload::get(&path)).await, (drawn, 0));
        let (none, reads) = scene.look(Payload::get(&format!("{path}?part=1"))).await;
        assert_eq!((none.body["entries"].as_array().map(Vec::len), reads), (Some(0), 1), "there is no other part");
    });
}

#[test]
fn anyone_sees_about_how_many_wait_and_the_organiser_how_many() {
    in_scene(async |scene| {
        for number in 0..104_u8 {
            scene.join(&format!("crowd-{number}"), "child-1", [number; 16]).await;
        }
        let waiting = async |payload: Payload| scene.send(payload).await.body["ticketTypes"][0]["waiting"].clone();
        assert_eq!(waiting(look(SOLD_OUT)).await, json!(100));
        assert_eq!(waiting(look(SOLD_OUT).from(SALES)).await, json!(100));
        assert_eq!(waiting(look(SOLD_OUT).from(ORGANISER)).await, json!(104));
        assert_eq!(waiting(look(ON_SALE)).await, json!(0));
    });
}
