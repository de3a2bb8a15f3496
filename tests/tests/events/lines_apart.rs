//! One line's trouble in the relay: what it costs the others, and what becomes of it.

use std::time::Duration;

use serde_json::{Value, json};
use waitlist_domain::entry::Status;
use waitlist_store::commands::offers::Departures;
use waitlist_tests::{ChangeFeed, Fault, FaultPlan, Random, queue_event_json, stream_event_json};

use super::function::event;
use super::messages::notification;
use super::scene::{SOLD_OUT, Scene, in_scene, without_retries};
use super::workers::{NOTHING, an_offer_in_a_damaged_line};

/// What every request to the table about the position index of `summer-camp-2` has in it.
const INDEX_OF_SOLD_OUT: &str = r#""S":"RANK#summer-camp-2#"#;
/// The event whose offers must come in time.
const OTHER: &str = "calm-camp";

impl Scene {
    /// The relay retries what it put off.
    async fn retry(&self) -> Vec<String> {
        let messages = self.cloud.queue("retries.fifo").receive(10);
        let given_back = self.given_back("relay", queue_event_json("retries.fifo", &messages)).await;
        let done = messages.into_iter().filter(|message| !given_back.contains(&message.id)).collect::<Vec<_>>();
        self.cloud.queue("retries.fifo").delete(&done);
        given_back
    }

    /// The offer of `parent-1` in `summer-camp-2`, and a seat that comes free in another line.
    async fn an_offer_and_a_seat_elsewhere(&self) -> Value {
        self.join("parent-2", "child-2", [2; 16]).await;
        self.put_event(OTHER, 0).await;
        self.join_line(OTHER, "parent-9", "child-9", [9; 16], 1).await;
        self.new_changes();
        self.put_event(OTHER, 1).await;
        let mut batch = self.offer_is_made();
        let elsewhere = self.new_changes()["Records"].as_array().expect("a list").clone();
        batch["Records"].as_array_mut().expect("a list").extend(elsewhere);
        batch
    }
}

fn trouble(fault: Fault) -> FaultPlan {
    FaultPlan::none().about(INDEX_OF_SOLD_OUT, fault)
}

#[test]
fn a_line_whose_changes_fail_is_put_off_and_another_is_followed() {
    without_retries(async |scene| {
        let batch = scene.an_offer_and_a_seat_elsewhere().await;
        scene.cloud.faults(trouble(Fault::ServerError));
        assert_eq!(scene.given_back("relay", batch).await, NOTHING);
        assert_eq!(scene.queue_lengths(), [("promotions.fifo", 1), ("retries.fifo", 1)]);
        assert_eq!(scene.retry().await.len(), 1, "the trouble goes on");
        scene.cloud.faults(FaultPlan::none());
        scene.cloud.advance(Duration::from_secs(30));
        assert_eq!(scene.retry().await, NOTHING);
        let told = [notification("offered", "email"), notification("offered", "sms")];
        assert_eq!(scene.bodies("urgent-notifications"), told);
        assert_eq!(scene.queue_lengths(), [("promotions.fifo", 1), ("urgent-notifications", 2)]);
    });
}

#[test]
fn what_waits_in_the_queue_of_retries_says_nothing_personal() {
    without_retries(async |scene| {
        let batch = scene.an_offer_and_a_seat_elsewhere().await;
        scene.cloud.faults(trouble(Fault::ServerError));
        scene.given_back("relay", batch).await;
        let waiting = &scene.queued("retries.fifo")[0].body;
        for personal in ["pat@example.org", "+14155550123", "Pat Example"] {
            assert!(!waiting.contains(personal), "{waiting}");
        }
    });
}

#[test]
fn a_place_that_waits_to_be_noted_does_not_tell_the_address_of_its_person() {
    without_retries(async |scene| {
        scene.join("parent-2", "child-2", [2; 16]).await;
        scene.cloud.faults(FaultPlan::none().about(r#""S":"MAILBOX#"#, Fault::ServerError));
        scene.given_back("relay", scene.new_changes()).await;
        let waiting = &scene.queued("retries.fifo")[0].body;
        assert!(waiting.contains(r#"mailbox"#) && waiting.contains("parent-2"), "{waiting}");
        assert!(!waiting.contains('@'), "{waiting}");
    });
}

#[test]
fn the_stream_waits_two_seconds_at_most_for_a_line_that_is_slow() {
    in_scene(async |scene| {
        let batch = scene.an_offer_and_a_seat_elsewhere().await;
        scene.cloud.faults(trouble(Fault::SlowAnswer));
        let began = scene.cloud.now();
        assert_eq!(scene.given_back("relay", batch).await, NOTHING);
        let took = (scene.cloud.now() - began).num_milliseconds();
        assert!((2_000..=2_100).contains(&took), "{took} ms");
        let promoted_at = scene.queued("promotions.fifo")[0].sent_at - began.timestamp_millis();
        assert!(promoted_at < 100, "the other line waits {promoted_at} ms");
        assert_eq!(scene.queued("retries.fifo").len(), 1);
    });
}

#[test]
fn a_line_in_trouble_is_not_tried_again_for_ten_seconds() {
    without_retries(async |scene| {
        let batch = scene.an_offer_and_a_seat_elsewhere().await;
        let relay = scene.relay();
        scene.cloud.faults(trouble(Fault::ServerError));
        assert_eq!(scene.relayed_by(&relay, batch.clone()).await, NOTHING);
        for (seconds, is_tried) in [(9, false), (2, true)] {
            scene.cloud.advance(Duration::from_secs(seconds));
            scene.cloud.take_calls();
            assert_eq!(scene.relayed_by(&relay, batch.clone()).await, NOTHING);
            let calls = scene.cloud.take_calls();
            assert_eq!(calls.iter().any(|call| call.request.contains(INDEX_OF_SOLD_OUT)), is_tried, "{calls:?}");
            assert!(calls.iter().any(|call| call.request.contains("retries.fifo")), "{calls:?}");
        }
    });
}

#[test]
fn a_change_that_cannot_even_be_put_off_comes_again_from_the_stream() {
    let file = "poison-an-entry-of-no-known-status";
    let number = |place: usize| event("relay", file)["Records"][place]["dynamodb"]["SequenceNumber"].clone();
    for (queue, place) in [("/promotions.fifo", 0), ("/notifications", 0), ("/relay-dead-letters", 1)] {
        without_retries(async |scene| {
            let faults = |plan: FaultPlan, queue: &str| plan.about(queue, Fault::ServerError);
            scene.cloud.faults(faults(faults(FaultPlan::none(), queue), "/retries.fifo"));
            assert_eq!(scene.run("relay", file).await, [number(place).as_str().expect("a number")], "{queue}");
            scene.cloud.faults(FaultPlan::none());
            assert_eq!(scene.run("relay", file).await, NOTHING, "{queue}");
            assert_eq!(scene.queued("relay-dead-letters").len(), 1, "{queue}: put aside once");
            assert_eq!(scene.queued("promotions.fifo").len(), 1, "{queue}");
            assert!(!scene.queued("notifications").is_empty(), "{queue}");
        });
    }
}

/// Whatever call fails, a change is followed in the end, and only a damaged line's is put aside.
#[test]
fn a_change_that_failed_for_a_passing_reason_is_never_put_aside() {
    let mut put_off = 0;
    for call in 0..20 {
        without_retries(async |scene| {
            let batch = an_offer_in_a_damaged_line(&scene).await;
            scene.cloud.faults(FaultPlan::none().at_call(call, Fault::ServerError));
            let given_back = scene.given_back("relay", batch.clone()).await;
            scene.cloud.faults(FaultPlan::none());
            if !given_back.is_empty() {
                assert_eq!(scene.given_back("relay", batch).await, NOTHING, "call {call}");
            }
            put_off += scene.queued("retries.fifo").len();
            assert_eq!(scene.retry().await, NOTHING, "call {call}");
            assert!(scene.bodies("notifications").contains(&notification("joined", "email")), "call {call}");
            let letters = scene.bodies("relay-dead-letters");
            assert!(letters.iter().all(|letter| letter["sequenceNumber"] == "7") && !letters.is_empty(), "{letters:?}");
        });
    }
    assert!(put_off > 0, "some calls make the relay put work off");
}

#[test]
fn a_message_of_the_queue_of_retries_that_cannot_be_read_is_put_aside() {
    in_scene(async |scene| {
        scene.cloud.queue("promotions.fifo").take_due();
        let message = json!({"messageId": "a", "body": "poison", "attributes": {"MessageGroupId": "g"}});
        let mut batch = json!({"Records": [message]});
        batch["Records"][0]["eventSource"] = json!("aws:sqs");
        assert_eq!(scene.given_back("relay", batch).await, NOTHING);
        assert_eq!(scene.bodies("relay-dead-letters"), [json!("poison")]);
    });
}

/// A minute in which the relay of one line fails throughout. The stream has two shards with two
/// readers each. Every second somebody leaves that line, and a seat comes free in another.
#[test]
fn while_one_lines_relay_keeps_failing_another_lines_offers_come_within_a_second() {
    const SECONDS: u8 = 60;
    without_retries(async |scene| {
        scene.put_event(OTHER, 0).await;
        for number in 10..10 + SECONDS {
            let (parent, child) = (format!("leaver-{number}"), format!("child-{number}"));
            scene.join(&parent, &child, [number; 16]).await;
            scene.join_line(OTHER, &format!("calm-{number}"), &child, [100 + number; 16], 1).await;
        }
        scene.cloud.take_stream_records();
        let (mut feed, mut random) = (ChangeFeed::with_readers(2, 2), Random::new(1));
        let relay = scene.relay();
        for number in 10..10 + SECONDS {
            let leaving = scene.entry(&format!("leaver-{number}")).await;
            Departures::new(&scene.table).leave(&leaving).await.expect("they wait");
            scene.put_event(OTHER, u64::from(number - 9)).await;
            feed.extend(scene.cloud.take_stream_records());
            scene.cloud.faults(trouble(Fault::ServerError));
            for reader in feed.readers() {
                let batch = feed.next_batch(reader, &mut random, 100);
                let given_back = scene.relayed_by(&relay, stream_event_json(&batch)).await;
                assert_eq!(given_back, NOTHING, "reader {reader} is held up");
            }
            scene.cloud.faults(FaultPlan::none());
            scene.promote_queued().await;
            assert_eq!(scene.status(&format!("calm-{number}")).await, Status::Offered);
            scene.cloud.advance(Duration::from_secs(1));
        }
        assert!(feed.is_empty());
        let waiting = scene.queued("retries.fifo").len();
        assert!(waiting >= usize::from(SECONDS), "{waiting} messages of the line in trouble");
        // Once the trouble is over nothing of it is missing.
        while !scene.queued("retries.fifo").is_empty() {
            assert_eq!(scene.retry().await, NOTHING);
        }
        assert_eq!(scene.line(SOLD_OUT).await.numbers.gone, 1 + u64::from(SECONDS));
    });
}
