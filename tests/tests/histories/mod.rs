//! Random histories: thousands of short stories over the real functions and the real store. Each happens in a world of
//! its own, with crashes, faults, and late, lost and doubled deliveries. The invariants are checked after every write;
//! at the end, that everything has come right by itself.
//!
//! A history follows from its seed alone. The first seed follows from the commit, so each commit tells other histories.
//! A failed one is told again, made shorter, and printed with the command that repeats it. The environment decides:
//!
//! - `WAITLIST_HISTORIES`: how many to tell, 500 by default;
//! - `WAITLIST_FIRST_SEED`: the seed to begin with;
//! - `WAITLIST_SEED`: the one that `histories::replay` tells.

mod acknowledging;
mod asking;
mod asks;
mod checks;
mod codes;
mod commands;
mod confirming;
mod deliveries;
mod early_numbers;
mod ending;
mod event_rules;
mod functions;
mod identifiers;
mod image;
mod invoking;
mod journalling;
mod living;
mod mail_reports;
mod mirror;
mod organising;
mod phones;
mod places;
mod plan;
mod planned_codes;
mod planned_proof;
mod progress;
mod promises;
mod reporting;
mod requests;
mod runner;
mod running;
mod schedule;
mod seeds;
mod setting_up;
mod stays;
mod trace;
mod violation;
mod weather;
mod wishes;
mod world;

/// How many histories one run tells by default.
const USUAL_COUNT: u64 = 500;

#[test]
fn keep_every_promise() {
    let count = seeds::number_from_environment("WAITLIST_HISTORIES").unwrap_or(USUAL_COUNT);
    let (first, origin) = seeds::first_seed();
    runner::tell((first..first + count).collect(), &origin);
}

/// Tells some histories, always the same, so that the functions do what they may do.
pub(crate) fn tell_some(count: u64) {
    runner::tell((1..=count).collect(), "histories for the policies");
}

/// The histories that failed once, whatever the commit.
#[test]
fn keep_the_promises_that_they_once_broke() {
    runner::tell(seeds::ONCE_FAILED.map(|(seed, _)| seed).to_vec(), "histories that failed once");
}

/// Tells the one history of `WAITLIST_SEED`, if that is set.
#[test]
fn replay() {
    if let Some(seed) = seeds::number_from_environment("WAITLIST_SEED") {
        runner::tell(vec![seed], "WAITLIST_SEED");
    }
}

/// Without this no failure could be looked into.
#[test]
fn are_the_same_each_time() {
    runner::tell_twice(1..21);
}
