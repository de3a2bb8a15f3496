//! An event that asks for a solved challenge, as ALTCHA's widget gets, solves and sends one.

use serde_json::{Value, json};
use waitlist_tests::solution_of;

use super::support::{Counts, NOTHING, Person, Stack, unique};

const JOIN: &str = "/api/waitlist/join";

#[tokio::test]
async fn a_solved_challenge_lets_one_person_join() {
    let stack = Stack::up().await;
    let camp = stack.event().places(0).rule("joinChallenge", json!("work")).create().await;
    let seen = stack.public().get(&camp.path()).await.is(200);
    assert_eq!(seen["waitlist"]["joinChallenge"], json!("work"));
    let [ada, bob] = [Person::new(), Person::new()];
    camp.try_to_join(&ada).await.problem(409, "challenge-required");

    let made = stack.public().get("/api/waitlist/challenge").await;
    assert_eq!(made.header("cache-control"), "no-store");
    // It takes a second, during which other tests go on.
    let challenge = made.is(200);
    let solution = tokio::task::spawn_blocking(move || solution_of(&challenge)).await.expect("it is solved");
    let joining = |person: &Person| -> Value {
        let mut joining = camp.joining(person);
        joining["challenge"] = json!(solution);
        joining
    };
    let key = unique("join");
    let joined = stack.public().post_once(&key, JOIN, &joining(&ada)).await.is(201);
    assert_eq!(joined["position"], json!(1));
    assert_eq!(stack.public().post_once(&key, JOIN, &joining(&ada)).await.is(201), joined);
    for person in [&ada, &bob] {
        let refused = stack.public().post(JOIN, &joining(person)).await.problem(409, "challenge-failed");
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains("used before")), "{refused}");
    }
    // A sales system needs no solution.
    stack.sales().post(JOIN, &camp.joining_for(&bob)).await.is(201);
    camp.comes_to(Counts { waiting: 2, joined: 2, ..NOTHING }).await;
    camp.holds_together().await;
}
