//! Stream records of changes in the scene, as events for the workers that follow the stream.

use serde_json::{Value, json};
use waitlist_tests::{StreamRecord, entry_sort_key_of, stream_event_json};

use super::payload::Payload;
use super::scene::{HOUR, SALES, SOLD_OUT, Scene};

impl Scene {
    /// `parent-1` is offered a seat.
    pub(super) fn offer_is_made(&self) -> Value {
        let entry = format!("CUSTOMER#parent-1|{}", entry_sort_key_of("summer-camp-2", "camper", "child-1"));
        let [_joins, offer] = &self.beginning_of(&entry)[..] else {
            panic!("the entry changes twice");
        };
        stream_event_json(std::slice::from_ref(offer))
    }

    /// A seat of `summer-camp-2` comes free.
    pub(super) fn seat_comes_free(&self) -> Value {
        stream_event_json(&self.beginning_of("SEATS#summer-camp-2#camper|SEATS")[1..2])
    }

    /// A release in batches begins.
    pub(super) async fn release_begins(&self) -> Value {
        self.release_in_batches().await;
        self.newest_record(|record| record.item() == "RELEASE#rel_00000000000000000000000000000002|RELEASE")
    }

    /// DynamoDB deletes the answer that was kept for an idempotency key.
    pub(super) async fn kept_answer_expires(&self) -> Value {
        let body = json!({"ticketTypeId": "camper", "quantity": 1});
        let release = Payload::post(&format!("/api/waitlist/release/{SOLD_OUT}")).from(SALES).keyed("k").body(&body);
        assert_eq!(self.send(release).await.status, 202);
        self.cloud.advance(25 * HOUR);
        self.cloud.delete_expired();
        self.newest_record(|record| record.event_name() == "REMOVE" && record.item().starts_with("IDEMPOTENCY#"))
    }

    fn newest_record(&self, is_meant: impl Fn(&StreamRecord) -> bool) -> Value {
        let records = self.cloud.take_stream_records();
        let record = records.into_iter().rfind(is_meant).expect("it is among the changes");
        stream_event_json(&[record])
    }
}
