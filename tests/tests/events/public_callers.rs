//! What callers without a credential can change: they can join, ask for links and unsubscribe, and nothing else.

use waitlist_api::routes::ROUTES;
use waitlist_runtime::http::callers::Admits;
use waitlist_runtime::http::{Method, Route};

use super::cases;
use super::function::Function;
use super::scene::in_scene;
use super::shapes::may_write;

fn public() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.admits == Admits::Anyone)
}

#[test]
fn joining_asking_for_links_and_unsubscribing_are_the_only_public_writes() {
    let writes: Vec<&str> = public().filter(|route| route.method != Method::Get).map(|route| route.function).collect();
    assert_eq!(writes, ["join", "find", "unsubscribe"]);
    let functions = public().map(|route| route.function).chain(["no-route"]);
    let writers: Vec<&str> = functions.filter(|function| may_write(&Function((*function).to_owned()))).collect();
    assert_eq!(writers, ["join", "find", "unsubscribe"], "by their roles");
}

#[test]
fn without_a_credential_every_other_request_changes_nothing() {
    let mut refused = 0;
    for case in cases::all()
        .into_iter()
        .filter(|case| case.succeeds() && !["join", "find", "unsubscribe"].contains(&case.payload.function()))
    {
        in_scene(async |scene| {
            let before = scene.items().await;
            let answer = scene.send(case.payload.clone().without_header("authorization")).await;
            assert_eq!(scene.items().await, before, "{}: {answer:?}", case.about);
            let is_public = public().any(|route| route.function == case.payload.function());
            if !is_public && case.payload.function() != "no-route" {
                // A link's token speaks for one read.
                assert!(answer.status == 401 || case.method() == "GET", "{}: {answer:?}", case.about);
                refused += usize::from(answer.status == 401);
            }
        });
    }
    assert!(refused > 40, "{refused}");
}
