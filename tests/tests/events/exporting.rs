//! An export in parts, while the form changes between them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::csv::records;

use super::payload::Payload;
use super::scene::{ASKING, ORGANISER, Scene, in_scene};

/// Too many people for their answers to fit into one part.
const PEOPLE: usize = 450;

fn essay(number: usize) -> String {
    format!("={number}\n{}", "\"quoted\"\n".repeat(210))
}

/// Everybody joins from a network of their own.
pub(super) fn address_of(person: usize) -> String {
    format!("10.0.{}.{}", person / 256, person % 256)
}

async fn join(scene: &Scene, number: usize) {
    let body = json!({
        "eventId": ASKING, "ticketTypeId": "camper", "name": "Ada", "email": format!("ada-{number}@example.org"),
        "answers": {"essay": essay(number), "more": essay(number), "most": essay(number), "age": number},
    });
    let joined = scene.send(Payload::post("/api/waitlist/join").source(&address_of(number)).body(&body)).await;
    assert_eq!(joined.status, 201, "{joined:?}");
}

/// The records of a part, and the query for the next one.
async fn part(scene: &Scene, query: &str) -> (String, Option<String>) {
    let export = format!("/api/waitlist/export/{ASKING}?{query}");
    let answer = scene.send(Payload::get(&export).from(ORGANISER)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = answer.body.as_str().expect("CSV").to_owned();
    let sent = Value::from(text.as_str()).to_string().len();
    assert!(sent < 6_000_000, "{sent} bytes are more than Lambda lets pass");
    let link = answer.headers.get("link");
    let next = link.map(|link| link.split_once('?').and_then(|(_, rest)| rest.split_once('>')).expect("a link").0);
    (text, next.map(str::to_owned))
}

#[test]
fn every_answer_is_exported_once_under_the_same_columns_though_the_form_changes_between_the_parts() {
    in_scene(async |scene| {
        let long = |id: &str| json!({"id": id, "type": "longText", "label": "Tell us"});
        let age = |of: &str| json!({"id": "age", "type": of, "label": "Age"});
        scene.ask(&json!([long("essay"), long("more"), long("most"), age("number")])).await;
        for number in 0..PEOPLE {
            join(&scene, number).await;
        }
        // Before the export "most" goes. Between its parts "more" goes, "new" comes and "age"
        // changes.
        scene.ask(&json!([long("more"), age("number"), long("essay")])).await;
        let (mut text, mut next) = part(&scene, "").await;
        let mut parts = 1;
        while let Some(query) = next {
            scene.ask(&json!([long("new"), age("text"), long("essay")])).await;
            let (more, after) = part(&scene, &query).await;
            text.push_str(&more);
            (next, parts) = (after, parts + 1);
        }
        assert!(parts > 1, "all came at once");

        let mut records = records(&text).into_iter();
        let header = records.next().expect("a header");
        assert_eq!(header[20..], ["answer.more", "answer.age", "answer.essay", "otherAnswers"]);
        let mut ages = Vec::new();
        for record in records {
            assert_eq!(record.len(), header.len());
            let [more, age, essay_cell, others] = &record[20..] else { panic!("four columns") };
            let others: BTreeMap<String, Value> = serde_json::from_str(others).expect("JSON");
            let number =
                if age.is_empty() { others["age"].as_u64().expect("a number") } else { age.parse().expect("a number") };
            let number = usize::try_from(number).expect("small");
            // The quote keeps a cell from being a formula.
            let cell = format!("'{}", essay(number).trim());
            assert_eq!((more, essay_cell), (&cell, &cell));
            assert_eq!(others["most"], json!(essay(number).trim()));
            ages.push(number);
        }
        assert_eq!(ages, (0..PEOPLE).collect::<Vec<_>>());
    });
}

#[test]
fn chosen_columns_are_exported_and_all_other_answers_share_one() {
    in_scene(async |scene| {
        let body = json!({
            "eventId": ASKING, "ticketTypeId": "camper", "name": "Ada", "email": "ada@example.org",
            "answers": {"school": "+1 School", "age": 9, "food": "veg"},
        });
        assert_eq!(scene.send(Payload::post("/api/waitlist/join").body(&body)).await.status, 201);
        for (query, columns, cells) in [
            (
                "",
                &["answer.school", "answer.age", "answer.food", "otherAnswers"][..],
                &["'+1 School", "9", "veg", ""][..],
            ),
            (
                "questions=food,gone",
                &["answer.food", "answer.gone", "otherAnswers"],
                &["veg", "", r#"{"age":9,"school":"+1 School"}"#],
            ),
            ("questions=", &["otherAnswers"], &[r#"{"age":9,"food":"veg","school":"+1 School"}"#]),
        ] {
            let records = records(&part(&scene, query).await.0);
            assert_eq!(
                (&records[0][20..], &records[1][20..]),
                (
                    columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().as_slice(),
                    cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>().as_slice(),
                )
            );
        }
    });
}
