//! Random histories: thousands of short stories over the real functions and the real store, each in a world of its own,
//! with crashes, faults, late, lost and doubled deliveries; after every write the invariants are checked, and at the
//! end that all comes right by itself.
//!
//! A history follows from its seed. `WAITLIST_HISTORIES` says how many are told (20,000 unless told), and
//! `WAITLIST_FIRST_SEED` with which seed to begin. One that fails is told again, made shorter, and printed;
//! `WAITLIST_SEED=… cargo test --package waitlist-tests -- histories::replay` does the same for one seed.

mod acknowledging;
mod asking;
mod asks;
mod checks;
mod codes;
mod deliveries;
mod early_numbers;
mod ending;
mod functions;
mod image;
mod journalling;
mod living;
mod mirror;
mod organising;
mod plan;
mod progress;
mod promises;
mod requests;
mod runner;
mod running;
mod schedule;
mod stays;
mod trace;
mod violation;
mod weather;
mod wishes;
mod world;

/// How many are told unless told otherwise: some twenty minutes of two processors.
const USUAL_COUNT: u64 = 20_000;

/// The whole suite.
#[test]
fn keep_every_promise() {
    let count = runner::number_from_environment("WAITLIST_HISTORIES").unwrap_or(USUAL_COUNT);
    let first = runner::number_from_environment("WAITLIST_FIRST_SEED").unwrap_or(1);
    runner::tell(first..first + count);
}

/// One history: that of `WAITLIST_SEED`, where it is set.
#[test]
fn replay() {
    if let Some(seed) = runner::number_from_environment("WAITLIST_SEED") {
        runner::tell(seed..seed + 1);
    }
}

/// A history is the same each time it is told: without that, no failure could be looked into.
#[test]
fn are_the_same_each_time() {
    runner::tell_twice(1..21);
}
