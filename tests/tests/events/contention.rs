//! What happens when another writer always comes first.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use waitlist_domain::Error;
use waitlist_domain::time::Timestamp;
use waitlist_store::Table;
use waitlist_store::events::{EventChanges, Events, WantedEvent};
use waitlist_tests::{Fault, FaultPlan};

use super::scene::{ON_SALE, Scene, event_id, without_retries};

/// The scene's table for somebody to whom a second passes whenever they look at the clock.
fn slow_table(scene: &Scene) -> Table {
    let now = AtomicI64::new(scene.table.now().milliseconds());
    let clock = move || Timestamp::from_milliseconds(now.fetch_add(1000, Ordering::Relaxed));
    Table::new(scene.cloud.dynamodb(), scene.cloud.table_name(), Arc::new(clock), Arc::new(|| [0; 32]))
}

#[test]
fn who_never_comes_first_gives_up_after_some_seconds_however_few_attempts_they_made() {
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
