//! Writers that always lose to another one.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;
use serde_json::json;
use waitlist_domain::Error;
use waitlist_domain::values::time::Timestamp;
use waitlist_store::Table;
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::queries::events::Events;
use waitlist_tests::{Fault, FaultPlan};

use super::payload::Payload;
use super::scene::{ON_SALE, Scene, event_id, without_retries};

/// The longest time for a join with all its attempts. Its function has 10 seconds.
const LONGEST_JOIN: TimeDelta = TimeDelta::milliseconds(7_500);

/// The scene's table, with a clock that goes on by a second at each look.
fn slow_table(scene: &Scene) -> Table {
    let now = AtomicI64::new(scene.table.now().milliseconds());
    let clock = move || Timestamp::from_milliseconds(now.fetch_add(1000, Ordering::Relaxed));
    Table::new(scene.cloud.dynamodb(), scene.cloud.table_name(), Arc::new(clock), Arc::new(|| [0; 32]))
}

#[test]
fn a_writer_that_always_loses_gives_up_after_some_seconds_and_a_few_attempts() {
    without_retries(async |scene| {
        let event = Events::new(&scene.table).get(&event_id(ON_SALE)).await.expect("it is there");
        scene.cloud.faults(FaultPlan::none().chance(Fault::TransactionConflict, 1000));
        scene.cloud.take_calls();
        let wanted = WantedEvent { event, capacities: vec![Some(41)] };
        let put = EventChanges::new(&slow_table(&scene)).put(&wanted).await;
        assert!(matches!(put, Err(Error::Busy { .. })), "{put:?}");
        let calls = scene.cloud.take_calls();
        let attempts = calls.iter().filter(|call| call.operation == "TransactWriteItems").count();
        assert!((1..=4).contains(&attempts), "{attempts} attempts");
    });
}

/// More than the attempts of any writer.
const ALWAYS: usize = 40;

#[test]
fn a_join_by_a_contended_code_is_told_in_time_that_it_is_busy() {
    without_retries(async |scene| {
        // The line is contended as well, so that the number comes late.
        let writes = std::iter::repeat_n("UpdateItem", 12).chain(std::iter::repeat_n("TransactWriteItems", ALWAYS));
        let conflicts = writes.fold(FaultPlan::none(), |plan, write| plan.next(write, Fault::TransactionConflict));
        scene.cloud.faults(conflicts);
        let asked = scene.cloud.now();
        let body = json!({
            "eventId": "winter-camp-2", "ticketTypeId": "camper", "quantity": 1,
            "name": "Ada Example", "email": "ada@example.org", "accessCode": "EARLYBIRD-2027",
        });
        let answer = scene.send(Payload::post("/api/waitlist/join").keyed("by-a-code").body(&body)).await;
        assert_eq!((answer.status, answer.slug()), (503, "busy"), "{answer:?}");
        assert_eq!(answer.headers["retry-after"], "1");
        let waited = scene.cloud.now() - asked;
        assert!(waited <= LONGEST_JOIN, "{waited}");
    });
}
