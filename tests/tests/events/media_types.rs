//! A body is read only if the request says that it is JSON.

use std::collections::BTreeSet;

use super::cases::{self, Case};
use super::scene::in_scene;

/// Types that a browser sends to any host for any web page, without asking the host first. The last
/// one is a request that names no type, such as one with a `Blob`.
const SENT_BY_ANY_PAGE: [Option<&str>; 5] = [
    Some("text/plain"),
    Some("text/plain; charset=application/json"),
    Some("application/x-www-form-urlencoded"),
    Some("multipart/form-data; boundary=x"),
    None,
];

/// The cases that succeed with a body.
fn with_a_body() -> impl Iterator<Item = (Case, String)> {
    let cases = cases::all().into_iter().filter(|case| case.succeeds() && !cases::is_by_link(case));
    cases.filter_map(|case| {
        let body = case.payload.body_text()?.to_owned();
        Some((case, body))
    })
}

#[test]
fn what_any_web_page_may_send_is_refused_and_does_nothing() {
    let mut functions = BTreeSet::new();
    for (case, body) in with_a_body() {
        functions.insert(case.payload.function());
        in_scene(async |scene| {
            let before = scene.items().await;
            for content_type in SENT_BY_ANY_PAGE {
                let answer = scene.send(case.payload.clone().typed(content_type, &body)).await;
                let about = format!("{} as {content_type:?}", case.about);
                assert_eq!((answer.status, answer.slug()), (415, "unsupported-media-type"), "{about}: {answer:?}");
                let detail = answer.body["detail"].as_str().unwrap_or_default();
                assert!(detail.contains("Content-Type: application/json"), "{about}: {detail}");
                answer.check_form(&about);
            }
            assert_eq!(scene.items().await, before, "{}", case.about);
        });
    }
    assert!(functions.len() >= 15, "{functions:?}");
}

#[test]
fn json_may_be_named_in_any_case_and_with_a_character_set() {
    for (case, body) in with_a_body() {
        in_scene(async |scene| {
            let payload = case.payload.clone().typed(Some("Application/JSON; charset=UTF-8"), &body);
            case.check(&scene.send(payload).await);
        });
    }
}
