//! The journal, an entry's history and explanation, and the statistics.
//!
//! `GET /api/waitlist/journal`, `entries/…/…`, `explain` and `stats`.

use serde_json::{Value, json};

use super::support::{Line, Person, Place, SOON, Stack, eventually};

async fn history(camp: &Line, place: &Place) -> Vec<Value> {
    let path = format!("/api/waitlist/entries/{}/{}", camp.event_id, place.entry_id);
    let reply = camp.stack.organiser().get(&path).await;
    if reply.status == 404 {
        return Vec::new();
    }
    reply.is(200)["history"].as_array().cloned().expect("a list")
}

fn changes(rows: &[Value]) -> Vec<String> {
    let of_entries = rows.iter().filter(|row| row["of"] == "entry");
    of_entries.map(|row| row["change"].as_str().expect("a word").to_owned()).collect()
}

async fn comes_to_be_journalled(camp: &Line, place: &Place, expected: &[&str]) -> Vec<Value> {
    eventually(&format!("{expected:?} of {}", place.entry_id), SOON, async || {
        let rows = history(camp, place).await;
        (changes(&rows) == expected).then_some(rows)
    })
    .await
}

async fn explanation(camp: &Line, place: &Place) -> String {
    let path = format!("/api/waitlist/explain/{}", place.entry_id);
    let reply = camp.stack.organiser().get(&path).await.is(200);
    let sentences = reply["explanation"].as_array().expect("a list").iter();
    sentences.map(|sentence| sentence.as_str().expect("a sentence")).collect::<Vec<_>>().join(" ")
}

/// All rows of the event's journal, read page by page.
async fn journal(camp: &Line, query: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/waitlist/journal/{}?limit=3{query}{cursor}", camp.event_id);
        let page = camp.stack.organiser().get(&path).await.is(200);
        rows.extend(page["rows"].as_array().cloned().expect("a list"));
        let Some(next) = page["next"].as_str() else { return rows };
        cursor = format!("&cursor={next}");
    }
}

#[tokio::test]
async fn an_entry_s_history_says_who_did_what_and_when_and_the_explanation_says_why() {
    let (camp, sales) = Stack::up().await.event().places(1).offers_last("1 hour").create_sold_out().await;
    let ada = camp.join(&Person::new()).await;
    let bob = camp.join(&Person::new()).await;
    camp.cancel(&sales[0]).await.is(200);
    camp.offer_to(&ada).await;
    camp.claim(&ada).await.is(200);
    camp.convert(&ada).await.is(200);

    let rows = comes_to_be_journalled(&camp, &ada, &["joined", "offered", "claimed", "converted"]).await;
    let of_entry: Vec<&Value> = rows.iter().filter(|row| row["of"] == "entry").collect();
    assert_eq!(of_entry.iter().map(|row| row["step"].clone()).collect::<Vec<_>>(), [1, 2, 3, 4].map(Value::from));
    let by = |row: &Value| row["by"].as_str().expect("a name").to_owned();
    assert_eq!((by(of_entry[1]), &of_entry[1]["rule"]), ("waitlist".to_owned(), &json!("fifo")));
    assert_eq!(by(of_entry[2]), "customer");
    assert!(by(of_entry[3]).starts_with("sales:"), "{}", of_entry[3]);
    eventually("that the sale was told is in the history", SOON, async || {
        let told = |row: &Value| row["of"] == "message" && row["kind"] == "converted" && row["outcome"] == "sent";
        history(&camp, &ada).await.iter().any(told).then_some(())
    })
    .await;

    let why = explanation(&camp, &ada).await;
    for part in ["first come, first served", "a registration was cancelled (1 seat)", "became a registration"] {
        assert!(why.contains(part), "{part} in {why}");
    }
    comes_to_be_journalled(&camp, &bob, &["joined"]).await;
    let why = explanation(&camp, &bob).await;
    assert!(why.contains("position 1") && why.contains("No seat is free"), "{why}");
}

#[tokio::test]
async fn an_organisers_command_is_journalled_with_its_reason() {
    let camp = Stack::up().await.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    let organiser = camp.stack.organiser();
    let body = json!({"entryId": ada.entry_id, "to": "front", "reason": "Was sent to the wrong event"});
    organiser.post(&format!("/api/waitlist/move/{}", ada.customer_id), &body).await.is(200);
    let steering = json!({"offering": "paused", "joining": "paused", "reason": "A storm"});
    organiser.post(&format!("/api/waitlist/steer/{}", camp.event_id), &steering).await.is(200);
    camp.release(1).await;
    let rows = comes_to_be_journalled(&camp, &ada, &["joined", "moved"]).await;
    let moved = rows.iter().find(|row| row["change"] == "moved").expect("it is there");
    assert_eq!((&moved["reason"], &moved["lane"]), (&json!("Was sent to the wrong event"), &json!("front")));
    assert!(moved["by"].as_str().is_some_and(|by| by.starts_with("organiser:")), "{moved}");
    let rows = eventually("all of it is journalled", SOON, async || {
        let rows = journal(&camp, "").await;
        let has = |of: &str, name: &str| rows.iter().any(|row| row["of"] == of && !row[name].is_null());
        (has("steering", "joining")
            && has("steering", "offering")
            && has("release", "released")
            && has("seats", "freed"))
        .then_some(rows)
    })
    .await;
    let steered = rows.iter().filter(|row| row["of"] == "steering");
    assert!(steered.clone().count() == 2 && steered.clone().all(|row| row["reason"] == "A storm"), "{rows:?}");
    assert!(explanation(&camp, &ada).await.contains("A storm"));

    // Newest first, the rows are the same, and none comes twice. A row may come between two readings.
    eventually("both directions have the same rows", SOON, async || {
        let mut backwards = journal(&camp, "&order=newest").await;
        backwards.reverse();
        (backwards == journal(&camp, "").await).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_sums_of_the_journal_are_in_the_statistics_by_tier() {
    let event = Stack::up().await.event().rule("order", json!("priority")).rule("tiers", json!(["vip", "general"]));
    let (camp, sales) = event.places(1).offers_last("1 hour").create_sold_out().await;
    let person = Person::new();
    let mut body = camp.joining_for(&person);
    body["tier"] = json!("vip");
    let joined = camp.stack.sales().post("/api/waitlist/join", &body).await.is(201);
    camp.join(&Person::new()).await;
    camp.cancel(&sales[0]).await.is(200);
    let vip = super::support::place(&person, &joined);
    camp.offer_to(&vip).await;
    camp.convert(&vip).await.is(200);
    let path = format!("/api/waitlist/stats/{}", camp.event_id);
    let row = eventually("the sums follow", SOON, async || {
        let row = camp.stack.organiser().get(&path).await.is(200)["ticketTypes"][0].clone();
        (row["seatsRefilled"] == 1 && row["messages"]["sent"].as_u64() >= Some(2)).then_some(row)
    })
    .await;
    let tiers = row["tiers"].as_array().expect("a list");
    let of = |tier: &str| tiers.iter().find(|row| row["tier"] == tier).unwrap_or_else(|| panic!("{tier} in {row}"));
    assert_eq!((&of("vip")["joined"], &of("vip")["converted"]), (&json!(1), &json!(1)));
    assert_eq!((&of("general")["joined"], &of("general")["offers"]), (&json!(1), &json!(0)));
    for (times, count) in [("timeToOffer", 1), ("timeToClaim", 0), ("timeToConvert", 1)] {
        assert_eq!(row[times]["count"], json!(count), "{row}");
        assert_eq!(row[times]["medianSeconds"].is_null(), count == 0, "{row}");
    }
}

#[tokio::test]
async fn the_journal_is_the_organiser_s_alone() {
    let camp = Stack::up().await.event().places(0).create().await;
    let ada = camp.join(&Person::new()).await;
    comes_to_be_journalled(&camp, &ada, &["joined"]).await;
    for path in [
        format!("/api/waitlist/journal/{}", camp.event_id),
        format!("/api/waitlist/entries/{}/{}", camp.event_id, ada.entry_id),
        format!("/api/waitlist/explain/{}", ada.entry_id),
    ] {
        camp.stack.sales().get(&path).await.problem(403, "forbidden");
        camp.customer(&ada).get(&path).await.problem(403, "forbidden");
        camp.stack.public().get(&path).await.problem(401, "unauthenticated");
    }
    let organiser = camp.stack.organiser();
    organiser.get("/api/waitlist/explain/ent_00000000000000000000000000000000").await.problem(404, "entry-not-found");
    organiser
        .get(&format!("/api/waitlist/journal/{}?limit=0&cursor=x", camp.event_id))
        .await
        .invalid(&["cursor", "limit"]);
}
