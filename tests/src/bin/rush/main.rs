//! `make rush`: how long another event's offers take while one event is in a rush.
//!
//! A simulation of the table's stream: its shards, their readers, and the relay's time for a batch.
//! The same arguments give the same table on every machine. Nothing is measured here. The times are
//! assumptions, and each can be passed in as `name=milliseconds`.
//!
//! It fails if an offer takes longer than docs/operating.md promises.

mod record;
mod relay;
mod report;
mod stream;

use std::process::ExitCode;

use crate::record::Rush;
use crate::relay::{Following, Times};
use crate::report::Report;
use crate::stream::simulate;

/// The changes a second of the event in a rush that the relay follows.
const RUSHES: [u64; 6] = [0, 100, 500, 1_000, 2_000, 5_000];
/// The rush during which the relay of its line fails as well.
const RUSH_IN_TROUBLE: u64 = 1_000;

/// The longest that an offer may take at p99 (milliseconds), up to [`MOST_PROMISED`].
const PROMISED: u64 = 1_000;
/// The same while the relay of the other line fails.
const PROMISED_IN_TROUBLE: u64 = 3_000;
/// The rush up to which the promise holds.
const MOST_PROMISED: u64 = 2_000;

#[expect(clippy::print_stdout, reason = "the table is what the simulation is for")]
fn main() -> ExitCode {
    let times = std::env::args().skip(1).fold(Times::assumed(), Times::with);
    let mut report = Report::default();
    let mut is_kept = true;
    let rushes = RUSHES.map(|rate| Rush { rate, is_in_trouble: false });
    for rush in rushes.into_iter().chain([Rush { rate: RUSH_IN_TROUBLE, is_in_trouble: true }]) {
        let before = simulate(rush, Following::Together, times);
        let after = simulate(rush, Following::ByLine, times);
        let promised = if rush.is_in_trouble { PROMISED_IN_TROUBLE } else { PROMISED };
        is_kept &= rush.rate > MOST_PROMISED || after.offered.p99() <= promised * 1_000;
        report.add(rush, before, after);
    }
    println!("{times}\n\n{report}");
    if is_kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
