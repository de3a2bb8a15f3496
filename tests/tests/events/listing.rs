//! A page of a list ends before it is too large for Lambda.

use serde_json::{Value, json};

use super::exporting::address_of;
use super::payload::Payload;
use super::scene::{ASKING, ORGANISER, Scene, in_scene};

/// The most entries on a page.
const PEOPLE: usize = 200;

async fn page(scene: &Scene, query: &str) -> (Vec<Value>, Option<String>) {
    let list = format!("/api/waitlist/entries/{ASKING}?{query}");
    let answer = scene.send(Payload::get(&list).from(ORGANISER)).await;
    assert_eq!(answer.status, 200);
    let sent = Value::from(answer.body.to_string()).to_string().len();
    assert!(sent < 6_000_000, "{sent} bytes are more than Lambda lets pass");
    let rows = answer.body["entries"].as_array().cloned().expect("a list");
    (rows, answer.body["next"].as_str().map(str::to_owned))
}

fn joins(person: usize) -> Payload {
    Payload::post("/api/waitlist/join").source(&address_of(person))
}

#[test]
fn a_page_of_the_longest_answers_ends_early_and_nobody_is_left_out_or_listed_twice() {
    in_scene(async |scene| {
        let long = |id: &str| json!({"id": id, "type": "longText", "label": "Tell us"});
        scene.ask(&json!([long("one"), long("two"), long("three"), long("four")])).await;
        // The character that takes most room: a quote is written as four characters.
        let essay = "\"".repeat(1_990);
        for number in 0..PEOPLE {
            let body = json!({
                "eventId": ASKING, "ticketTypeId": "camper", "name": "Ada", "email": format!("ada-{number}@example.org"),
                "answers": {"one": essay, "two": essay, "three": essay, "four": essay},
            });
            assert_eq!(scene.send(joins(number).body(&body)).await.status, 201);
        }
        for order in ["oldest", "newest"] {
            let query = format!("limit={PEOPLE}&order={order}");
            let (mut rows, mut next) = page(&scene, &query).await;
            assert!((100..PEOPLE).contains(&rows.len()), "{}", rows.len());
            while let Some(cursor) = next {
                let (more, after) = page(&scene, &format!("{query}&cursor={cursor}")).await;
                rows.extend(more);
                next = after;
            }
            let mut numbers: Vec<u64> = rows.iter().map(|row| row["number"].as_u64().expect("a number")).collect();
            if order == "newest" {
                numbers.reverse();
            }
            assert_eq!(numbers, (1..=PEOPLE as u64).collect::<Vec<_>>(), "{order}");
        }
    });
}
