//! Keys of viewers, which read whatever an organiser reads and change nothing.

use waitlist_api::routes::route;
use waitlist_runtime::http::Method;

use super::cases::{self, Case};
use super::scene::{ORGANISER, VIEWER, in_scene};

#[test]
fn a_viewer_reads_whatever_an_organiser_reads_and_is_refused_every_change() {
    for Case { about, payload, .. } in cases::successes().filter(|case| !cases::is_by_link(case)) {
        // Anybody may ask for links, and a key makes no difference.
        if payload.function() == "find" {
            continue;
        }
        in_scene(async |scene| {
            let method = route(payload.function()).method;
            let before = scene.items_of_the_waitlist().await;
            let answer = scene.send(payload.clone().from(VIEWER)).await;
            assert_eq!(scene.items_of_the_waitlist().await, before, "{about}");
            if payload.function() == "get-challenge" {
                assert_eq!(answer.status, 200, "no two challenges are alike: {about}");
            } else if method == Method::Get {
                assert_eq!(answer, scene.send(payload.from(ORGANISER)).await, "{about}");
            } else {
                assert_eq!((answer.status, answer.slug()), (403, "forbidden"), "{about}");
            }
        });
    }
}
