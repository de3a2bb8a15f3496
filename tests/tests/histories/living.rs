//! How time passes. What is due begins. An invocation that can continue gets a turn. If none can,
//! the clock moves.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use serde_json::Value;
use waitlist_domain::entry::Status;
use waitlist_tests::{Call, Crashed, Fault};

use super::checks::{self, Wanted, Writer, messages, rest};
use super::functions::Consumer;
use super::identifiers::EVENT;
use super::mirror::Change;
use super::mirror::entry::Entry;
use super::mirror::sales::State;
use super::requests::Endpoint;
use super::running::{InvocationResult, Job, Running};
use super::violation::{Violation, ensure};
use super::world::World;

/// How late something due may be done if nothing goes wrong (milliseconds).
const MOST_LATE: i64 = 1_000;
/// How long after its time a draw is done if nothing goes wrong (milliseconds). Every entry must be
/// visible first.
const DRAWN_WITHIN: i64 = 150_000;

/// The longest wait that is armed at once, without a sweep (milliseconds).
const ARMED_AT_ONCE: i64 = 15 * 60_000;
/// The time within which a sweep finds what nothing else does (milliseconds).
const FOUND_BY_A_SWEEP: i64 = 70_000;

impl World {
    /// Runs the world until the clock shows `until`. Invocations that are under way then stay so.
    pub(super) async fn live_until(&mut self, until: i64) -> Result<(), Violation> {
        loop {
            self.end_what_ran_out_of_time();
            self.begin_what_is_due();
            if self.now() >= until {
                return Ok(());
            }
            if !self.take_a_turn()? {
                let moment = self.next_moment().min(until);
                self.seats_are_not_idle()?;
                self.wait_until(moment).await;
                self.seats_are_not_idle()?;
            }
        }
    }

    /// Gives a turn to one invocation that can continue, and checks what it did. False if none can.
    pub(super) fn take_a_turn(&mut self) -> Result<bool, Violation> {
        let now = self.now();
        let ready = |running: &Running| running.is_awake() && running.held_up_until <= now;
        let able: Vec<usize> = (0..self.running.len()).filter(|&index| ready(&self.running[index])).collect();
        let Some(&index) = self.random.pick(&able) else { return Ok(false) };
        let polled = self.running[index].poll();
        self.look_at_what_was_done(index)?;
        match polled {
            Poll::Pending => self.hold_up(index),
            Poll::Ready(outcome) => {
                let running = self.running.remove(index);
                self.end(running, outcome)?;
            }
        }
        Ok(true)
    }

    fn hold_up(&mut self, index: usize) {
        if self.random.chance(self.weather.held_up) {
            let milliseconds = self.random.below(self.weather.longest_hold_up as usize + 1) as i64;
            self.running[index].held_up_until = self.now() + milliseconds;
            let (number, now) = (self.running[index].number, self.now());
            self.trace.note(now, || format!("  #{number} is held up for {milliseconds} ms"));
        }
    }

    fn end(&mut self, running: Running, outcome: Result<InvocationResult, Crashed>) -> Result<(), Violation> {
        let now = self.now();
        let number = running.number;
        match outcome {
            Ok(answer) => {
                self.trace.note(now, || format!("#{number} ends: {answer:?}"));
                self.ended(running, answer)
            }
            Err(Crashed) => {
                self.trace.note(now, || format!("#{number} crashes"));
                self.failed(running);
                Ok(())
            }
        }
    }

    fn end_what_ran_out_of_time(&mut self) {
        let now = self.now();
        while let Some(index) = self.running.iter().position(|running| running.ends_at <= now) {
            let running = self.running.remove(index);
            self.trace.note(now, || format!("#{} runs out of time", running.number));
            self.failed(running);
        }
    }

    /// Reads the calls and writes of the last turn.
    fn look_at_what_was_done(&mut self, index: usize) -> Result<(), Violation> {
        let calls = self.cloud.take_calls();
        let running = &mut self.running[index];
        running.faults += calls.iter().filter(|call| call.fault.is_some_and(|fault| fault != Fault::StaleRead)).count();
        self.is_mail_in_doubt |= calls.iter().any(leaves_mail_in_doubt);
        self.trace.calls(running.number, &calls);
        if calls.iter().any(|call| is_write(&call.operation)) {
            self.follow_writes(index)?;
        }
        if calls.iter().any(|call| call.operation == "SendEmail") {
            let (now, began_at) = (self.now(), self.running[index].started_at);
            let mails = self.cloud.sent_mail();
            let mails = self.mail_reports.look_at(mails, began_at, now, self.plan.reported_mails)?;
            mails.iter().try_for_each(|mail| messages::may_be_sent(&self.stays, mail))?;
        }
        if let Some(last) = calls.last() {
            self.running[index].called_at = last.at;
        }
        Ok(())
    }

    fn follow_writes(&mut self, index: usize) -> Result<(), Violation> {
        let now = self.now();
        let records = self.cloud.take_stream_records();
        if records.is_empty() {
            return Ok(());
        }
        records.iter().for_each(|record| self.mail_reports.follow(record, now));
        let writer = self.writer(index);
        let changes = checks::follow(&mut self.mirror, &mut self.stays, &records, &writer, now)?;
        self.told.extend(records.iter().cloned());
        self.feed.extend(records);
        for change in &changes {
            self.is_asked_for(index, change)?;
            self.is_proven(index, change)?;
            self.note_change(index, change);
            self.is_punctual(change)?;
            self.is_timely(change)?;
        }
        Ok(())
    }

    /// A release is paused or resumed by an organiser only. It ends by an organiser or because its
    /// ticket type was dropped.
    fn is_asked_for(&self, index: usize, change: &Change) -> Result<(), Violation> {
        let Change::Release { id, before: Some(before), after: Some(after) } = change else { return Ok(()) };
        let (was, is) = (before.state(), after.state());
        let asked = match self.running[index].job {
            Job::Request(ask) => Some(self.asks[ask].sent.endpoint),
            _ => None,
        };
        let is_asked_for = match (was, is) {
            (_, State::Paused) => asked == Some(Endpoint::PauseRelease),
            (State::Paused, State::Releasing) => asked == Some(Endpoint::ResumeRelease),
            (_, State::Cancelled) => {
                asked == Some(Endpoint::CancelRelease)
                    || (asked.is_none() && self.mirror.has_lost_ticket_type(id, &after.line))
            }
            _ => asked.is_none(),
        };
        ensure!(is_asked_for, "a release changes for whom it should", "{change:?} by {asked:?}");
        Ok(())
    }

    fn was_time_to_confirm_changed(&self) -> bool {
        let first = self.plan.proof.confirm_within;
        self.mirror.versions.iter().any(|(_, event)| event.confirm_within != first)
    }

    /// If nothing is late or lost, an unconfirmed entry ends to the second if its time is short, and
    /// otherwise within a sweep.
    fn ends_in_time(&self, before: &Entry, after: &Entry) -> Result<(), Violation> {
        let Some(confirm_by) =
            before.confirm_by.filter(|_| before.is_unconfirmed() && after.status == Status::Unconfirmed)
        else {
            return Ok(());
        };
        let is_short = confirm_by - before.joined_at < ARMED_AT_ONCE;
        let most = if is_short { MOST_LATE } else { FOUND_BY_A_SWEEP };
        // The sweep finds what is due in the order of numbers.
        let is_changed = self.was_time_to_confirm_changed();
        let late = self.now() - confirm_by;
        let is_excused = is_changed || !self.plan.weather.is_calm();
        ensure!(is_excused || late <= most, "an unconfirmed entry ends in time", "{late} ms: {after:?}");
        Ok(())
    }

    /// If nothing is late or lost, everything due is done within a second.
    fn is_punctual(&self, change: &Change) -> Result<(), Violation> {
        if let Change::Entry { before: Some(before), after: Some(after) } = change {
            self.ends_in_time(before, after)?;
        }
        let due = match change {
            Change::Entry { before: Some(before), after: Some(after) } if after.status == Status::Expired => {
                before.deadline()
            }
            Change::Release { before: Some(before), .. } => before.due.as_ref().map(|due| due.at),
            _ => None,
        };
        let late = due.map_or(0, |due| self.now() - due);
        ensure!(
            !self.plan.weather.is_calm() || late <= MOST_LATE,
            "deadlines are met to the second",
            "{late} ms: {change:?}"
        );
        Ok(())
    }

    /// A decision by the clock reads it for each write, and not once for all attempts.
    fn is_timely(&self, change: &Change) -> Result<(), Violation> {
        let Change::Entry { before: Some(before), after: Some(after) } = change else { return Ok(()) };
        if before.status == after.status || before.id != after.id || self.plan.weather.held_up > 0 {
            return Ok(());
        }
        let now = self.now();
        ensure!(after.entered_at() == Some(now), "a write bears its own time", "{change:?} at {now}");
        Ok(())
    }

    /// If nothing is late or lost, free seats are not idle for longer than a second, and draws are
    /// held in time.
    fn seats_are_not_idle(&mut self) -> Result<(), Violation> {
        if !self.plan.weather.is_calm() {
            return Ok(());
        }
        let now = self.now();
        for (at, line) in self.mirror.draws_to_hold(now) {
            ensure!(now < at + DRAWN_WITHIN, "lots are drawn in time", "{line}: to be drawn at {at}, now {now}");
        }
        let is_changed = self.was_time_to_confirm_changed();
        for (at, id) in self.mirror.confirmations(now).into_iter().filter(|_| !is_changed) {
            ensure!(now <= at + FOUND_BY_A_SWEEP, "an unconfirmed entry ends in time", "{id} by {at}, now {now}");
        }
        let idle = rest::idle_lines(&self.mirror, now);
        self.idle_since.retain(|line, _| idle.iter().any(|(name, _)| name == line));
        for (line, violation) in idle {
            let late = now - *self.idle_since.entry(line).or_insert(now);
            let most = if violation.check == rest::ON_SALE { FOUND_BY_A_SWEEP } else { MOST_LATE };
            ensure!(late <= most, "free seats are offered at once", "{late} ms: {violation}");
        }
        Ok(())
    }

    fn note_change(&mut self, index: usize, change: &Change) {
        let now = self.now();
        if matches!(change, Change::Other) {
            return;
        }
        self.schedule.changed_at = now;
        self.trace.note(now, || format!("    {change:?}"));
        if let Change::Release { id, after: Some(after), .. } = change {
            self.progress.note(id, after, now);
        }
        if matches!(change, Change::Seats { before, after, .. } if before.as_ref().map(|seats| seats.capacity) != after.as_ref().map(|seats| seats.capacity))
        {
            self.capacity_writes += 1;
        }
        self.note_steering(change);
        let made = match change {
            Change::Entry { before: Some(before), after: Some(after) } if before.id == after.id => {
                let is_command = self.writer(index).endpoint.is_some_and(Endpoint::is_command);
                (is_command && before != after).then(|| format!("change {} of {}", self.mirror.writes, after.id))
            }
            Change::Entry { after: Some(after), .. } => Some(format!("entry {}", after.id)),
            Change::Registration { id, before: None, .. } => Some(format!("registration {id}")),
            Change::Release { id, before: None, .. } => Some(format!("release {id}")),
            _ => None,
        };
        let is_aside = self.is_aside(index, change);
        let running = &mut self.running[index];
        let of_index = matches!(change, Change::Numbers { .. } | Change::Page { .. } | Change::Counts { .. });
        let people_care = !of_index && !is_aside;
        running.has_written |= people_care;
        if let Job::Request(ask) = running.job {
            self.asks[ask].made.extend(made);
        }
    }

    fn note_steering(&mut self, change: &Change) {
        let now = self.now();
        let (line, at, state) = match change {
            Change::Numbers { line, after: Some(after), .. } => {
                (line, 0, after.joining.clone().unwrap_or_else(|| "open".to_owned()))
            }
            Change::Seats { line, after: Some(after), .. } => {
                (line, 1, if after.is_paused { "paused" } else { "open" }.to_owned())
            }
            _ => return,
        };
        let states = &mut self.steered.entry(line.clone()).or_default()[at];
        if states.last().is_none_or(|(_, last)| *last != state) {
            states.push((now, state));
        }
    }

    fn writer(&self, index: usize) -> Writer {
        let running = &self.running[index];
        let sent = match running.job {
            Job::Request(ask) => Some(&self.asks[ask].sent),
            _ => None,
        };
        let endpoint = sent.map(|sent| sent.endpoint);
        let is_public = sent.is_some_and(|sent| sent.credential.is_none());
        let (began, called_at) = (running.writes_before, running.called_at);
        Writer { endpoint, is_public, wanted: self.wanted(index), began, called_at }
    }

    /// The change that the request asks for, if an organiser made it.
    fn wanted(&self, index: usize) -> Option<Wanted> {
        let running = &self.running[index];
        let Job::Request(ask) = running.job else { return None };
        let sent = &self.asks[ask].sent;
        if sent.endpoint != Endpoint::PutEvent {
            return None;
        }
        let types = sent.body["ticketTypes"].as_array().into_iter().flatten();
        let capacity = |kind: &Value| Some((format!("{EVENT}#{}", kind["id"].as_str()?), kind["capacity"].as_u64()?));
        Some(Wanted {
            capacities: types.filter_map(capacity).collect(),
            is_undisturbed: running.capacity_writes_before == self.capacity_writes,
        })
    }

    /// The next time at which anything happens by itself.
    fn next_moment(&self) -> i64 {
        let now = self.now();
        let held_up = self.running.iter().map(|running| running.held_up_until).filter(|until| *until > now);
        let ends = self.running.iter().map(|running| running.ends_at);
        let retries = self.schedule.retries.iter().map(|(at, _)| *at);
        let queues = Consumer::ALL.into_iter().filter_map(|consumer| self.next_look(consumer));
        let reports = self.mail_reports.next().unwrap_or(i64::MAX);
        let others = [self.next_relay(), self.next_sweep(), reports];
        held_up.chain(ends).chain(retries).chain(queues).chain(others).min().unwrap_or(i64::MAX).max(now + 1)
    }

    /// Moves the clock, at most to `moment`. A sleeping invocation may wake before.
    async fn wait_until(&self, moment: i64) {
        let milliseconds = u64::try_from(moment.saturating_sub(self.now())).unwrap_or(0);
        let mut sleep = pin!(tokio::time::sleep(Duration::from_millis(milliseconds)));
        let now = self.now();
        poll_fn(|context| {
            self.waiter.set(context.waker());
            if self.running.iter().any(|running| running.is_awake() && running.held_up_until <= now) {
                return Poll::Ready(());
            }
            sleep.as_mut().poll(context)
        })
        .await;
    }
}

fn is_write(operation: &str) -> bool {
    matches!(operation, "PutItem" | "UpdateItem" | "DeleteItem" | "TransactWriteItems" | "BatchWriteItem")
}

/// Whether a fault leaves open if a message was sent, or if that was noted.
fn leaves_mail_in_doubt(call: &Call) -> bool {
    call.fault.is_some()
        && (matches!(call.operation.as_str(), "SendEmail" | "Publish")
            || (call.operation == "UpdateItem" && call.request.contains("SENT#")))
}
