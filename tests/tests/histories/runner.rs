//! Tells histories on several threads, and shortens one that fails.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use waitlist_tests::simulate;

use super::plan::Plan;
use super::reporting::Reporting;
use super::trace::Trace;
use super::violation::Violation;
use super::weather::Weather;
use super::world::World;

/// How many shorter histories are tried at most.
const MOST_ATTEMPTS: usize = 300;
/// After so many failures the rest is not told.
const MOST_FAILURES: usize = 20;

/// Tells the history of each seed. Panics with a report if any fails.
pub(super) fn tell(seeds: Vec<u64>, origin: &str) {
    let reporting = Reporting::begin(&seeds, origin);
    let next = AtomicUsize::new(0);
    let threads = threads();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = happen(Plan::draw(seed), Trace::silent()).0;
                    if reporting.note(seed, outcome) >= MOST_FAILURES {
                        return;
                    }
                }
            });
        }
    });
    let failures = reporting.end();
    let Some((&seed, violation)) = failures.first_key_value() else { return };
    let all: Vec<String> = failures.iter().map(|(seed, failed)| format!("{seed} ({})", failed.check)).collect();
    panic!("{}\n{} failed: {}\n", report(seed, violation), failures.len(), all.join(", "));
}

/// As many threads as tests may take, which is one for each processor unless `RUST_TEST_THREADS` says otherwise.
fn threads() -> usize {
    let asked = std::env::var("RUST_TEST_THREADS").ok().and_then(|threads| threads.parse().ok());
    asked.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get))
}

/// Tells each history twice, and compares.
pub(super) fn tell_twice(seeds: Range<u64>) {
    for seed in seeds {
        let [first, second] = [0, 1].map(|_| happen(Plan::draw(seed), Trace::listening()).1);
        let differs = first.iter().zip(&second).find(|(first, second)| first != second);
        assert!(differs.is_none() && first.len() == second.len(), "seed {seed}: {differs:#?}");
    }
}

/// Runs a history.
fn happen(plan: Plan, trace: Trace) -> (Result<(), Violation>, Vec<String>) {
    let seed = plan.seed;
    let told = catch_unwind(AssertUnwindSafe(|| {
        simulate(seed, async |cloud| {
            let mut world = World::new(plan, cloud, trace);
            let outcome = Box::pin(tokio::task::unconstrained(world.live())).await;
            let now = world.now();
            if let Err(violation) = &outcome {
                world.trace.note(now, || violation.to_string());
            }
            (outcome, world.trace.into_lines())
        })
    }));
    told.unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        (Err(Violation::new("nothing panics", text.unwrap_or_default())), Vec::new())
    })
}

fn report(seed: u64, violation: &Violation) -> String {
    let (plan, violation) = shorten(Plan::draw(seed), violation.clone());
    let lines = happen(plan.clone(), Trace::listening()).1;
    format!(
        "seed {seed}: {violation}\n\nThe shortest history found that fails so:\n{plan}\n{}\n\n{violation}\n\n\
         To see it again: WAITLIST_SEED={seed} cargo test --locked --package waitlist-tests -- histories::replay\n",
        lines.join("\n"),
    )
}

/// Removes from the plan what the history does not need to fail by the same check.
fn shorten(mut plan: Plan, mut violation: Violation) -> (Plan, Violation) {
    let mut attempts = 0;
    loop {
        let mut is_shorter = false;
        for candidate in shorter(&plan) {
            attempts += 1;
            if attempts > MOST_ATTEMPTS {
                return (plan, violation);
            }
            if let Err(again) = happen(candidate.clone(), Trace::silent()).0
                && again.check == violation.check
            {
                (plan, violation, is_shorter) = (candidate, again, true);
                break;
            }
        }
        if !is_shorter {
            return (plan, violation);
        }
    }
}

/// Histories that are a little simpler.
fn shorter(plan: &Plan) -> Vec<Plan> {
    let mut candidates = vec![Plan { weather: Weather::calm(), ..plan.clone() }];
    let with = |weather: Weather| Plan { weather, ..plan.clone() };
    let weather = &plan.weather;
    candidates.extend([
        with(Weather { faults: Vec::new(), ..weather.clone() }),
        with(Weather { held_up: 0, ..weather.clone() }),
        with(Weather { interleaving: 0, ..weather.clone() }),
        with(Weather { lag: 0, outage: 0, ..weather.clone() }),
        with(Weather { doubled: 0, early: 0, ..weather.clone() }),
        with(Weather { lost: 0, missed_sweeps: 0, ..weather.clone() }),
        Plan { to_the_end: false, ..plan.clone() },
        Plan { first_number: 1, ..plan.clone() },
    ]);
    for index in 0..weather.faults.len() {
        let mut fewer = weather.clone();
        fewer.faults.remove(index);
        candidates.push(with(fewer));
    }
    for length in [4, 2, 1] {
        for start in (0..plan.wishes.len()).step_by(length) {
            let mut fewer = plan.clone();
            fewer.wishes.drain(start..(start + length).min(plan.wishes.len()));
            candidates.push(fewer);
        }
    }
    candidates.retain(|candidate| format!("{candidate:?}") != format!("{plan:?}"));
    candidates
}
