//! The check that no robot fills in the form of an event.

use waitlist_runtime::http::Response;
use waitlist_tests::solution_of;

use super::pages::{event, look, press, says};
use super::payload::Payload;
use super::scene::{ASKING_FOR_WORK, SOLD_OUT, Scene, in_scene};

async fn solves(scene: &Scene) -> String {
    solution_of(&scene.send(Payload::get("/api/waitlist/challenge")).await.body)
}

async fn joins_with(scene: &Scene, email: &str, solution: &str) -> Response {
    let fields = [("ticket-type", "camper"), ("name", "Ada Example"), ("email", email), ("challenge", solution)];
    press(scene, &event(ASKING_FOR_WORK), &fields).await
}

/// Solves a challenge as the script does, and joins by the form.
pub(super) async fn joins_by_work(scene: &Scene, email: &str) -> Response {
    let solution = solves(scene).await;
    joins_with(scene, email, &solution).await
}

#[test]
fn a_page_has_the_check_only_if_its_event_asks_for_it() {
    in_scene(async |scene| {
        let page = look(&scene, &event(ASKING_FOR_WORK)).await;
        says(&page, &["<noscript>", "JavaScript must be on", "name=\"challenge\"", "role=\"status\""]);
        let path = page.body.split("src=\"").find(|rest| rest.starts_with("/assets/challenge-")).expect("its script");
        let script = look(&scene, path.split('"').next().expect("the path ends")).await;
        assert!(script.status == 200 && script.headers["content-type"].starts_with("text/javascript"), "{script:?}");
        let policy = &page.headers["content-security-policy"];
        assert!(policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"), "{policy}");
        let other = look(&scene, &event(SOLD_OUT)).await;
        assert!(!other.body.contains("challenge") && !other.body.contains("noscript"), "{}", other.body);
    });
}

#[test]
fn a_solution_joins_once_and_without_one_the_form_says_what_to_do() {
    in_scene(async |scene| {
        let solution = solves(&scene).await;
        assert_eq!(joins_with(&scene, "ada@example.org", &solution).await.status, 303);
        let used = joins_with(&scene, "bob@example.org", &solution).await;
        assert_eq!(used.status, 422);
        says(&used, &["The check that you are not a robot did not hold.", "value=\"bob@example.org\""]);
        for (nothing, said) in [("", "We could not check"), ("nonsense", "did not hold")] {
            let refused = joins_with(&scene, "bob@example.org", nothing).await;
            assert_eq!(refused.status, 422, "{refused:?}");
            says(&refused, &[said, "Please press the button again.", "value=\"bob@example.org\""]);
        }
        assert_eq!(joins_by_work(&scene, "bob@example.org").await.status, 303);
    });
}
