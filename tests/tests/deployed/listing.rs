//! The organiser's lists.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::support::{Person, SOON, Stack, eventually, now};

fn names(page: &Value) -> Vec<String> {
    let entries = page["entries"].as_array().expect("a list").iter();
    entries.map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn the_organiser_pages_through_everybody_in_line() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let people = Person::several(5);
    let places = camp.join_in_order(&people).await;
    camp.leave(&places[1]).await.is(200);
    camp.release(1).await;
    camp.offer_to(&places[0]).await;
    camp.comes_to_position(&places[2], 1).await;

    let path = format!("/api/waitlist/entries/{}", camp.event_id);
    let organiser = stack.organiser();
    let everybody: Vec<String> = people.iter().map(|person| person.name.clone()).collect();
    // The index follows the table in a moment.
    eventually("everybody is listed", SOON, async || {
        let page = organiser.get(&path).await.is(200);
        (names(&page) == everybody && page.get("next").is_none()).then_some(())
    })
    .await;

    let mut listed = Vec::new();
    let mut query = "limit=2".to_owned();
    loop {
        let page = organiser.get(&format!("{path}?{query}")).await.is(200);
        listed.extend(names(&page));
        let Some(next) = page["next"].as_str() else { break };
        query = format!("limit=2&cursor={next}");
    }
    assert_eq!(listed, everybody);

    let waiting = organiser.get(&format!("{path}?status=waiting&order=newest")).await.is(200);
    assert_eq!(names(&waiting), [&everybody[4], &everybody[3], &everybody[2]].map(Clone::clone));
    let last = &waiting["entries"][0];
    assert_eq!((&last["position"], &last["number"], &last["email"]), (&json!(3), &json!(5), &json!(people[4].email)));
    let found = organiser.get(&format!("{path}?text={}&ticketTypeId=camper", people[3].email)).await.is(200);
    assert_eq!(names(&found), [everybody[3].clone()]);
    camp.holds_together().await;
}

#[tokio::test]
async fn a_bad_parameter_of_a_list_is_named() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let path = format!("/api/waitlist/entries/{}", camp.event_id);
    let organiser = stack.organiser();
    let bad = organiser.get(&format!("{path}?status=gone&order=up&cursor=1&limit=201&colour=red")).await;
    bad.invalid(&["status", "order", "cursor", "limit", "colour"]);
    organiser.get(&format!("{path}?ticketTypeId=adult")).await.invalid(&["ticketTypeId"]);
    organiser.get(&format!("{path}?tier=gold")).await.invalid(&["tier"]);
    organiser.get("/api/waitlist/entries/nowhere").await.problem(404, "event-not-found");
    stack.sales().get(&path).await.problem(403, "forbidden");
}

#[tokio::test]
async fn the_organiser_sees_all_events_by_when_they_begin() {
    let stack = Stack::up().await;
    // It begins later than the events of other tests.
    let first = stack.event().starts_at(now() + TimeDelta::days(3_000)).places(3).create().await;
    let second = stack.event().starts_at(now() + TimeDelta::days(3_001)).places(4).create().await;
    let events = eventually("both events are listed", SOON, async || {
        let page = stack.organiser().get("/api/events?order=newest&limit=2").await.is(200);
        let events = page["events"].as_array().expect("a list").clone();
        let ids: Vec<&str> = events.iter().filter_map(|event| event["eventId"].as_str()).collect();
        (ids == [&second.event_id, &first.event_id]).then_some(events.clone())
    })
    .await;
    assert_eq!(events[0]["ticketTypes"][0]["capacity"], json!(4));
    stack.sales().get("/api/events").await.problem(403, "forbidden");
}
