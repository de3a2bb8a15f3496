//! The journal of a history.
//!
//! Nothing in a history depends on the journal, so it is kept at the end, in the weather of the
//! history. Its follower gets every record of the stream. Batches have any size, some come twice,
//! and only the order within an item is kept. Then the journal must have each change once, and have
//! counted it once.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde_json::Value;
use waitlist_tests::{ChangeFeed, FaultPlan, scan_all, stream_event_json};

use super::mirror::whole_table::image;
use super::violation::{Violation, ensure};
use super::world::World;

/// Batches that may fail before the weather clears.
const MOST_FAILURES: usize = 60;

/// Stages of the funnel that the seats item counts as well, with its names for them.
const COUNTED_TWICE: [(&str, &str); 4] =
    [("offers", "offers"), ("converted", "converted"), ("expired", "expired"), ("declined", "declined")];

impl World {
    /// Keeps the journal, and checks it.
    pub(super) async fn keep_journal(&mut self) -> Result<(), Violation> {
        let mut feed = ChangeFeed::default();
        feed.extend(self.told.clone());
        self.cloud.faults(self.plan.weather.plan());
        let mut failures = 0;
        while !feed.is_empty() {
            let most = 1 + self.random.below(200);
            let batch = feed.next_batch(0, &mut self.random, most);
            let (functions, event) = (Rc::clone(&self.functions), stream_event_json(&batch));
            let answer = self.cloud.invoke(async { functions.journal(event).await }).await;
            let went_well = answer.is_ok_and(|answer| answer.batch_item_failures.is_empty());
            failures += usize::from(!went_well);
            if failures == MOST_FAILURES {
                self.cloud.faults(FaultPlan::none());
            }
            ensure!(failures <= MOST_FAILURES, "what is told is journalled", "{} records are left", feed.len());
            if !went_well || self.random.chance(100) {
                feed.give_back(batch);
            }
        }
        self.cloud.faults(FaultPlan::none());
        Journal::read(self).await.check(self)
    }
}

/// The journal as the table holds it.
struct Journal {
    /// Rows by line (`event#ticket type`, or the event alone), each with its moment and its name.
    rows: BTreeMap<String, Vec<(i64, String, Value)>>,
    funnels: BTreeMap<String, Value>,
}

impl Journal {
    async fn read(world: &World) -> Self {
        let mut journal = Self { rows: BTreeMap::new(), funnels: BTreeMap::new() };
        for item in scan_all(&world.cloud.dynamodb(), world.cloud.table_name()).await {
            let image = image(&item);
            let (pk, sk) = (text(&image["pk"]).to_owned(), text(&image["sk"]).to_owned());
            if let Some(line) = pk.strip_prefix("FUNNEL#") {
                journal.funnels.insert(line.to_owned(), image.clone());
            }
            let Some(line) = pk.strip_prefix("JOURNAL#") else { continue };
            let at = sk.parse().expect("a moment is a number");
            let rows =
                image.as_object().into_iter().flatten().filter(|(name, _)| !["pk", "sk"].contains(&name.as_str()));
            let rows = rows.map(|(name, row)| (at, name.clone(), row["M"].clone()));
            journal.rows.entry(line.to_owned()).or_default().extend(rows);
        }
        journal
    }

    fn check(&self, world: &World) -> Result<(), Violation> {
        self.every_row_is_there_once()?;
        for (key, item) in &world.mirror.items {
            match key.split('#').next() {
                Some("CUSTOMER") => self.has_every_step_of(item)?,
                Some("SEATS") => self.adds_up_to(item)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Checks that each row is stored once. No row of an entry is missing, even if its person has
    /// joined again.
    fn every_row_is_there_once(&self) -> Result<(), Violation> {
        let mut steps: BTreeMap<(&str, &str), BTreeSet<u64>> = BTreeMap::new();
        for (line, rows) in &self.rows {
            for (at, name, row) in rows {
                let (subject, step) = name.rsplit_once('#').expect("a row's name ends in its step");
                ensure!(number(&row["at"]) == *at as u64, "a row stands at its moment", "{name} at {at}: {row}");
                let is_new = steps.entry((line, subject)).or_default().insert(step.parse().expect("a number"));
                ensure!(is_new, "a row is there once", "{name} in {line}");
            }
        }
        for ((line, subject), steps) in steps {
            let is_whole = steps.iter().copied().eq(1..=steps.len() as u64);
            ensure!(is_whole || !subject.starts_with("ent_"), "no row is missing", "{subject} in {line}: {steps:?}");
        }
        Ok(())
    }

    fn has_every_step_of(&self, entry: &Value) -> Result<(), Violation> {
        let (id, step) = (text(&entry["entry_id"]), number(&entry["step"]));
        let line = text(&entry["sk"]).split('#').skip(2).take(2).collect::<Vec<_>>().join("#");
        let own = format!("{id}#");
        let is_own = |name: &str| name.strip_prefix(&own).is_some_and(|step| !step.contains('#'));
        let rows: Vec<_> = self.rows.get(&line).into_iter().flatten().filter(|(_, name, _)| is_own(name)).collect();
        ensure!(rows.len() as u64 == step, "no row is missing", "{step} changes of {id}, and {rows:?}");
        let moments: BTreeSet<u64> = entry["moments"]["NS"].as_array().into_iter().flatten().map(digits).collect();
        let found = rows.iter().all(|(at, ..)| moments.contains(&(*at as u64)));
        ensure!(found, "rows are found by an entry's moments", "{id}: {moments:?}, {rows:?}");
        Ok(())
    }

    /// Checks that the rows of freed seats add up to the free seats, and that sums kept twice are
    /// the same.
    fn adds_up_to(&self, seats: &Value) -> Result<(), Violation> {
        let line = text(&seats["pk"]).trim_start_matches("SEATS#").to_owned();
        let of_seats = |(_, name, _): &&(i64, String, Value)| name.starts_with("seats#");
        let rows = || self.rows.get(&line).into_iter().flatten().filter(of_seats);
        let freed: i64 =
            rows().map(|(.., row)| row["freed"]["N"].as_str().map_or(0, |n| n.parse().expect("a number"))).sum();
        ensure!(freed == number(&seats["free"]) as i64, "rows of seats add up", "{freed} of {seats}");
        for (stage, counted) in COUNTED_TWICE {
            let in_all = self.count(&line, stage);
            ensure!(in_all == number(&seats[counted]), "sums are of every row", "{in_all} {stage}, and {seats}");
        }
        let joined = self.rows.get(&line).into_iter().flatten();
        let joined = joined.filter(|(.., row)| row["change"]["S"] == "joined").count() as u64;
        let counted = self.count(&line, "joined");
        ensure!(joined == counted, "sums are of every row", "{joined} joined, {counted} counted");
        Ok(())
    }

    /// How many entries came to a stage, in all tiers.
    fn count(&self, line: &str, stage: &str) -> u64 {
        let sums = self.funnels.get(line).and_then(Value::as_object).into_iter().flatten();
        let prefix = format!("{stage}#");
        sums.filter(|(name, _)| name.starts_with(&prefix)).map(|(_, count)| number(count)).sum()
    }
}

fn text(attribute: &Value) -> &str {
    attribute["S"].as_str().unwrap_or_default()
}

fn number(attribute: &Value) -> u64 {
    digits(&attribute["N"])
}

fn digits(text: &Value) -> u64 {
    text.as_str().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
