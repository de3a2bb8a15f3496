//! Removes personal data whose retention has run out, as much as one invocation may.

use std::time::Instant;

use waitlist_domain::Error;
use waitlist_domain::values::identifier::EventId;
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::environment::telemetry;
use waitlist_store::commands::personal_data::PersonalData;

/// Most events of one invocation.
const MOST_EVENTS: usize = 100;

/// Most entries that one invocation looks at. It bounds what one costs.
const MOST_ENTRIES: usize = 5_000;

/// How many entries are looked at in one step.
const ENTRIES_OF_A_STEP: usize = 200;

/// After this time no further step begins (milliseconds). The function has 30 seconds.
const LONGEST_WORK: i64 = 18_000;

/// Removes personal data. What is left is removed in the next hour.
///
/// A failure of one event does not stop the others. Returns the first failure.
pub async fn handle(personal_data: &PersonalData) -> Result<(), Error> {
    let started = Instant::now();
    let mut work = Work { until: personal_data.now().plus_milliseconds(LONGEST_WORK), looked_at: 0, removed: 0 };
    let mut failures = Vec::new();
    for event in personal_data.due(MOST_EVENTS).await? {
        if let Err(error) = work.remove_all(personal_data, &event).await {
            telemetry::message_failed("sweep", "", &error);
            failures.push(error);
        }
    }
    if work.removed > 0 {
        tracing::info!(removed = work.removed, "entries lost their personal data");
    }
    telemetry::worked("sweep", work.looked_at, failures.len(), started);
    failures.into_iter().next().map_or(Ok(()), Err)
}

/// The work of one invocation.
struct Work {
    until: Timestamp,
    looked_at: usize,
    removed: usize,
}

impl Work {
    async fn remove_all(&mut self, personal_data: &PersonalData, event: &EventId) -> Result<(), Error> {
        while self.looked_at < MOST_ENTRIES && personal_data.now() < self.until {
            let step = Box::pin(personal_data.remove_some(event, ENTRIES_OF_A_STEP)).await?;
            self.looked_at += step.looked_at;
            self.removed += step.removed;
            if step.is_done {
                break;
            }
        }
        Ok(())
    }
}
