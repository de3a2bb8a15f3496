//! Deliveries to the workers: the stream, the queues and the minute of the schedule, as late and as
//! often as they may come.

use std::rc::Rc;

use aws_lambda_events::sqs::SqsBatchResponse;
use aws_lambda_events::streams::DynamoDbEventResponse;
use waitlist_tests::{Message, StreamRecord, queue_event, stream_event_json};

use super::functions::Consumer;
use super::running::{InvocationResult, Job, Running};
use super::violation::Violation;
use super::world::World;

/// Most concurrent invocations of one queue's function.
const MOST_AT_ONCE: usize = 2;
/// Most records that Lambda delivers at once, as in the template.
const MOST_RECORDS: usize = 100;
/// How soon Lambda reads the stream again after any failure (milliseconds). `template.rs` holds the
/// template to this.
const RELAY_PAUSE: i64 = 1_000;
/// How soon a FIFO queue is read again if all its groups are being processed (milliseconds).
const BLOCKED_PAUSE: i64 = 1_000;
/// The longest outage of a stream or a queue (milliseconds).
const LONGEST_OUTAGE: usize = 120_000;

impl World {
    pub(super) fn begin_what_is_due(&mut self) {
        self.begin_retries();
        self.hand_over_reports();
        self.begin_sweep();
        self.begin_relays();
        for consumer in Consumer::ALL {
            while self.next_look(consumer).is_some_and(|at| at <= self.now()) {
                self.look_at_queue(consumer);
            }
        }
    }

    fn begin_retries(&mut self) {
        let now = self.now();
        while let Some(index) = self.schedule.retries.iter().position(|(at, _)| *at <= now) {
            let (_, ask) = self.schedule.retries.swap_remove(index);
            self.run(ask);
        }
    }

    /// SES puts the reports on the queue whose time has come.
    fn hand_over_reports(&mut self) {
        let now = self.now();
        for report in self.mail_reports.take_due(now) {
            self.trace.note(now, || format!("SES reports {report}"));
            self.cloud.queue(Consumer::Feedback.queue()).send(&report);
        }
    }

    // The sweep.

    pub(super) fn next_sweep(&self) -> i64 {
        self.schedule.sweep_at(self.next_due())
    }

    fn begin_sweep(&mut self) {
        let now = self.now();
        if self.next_sweep() > now {
            return;
        }
        self.schedule.sweep_begins(now);
        if self.random.chance(self.weather.missed_sweeps) {
            self.trace.note(now, || "a sweep is missed".to_owned());
            return;
        }
        let (cloud, functions) = (self.cloud.clone(), Rc::clone(&self.functions));
        let work = async move { cloud.invoke(async { InvocationResult::Sweep(functions.sweep().await) }).await };
        self.begin(Job::Sweep, Box::pin(work));
    }

    // The stream.

    /// When the stream is read next, by any reader.
    pub(super) fn next_relay(&self) -> i64 {
        self.feed.readers().map(|reader| self.next_relay_of(reader)).min().unwrap_or(i64::MAX)
    }

    /// When this reader reads next. It has one batch at a time, so that the order within an item is
    /// kept.
    fn next_relay_of(&self, reader: usize) -> i64 {
        let in_hand = |running: &Running| matches!(running.job, Job::Relay(of, _) if of == reader);
        let is_idle = self.feed.waits_for(reader) && !self.running.iter().any(in_hand);
        if is_idle { self.schedule.relays_at[reader] } else { i64::MAX }
    }

    fn begin_relays(&mut self) {
        let now = self.now();
        for reader in self.feed.readers() {
            if self.next_relay_of(reader) <= now {
                self.begin_relay(reader);
            }
        }
    }

    fn begin_relay(&mut self, reader: usize) {
        let most = if self.weather.is_calm() { MOST_RECORDS } else { 1 + self.random.below(12) };
        let records = self.feed.next_batch(reader, &mut self.random, most);
        self.schedule.relays_at[reader] = self.now() + self.lag();
        let (cloud, functions) = (self.cloud.clone(), Rc::clone(&self.functions));
        let event = stream_event_json(&records);
        let work = async move { cloud.invoke(async { InvocationResult::Relay(functions.relay(event).await) }).await };
        self.begin(Job::Relay(reader, records), Box::pin(work));
    }

    /// How late the next delivery is.
    fn lag(&mut self) -> i64 {
        if self.random.chance(self.weather.outage) {
            return self.random.below(LONGEST_OUTAGE) as i64;
        }
        self.random.below(self.weather.lag as usize + 1) as i64
    }

    fn relayed(&mut self, reader: usize, records: Vec<StreamRecord>, answer: &DynamoDbEventResponse) {
        let now = self.now();
        if !answer.batch_item_failures.is_empty() {
            self.schedule.relays_at[reader] = now + RELAY_PAUSE;
            self.feed.give_back(records);
        } else if self.random.chance(self.weather.doubled) {
            self.trace.note(now, || "the stream's batch will come again".to_owned());
            self.feed.give_back(records);
        }
    }

    // The queues.

    /// When a queue is read next.
    pub(super) fn next_look(&self, consumer: Consumer) -> Option<i64> {
        let in_hand = |running: &&Running| matches!(running.job, Job::Queue(other, _) if other == consumer);
        if self.running.iter().filter(in_hand).count() >= MOST_AT_ONCE {
            return None;
        }
        let due = self.cloud.queue(consumer.queue()).next_delivery()?.timestamp_millis();
        Some(due.max(self.schedule.queues_at[consumer as usize]))
    }

    fn look_at_queue(&mut self, consumer: Consumer) {
        let now = self.now();
        let most = consumer.most_messages();
        let most = if self.weather.is_calm() { most } else { 1 + self.random.below(most) };
        let mut messages = self.cloud.queue(consumer.queue()).receive(most);
        self.note_dead_letters(consumer);
        let next = if messages.is_empty() { BLOCKED_PAUSE } else { self.lag() };
        *self.schedule.queue_at(consumer) = now + next;
        self.lose_some(consumer, &mut messages);
        self.hurry_one(consumer, &mut messages);
        if messages.is_empty() {
            return;
        }
        if self.random.chance(self.weather.doubled) {
            self.consume(consumer, messages.clone());
        }
        self.consume(consumer, messages);
    }

    /// A message in a dead-letter queue is lost for its consumer.
    fn note_dead_letters(&mut self, consumer: Consumer) {
        let dead = self.cloud.queue(consumer.queue()).dead_letter_count();
        let known = &mut self.schedule.dead_letters[consumer as usize];
        if dead > *known {
            *known = dead;
            self.schedule.lost_at = self.schedule.lost_at.max(self.cloud.clock().milliseconds());
        }
    }

    fn lose_some(&mut self, consumer: Consumer, messages: &mut Vec<Message>) {
        if !consumer.may_lose_messages() || self.weather.lost == 0 {
            return;
        }
        let now = self.now();
        let (lost, kept): (Vec<Message>, Vec<Message>) =
            std::mem::take(messages).into_iter().partition(|_| self.random.chance(self.weather.lost));
        self.cloud.queue(consumer.queue()).delete(&lost);
        if !lost.is_empty() {
            self.schedule.lost_at = now;
        }
        for message in &lost {
            self.trace.note(now, || format!("{} is lost: {}", message.id, message.body));
        }
        *messages = kept;
    }

    /// Delivers a timer early, and again later.
    fn hurry_one(&mut self, consumer: Consumer, messages: &mut Vec<Message>) {
        if consumer == Consumer::Timer && self.random.chance(self.weather.early) {
            let waiting = self.cloud.queue(consumer.queue()).messages();
            messages.extend(self.random.pick(&waiting).cloned());
        }
    }

    fn consume(&mut self, consumer: Consumer, messages: Vec<Message>) {
        let (cloud, functions) = (self.cloud.clone(), Rc::clone(&self.functions));
        let event = queue_event(consumer.queue(), &messages);
        let work = async move {
            cloud.invoke(async { InvocationResult::Queue(functions.consume(consumer, event).await) }).await
        };
        self.begin(Job::Queue(consumer, messages), Box::pin(work));
    }

    fn consumed(&mut self, consumer: Consumer, messages: Vec<Message>, answer: &SqsBatchResponse) {
        let failed =
            |message: &Message| answer.batch_item_failures.iter().any(|failure| failure.item_identifier == message.id);
        let mut done: Vec<Message> = messages.into_iter().filter(|message| !failed(message)).collect();
        // Lambda may fail to delete a processed message. Then it comes again.
        done.retain(|_| !self.random.chance(self.weather.doubled / 2));
        self.cloud.queue(consumer.queue()).delete(&done);
        self.look_again_soon(consumer);
    }

    /// Reads a queue again soon, because a FIFO group may be free.
    fn look_again_soon(&mut self, consumer: Consumer) {
        let soon = self.now() + self.random.below(self.weather.lag as usize + 1) as i64;
        let at = self.schedule.queue_at(consumer);
        if *at > soon && consumer.queue().ends_with(".fifo") {
            *at = soon;
        }
    }

    // How invocations end.

    pub(super) fn ended(&mut self, running: Running, answer: InvocationResult) -> Result<(), Violation> {
        match (&running.job, answer) {
            (Job::Request(ask), InvocationResult::Request(response)) => self.answered(*ask, &running, response),
            (Job::Relay(reader, records), InvocationResult::Relay(answer)) => {
                self.relayed(*reader, records.clone(), &answer);
                Ok(())
            }
            (Job::Queue(consumer, messages), InvocationResult::Queue(answer)) => {
                self.consumed(*consumer, messages.clone(), &answer);
                Ok(())
            }
            (_, InvocationResult::Sweep(went_well)) => {
                if went_well {
                    self.schedule.swept_at = self.schedule.swept_at.max(running.started_at);
                }
                Ok(())
            }
            (job, answer) => unreachable!("{job:?} does not answer {answer:?}"),
        }
    }

    /// The invocation crashed or timed out.
    pub(super) fn failed(&mut self, running: Running) {
        match running.job {
            Job::Request(ask) => self.unanswered(ask),
            Job::Relay(reader, records) => {
                self.schedule.relays_at[reader] = self.now() + RELAY_PAUSE;
                self.feed.give_back(records);
            }
            Job::Queue(consumer, _) => {
                self.is_mail_in_doubt |= consumer.is_notify();
                self.look_again_soon(consumer);
            }
            Job::Sweep => {}
        }
    }
}
