//! Releases under way: `GET /api/waitlist/releases/{releaseId}` and `POST …/pause`, `…/resume`,
//! `…/cancel`.
//!
//! Also the pace that an event sets for its releases.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::{
    Counts, Line, NOTHING, Person, Reply, SOON, Stack, all_at_once, eventually, instant, now, text, unique,
};

fn path(release: &Value) -> String {
    format!("/api/waitlist/releases/{}", text(&release["releaseId"]))
}

async fn shown(camp: &Line, release: &Value) -> Value {
    camp.stack.sales().get(&path(release)).await.is(200)
}

/// The organiser sends `pause`, `resume` or `cancel`.
async fn say(camp: &Line, release: &Value, action: &str) -> Reply {
    camp.stack.organiser().post(&format!("{}/{action}", path(release)), &json!({})).await
}

/// Waits until a release has this status.
async fn comes_to_be(camp: &Line, release: &Value, status: &str) -> Value {
    eventually(&format!("the release is {status}"), SOON, async || {
        Some(shown(camp, release).await).filter(|shown| shown["status"] == json!(status))
    })
    .await
}

/// The status and the counts of a release.
fn counts(release: &Value) -> (&str, [Option<u64>; 4]) {
    let count = |name: &str| release[name].as_u64();
    let status = release["status"].as_str().expect("a status");
    (status, [count("quantity"), count("released"), count("remaining"), count("cancelled")])
}

#[tokio::test]
async fn a_release_shows_how_far_it_has_come() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).create().await;
    let begun = camp.release_in_batches(3, 2, "3 seconds").await;
    assert_eq!(counts(&begun), ("releasing", [Some(3), Some(2), Some(1), None]));
    assert_eq!(shown(&camp, &begun).await, begun);
    assert_eq!(stack.organiser().get(&path(&begun)).await.is(200), begun);
    assert_eq!((&begun["batchSize"], &begun["batchInterval"]), (&json!(2), &json!("3 seconds")));
    assert_eq!((&begun["eventId"], &begun["ticketTypeId"]), (&json!(camp.event_id), &json!("camper")));
    assert!(instant(&begun["nextBatchAt"]) <= now() + TimeDelta::seconds(3), "{begun}");
    let done = comes_to_be(&camp, &begun, "done").await;
    assert_eq!(counts(&done), ("done", [Some(3), Some(3), Some(0), None]));
    assert_eq!(done.get("nextBatchAt"), None, "{done}");
    camp.comes_to(Counts { capacity: 3, free: 3, ..NOTHING }).await;
    let at_once = camp.release(2).await;
    assert_eq!(counts(&at_once), ("done", [Some(2), Some(2), Some(0), None]));
    assert_eq!((at_once.get("batchSize"), at_once.get("batchInterval")), (None, None));
    assert_eq!(shown(&camp, &at_once).await, at_once);
    camp.holds_together().await;
}

#[tokio::test]
async fn a_paused_release_deposits_nothing_until_it_is_resumed() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).create().await;
    let places = camp.join_in_order(&Person::several(4)).await;
    let begun = camp.release_in_batches(4, 1, "2 seconds").await;
    camp.offer_to(&places[0]).await;
    let paused = say(&camp, &begun, "pause").await.is(200);
    assert_eq!((paused["status"].as_str(), paused.get("nextBatchAt")), (Some("paused"), None), "{paused}");
    let came = paused["released"].as_u64().expect("a count");
    // Two batches fall due during the pause.
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(shown(&camp, &begun).await, paused);
    assert_eq!(camp.counts().await.capacity, came);
    assert_eq!(say(&camp, &begun, "pause").await.is(200), paused);

    let before = now();
    let resumed = say(&camp, &begun, "resume").await.is(200);
    assert_eq!(resumed["status"], json!("releasing"), "{resumed}");
    // One batch comes at once and the next an interval later. Missed batches don't come together.
    let next = instant(&resumed["nextBatchAt"]);
    assert!((before..=now()).contains(&next), "{resumed}");
    let done = comes_to_be(&camp, &begun, "done").await;
    assert_eq!(counts(&done), ("done", [Some(4), Some(4), Some(0), None]));
    let last = TimeDelta::seconds(2 * i64::try_from(4 - came - 1).expect("few"));
    assert!(now() >= next + last, "batches that were missed came together");
    camp.comes_to(Counts { capacity: 4, held: 4, joined: 4, offers: 4, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_cancelled_release_keeps_what_came_and_nothing_more_comes() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).create().await;
    let begun = camp.release_in_batches(5, 2, "2 seconds").await;
    let cancelled = say(&camp, &begun, "cancel").await.is(200);
    let came = cancelled["released"].as_u64().expect("a count");
    assert_eq!(counts(&cancelled), ("cancelled", [Some(5), Some(came), Some(0), Some(5 - came)]));
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(shown(&camp, &begun).await, cancelled);
    assert_eq!(say(&camp, &begun, "cancel").await.is(200), cancelled);
    say(&camp, &begun, "pause").await.problem(409, "release-ended");
    say(&camp, &begun, "resume").await.problem(409, "release-ended");
    camp.comes_to(Counts { capacity: came, free: came, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_paused_release_may_be_cancelled() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let begun = camp.release_in_batches(5, 2, "1 hour").await;
    say(&camp, &begun, "pause").await.is(200);
    let cancelled = say(&camp, &begun, "cancel").await.is(200);
    assert_eq!(counts(&cancelled), ("cancelled", [Some(5), Some(2), Some(0), Some(3)]));
    camp.comes_to(Counts { capacity: 2, free: 2, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_release_resumed_before_its_next_batch_keeps_to_its_times() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let begun = camp.release_in_batches(5, 2, "1 hour").await;
    assert_eq!(say(&camp, &begun, "resume").await.is(200), begun);
    say(&camp, &begun, "pause").await.is(200);
    assert_eq!(say(&camp, &begun, "resume").await.is(200), begun);
}

#[tokio::test]
async fn a_release_that_is_done_is_not_paused_resumed_or_cancelled() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let done = camp.release(2).await;
    for action in ["pause", "resume", "cancel"] {
        let problem = say(&camp, &done, action).await.problem(409, "release-ended");
        assert!(text(&problem["detail"]).contains("done"), "{problem}");
    }
    assert_eq!(shown(&camp, &done).await, done);
    camp.comes_to(Counts { capacity: 2, free: 2, ..NOTHING }).await;
}

#[tokio::test]
async fn an_unknown_release_is_not_found() {
    let stack = Stack::up().await;
    let path = "/api/waitlist/releases/rel_00000000000000000000000000000000";
    stack.sales().get(path).await.problem(404, "release-not-found");
    for action in ["pause", "resume", "cancel"] {
        let path = format!("{path}/{action}");
        stack.organiser().post(&path, &json!({})).await.problem(404, "release-not-found");
    }
}

#[tokio::test]
async fn only_the_organiser_stops_a_release_and_needs_no_body_for_it() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let begun = camp.release_in_batches(5, 2, "1 hour").await;
    for (action, status) in [("pause", "paused"), ("resume", "releasing"), ("cancel", "cancelled")] {
        let path = format!("{}/{action}", path(&begun));
        stack.sales().post(&path, &json!({})).await.problem(403, "forbidden");
        stack.organiser().post(&path, &json!({"batchSize": 3})).await.invalid(&["/batchSize"]);
        let reply = stack.organiser().send("POST", &path, &[], Vec::new()).await.is(200);
        assert_eq!(reply["status"], json!(status), "{reply}");
    }
}

#[tokio::test]
async fn a_pause_repeated_with_its_key_is_answered_alike_and_done_once() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let begun = camp.release_in_batches(5, 2, "1 hour").await;
    let (organiser, key, pause) = (stack.organiser(), unique("pause"), format!("{}/pause", path(&begun)));
    let paused = organiser.post_once(&key, &pause, &json!({})).await.is(200);
    say(&camp, &begun, "resume").await.is(200);
    assert_eq!(organiser.post_once(&key, &pause, &json!({})).await.is(200), paused);
    assert_eq!(shown(&camp, &begun).await, begun);
    let cancel = format!("{}/cancel", path(&begun));
    organiser.post_once(&key, &cancel, &json!({})).await.problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn a_release_stopped_just_as_its_batches_fall_due_loses_and_doubles_no_seat() {
    let stack = Stack::in_time().await;
    let camp = stack.event().places(0).create().await;
    let begun = camp.release_in_batches(6, 1, "1 second").await;
    let end = now() + TimeDelta::seconds(8);
    let callers = ["pause", "resume", "pause", "resume"].map(|action| {
        let (camp, begun) = (camp.clone(), begun.clone());
        async move {
            while now() < end {
                let reply = say(&camp, &begun, action).await;
                assert!([200, 409].contains(&reply.status), "{reply:?}");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    });
    all_at_once(callers).await;
    if shown(&camp, &begun).await["status"] == json!("paused") {
        say(&camp, &begun, "resume").await.is(200);
    }
    comes_to_be(&camp, &begun, "done").await;
    camp.comes_to(Counts { capacity: 6, free: 6, ..NOTHING }).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_release_that_names_no_pace_has_the_one_of_its_event() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).rule("batchSize", json!(2)).rule("batchInterval", json!("PT1H"));
    let camp = camp.create().await;
    let organiser = stack.organiser();
    let event = organiser.get(&camp.path()).await.is(200);
    let pace = |view: &Value| (view["batchSize"].clone(), view["batchInterval"].clone());
    assert_eq!(pace(&event["waitlist"]), (json!(2), json!("PT1H")));
    let seen = stack.public().get(&camp.path()).await.is(200);
    assert_eq!(seen["waitlist"].get("batchSize"), None, "{seen}");

    let usual = camp.release(5).await;
    assert_eq!((counts(&usual).1[1], pace(&usual)), (Some(2), (json!(2), json!("PT1H"))));
    let own = camp.release_in_batches(5, 3, "2 hours").await;
    assert_eq!((counts(&own).1[1], pace(&own)), (Some(3), (json!(3), json!("2 hours"))));
    let body = json!({"ticketTypeId": "camper", "quantity": 5, "batchSize": null});
    let at_once = stack.sales().post(&camp.release_path(), &body).await.is(202);
    assert_eq!((counts(&at_once).1[1], pace(&at_once)), (Some(5), (Value::Null, Value::Null)));
    let half = json!({"ticketTypeId": "camper", "quantity": 5, "batchSize": 2});
    stack.sales().post(&camp.release_path(), &half).await.invalid(&["/batchInterval"]);

    // A release keeps its pace, and an event that is put without a pace has none.
    let without = json!({
        "name": event["name"], "startsAt": event["startsAt"], "timeZone": event["timeZone"],
        "ticketTypes": [{"id": "camper", "name": "Camper", "capacity": 10}],
    });
    let changed = organiser.put(&camp.path(), &without).await.is(200);
    assert_eq!(changed["waitlist"].get("batchSize"), None, "{changed}");
    assert_eq!(counts(&camp.release(5).await).1[1], Some(5));
    assert_eq!(shown(&camp, &usual).await, usual);
    camp.holds_together().await;
}
