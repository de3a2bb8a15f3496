//! The settings of the stack.

use serde_json::json;

use super::support::Stack;

const PATH: &str = "/api/settings";

/// All tests share the settings. So this one sets only what no message shows.
#[tokio::test]
async fn the_organiser_sets_what_holds_for_all_events_and_reads_it() {
    let stack = Stack::up().await;
    let set = json!({"website": "https://lakeside.example", "accentColor": "#0f766e"});
    for settings in [set, json!({})] {
        assert_eq!(stack.organiser().put(PATH, &settings).await.is(200), settings);
        assert_eq!(stack.organiser().get(PATH).await.is(200), settings);
    }
    stack.sales().put(PATH, &json!({})).await.problem(403, "forbidden");
}
