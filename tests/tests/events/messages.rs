//! Messages as our code writes them, and the events in which a queue passes them on.

use serde_json::{Value, json};
use waitlist_tests::{Message, START_MILLISECONDS, queue_event_json};

/// The id of the first message of an event.
pub(super) const FIRST_MESSAGE: &str = "00000000-0000-4000-8000-000000000001";

/// The event with which Lambda passes on these messages of a queue.
pub(super) fn from_queue(queue: &str, bodies: &[Value]) -> Value {
    let message = |(body, number): (&Value, u8)| Message {
        id: format!("00000000-0000-4000-8000-{number:012}"),
        body: body.to_string(),
        attributes: json!({}),
        group: None,
        deduplication_id: None,
        sent_at: START_MILLISECONDS,
        visible_at: START_MILLISECONDS,
        received: 1,
    };
    let messages: Vec<Message> = bodies.iter().zip(1..).map(message).collect();
    queue_event_json(queue, &messages)
}

/// The line of `summer-camp-2`.
pub(super) fn line() -> Value {
    json!({"event_id": "summer-camp-2", "ticket_type_id": "camper"})
}

/// `parent-1` is to be told something.
pub(super) fn notification(kind: &str, channel: &str) -> Value {
    let place = json!({"customer_id": "parent-1", "line": line(), "attendee_id": "child-1"});
    let occasion = if kind == "joined" { 0 } else { START_MILLISECONDS };
    json!({
        "place": place, "entry_id": "ent_00000000000000000000000000000001",
        "kind": kind, "occasion": occasion, "channel": channel,
    })
}

/// The offers of these parents lapse.
pub(super) fn deadlines(parents: &[&str], due_at: i64) -> Value {
    let child = |parent: &str| parent.replace("parent", "child");
    let holder = |parent: &&str| json!({"customer_id": parent, "attendee_id": child(parent)});
    let holders: Vec<Value> = parents.iter().map(holder).collect();
    json!({"kind": "deadlines", "line": line(), "holders": holders, "due_at": due_at})
}

/// The second batch of the release of
/// [`Scene::release_in_batches`](super::scene::Scene::release_in_batches) is due.
pub(super) fn batch_is_due() -> Value {
    let release_id = "rel_00000000000000000000000000000002";
    json!({"kind": "batch", "release_id": release_id, "due_at": START_MILLISECONDS + 600_000})
}

/// The lots of `autumn-camp-1` are to be drawn.
pub(super) fn draw_is_due() -> Value {
    let line = json!({"event_id": "autumn-camp-1", "ticket_type_id": "camper"});
    json!({"kind": "draw", "line": line, "due_at": START_MILLISECONDS + 500_000_000})
}

/// The wake-up for a message to `parent-1` that was put off until an hour after the beginning.
pub(super) fn put_off(kind: &str) -> Value {
    let notification = notification(kind, "email");
    json!({"kind": "notification", "notification": notification, "due_at": START_MILLISECONDS + 3_600_000})
}

/// The line of `summer-camp-2` is to be looked at again, a second after the beginning.
pub(super) fn line_is_due() -> Value {
    json!({"kind": "line", "line": line(), "due_at": START_MILLISECONDS + 1000})
}
