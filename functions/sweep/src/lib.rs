//! The sweep: a repair run, once a minute. Once an hour it removes personal data instead.
//!
//! It arms what falls due before the next sweep, and catches what is overdue. It restarts stalled
//! lines, and finds numbers that never got an entry.
//!
//! The sweep makes lost messages harmless. What a queue or the stream loses is still in the table.

mod personal_data;

use std::time::Instant;

use futures_util::stream::{self, StreamExt};
use serde_json::Value;
use waitlist_domain::Error;
use waitlist_domain::messages::message::{LONGEST_ARMED_AT_ONCE, PromotionRequest, Wake};
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::environment::telemetry;
use waitlist_runtime::workers::queues::{Promotions, Timers};
use waitlist_store::commands::personal_data::PersonalData;
use waitlist_store::commands::sweeping::{Condition, Due, Sweeps};

/// How far ahead the sweep arms (milliseconds): until the next sweep, with half a minute more for a
/// late one.
pub const LOOKS_AHEAD: i64 = 90_000;

/// The most lines that are examined at the same time.
const MOST_AT_ONCE: usize = 16;

/// The task that the hourly schedule names. Every other event is a sweep.
const REMOVE_PERSONAL_DATA: &str = "remove-personal-data";

/// What the sweep may touch.
#[derive(Debug)]
pub struct Sweep {
    /// Finds what is due or stalled.
    pub sweeps: Sweeps,
    /// The queue of lines to promote.
    pub promotions: Promotions,
    /// The queue of wake-ups.
    pub timers: Timers,
    /// Removes personal data.
    pub personal_data: PersonalData,
}

/// Does what an event of a schedule is for.
pub async fn answer(sweep: &Sweep, event: &Value) -> Result<(), Error> {
    if event["task"] == REMOVE_PERSONAL_DATA {
        personal_data::handle(&sweep.personal_data).await
    } else {
        handle(sweep).await
    }
}

/// Sweeps once. A failure does not stop the rest of the sweep. Returns the first failure.
pub async fn handle(sweep: &Sweep) -> Result<(), Error> {
    let started = Instant::now();
    let mut failures = Vec::new();
    let armed = sweep.arm().await.unwrap_or_else(|error| {
        failures.push(error);
        0
    });
    let mut lines = sweep.sweeps.lines().await.unwrap_or_else(|error| {
        failures.push(error);
        Vec::new()
    });
    start_elsewhere(&mut lines, sweep.sweeps.now());
    let watched = lines.iter().map(|line| Box::pin(sweep.watch(line)));
    let outcomes: Vec<_> = stream::iter(watched).buffer_unordered(MOST_AT_ONCE).collect().await;
    failures.extend(outcomes.into_iter().filter_map(Result::err));
    telemetry::worked("sweep", armed + lines.len(), failures.len(), started);
    for error in &failures {
        telemetry::message_failed("sweep", "", error);
    }
    failures.into_iter().next().map_or(Ok(()), Err)
}

impl Sweep {
    async fn arm(&self) -> Result<usize, Error> {
        let now = self.sweeps.now();
        let due = self.sweeps.due_before(now.plus_milliseconds(LOOKS_AHEAD)).await?;
        let wakes: Vec<_> = due.into_iter().filter(|due| is_ours_to_arm(due, now)).map(|due| due.wake).collect();
        let armed = wakes.len();
        self.timers.send(Wake::together(wakes), now).await?;
        Ok(armed)
    }

    async fn watch(&self, line: &LineId) -> Result<(), Error> {
        let now = self.sweeps.now();
        let examined = self.sweeps.examine(line).await?;
        if let Some(due_at) = examined.draw_at.filter(|draw_at| *draw_at <= now.plus_milliseconds(LOOKS_AHEAD)) {
            self.timers.send([Wake::Draw { line: line.clone(), due_at }], now).await?;
        }
        if examined.condition == Condition::Stalled {
            let occasion = format!("sweep#{}", now.milliseconds());
            self.promotions.send([(PromotionRequest::to_anybody(line.clone()), occasion)]).await?;
        }
        let confirmations = self.sweeps.confirmations(line, now.plus_milliseconds(LOOKS_AHEAD)).await?;
        self.timers.send(confirmations, now).await?;
        let unused = self.sweeps.audit(line).await?;
        if unused > 0 {
            tracing::info!(unused, "numbers without an entry were retired");
        }
        Ok(())
    }
}

/// Begins each minute with another line. If the time runs out, the lines left out differ from
/// minute to minute.
fn start_elsewhere(lines: &mut [LineId], now: Timestamp) {
    /// A prime, so that the first lines of consecutive minutes lie apart.
    const STRIDE: u64 = 7_919;
    let minute = now.milliseconds().unsigned_abs() / 60_000;
    let count = lines.len() as u64;
    if let Some(start) = (minute * STRIDE).checked_rem(count) {
        lines.rotate_left(usize::try_from(start).unwrap_or(0));
    }
}

/// Whether the sweep arms a wake-up.
///
/// It arms an overdue one, because its message was lost or failed. It arms another only if its wait
/// was too long for SQS at the beginning.
fn is_ours_to_arm(due: &Due, now: Timestamp) -> bool {
    due.wake.due_at() <= now || due.armed_from.milliseconds_until(due.wake.due_at()) > LONGEST_ARMED_AT_ONCE
}
