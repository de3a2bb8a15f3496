//! What workers are handed: the files in `events/`, and further stream records and messages.

use serde_json::Value;

use crate::events::function::{EventFile, Function};
use crate::events::messages::{batch_is_due, draw_is_due, from_queue, line_is_due, notification, put_off};
use crate::events::scene::{Scene, in_scene};

/// One invocation of a worker.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    /// What the invocation is about; the path of an event file.
    pub(crate) about: String,
    pub(crate) function: Function,
    pub(crate) event: Value,
    /// Whether a record or message in it cannot be read.
    pub(crate) is_poisoned: bool,
}

/// Every batch: the event files and the rows.
pub(crate) fn all() -> Vec<Batch> {
    [files(), of_queues(), in_scene(of_the_relay), in_scene(of_both_followers)].concat()
}

/// The batches in the event files.
pub(crate) fn files() -> Vec<Batch> {
    Function::workers().iter().flat_map(Function::files).map(|file| Batch::of_file(&file)).collect()
}

async fn of_the_relay(scene: Scene) -> Vec<Batch> {
    vec![batch("relay", "a kept answer expires", scene.kept_answer_expires().await)]
}

async fn of_both_followers(scene: Scene) -> Vec<Batch> {
    let changes = [
        ("an offer is made", scene.offer_is_made()),
        ("a seat comes free", scene.seat_comes_free()),
        ("a release begins", scene.release_begins().await),
    ];
    let followers = ["relay", "journal"].into_iter();
    followers.flat_map(|name| changes.clone().map(|(about, event)| batch(name, about, event))).collect()
}

fn of_queues() -> Vec<Batch> {
    let urgent = ["email", "sms"].map(|channel| notification("purchase-ended", channel));
    vec![
        batch("notify", "somebody joined", from_queue("notifications", &[notification("joined", "email")])),
        batch("notify", "a purchase window ended", from_queue("urgent-notifications", &urgent)),
        batch("timer", "a batch of a release is due", from_queue("timers", &[batch_is_due()])),
        batch("timer", "a draw is due", from_queue("timers", &[draw_is_due()])),
        batch("timer", "a message was put off", from_queue("timers", &[put_off("offered")])),
        batch("timer", "a line is to be looked at again", from_queue("timers", &[line_is_due()])),
    ]
}

fn batch(function: &str, about: &str, event: Value) -> Batch {
    Batch { about: format!("{function}: {about}"), function: Function(function.to_owned()), event, is_poisoned: false }
}

impl Batch {
    fn of_file(file: &EventFile) -> Self {
        let is_poisoned = match file.name.split_once('-') {
            Some(("done", _)) => false,
            Some(("poison", _)) => true,
            _ => panic!("{} is named neither done-<what>.json nor poison-<what>.json", file.path()),
        };
        Self { about: file.path(), function: file.function.clone(), event: file.event.clone(), is_poisoned }
    }
}
