//! How requests are made and invocations begin.

use std::rc::Rc;

use waitlist_tests::InProcessCloud;

use super::asks::Ask;
use super::functions::Functions;
use super::requests::Sent;
use super::running::{InvocationResult, Job, Running, Work};
use super::world::World;

/// How long requests are repeated (milliseconds). Later their idempotency record may be forgotten.
pub(super) const REPEATED_WITHIN: i64 = 23 * 3_600_000;
/// Most times that a client sends a request.
pub(super) const MOST_RUNS: usize = 5;

impl World {
    /// Makes a new request.
    pub(super) fn ask(&mut self, sent: Sent) {
        let now = self.now();
        self.trace.note(now, || format!("request {}: {}", self.asks.len(), sent.told()));
        self.asks.push(Ask::new(sent, now, self.mirror.writes));
        self.run(self.asks.len() - 1);
    }

    /// Sends a request, for the first time or again.
    pub(super) fn run(&mut self, ask: usize) {
        self.asks[ask].runs += 1;
        self.asks[ask].under_way += 1;
        let sent = self.asks[ask].sent.clone();
        let instance = self.random.below(2);
        let work = request(&self.cloud, &self.functions, sent, instance);
        self.begin(Job::Request(ask), work);
    }

    pub(super) fn begin(&mut self, job: Job, work: Work) {
        let now = self.now();
        self.invocations += 1;
        let number = self.invocations;
        self.trace.note(now, || format!("#{number} begins: {job:?}"));
        let mut running = Running::new(number, job, work, now, &self.waiter);
        running.capacity_writes_before = self.capacity_writes;
        running.writes_before = self.mirror.writes;
        self.running.push(running);
    }

    /// Mostly repeats a request that got no response, or was told to try again.
    pub(super) fn retry_later(&mut self, index: usize) {
        let ask = &self.asks[index];
        let wants = ask.may_be_repeated() && ask.runs < MOST_RUNS && self.now() - ask.first_at < REPEATED_WITHIN;
        if wants && self.random.chance(850) {
            let pause = 200 + self.random.below(15_000) as i64;
            self.schedule.retries.push((self.now() + pause, index));
        }
    }
}

fn request(cloud: &InProcessCloud, functions: &Rc<Functions>, sent: Sent, instance: usize) -> Work {
    let (cloud, functions) = (cloud.clone(), Rc::clone(functions));
    Box::pin(async move {
        let work = functions.answer(sent.endpoint, sent.payload(), instance);
        cloud.invoke(async { InvocationResult::Request(work.await) }).await
    })
}
