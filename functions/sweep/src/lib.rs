//! The sweep: once a minute arms what falls due before the next sweep, catches what is overdue, restarts lines that
//! stalled, and finds numbers that never got an entry.
//!
//! It is what makes lost messages harmless: whatever a queue or the stream loses, the table still tells.

use std::time::Instant;

use futures_util::stream::{self, StreamExt};
use serde::Deserialize;
use waitlist_domain::Error;
use waitlist_domain::messages::message::{LONGEST_ARMED_AT_ONCE, PromotionRequest, Wake};
use waitlist_domain::values::identifier::LineId;
use waitlist_domain::values::time::Timestamp;
use waitlist_runtime::environment::telemetry;
use waitlist_runtime::workers::queues::{Promotions, Timers};
use waitlist_store::commands::sweeping::{Condition, Due, Sweeps};

/// How far ahead the sweep arms (milliseconds): until the next sweep, and half a minute more for a late one.
pub const LOOKS_AHEAD: i64 = 90_000;

/// How many lines are looked after at once.
const MOST_AT_ONCE: usize = 16;

/// The schedule's event: it says nothing that matters.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Tick {}

/// What the sweep may touch.
#[derive(Debug)]
pub struct Sweep {
    /// What is due or stalled.
    pub sweeps: Sweeps,
    /// Lines to look at.
    pub promotions: Promotions,
    /// What is due.
    pub timers: Timers,
}

/// Sweeps once. What fails does not keep the rest from being swept; the first failure is the answer.
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
    let looked_after = lines.iter().map(|line| Box::pin(sweep.look_after(line)));
    let outcomes: Vec<_> = stream::iter(looked_after).buffer_unordered(MOST_AT_ONCE).collect().await;
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

    async fn look_after(&self, line: &LineId) -> Result<(), Error> {
        let now = self.sweeps.now();
        let examined = self.sweeps.examine(line).await?;
        if let Some(due_at) = examined.draw_at.filter(|draw_at| *draw_at <= now.plus_milliseconds(LOOKS_AHEAD)) {
            self.timers.send([Wake::Draw { line: line.clone(), due_at }], now).await?;
        }
        if examined.condition == Condition::Stalled {
            let occasion = format!("sweep#{}", now.milliseconds());
            self.promotions.send([(PromotionRequest::to_anybody(line.clone()), occasion)]).await?;
        }
        let unused = self.sweeps.audit(line).await?;
        if unused > 0 {
            tracing::info!(unused, "numbers without an entry were retired");
        }
        Ok(())
    }
}

/// Begins each minute with another line: should the time not suffice for all of them, it is not always the same ones
/// that are left out.
fn start_elsewhere(lines: &mut [LineId], now: Timestamp) {
    /// A prime, so that the beginnings of consecutive minutes lie apart.
    const STRIDE: u64 = 7_919;
    let minute = now.milliseconds().unsigned_abs() / 60_000;
    let count = lines.len() as u64;
    if let Some(start) = (minute * STRIDE).checked_rem(count) {
        lines.rotate_left(usize::try_from(start).unwrap_or(0));
    }
}

/// Overdue things are, for their message was lost or failed; others only where the wait was too long for SQS when it
/// began.
fn is_ours_to_arm(due: &Due, now: Timestamp) -> bool {
    due.wake.due_at() <= now || due.armed_from.milliseconds_until(due.wake.due_at()) > LONGEST_ARMED_AT_ONCE
}
