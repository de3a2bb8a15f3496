//! The end of a history: nothing goes wrong any more, and everything promised for "in the end" must
//! come about.

use waitlist_tests::FaultPlan;

use super::checks::{messages, rest};
use super::functions::Consumer;
use super::identifiers::{EVENT, ORGANISER_KEY, SALES_KEY};
use super::mirror::entry::Entry;
use super::mirror::line::Numbers;
use super::mirror::sales::Release;
use super::mirror::whole_table;
use super::requests::{Endpoint, Sent};
use super::schedule::MINUTE;
use super::violation::{Violation, ensure};
use super::weather::Weather;
use super::world::World;

/// The longest time until nothing is left to do, in milliseconds. A message whose receiver crashed
/// comes again after three minutes, five times.
const LONGEST_REST: i64 = 25 * MINUTE;
/// Most offers that run out one after another at the end.
const MOST_DEADLINES: usize = 100;

impl World {
    /// Wishes in their order, then the end.
    pub(super) async fn live(&mut self) -> Result<(), Violation> {
        self.set_up().await?;
        for (gap, wish) in self.plan.wishes.clone() {
            let moment = self.moment(gap);
            self.live_until(moment).await?;
            self.wish(&wish);
        }
        self.live_until(self.now() + 1).await?;
        self.weather = Weather::calm();
        self.cloud.faults(FaultPlan::none());
        let now = self.now();
        self.trace.note(now, || "from here on nothing goes wrong".to_owned());
        self.come_to_rest().await?;
        if self.plan.to_the_end {
            self.run_out().await?;
        }
        whole_table::compare(&self.cloud, &self.mirror).await?;
        self.keep_journal().await
    }

    fn moment(&self, gap: super::plan::Gap) -> i64 {
        let now = self.now();
        match gap {
            super::plan::Gap::Milliseconds(milliseconds) => now + milliseconds as i64,
            super::plan::Gap::NearDeadline(offset) => {
                let due = self.mirror.dues().chain(self.mirror.confirmations(now)).map(|(at, _)| at);
                let next = due.filter(|at| *at > now).min();
                next.map_or(now, |next| (next + offset).max(now))
            }
        }
    }

    /// Continues until nothing is left to do before the next deadline, and then checks what must be
    /// true.
    async fn come_to_rest(&mut self) -> Result<(), Violation> {
        let latest = self.now() + LONGEST_REST;
        while !self.is_at_rest() {
            ensure!(self.now() < latest, "everything comes to rest", "{}", self.restless());
            self.live_until(self.now() + 1_000).await?;
        }
        let now = self.now();
        self.trace.note(now, || "at rest".to_owned());
        rest::nothing_is_left_undone(&self.mirror, now)?;
        rest::index_is_exact(&self.mirror, &self.stays, now)?;
        messages::are_sent(self)?;
        self.only_codes_go_to_unproven_numbers()?;
        self.everybody_is_told_their_position().await?;
        self.releases_are_shown_as_they_are().await?;
        self.statistics_add_up().await
    }

    fn is_at_rest(&self) -> bool {
        let now = self.now();
        let no_message = |consumer: Consumer| match self.cloud.queue(consumer.queue()).next_delivery() {
            None => true,
            Some(at) => consumer == Consumer::Timer && at.timestamp_millis() > now,
        };
        self.running.is_empty()
            && self.schedule.retries.is_empty()
            && self.mail_reports.next().is_none()
            && self.feed.is_empty()
            && self.schedule.is_swept()
            && Consumer::ALL.into_iter().all(no_message)
            && self.next_due().is_none_or(|at| at > now)
            && self.mirror.lines.values().all(|line| line.numbers.as_ref().is_none_or(Numbers::is_marked))
    }

    fn restless(&self) -> String {
        let jobs: Vec<_> = self.running.iter().map(|running| &running.job).collect();
        let draws = self.mirror.draws_to_hold(self.now());
        let due = self.mirror.dues().chain(draws).chain(self.mirror.confirmations(self.now()));
        let due: Vec<_> = due.filter(|(at, _)| *at <= self.now()).collect();
        format!("running {jobs:?}, {} records, overdue {due:?}, {:?}", self.feed.len(), self.schedule)
    }

    /// Lets every deadline pass.
    async fn run_out(&mut self) -> Result<(), Violation> {
        for _ in 0..MOST_DEADLINES {
            let Some(next) = self.next_due() else { return Ok(()) };
            self.live_until(next + 1_000).await?;
            self.come_to_rest().await?;
        }
        Ok(())
    }

    /// Makes a request while nothing else happens, and returns its response.
    async fn ask_alone(&mut self, sent: Sent) -> Result<serde_json::Value, Violation> {
        self.ask(sent);
        while !self.running.is_empty() {
            self.take_a_turn()?;
        }
        let ask = self.asks.last().expect("it was asked just now");
        let (status, body) = ask.answers.last().cloned().unwrap_or_default();
        ensure!(status == 200, "a question is answered", "{status} {body} for {}", ask.sent.told());
        Ok(body)
    }

    async fn everybody_is_told_their_position(&mut self) -> Result<(), Violation> {
        let lines: Vec<String> = self.mirror.lines.keys().cloned().collect();
        for line in lines {
            let waiting: Vec<(String, String)> =
                self.mirror.waiting(&line).iter().map(|entry| (entry.customer.clone(), entry.id.clone())).collect();
            let mut told = Vec::new();
            for (customer, id) in waiting {
                if rest::is_open(&self.mirror, self.now()) {
                    told.push((self.position_told_to(customer, &id).await?, id));
                }
            }
            self.positions_are_exact(&line, told)?;
        }
        Ok(())
    }

    /// The position of an entry as its customer is told it, with the unconfirmed entries that it
    /// counts. None before a draw.
    async fn position_told_to(&mut self, customer: String, id: &str) -> Result<Option<(u64, u64)>, Violation> {
        let sent = Sent::new(Endpoint::Position, SALES_KEY, serde_json::Value::Null).to("customerId", customer);
        let body = self.ask_alone(sent).await?;
        let mut entries = body["entries"].as_array().into_iter().flatten();
        let shown = entries.find(|entry| entry["entryId"] == id);
        Ok(shown.and_then(|entry| entry["position"].as_u64().zip(entry["unconfirmedBefore"].as_u64())))
    }

    /// Checks the positions. `told` is in the order of serving. If tiers take turns, it is tier by
    /// tier.
    fn positions_are_exact(&self, line: &str, mut told: Vec<(Option<(u64, u64)>, String)>) -> Result<(), Violation> {
        let lane_of = |id: &str| self.stays.get(id).map(|stay| stay.entry.lane.clone()).unwrap_or_default();
        let is_unconfirmed = |id: &str| self.stays.get(id).is_some_and(|stay| stay.entry.is_unconfirmed());
        if self.mirror.event.as_ref().is_some_and(|event| event.order.takes_turns()) {
            let is_in_order = told.is_sorted_by(|(one, id), (other, of)| lane_of(id) != lane_of(of) || one < other);
            ensure!(is_in_order, "positions are exact", "{line}: {told:?}");
            if told.iter().any(|(_, id)| is_unconfirmed(id)) {
                return self.unconfirmed_are_counted_by_lane(line, &told);
            }
            told.sort();
        }
        // Entries in the pool have no position before the draw. Entries that are served after them
        // stand behind them all.
        let (mut standing, mut unconfirmed) = (1, 0);
        for (position, id) in &told {
            let is_in_the_pool = lane_of(id) == "-pool";
            let real = (!is_in_the_pool).then_some((standing, unconfirmed));
            ensure!(
                *position == real,
                "positions are exact",
                "{line}: {id} is told {position:?} and stands at {real:?}"
            );
            // The person who does not confirm in time for the draw is in nobody's way.
            standing += u64::from(!is_in_the_pool || !is_unconfirmed(id));
            unconfirmed += u64::from(!is_in_the_pool && is_unconfirmed(id));
        }
        Ok(())
    }

    /// Checks how many unconfirmed entries positions count in a line whose tiers take turns.
    ///
    /// Those at the front count, and those before an entry in its own tier.
    fn unconfirmed_are_counted_by_lane(
        &self,
        line: &str,
        told: &[(Option<(u64, u64)>, String)],
    ) -> Result<(), Violation> {
        let entries = || told.iter().filter_map(|(told, id)| Some((told, &self.stays.get(id)?.entry)));
        for (told, entry) in entries() {
            let is_before = |other: &Entry| {
                (other.lane == entry.lane && other.number < entry.number)
                    || (other.lane == "-front" && entry.lane != "-front")
            };
            let real = entries().filter(|(_, other)| other.is_unconfirmed() && is_before(other)).count() as u64;
            let is_exact = told.is_some_and(|(_, unconfirmed)| unconfirmed == real);
            ensure!(is_exact, "positions are exact", "{line}: {told:?}, {real} unconfirmed before {entry:?}");
        }
        Ok(())
    }

    async fn releases_are_shown_as_they_are(&mut self) -> Result<(), Violation> {
        let releases: Vec<(String, Release)> =
            self.mirror.releases.iter().map(|(id, release)| (id.clone(), release.clone())).collect();
        for (id, release) in releases {
            let sent = Sent::new(Endpoint::GetRelease, SALES_KEY, serde_json::Value::Null).to("releaseId", id);
            let body = self.ask_alone(sent).await?;
            ensure!(release.is_shown_by(&body), "releases are shown as they are", "{release:?}: {body}");
        }
        Ok(())
    }

    async fn statistics_add_up(&mut self) -> Result<(), Violation> {
        let sent = Sent::new(Endpoint::Stats, ORGANISER_KEY, serde_json::Value::Null).to("eventId", EVENT);
        let body = self.ask_alone(sent).await?;
        rest::statistics_are_exact(&self.mirror, &self.stays, &body, self.now())
    }
}
