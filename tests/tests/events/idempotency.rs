//! Requests that are repeated with their idempotency key: nothing is done twice.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use waitlist_domain::form::Form;
use waitlist_domain::values::credential::SecretHash;
use waitlist_tests::{Crashed, Fault, FaultPlan, Item};

use super::cases::{self, Case};
use super::function::event;
use super::payload::Payload;
use super::reply::Reply;
use super::scene::{HOUR, ON_SALE, ORGANISER, SALES, SOLD_OUT, Scene, TOKEN, in_scene, in_scene_of_seed};

/// Longer than any function runs. After it the holder of a request's lease has died.
const LEASE: Duration = Duration::from_secs(12);

/// The cases of every POST that succeeds.
fn deeds() -> Vec<Case> {
    let deeds: Vec<Case> = cases::all().into_iter().filter(|case| case.succeeds() && case.method() == "POST").collect();
    assert!(deeds.len() >= 36, "{deeds:?}");
    deeds
}

/// A case's request with an idempotency key.
fn keyed(case: &Case) -> Payload {
    case.payload.clone().keyed("0b7e6e2c-7d0f-4d55-9f2f-3f1f6f1f0a77")
}

/// What was done: the counts of seats, and every entry, sale and release, without ids and times.
async fn deeds_in(scene: &Scene) -> Vec<String> {
    let described = |item: &Item| {
        let names: &[&str] = match item["pk"].as_s().ok()?.split('#').next()? {
            "SEATS" => {
                &["pk", "capacity", "sold", "held", "free", "offers", "converted", "expired", "declined", "left"]
            }
            "CUSTOMER" => &["pk", "sk", "status", "quantity", "offer_quantity"],
            "REGISTRATION" => &["customer_id", "attendee_id", "quantity", "status", "source"],
            "RELEASE" => &["released", "version"],
            _ => return None,
        };
        Some(names.iter().map(|name| format!("{name}: {:?} ", item.get(*name))).collect::<String>())
    };
    let mut deeds: Vec<String> = scene.items().await.iter().filter_map(described).collect();
    deeds.sort();
    deeds
}

fn joins() -> Payload {
    Payload::post("/api/waitlist/join")
}

fn releases() -> Payload {
    Payload::post(&format!("/api/waitlist/release/{SOLD_OUT}"))
}

async fn join(scene: &Scene, payload: Payload, email: &str) -> Reply {
    let wish = json!({"eventId": SOLD_OUT, "ticketTypeId": "camper", "name": "Ada", "email": email});
    scene.send(payload.body(&wish)).await
}

async fn release(scene: &Scene, payload: Payload, quantity: u32) -> Reply {
    let wish = json!({"ticketTypeId": "camper", "quantity": quantity});
    scene.send(payload.body(&wish)).await
}

#[test]
fn a_request_repeated_with_its_key_is_answered_alike_and_done_once() {
    for case in deeds() {
        in_scene(async |scene| {
            let first = scene.send(keyed(&case)).await;
            let table = scene.items().await;
            assert!(first.status < 300, "{}: {first:?}", case.about);
            for _ in 0..2 {
                assert_eq!(scene.send(keyed(&case)).await, first, "{}", case.about);
                assert_eq!(scene.items().await, table, "{}", case.about);
                scene.cloud.advance(HOUR);
            }
        });
    }
}

#[test]
fn two_requests_at_once_with_one_key_are_answered_alike_and_done_once() {
    for case in deeds() {
        let once = in_scene(async |scene| {
            scene.send(case.payload.clone()).await;
            deeds_in(&scene).await
        });
        for seed in 0..10 {
            in_scene_of_seed(seed, async |scene| {
                let about = format!("{}, seed {seed}", case.about);
                scene.cloud.faults(FaultPlan::none().interleaving(3));
                let both = (0..2).map(|_| scene.send(keyed(&case))).collect();
                let answers = scene.cloud.invoke_together(both).await;
                let [Ok(one), Ok(other)] = &answers[..] else { panic!("{about}: {answers:?}") };
                assert_eq!(one, other, "{about}");
                assert!(one.status < 300, "{about}: {one:?}");
                assert_eq!(deeds_in(&scene).await, once, "{about}");
            });
        }
    }
}

#[test]
fn a_request_that_died_on_the_way_is_done_once_when_it_is_repeated() {
    for case in deeds() {
        let (calls, whole, deeds) = in_scene(async |scene| {
            let before = scene.cloud.calls().len();
            let answer = scene.send(keyed(&case)).await;
            (scene.cloud.calls().len() - before, answer, deeds_in(&scene).await)
        });
        // A crash after a call leaves what a crash before the next call leaves.
        let crashes = (0..calls).map(|call| (call, Fault::CrashBefore)).chain([(calls - 1, Fault::CrashAfter)]);
        for (call, fault) in crashes {
            in_scene(async |scene| {
                let about = format!("{}: {fault:?} at call {call} of {calls}", case.about);
                scene.cloud.faults(FaultPlan::none().at_call(call, fault));
                let died = scene.cloud.invoke(scene.send(keyed(&case))).await;
                assert_eq!(died, Err(Crashed), "{about}");
                scene.cloud.advance(LEASE);
                let answer = scene.send(keyed(&case)).await;
                assert_eq!(answer.status, whole.status, "{about}: {answer:?}");
                assert_eq!(answer.body["token"].is_string(), whole.body["token"].is_string(), "{about}: {answer:?}");
                assert_eq!(deeds_in(&scene).await, deeds, "{about}");
            });
        }
    }
}

#[test]
fn while_a_request_is_in_progress_its_repetition_waits_and_then_says_so() {
    in_scene(async |scene| {
        scene.cloud.faults(FaultPlan::none().next("TransactWriteItems", Fault::CrashBefore));
        let died = scene.cloud.invoke(release(&scene, releases().from(SALES).keyed("k"), 3)).await;
        assert_eq!(died, Err(Crashed));
        let asked = scene.cloud.now();
        let answer = release(&scene, releases().from(SALES).keyed("k"), 3).await;
        assert_eq!((answer.status, answer.slug()), (409, "idempotency-in-progress"));
        assert_eq!(answer.headers["retry-after"], "1");
        let waited = (scene.cloud.now() - asked).num_seconds();
        assert!((2..10).contains(&waited), "it waited for {waited} seconds, and a function has ten");
    });
}

#[test]
fn a_key_is_for_one_request_of_one_caller_for_a_day() {
    in_scene(async |scene| {
        let sales = || releases().from(SALES).keyed("k");
        let first = release(&scene, sales(), 3).await;
        assert_eq!(first.status, 202);
        assert_eq!(release(&scene, sales(), 3).await, first);
        let another = release(&scene, sales(), 4).await;
        assert_eq!((another.status, another.slug()), (422, "idempotency-key-reused"));
        // The same key on another route, and with another parameter in its path.
        let sale = json!({"eventId": ON_SALE, "ticketTypeId": "camper", "quantity": 1, "customerId": "c"});
        let sells = Payload::post("/api/registrations").from(SALES).keyed("k").body(&sale);
        let another = scene.send(sells).await;
        assert_eq!(another.slug(), "idempotency-key-reused");
        let elsewhere = Payload::post(&format!("/api/waitlist/release/{ON_SALE}")).from(SALES).keyed("k");
        let another = release(&scene, elsewhere, 3).await;
        assert_eq!(another.slug(), "idempotency-key-reused");
        // The same key from another caller is another key.
        assert_eq!(release(&scene, releases().from(ORGANISER).keyed("k"), 4).await.status, 202);
        assert_eq!(scene.line(SOLD_OUT).await.seats.capacity, 1 + 3 + 4);
        scene.cloud.advance(24 * HOUR);
        let fresh = release(&scene, sales(), 3).await;
        assert_eq!(fresh.status, 202);
        assert_ne!(fresh, first);
        assert_eq!(scene.line(SOLD_OUT).await.seats.capacity, 1 + 3 + 4 + 3);
    });
}

#[test]
fn a_repeated_join_gets_its_token_again_and_the_table_does_not_hold_it() {
    in_scene(async |scene| {
        let first = join(&scene, joins().keyed("k"), "Ada@example.org").await;
        assert_eq!(first.status, 201);
        assert_eq!(join(&scene, joins().keyed("k"), "Ada@example.org").await, first);
        let token = first.body["token"].as_str().expect("a token").to_owned();
        let table = format!("{:?}", scene.items().await);
        assert!(table.contains(SecretHash::of(&token).as_str()) && !table.contains(&token));
        assert!(!table.contains(token.trim_start_matches("wt_")));
        // Others who know the address are answered as if nobody waited.
        for other in [joins(), joins().keyed("another")] {
            let other = join(&scene, other, "ada@example.org").await;
            assert_eq!((other.status, &other.body["confirmed"]), (201, &json!(false)));
            assert!(other.body["entryId"] != first.body["entryId"] && other.body["token"] != first.body["token"]);
        }
    });
}

#[test]
fn a_code_that_we_made_is_shown_again_to_its_key_alone_and_the_table_does_not_hold_it() {
    in_scene(async |scene| {
        let body = json!({"tier": "vip", "maxUses": 50, "endsAt": "2099-07-05T09:00:00Z"});
        let make = Payload::post("/api/waitlist/codes/winter-camp-2").from(ORGANISER).body(&body);
        let first = scene.send(make.clone().keyed("code")).await;
        assert_eq!(first.status, 201);
        assert_eq!(scene.send(make.clone().keyed("code")).await, first);
        let code = first.body["code"].as_str().expect("a code").to_owned();
        let table = format!("{:?}", scene.items().await);
        let is_stored = code.split('-').any(|group| table.contains(group));
        assert!(!is_stored && !table.contains(&code.replace('-', "")));
        let another = scene.send(make.clone().keyed("another")).await;
        assert!(another.body["code"].is_string() && another.body["code"] != first.body["code"], "{another:?}");
        let mut body = body;
        body["code"] = json!("MEMBERS-2027");
        let chosen = scene.send(make.body(&body)).await;
        assert_eq!(chosen.status, 201);
        assert!(chosen.body.get("code").is_none(), "{chosen:?}");
    });
}

#[test]
fn a_refusal_by_rule_is_remembered_and_one_for_lack_of_a_credential_is_not() {
    in_scene(async |scene| {
        let sale = json!({"eventId": SOLD_OUT, "ticketTypeId": "camper", "quantity": 1, "customerId": "c"});
        let sell = async || scene.send(Payload::post("/api/registrations").from(SALES).keyed("k").body(&sale)).await;
        let refused = sell().await;
        assert_eq!((refused.status, refused.slug()), (409, "sold-out"));
        // Now a seat is free, but the refusal is kept.
        let body = json!({"entryId": "ent_00000000000000000000000000000001"});
        let declines = Payload::post("/api/waitlist/decline/parent-1").from(TOKEN).body(&body);
        assert_eq!(scene.send(declines).await.status, 200);
        scene.work("promote", event("promote", "done-free-seats")).await;
        assert_eq!(sell().await, refused);
        let anew = Payload::post("/api/registrations").from(SALES).keyed("another").body(&sale);
        assert_eq!(scene.send(anew).await.status, 201);

        let wish = json!({
            "eventId": ON_SALE, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org", "customerId": "c",
        });
        let before = scene.items().await.len();
        let payload = || joins().keyed("k").body(&wish);
        let refused = scene.send(payload()).await;
        assert_eq!((refused.status, refused.slug()), (403, "forbidden"));
        assert_eq!(scene.send(payload()).await, refused);
        assert_eq!(scene.items().await.len(), before + 1, "a record, which is free for the next");
        let unknown = joins().from(&SALES.replace('0', "1")).keyed("k").body(&wish);
        assert_eq!(scene.send(unknown).await.status, 401);
        assert_eq!(scene.items().await.len(), before + 1, "who is unknown has no records");
    });
}

/// The most bytes of an item whose write consumes one unit.
const ONE_UNIT: usize = 1024;

/// The sizes of all idempotency records.
async fn sizes_of_records(scene: &Scene) -> Vec<usize> {
    let of_value = |value: &AttributeValue| match value {
        AttributeValue::S(text) => text.len(),
        AttributeValue::N(digits) => digits.len().div_ceil(2) + 1,
        AttributeValue::B(bytes) => bytes.as_ref().len(),
        other => panic!("a record has no {other:?}"),
    };
    let items = scene.items().await;
    let records = items.iter().filter(|item| item["pk"].as_s().is_ok_and(|pk| pk.starts_with("IDEMPOTENCY#")));
    records.map(|item| item.iter().map(|(name, value)| name.len() + of_value(value)).sum()).collect()
}

/// Checks that a request is refused with this status, the same when it is repeated, and that the
/// record fits into one write unit.
async fn is_refused_alike(scene: &Scene, payload: Payload, status: u16, about: &str) -> Reply {
    let first = scene.send(payload.clone().keyed("refused")).await;
    assert_eq!(first.status, status, "{about}: {first:?}");
    for _ in 0..2 {
        assert_eq!(scene.send(payload.clone().keyed("refused")).await, first, "{about}");
        let sizes = sizes_of_records(scene).await;
        assert!(sizes.iter().all(|size| *size <= ONE_UNIT), "{about}: {sizes:?}");
        scene.cloud.advance(HOUR);
    }
    first
}

#[test]
fn every_refusal_of_a_post_is_told_alike_and_remembered_in_one_write_unit() {
    let refused = cases::all().into_iter().filter(|case| !case.succeeds() && case.method() == "POST");
    let mut count = 0;
    for case in refused.filter(|case| case.payload.function() != "no-route") {
        let status = in_scene(async |scene| scene.send(case.payload.clone()).await.status);
        in_scene(async |scene| drop(is_refused_alike(&scene, case.payload.clone(), status, &case.about).await));
        count += 1;
    }
    assert!(count > 30, "{count}");
}

#[test]
fn however_many_fields_are_bad_a_refusal_is_told_alike_and_remembered_in_one_write_unit() {
    let of_answers = |answers: &Value| {
        let wish = json!({
            "eventId": "easter-camp-1", "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
            "answers": answers,
        });
        joins().body(&wish)
    };
    let many =
        |count: usize, more: &str| -> Value { (0..count).map(|index| (format!("{index}{more}"), json!(1))).collect() };
    in_scene(async |scene| {
        // The form judges these, so the record has them, and the first response no more of them.
        for (key, answers) in [("long", many(40, &"x".repeat(120))), ("many", many(200, "x"))] {
            let first = is_refused_alike(&scene, of_answers(&answers), 422, key).await;
            let listed = first.pointers().len();
            assert!((1..30).contains(&listed), "{first:?}");
            let detail = first.body["detail"].as_str().unwrap_or_default();
            assert!(detail.contains(&format!("the first {listed} are listed")), "{detail}");
            scene.cloud.advance(24 * HOUR);
        }
        // The answers that a form asks for are all listed.
        let first = is_refused_alike(&scene, of_answers(&json!({"age": 5, "food": "Vegetarian"})), 422, "few").await;
        assert_eq!(first.pointers(), ["/answers/school", "/answers/age", "/answers/food"]);
        scene.cloud.advance(24 * HOUR);
        // These are bad for any event, so all of them are listed each time.
        let first =
            is_refused_alike(&scene, joins().body(&many(200, &"\u{1}".repeat(50))), 422, "unknown fields").await;
        assert!(first.pointers().len() > 50, "{first:?}");
    });
}

#[test]
fn a_refusal_stays_although_the_form_has_changed() {
    in_scene(async |scene| {
        let wish = json!({
            "eventId": "easter-camp-1", "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
        });
        let first = is_refused_alike(&scene, joins().body(&wish), 422, "an answer is missing").await;
        scene.put_changed_event("easter-camp-1", 0, |event| event.rules.form = Form::default()).await;
        assert_eq!(scene.send(joins().body(&wish).keyed("refused")).await, first);
        assert_eq!(scene.send(joins().body(&wish).keyed("another")).await.status, 201);
    });
}

#[test]
fn a_malformed_key_is_refused_by_name() {
    in_scene(async |scene| {
        let before = scene.items().await;
        for key in ["", " ", "a b", "\u{e9}", "a\tb", "a\u{0}", "\u{1f511}", &"k".repeat(256)] {
            let answer = join(&scene, joins().keyed(key), "ada@example.org").await;
            assert_eq!((answer.status, answer.pointers()), (422, vec!["Idempotency-Key"]), "{key:?}: {answer:?}");
            answer.check_form(key);
        }
        assert_eq!(scene.items().await, before);
        let longest = join(&scene, joins().keyed(&"k".repeat(255)), "ada@example.org").await;
        assert_eq!(longest.status, 201);
    });
}

#[test]
fn a_key_means_nothing_on_routes_that_are_safe_to_repeat() {
    in_scene(async |scene| {
        let looks = Payload::get("/api/waitlist/position/parent-1").from(TOKEN).keyed("not a key at all");
        assert_eq!(scene.send(looks).await.status, 200);
        let leaves = Payload::delete("/api/waitlist/leave/parent-1?eventId=summer-camp-2").from(TOKEN).keyed("k");
        assert_eq!(scene.send(leaves).await.status, 200);
        let table = scene.items().await;
        assert!(!format!("{table:?}").contains("IDEMPOTENCY#"));
    });
}
