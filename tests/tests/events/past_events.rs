//! Events that are long over: tokens have ended, and personal data are gone.

use std::time::Duration;

use serde_json::{Value, json};
use waitlist_domain::entry::Status;

use super::cases;
use super::messages::{from_queue, notification};
use super::payload::Payload;
use super::reply::Reply;
use super::scene::{ORGANISER, SOLD_OUT, Scene, TOKEN, in_scene};
use super::workers::NOTHING;

const DAY: Duration = Duration::from_secs(24 * 3600);
/// When the events of a scene begin.
pub(super) const UNTIL_START: Duration = Duration::from_millis(1_000_000_000);

/// The event with which the hourly schedule invokes the sweep.
pub(super) fn every_hour() -> Value {
    json!({"task": "remove-personal-data"})
}

impl Scene {
    /// The retention of every event runs out, and the sweep comes.
    pub(super) async fn outlast_the_retention(&self) {
        self.cloud.advance(UNTIL_START + 180 * DAY);
        assert_eq!(self.given_back("sweep", every_hour()).await, NOTHING);
    }

    async fn as_the_organiser(&self, path: &str) -> Reply {
        let answer = self.send(Payload::get(path).from(ORGANISER)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }
}

fn by_token() -> [Payload; 4] {
    let body = json!({"entryId": cases::entry(1)});
    let about = |name: &str| format!("/api/waitlist/{name}/parent-1");
    [
        Payload::get(&about("position")).from(TOKEN),
        Payload::post(&about("claim")).from(TOKEN).body(&body),
        Payload::post(&about("decline")).from(TOKEN).body(&body),
        Payload::delete(&about("leave")).from(TOKEN),
    ]
}

#[test]
fn thirty_days_after_the_start_a_token_is_refused_and_says_why() {
    in_scene(async |scene| {
        scene.cloud.advance(UNTIL_START + 30 * DAY - Duration::from_millis(1));
        assert_eq!(scene.send(by_token()[0].clone()).await.status, 200);
        scene.cloud.advance(Duration::from_millis(1));
        for payload in by_token() {
            let answer = scene.send(payload).await;
            assert_eq!((answer.status, answer.slug()), (401, "unauthenticated"), "{answer:?}");
            assert!(answer.body["detail"].as_str().expect("a text").contains("30 days after"), "{answer:?}");
        }
        assert_eq!(scene.status("parent-1").await, Status::Offered, "nothing has changed");
        scene.as_the_organiser("/api/waitlist/position/parent-1").await;
    });
}

#[test]
fn a_function_reads_once_a_minute_when_the_tokens_of_an_event_end() {
    in_scene(async |scene| {
        let look = by_token()[0].clone();
        let (first, _) = scene.look(look.clone()).await;
        assert_eq!(first.status, 200, "{first:?}");
        scene.cloud.advance(Duration::from_mins(1));
        let (again, with_the_event) = scene.look(look.clone()).await;
        assert_eq!(again, first);
        assert_eq!(scene.look(look.clone()).await, (first, with_the_event - 1));
        scene.cloud.advance(UNTIL_START + 30 * DAY);
        for _ in 0..2 {
            let (ended, reads) = scene.look(look.clone()).await;
            assert_eq!((ended.status, reads), (401, with_the_event), "the event may be put off: {ended:?}");
        }
    });
}

#[test]
fn after_the_retention_lists_and_exports_show_an_entry_without_its_person() {
    in_scene(async |scene| {
        let list = format!("/api/waitlist/entries/{SOLD_OUT}");
        let single = format!("{list}/{}", cases::entry(1));
        let before = scene.as_the_organiser(&list).await.body["entries"][0].clone();
        assert_eq!((&before["email"], before.get("personalDataRemoved")), (&json!("pat@example.org"), None));
        scene.outlast_the_retention().await;
        let mut after = scene.as_the_organiser(&list).await.body["entries"][0].clone();
        assert_eq!(after["personalDataRemoved"], true);
        let export = scene.as_the_organiser(&format!("/api/waitlist/export/{SOLD_OUT}")).await;
        for text in [after.to_string(), scene.as_the_organiser(&single).await.body.to_string(), export.body.to_string()]
        {
            assert!(text.contains("parent-1"), "the ids stay: {text}");
            for personal in ["pat@example.org", "Pat Example", "+14155550123"] {
                assert!(!text.contains(personal), "{text}");
            }
        }
        // All else is as it was.
        let mut expected = before;
        for gone in ["name", "email", "phone", "phoneConfirmed"] {
            expected.as_object_mut().expect("an object").remove(gone);
        }
        expected["channels"] = json!(["email"]);
        after.as_object_mut().expect("an object").remove("personalDataRemoved");
        assert_eq!(after, expected);
    });
}

#[test]
fn after_the_retention_statistics_and_the_journal_are_as_before() {
    in_scene(async |scene| {
        let paths = ["stats", "journal"].map(|what| format!("/api/waitlist/{what}/{SOLD_OUT}"));
        let mut before = Vec::new();
        for path in &paths {
            before.push(scene.as_the_organiser(path).await.body);
        }
        scene.outlast_the_retention().await;
        assert_eq!(scene.given_back("journal", scene.new_changes()).await, NOTHING);
        for (path, before) in paths.iter().zip(before) {
            assert_eq!(scene.as_the_organiser(path).await.body, before, "{path}");
        }
    });
}

#[test]
fn a_removed_person_is_told_nothing() {
    in_scene(async |scene| {
        scene.new_changes();
        scene.outlast_the_retention().await;
        let before = scene.items().await;
        assert_eq!(scene.given_back("relay", scene.new_changes()).await, NOTHING);
        assert_eq!(scene.queue_lengths(), [], "the removal itself is told to nobody");
        assert_eq!(scene.items().await, before, "nothing else follows from it");
        for channel in ["email", "sms"] {
            let message = from_queue("urgent-notifications", &[notification("purchase-ended", channel)]);
            assert_eq!(scene.given_back("notify", message).await, NOTHING);
        }
        assert_eq!((scene.cloud.sent_mail().len(), scene.cloud.sent_sms().len()), (0, 0));
    });
}

#[test]
fn after_the_retention_neither_the_start_nor_the_retention_of_an_event_changes() {
    in_scene(async |scene| {
        let stored = scene.as_the_organiser(&format!("/api/events/{SOLD_OUT}")).await.body;
        assert_eq!(stored["waitlist"]["retention"], "180 days");
        let put = async |starts_at: Value, retention: &str| {
            let body = json!({
                "name": "Summer Camp", "startsAt": starts_at, "timeZone": "America/New_York",
                "ticketTypes": [{"id": "camper", "name": "Camper"}], "waitlist": {"retention": retention},
            });
            scene.send(Payload::put(&format!("/api/events/{SOLD_OUT}")).from(ORGANISER).body(&body)).await
        };
        scene.cloud.advance(UNTIL_START + 180 * DAY - Duration::from_millis(1));
        assert_eq!(put(stored["startsAt"].clone(), "180 days").await.status, 200);
        scene.cloud.advance(Duration::from_millis(1));
        let later = json!(scene.table.now().plus_milliseconds(1_000_000).to_rfc3339());
        for (starts_at, retention, pointer) in
            [(later, "180 days", "/startsAt"), (stored["startsAt"].clone(), "181 days", "/waitlist/retention")]
        {
            let answer = put(starts_at, retention).await;
            assert_eq!((answer.status, &answer.body["errors"][0]["pointer"]), (422, &json!(pointer)), "{answer:?}");
        }
        assert_eq!(put(stored["startsAt"].clone(), "180 days").await.status, 200, "the rest may change");
    });
}

#[test]
fn a_run_of_the_removal_is_bounded_and_the_next_one_goes_on() {
    const PEOPLE: u16 = 5_100;
    in_scene(async |scene| {
        let items = (1..=PEOPLE).map(|number| {
            json!({
                "pk": {"S": format!("CUSTOMER#many-{number}")},
                "sk": {"S": waitlist_tests::entry_sort_key_of(SOLD_OUT, "camper", "")},
                "entry_id": {"S": format!("ent_{number:032}")}, "number": {"N": (number + 10).to_string()},
                "name": {"S": "Ada"}, "email": {"S": "ada@example.org"}, "quantity": {"N": "1"},
                "status": {"S": "left"}, "joined_at": {"N": "1"}, "token_hash": {"S": "0".repeat(64)},
                "line": {"S": format!("LINE#{SOLD_OUT}#camper")}, "order": {"S": format!("{:012}", number + 10)},
                "at": {"N": "1"}, "step": {"N": "1"}, "by": {"S": "customer"},
            })
        });
        scene.cloud.load(items.collect::<Vec<_>>());
        let kept = async || {
            let items = scene.items().await;
            let has_address = |item: &&waitlist_tests::Item| {
                item["pk"].as_s().is_ok_and(|key| key.starts_with("CUSTOMER#many-")) && item.contains_key("email")
            };
            items.iter().filter(has_address).count()
        };
        scene.outlast_the_retention().await;
        let left = kept().await;
        assert!((1..1_000).contains(&left), "{left} are left for the next hour");
        assert_eq!(scene.given_back("sweep", every_hour()).await, NOTHING);
        assert_eq!(kept().await, 0);
    });
}
