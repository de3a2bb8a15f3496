//! Forms: the questions are public, and only the organiser sees the answers.

use serde_json::{Value, json};

use super::support::{Line, Person, SOON, Stack, eventually, is_a_stand_in};

const JOIN: &str = "/api/waitlist/join";

/// Part of every text answer. The logs are searched for it.
pub const ANSWER: &str = "Marmalade-Cat";

fn questions() -> Value {
    json!([
        {"id": "pet", "type": "text", "label": "Your pet", "required": true},
        {"id": "story", "type": "longText", "label": "Its story", "help": "As long as you like"},
        {"id": "age", "type": "number", "label": "Age", "min": 6, "max": 14},
        {"id": "food", "type": "choice", "label": "Food", "options": ["Anything", {"id": "veg", "label": "Vegetarian"}]},
        {"id": "days", "type": "choices", "label": "Days", "options": ["mon", "tue", "wed"], "maxChoices": 2},
        {"id": "swims", "type": "yesNo", "label": "Can you swim?"},
        {"id": "born", "type": "date", "label": "Born on", "latest": "2025-12-31"},
        {"id": "call", "type": "phone", "label": "Whom to call"},
    ])
}

async fn asking(stack: &Stack) -> Line {
    stack.event().places(0).rule("form", questions()).create().await
}

fn answering(camp: &Line, person: &Person, answers: Value) -> Value {
    let mut body = camp.joining(person);
    body["answers"] = answers;
    body
}

/// Puts the event again with another form.
async fn ask_instead(camp: &Line, questions: Value) {
    let organiser = camp.stack.organiser();
    let mut event = organiser.get(&camp.path()).await.is(200);
    event["waitlist"]["form"] = questions;
    let rows = event["ticketTypes"].as_array().expect("a list").iter();
    let rows: Vec<Value> =
        rows.map(|row| json!({"id": row["id"], "name": row["name"], "capacity": row["capacity"]})).collect();
    let body = json!({
        "name": event["name"], "startsAt": event["startsAt"], "timeZone": event["timeZone"], "ticketTypes": rows,
        "waitlist": event["waitlist"],
    });
    organiser.put(&camp.path(), &body).await.is(200);
}

#[tokio::test]
async fn the_questions_are_public_and_the_organiser_sees_the_whole_event() {
    let stack = Stack::up().await;
    let camp = asking(&stack).await;
    let public = stack.public().get(&camp.path()).await.is(200);
    let whole = stack.organiser().get(&camp.path()).await.is(200);
    let form = &public["waitlist"]["form"];
    assert_eq!(public["waitlist"].get("maxSize"), None, "not all rules are shown");
    assert_eq!(&whole["waitlist"]["form"], form);
    assert_eq!(whole["waitlist"]["joinAccess"], json!("public"));
    assert_eq!(form.as_array().map(Vec::len), Some(8));
    let pet = json!({
        "id": "pet", "type": "text", "label": "Your pet", "required": true, "minLength": 1, "maxLength": 200,
    });
    assert_eq!(form[0], pet);
    assert_eq!(form[3]["options"][0], json!({"id": "Anything", "label": "Anything"}));
    let plain = stack.event().places(0).create().await;
    assert_eq!(stack.public().get(&plain.path()).await.is(200)["waitlist"].get("form"), None);
}

#[tokio::test]
async fn answers_are_checked_together_and_seen_by_the_organiser_alone() {
    let stack = Stack::up().await;
    let camp = asking(&stack).await;
    let person = Person::new();
    let bad = json!({
        "story": 7, "age": 5, "food": "Vegetarian", "days": ["mon", "tue", "wed"], "swims": "yes", "born": "2026-01-01",
        "call": "030 1234", "colour": "red",
    });
    let pointers = ["pet", "story", "age", "food", "days", "swims", "born", "call", "colour"];
    let pointers: Vec<String> = pointers.iter().map(|id| format!("/answers/{id}")).collect();
    let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
    stack.public().post(JOIN, &answering(&camp, &person, bad)).await.invalid(&pointers);
    stack.public().post(JOIN, &camp.joining(&person)).await.invalid(&["/answers/pet"]);
    stack.sales().post(JOIN, &camp.joining_for(&person)).await.invalid(&["/answers/pet"]);

    let answers = json!({
        "pet": ANSWER, "story": format!("{ANSWER}\r\nwas born"), "age": 9.0, "food": "veg", "days": ["tue", "mon"],
        "swims": false, "born": "2016-02-29", "call": "+49 (30) 123456", "nothing": null,
    });
    let kept = json!({
        "pet": ANSWER, "story": format!("{ANSWER}\nwas born"), "age": 9, "food": "veg", "days": ["tue", "mon"],
        "swims": false, "born": "2016-02-29", "call": "+4930123456",
    });
    let joined = stack.public().post(JOIN, &answering(&camp, &person, answers)).await.is(201);
    assert!(!joined.to_string().contains(ANSWER), "{joined}");
    let position = format!("/api/waitlist/position/{}", joined["customerId"].as_str().expect("an id"));
    let seen = stack.sales().get(&position).await.is(200);
    assert!(!seen.to_string().contains(ANSWER), "{seen}");

    // A repeated join changes neither the place nor the answers.
    let again = answering(&camp, &person, json!({"pet": "Another"}));
    is_a_stand_in(&stack.public().post(JOIN, &again).await.is(201), &person);
    let list = format!("/api/waitlist/entries/{}", camp.event_id);
    let listed = eventually("the entry is listed", SOON, async || {
        let page = stack.organiser().get(&list).await.is(200);
        page["entries"].get(0).cloned()
    })
    .await;
    assert_eq!(listed["answers"], kept);
    camp.holds_together().await;
}

#[tokio::test]
async fn an_event_without_questions_takes_no_answers() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).create().await;
    let person = Person::new();
    stack.public().post(JOIN, &answering(&camp, &person, json!({"pet": ANSWER}))).await.invalid(&["/answers"]);
    let nested = json!({"pet": {"name": ANSWER}, "a/b": 1, "age": 1.5});
    let pointers = ["/answers/pet", "/answers/a~1b", "/answers/age"];
    stack.public().post(JOIN, &answering(&camp, &person, nested)).await.invalid(&pointers);
    stack.public().post(JOIN, &answering(&camp, &person, json!({}))).await.is(201);
    camp.holds_together().await;
}

#[tokio::test]
async fn a_changed_form_breaks_no_earlier_answer() {
    let stack = Stack::up().await;
    let camp = asking(&stack).await;
    let [ada, bob] = [Person::new(), Person::new()];
    let answers = json!({"pet": format!("={ANSWER}"), "age": 9, "swims": true});
    stack.public().post(JOIN, &answering(&camp, &ada, answers.clone())).await.is(201);
    ask_instead(
        &camp,
        json!([
            {"id": "age", "type": "yesNo", "label": "Are you of age?", "required": true},
            {"id": "swims", "type": "yesNo", "label": "Can you swim?"},
        ]),
    )
    .await;
    // A warm function may still remember the old form.
    stack.public().post(JOIN, &answering(&camp, &bob, answers)).await.invalid(&["/answers/age", "/answers/pet"]);
    stack.public().post(JOIN, &answering(&camp, &bob, json!({"age": true}))).await.is(201);

    let path = format!("/api/waitlist/export/{}", camp.event_id);
    let csv = eventually("both are exported", SOON, async || {
        let text = stack.organiser().get(&path).await.text;
        (text.matches("\r\n").count() == 3).then_some(text)
    })
    .await;
    let records: Vec<&str> = csv.split("\r\n").collect();
    assert!(records[0].ends_with(",emailUnreachable,phoneConfirmed,answer.age,answer.swims,otherAnswers"), "{csv}");
    let others = format!(r#",,yes,"{{""age"":9,""pet"":""={ANSWER}""}}""#);
    assert!(records[1].ends_with(&others), "{csv}");
    assert!(records[2].ends_with(",yes,,"), "{csv}");
    let chosen = stack.organiser().get(&format!("{path}?questions=pet")).await.text;
    assert!(chosen.contains(&format!(",'={ANSWER},")), "{chosen}");
    stack.organiser().get(&format!("{path}?questions=pet,pet")).await.invalid(&["questions"]);

    camp.release(2).await;
    eventually("both are offered a seat", SOON, async || {
        let page =
            stack.organiser().get(&format!("/api/waitlist/entries/{}?status=offered", camp.event_id)).await.is(200);
        (page["entries"].as_array().map(Vec::len) == Some(2)).then_some(())
    })
    .await;
    camp.holds_together().await;
}

#[tokio::test]
async fn a_bad_form_is_refused_with_every_bad_field() {
    let stack = Stack::up().await;
    let form = json!([
        {"id": "food", "type": "choice", "label": "Food", "options": ["", "veg"]},
        {"id": "food", "type": "number", "label": "Age", "minLength": 2, "min": "9"},
        {"id": "when", "type": "time", "label": "When?", "required": "no"},
    ]);
    let event = stack.event().places(0).rule("form", form);
    stack.organiser().put(&event.path(), &event.body()).await.invalid(&[
        "/waitlist/form/0/options/0",
        "/waitlist/form/1/id",
        "/waitlist/form/1/minLength",
        "/waitlist/form/1/min",
        "/waitlist/form/2/type",
        "/waitlist/form/2/required",
    ]);
}
