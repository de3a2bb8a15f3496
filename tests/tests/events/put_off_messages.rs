//! Messages to customers that were put off: who arms them, and how they get back to their queue.

use serde_json::Value;
use waitlist_domain::messages::message::Notification;
use waitlist_domain::messages::message_limit::MOST_ABOUT_SEATS;
use waitlist_domain::values::identifier::EntryId;
use waitlist_domain::values::time::Timestamp;
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::putting_off::PutOffMessages;
use waitlist_tests::{Fault, FaultPlan};

use super::messages::{FIRST_MESSAGE, from_queue, notification, put_off};
use super::scene::{HOUR, MINUTE, Scene, in_scene, without_retries};
use super::workers::NOTHING;

impl Scene {
    /// Puts off the message of a wake-up, until the time of that.
    async fn put_off(&self, wake: &Value) {
        let message = read(wake["notification"].clone());
        let due_at = Timestamp::from_milliseconds(wake["due_at"].as_i64().expect("a time"));
        PutOffMessages::new(&self.table).put_off(&message, due_at).await.expect("the table answers");
    }

    /// The mailbox of `parent-1` has had as many mails of this kind as it gets within an hour.
    async fn exhaust_limit(&self, kind: &str) {
        let mailbox = self.entry("parent-1").await.entry.applicant.email.mailbox();
        let message = read(notification(kind, "email"));
        for number in 0..MOST_ABOUT_SEATS {
            let entry_id = EntryId::from_bits((number as u128 + 1000).to_be_bytes());
            let other = Notification { entry_id, ..message.clone() };
            let counted = Notifying::new(&self.table).count_against_limit(&other, mailbox.as_str()).await;
            counted.expect("the table answers");
        }
    }

    /// Passes what happened last on to the relay.
    async fn relay_new_changes(&self) {
        assert_eq!(self.given_back("relay", self.new_changes()).await, NOTHING);
    }

    async fn sweep(&self) {
        assert_eq!(self.run("sweep", "done-every-minute").await, NOTHING);
    }

    /// The wake-ups of put-off messages in the timers' queue.
    fn put_off_wakes(&self) -> Vec<Value> {
        self.bodies("timers").into_iter().filter(|wake| wake["kind"] == "notification").collect()
    }
}

fn read(notification: Value) -> Notification {
    serde_json::from_value(notification).expect("a notification")
}

#[test]
fn a_mail_beyond_the_limit_is_sent_an_hour_later() {
    in_scene(async |scene| send_a_mail_beyond_the_limit(&scene).await);
}

/// `notify` puts the mail off, the sweep finds it, and the timer gives it back.
pub(super) async fn send_a_mail_beyond_the_limit(scene: &Scene) {
    scene.exhaust_limit("offered").await;
    let offered = from_queue("urgent-notifications", &[notification("offered", "email")]);
    assert_eq!(scene.given_back("notify", offered.clone()).await, NOTHING);
    scene.relay_new_changes().await;
    scene.cloud.advance(HOUR - MINUTE);
    scene.sweep().await;
    assert_eq!((scene.cloud.sent_mail().len(), scene.put_off_wakes()), (0, vec![put_off("offered")]));
    scene.cloud.advance(MINUTE);
    assert_eq!(scene.wake_up(put_off("offered")).await, NOTHING);
    assert_eq!(scene.given_back("notify", offered).await, NOTHING);
    assert_eq!(scene.cloud.sent_mail().len(), 1);
}

#[test]
fn a_put_off_message_goes_back_to_its_queue_once_when_it_is_due() {
    in_scene(async |scene| {
        for kind in ["offered", "converted"] {
            scene.put_off(&put_off(kind)).await;
        }
        assert_eq!(scene.wake_up(put_off("offered")).await, NOTHING);
        assert_eq!((scene.bodies("timers"), scene.delays("timers")), (vec![put_off("offered")], vec![900]));
        scene.cloud.advance(HOUR);
        for kind in ["offered", "converted", "offered"] {
            assert_eq!(scene.wake_up(put_off(kind)).await, NOTHING);
        }
        assert_eq!(scene.bodies("urgent-notifications"), [notification("offered", "email")]);
        assert_eq!(scene.bodies("notifications"), [notification("converted", "email")]);
    });
}

#[test]
fn the_relay_arms_a_put_off_message_that_is_due_soon() {
    in_scene(async |scene| {
        scene.new_changes();
        let mut soon = put_off("offered");
        scene.cloud.advance(HOUR - 2 * MINUTE);
        scene.put_off(&soon).await;
        scene.relay_new_changes().await;
        assert_eq!((scene.bodies("timers"), scene.delays("timers")), (vec![soon.clone()], vec![120]));
        // Giving it back arms nothing.
        scene.cloud.advance(2 * MINUTE);
        assert_eq!(scene.wake_up(soon.clone()).await, NOTHING);
        scene.relay_new_changes().await;
        assert_eq!(scene.bodies("timers").len(), 1);
        // One that is due later is left to the sweep.
        soon["due_at"] = (soon["due_at"].as_i64().expect("a time") + 3_600_000).into();
        scene.put_off(&soon).await;
        scene.relay_new_changes().await;
        assert_eq!(scene.bodies("timers").len(), 1);
    });
}

#[test]
fn the_sweep_arms_a_put_off_message_that_was_due_late() {
    in_scene(async |scene| {
        scene.put_off(&put_off("offered")).await;
        scene.cloud.advance(HOUR - 2 * MINUTE);
        scene.sweep().await;
        assert_eq!(scene.put_off_wakes().len(), 0);
        scene.cloud.advance(MINUTE);
        scene.sweep().await;
        assert_eq!(scene.put_off_wakes(), [put_off("offered")]);
    });
}

#[test]
fn a_put_off_message_whose_wake_up_was_lost_is_found_by_the_sweep_until_it_is_given_back() {
    without_retries(async |scene| {
        scene.cloud.advance(HOUR - MINUTE);
        scene.put_off(&put_off("offered")).await;
        // The relay has armed it.
        scene.sweep().await;
        assert_eq!(scene.put_off_wakes().len(), 0);
        scene.cloud.advance(MINUTE);
        for sweeps in 1..=2 {
            scene.sweep().await;
            assert_eq!(scene.put_off_wakes().len(), sweeps);
        }
        // The timer queues it and fails to note that.
        scene.cloud.faults(FaultPlan::none().about("REMOVE #due_shard", Fault::ServerError));
        assert_eq!(scene.wake_up(put_off("offered")).await, [FIRST_MESSAGE]);
        scene.cloud.faults(FaultPlan::none());
        scene.sweep().await;
        assert_eq!(scene.put_off_wakes().len(), 3);
        assert_eq!(scene.wake_up(put_off("offered")).await, NOTHING);
        scene.sweep().await;
        assert_eq!(scene.put_off_wakes().len(), 3);
        assert_eq!(scene.bodies("urgent-notifications").len(), 2, "notify sends it once by its marker");
    });
}
