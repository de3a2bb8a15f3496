//! Joins of an event that asks for a solved challenge: each solution is good for one join.

use std::time::Duration;

use serde_json::{Value, json};
use waitlist_tests::{Crashed, Fault, FaultPlan, solution_of};

use super::payload::Payload;
use super::reply::Reply;
use super::scene::{ASKING_FOR_WORK, HOUR, MINUTE, ORGANISER, Scene, in_empty_scene, in_scene};

/// Longer than any function runs.
const LEASE: Duration = Duration::from_secs(12);
const KEY: &str = "0b7e6e2c-7d0f-4d55-9f2f-3f1f6f1f0a77";

fn joining() -> Payload {
    Payload::post("/api/waitlist/join")
}

fn wish(email: &str, solution: &str) -> Value {
    json!({
        "eventId": ASKING_FOR_WORK, "ticketTypeId": "camper", "name": "Ada Example", "email": email,
        "challenge": solution,
    })
}

impl Scene {
    /// Gets a challenge and solves it.
    async fn solves_a_challenge(&self) -> String {
        let made = self.send(Payload::get("/api/waitlist/challenge")).await;
        assert_eq!(made.status, 200, "{made:?}");
        solution_of(&made.body)
    }

    async fn joins_by(&self, email: &str, solution: &str) -> Reply {
        self.send(joining().body(&wish(email, solution))).await
    }

    async fn sees_the_event(&self) -> Value {
        self.send(Payload::get(&format!("/api/events/{ASKING_FOR_WORK}"))).await.body
    }
}

#[track_caller]
fn is_refused(answer: &Reply, slug: &str, why: &str) {
    assert_eq!((answer.status, answer.slug()), (409, slug), "{answer:?}");
    let detail = answer.body["detail"].as_str().expect("a text");
    assert!(detail.contains(why) && detail.contains("field challenge"), "{detail}");
}

#[test]
fn a_solution_is_good_for_one_join() {
    in_scene(async |scene| {
        let solution = scene.solves_a_challenge().await;
        assert_eq!(scene.joins_by("ada@example.org", &solution).await.status, 201);
        let table = scene.items_of_the_waitlist().await;
        for email in ["ada@example.org", "bob@example.org"] {
            is_refused(&scene.joins_by(email, &solution).await, "challenge-failed", "used before");
        }
        assert_eq!(scene.items_of_the_waitlist().await, table);
        let another = scene.solves_a_challenge().await;
        assert_eq!(scene.joins_by("bob@example.org", &another).await.body["position"], 2);
    });
}

#[test]
fn a_solution_is_good_until_its_challenge_ends() {
    in_scene(async |scene| {
        let [in_time, late] = [scene.solves_a_challenge().await, scene.solves_a_challenge().await];
        scene.cloud.advance(19 * MINUTE);
        assert_eq!(scene.joins_by("ada@example.org", &in_time).await.status, 201);
        scene.cloud.advance(MINUTE);
        is_refused(&scene.joins_by("bob@example.org", &late).await, "challenge-failed", "expired");
    });
}

#[test]
fn a_bad_field_uses_no_solution_up_and_a_wrong_code_does() {
    in_scene(async |scene| {
        let solution = scene.solves_a_challenge().await;
        let with = |field: &str, value: Value| {
            let mut wish = wish("ada@example.org", &solution);
            wish[field] = value;
            joining().body(&wish)
        };
        for (field, value) in [("quantity", json!(5)), ("ticketTypeId", json!("parking")), ("email", json!("ada"))] {
            let refused = scene.send(with(field, value)).await;
            assert_eq!((refused.status, refused.slug()), (422, "invalid"), "{field}: {refused:?}");
        }
        let guessed = scene.send(with("accessCode", json!("GUESS-2027"))).await;
        assert_eq!(guessed.pointers(), ["/accessCode"], "{guessed:?}");
        is_refused(&scene.joins_by("ada@example.org", &solution).await, "challenge-failed", "used before");
    });
}

/// A join that is repeated by another caller gets the same refusals as any newcomer's.
#[test]
fn a_used_solution_does_not_tell_who_waits() {
    in_scene(async |scene| {
        let first = scene.solves_a_challenge().await;
        assert_eq!(scene.joins_by("ada@example.org", &first).await.status, 201);
        for email in ["ada@example.org", "bob@example.org"] {
            let solution = scene.solves_a_challenge().await;
            assert_eq!(scene.joins_by(email, &solution).await.status, 201, "{email}");
            is_refused(&scene.joins_by(email, &solution).await, "challenge-failed", "used before");
        }
    });
}

#[test]
fn a_join_that_died_is_done_by_its_repetition_though_the_challenge_has_ended() {
    for fault in [Fault::CrashBefore, Fault::CrashAfter] {
        in_scene(async |scene| {
            let solution = scene.solves_a_challenge().await;
            let request = || joining().keyed(KEY).body(&wish("ada@example.org", &solution));
            // The entry is stored, and the response is not remembered.
            scene.cloud.faults(FaultPlan::none().about("\"done\"", fault));
            assert_eq!(scene.cloud.invoke(scene.send(request())).await, Err(Crashed));
            scene.cloud.faults(FaultPlan::none());
            scene.cloud.advance(HOUR);
            let again = scene.send(request()).await;
            assert_eq!((again.status, &again.body["position"]), (201, &json!(1)), "{again:?}");
            assert_eq!(scene.send(request()).await, again);
            is_refused(&scene.joins_by("ada@example.org", &solution).await, "challenge-failed", "expired");
        });
    }
}

#[test]
fn a_join_that_died_before_it_took_a_number_is_done_by_its_repetition() {
    in_scene(async |scene| {
        let solution = scene.solves_a_challenge().await;
        let request = || joining().keyed(KEY).body(&wish("ada@example.org", &solution));
        scene.cloud.faults(FaultPlan::none().about("NUMBERS#", Fault::CrashBefore));
        assert_eq!(scene.cloud.invoke(scene.send(request())).await, Err(Crashed));
        scene.cloud.faults(FaultPlan::none());
        is_refused(&scene.joins_by("bob@example.org", &solution).await, "challenge-failed", "used before");
        scene.cloud.advance(LEASE);
        assert_eq!(scene.send(request()).await.status, 201);
    });
}

#[test]
fn anybody_sees_that_an_event_asks_for_a_solution_while_it_does() {
    in_scene(async |scene| {
        assert_eq!(scene.sees_the_event().await["waitlist"]["joinChallenge"], json!("work"));
        scene.put_event(ASKING_FOR_WORK, 0).await;
        scene.cloud.advance(MINUTE);
        assert_eq!(scene.sees_the_event().await["waitlist"].get("joinChallenge"), None);
        let joined = scene.joins_by("ada@example.org", &scene.solves_a_challenge().await).await;
        assert_eq!(joined.status, 201, "a solution that nobody asks for is ignored: {joined:?}");
        let whole = Payload::get(&format!("/api/events/{ASKING_FOR_WORK}")).from(ORGANISER);
        assert_eq!(scene.send(whole).await.body["waitlist"]["joinChallenge"], Value::Null);
    });
}

#[test]
fn the_first_event_that_asks_makes_the_secret_that_signs_and_a_challenge_writes_nothing() {
    in_empty_scene(async |scene| the_first_event_asks_for_work(&scene).await);
}

pub(super) async fn the_first_event_asks_for_work(scene: &Scene) {
    let challenge = || Payload::get("/api/waitlist/challenge");
    let none = scene.send(challenge()).await;
    assert_eq!((none.status, none.slug()), (404, "no-challenge"), "{none:?}");
    let event = json!({
        "name": "Easter Camp", "startsAt": "2099-07-05T09:00:00Z", "timeZone": "Europe/Vienna",
        "ticketTypes": [{"id": "camper", "name": "Camper", "capacity": 0}], "waitlist": {"joinChallenge": "work"},
    });
    let put = Payload::put(&format!("/api/events/{ASKING_FOR_WORK}")).from(ORGANISER).body(&event);
    assert_eq!(scene.send(put).await.status, 201);
    let table = scene.items().await;
    let solution = scene.solves_a_challenge().await;
    assert_eq!(scene.items().await, table);
    assert_eq!(scene.joins_by("ada@example.org", &solution).await.status, 201);
}
