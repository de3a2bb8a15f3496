//! The order of a line: `waitlist.order`.

use std::process::Command;
use std::time::Duration;

use chrono::{SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::support::{Line, Person, Place, Reply, SOON, Stack, eventually, now, place};

/// A sales system joins for somebody and names their tier.
async fn try_to_join_tier(camp: &Line, tier: Option<&str>) -> (Person, Reply) {
    let person = Person::new();
    let mut body = camp.joining_for(&person);
    if let Some(tier) = tier {
        body["tier"] = json!(tier);
    }
    let reply = camp.stack.sales().post("/api/waitlist/join", &body).await;
    (person, reply)
}

async fn join_tier(camp: &Line, tier: &str) -> Place {
    let (person, reply) = try_to_join_tier(camp, Some(tier)).await;
    place(&person, &reply.is(201))
}

/// Checks that seats which come free one by one go to these people in this order.
async fn are_served(camp: &Line, places: &[&Place]) {
    for next in places {
        camp.release(1).await;
        camp.offer_to(next).await;
    }
}

#[tokio::test]
async fn a_higher_tier_is_served_first_and_positions_say_so() {
    let stack = Stack::in_time().await;
    let rules = json!(["vip", "loyalty", "general"]);
    let camp = stack.event().places(0).rule("order", json!("priority")).rule("tiers", rules.clone()).create().await;
    let general = [join_tier(&camp, "general").await, join_tier(&camp, "general").await];
    let vip = join_tier(&camp, "vip").await;
    let loyalty = join_tier(&camp, "loyalty").await;
    assert_eq!((vip.position, loyalty.position), (1, 2));
    let entry = camp.entry(&general[1]).await;
    assert_eq!(entry["tier"], json!("general"));
    assert_eq!((&entry["position"], &entry["positionKind"]), (&json!(4), &json!("line")));
    let shown = stack.organiser().get(&camp.path()).await.is(200);
    assert_eq!((&shown["waitlist"]["order"], &shown["waitlist"]["tiers"]), (&json!("priority"), &rules));
    are_served(&camp, &[&vip, &loyalty, &general[0]]).await;
    camp.comes_to_position(&general[1], 1).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn tiers_take_turns_by_weight_and_positions_are_those_of_the_schedule() {
    let stack = Stack::in_time().await;
    let weights = json!({"vip": 2, "general": 1});
    let camp = stack.event().places(0).rule("order", json!("weighted")).rule("weights", weights.clone()).create().await;
    let general = [join_tier(&camp, "general").await, join_tier(&camp, "general").await];
    let vip = [join_tier(&camp, "vip").await, join_tier(&camp, "vip").await, join_tier(&camp, "vip").await];
    let mut schedule: Vec<(u64, &Place)> = Vec::new();
    for place in general.iter().chain(&vip) {
        let entry = camp.entry(place).await;
        assert_eq!(entry["positionKind"], json!("schedule"), "{entry}");
        schedule.push((entry["position"].as_u64().expect("a place"), place));
    }
    schedule.sort_by_key(|(position, _)| *position);
    assert_eq!(schedule.iter().map(|(position, _)| *position).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    let shown = stack.organiser().get(&camp.path()).await.is(200);
    assert_eq!((&shown["waitlist"]["weights"], &shown["waitlist"]["tiers"]), (&weights, &json!(["vip", "general"])));
    are_served(&camp, &schedule.iter().map(|(_, place)| *place).collect::<Vec<_>>()).await;
    camp.holds_together().await;
}

#[tokio::test]
async fn only_callers_with_a_key_name_a_tier_and_only_one_of_the_event() {
    let stack = Stack::up().await;
    let camp = stack
        .event()
        .places(0)
        .rule("order", json!("priority"))
        .rule("tiers", json!(["vip", "general"]))
        .create()
        .await;
    let mut body = camp.joining(&Person::new());
    body["tier"] = json!("vip");
    stack.public().post("/api/waitlist/join", &body).await.problem(403, "forbidden");
    let place = camp.join(&Person::new()).await;
    assert_eq!(camp.entry(&place).await["tier"], json!("general"));
    let (_, reply) = try_to_join_tier(&camp, Some("royal")).await;
    reply.invalid(&["/tier"]);
    let simple = stack.event().places(0).create().await;
    let (_, reply) = try_to_join_tier(&simple, Some("vip")).await;
    reply.invalid(&["/tier"]);
    let place = simple.join(&Person::new()).await;
    assert_eq!(simple.entry(&place).await.get("tier"), None);
}

#[tokio::test]
async fn an_order_is_kept_while_people_wait_by_it() {
    let stack = Stack::up().await;
    let tiers = |tiers: Value| stack.event().places(0).rule("order", json!("priority")).rule("tiers", tiers);
    let camp = tiers(json!(["vip", "general"])).create().await;
    join_tier(&camp, "general").await;
    let put = async |body: Value| stack.organiser().put(&camp.path(), &body).await;
    put(stack.event().places(0).body()).await.problem(409, "order-in-use");
    put(tiers(json!(["vip"])).body()).await.problem(409, "order-in-use");
    put(tiers(json!(["general", "gold"])).body()).await.is(200);
}

#[tokio::test]
async fn lots_are_drawn_and_anybody_can_draw_them_again() {
    let stack = Stack::in_time().await;
    let draw_at = now() + TimeDelta::seconds(8);
    let lottery = |tiers: Value| {
        let event = stack.event().places(0).rule("order", json!("lottery")).rule("tiers", tiers);
        event.rule("drawAt", json!(draw_at.to_rfc3339_opts(SecondsFormat::Millis, true)))
    };
    let camp = lottery(json!(["member", "general"])).create().await;
    let path = format!("{}/draws/camper", camp.path());
    let before = stack.public().get(&path).await.is(200);
    assert_eq!((&before["status"], before.get("seed"), &before["entries"]), (&json!("open"), None, &json!([])));
    let shown = stack.public().get(&camp.path()).await.is(200)["draw"].clone();
    assert_eq!(shown["commitment"], before["commitment"]);
    let of_camper = json!({"ticketTypeId": "camper", "commitment": before["commitment"], "status": "open"});
    assert_eq!(shown["ticketTypes"], json!([of_camper]));
    let mut people = Vec::new();
    for person in Person::several(5) {
        let joined = camp.try_to_join(&person).await.is(201);
        assert_eq!((joined.get("position"), &joined["positionKind"]), (None, &json!("draw")), "{joined}");
        people.push((person, joined));
    }
    camp.release(1).await;
    let late = {
        super::support::sleep_until(draw_at + TimeDelta::milliseconds(1500)).await;
        camp.join(&Person::new()).await
    };
    assert_eq!(late.position, 6);
    // The next sweep finds the draw due. It then waits until every number is seen.
    let drawn = eventually("the lots are drawn", Duration::from_secs(150), async || {
        Some(stack.public().get(&path).await.is(200)).filter(|shown| shown["status"] == json!("drawn"))
    })
    .await;
    assert_eq!((&drawn["entrants"], &drawn["commitment"]), (&json!(5), &before["commitment"]));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/draw.py");
    let url = super::support::setting("WAITLIST_URL");
    let noted = before["commitment"].as_str().expect("a hash");
    let check = |noted: &[&str]| {
        let mut python = Command::new("python3");
        let checked = python.args([script, &url, &camp.event_id, "camper"]).args(noted).output().expect("Python runs");
        (checked.status.success(), String::from_utf8_lossy(&checked.stdout).into_owned())
    };
    let other = "0".repeat(64);
    for (given, is_right, says) in [
        (vec![noted], true, "The commitment is the one that was noted."),
        (vec![], true, "No commitment was given that was noted before the draw"),
        (vec![other.as_str()], false, "THE COMMITMENT IS NOT THE ONE THAT WAS NOTED."),
    ] {
        let (success, said) = check(&given);
        assert!(success == is_right && said.contains(says), "{said}");
    }
    // A change of the event changes no draw and starts no second one.
    let mut changed = lottery(json!(["general", "member"])).body();
    changed["ticketTypes"][0]["capacity"] = json!(1);
    stack.organiser().put(&camp.path(), &changed).await.is(200);
    assert_eq!(stack.public().get(&path).await.is(200), drawn);
    let (success, said) = check(&[noted]);
    assert!(success, "{said}");
    assert_eq!(stack.public().get(&camp.path()).await.is(200)["draw"]["ticketTypes"][0]["status"], json!("drawn"));
    changed["waitlist"]["drawAt"] = json!((now() + TimeDelta::hours(1)).to_rfc3339_opts(SecondsFormat::Millis, true));
    stack.organiser().put(&camp.path(), &changed).await.problem(409, "lots-drawn");
    let first = drawn["entries"][0]["entryId"].clone();
    let entry_of = async |entry_id: &Value| {
        let (_, joined) = people.iter().find(|(_, joined)| joined["entryId"] == *entry_id).expect("they joined");
        let customer = joined["customerId"].as_str().expect("an id");
        stack.sales().get(&format!("/api/waitlist/position/{customer}")).await.is(200)["entries"][0].clone()
    };
    eventually("the first drawn is offered the seat", SOON, async || {
        (entry_of(&first).await["status"] == json!("offered")).then_some(())
    })
    .await;
    for (entry, position) in drawn["entries"].as_array().expect("a list").iter().skip(1).zip(1..) {
        assert_eq!(entry_of(&entry["entryId"]).await["position"], json!(position));
    }
    camp.comes_to_position(&late, 5).await;
    camp.holds_together().await;
}
