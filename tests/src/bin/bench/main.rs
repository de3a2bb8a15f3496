//! `make bench`: a table of what each operation costs in round trips and capacity, at lines of up
//! to a million entries.
//!
//! It fails if a bound is broken. Capacity is counted twice: as dynoxide reports it for each
//! request, and by AWS's documented rules ([`aws_rules`]). A bound must hold by both. No bound is
//! on a time. Arguments are other lengths.

mod aws_rules;
mod codes;
mod draws;
mod journal;
mod line;
mod metered;
mod operations;
mod orders;
mod places;
mod report;
mod stranger_pages;
mod stranger_places;
mod stranger_tokens;
mod strangers;
mod tiers;

use std::process::ExitCode;

use crate::line::{IDS, Waitlist, with_thousands};
use crate::operations::Measuring;
use crate::report::{Report, Row};

/// How many entries wait in the measured lines.
const LENGTHS: [usize; 3] = [1_000, 100_000, 1_000_000];

/// Numbers gone before a short line that stands near the end of a directory of the position index,
/// where the directory's item is largest.
const LONG_GONE: usize = 1_309_120;

#[expect(clippy::print_stdout, reason = "the table is what the benchmark is for")]
fn main() -> ExitCode {
    let given: Vec<usize> = std::env::args().skip(1).map(|length| length.parse().expect("a length")).collect();
    let lengths = if given.is_empty() { LENGTHS.to_vec() } else { given };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let runtime = runtime.expect("a runtime without I/O needs nothing of the system");
    let report = runtime.block_on(measure(&lengths));
    println!("{}\n{NOTES}\n", report.table());
    let orders = runtime.block_on(orders::measure());
    println!("{}", orders.table());
    let draws = runtime.block_on(draws::measure());
    println!("{}", draws.table());
    let strangers = runtime.block_on(strangers::measure());
    println!("{}", strangers.table());
    let others_are_within = orders.is_within_bounds() && draws.is_within_bounds() && strangers.is_within_bounds();
    if report.is_within_bounds() && others_are_within { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(lengths: &[usize]) -> Report {
    let mut report = Report::default();
    register(&mut report).await;
    empty_line(&mut report).await;
    for &length in lengths {
        line_of(&mut report, length).await;
    }
    late_line(&mut report).await;
    longest_ids(&mut report).await;
    tiers::measure(&mut report).await;
    codes::measure(&mut report).await;
    places::measure(&mut report).await;
    journal::measure(&mut report).await;
    report
}

/// A direct sale needs an event with seats on sale.
async fn register(report: &mut Report) {
    let waitlist = Waitlist::on_sale(IDS).await;
    let (_, cost) = waitlist.metered.measure(waitlist.sell()).await;
    report.add(Row { operation: "register, the last seat", length: "on sale".to_owned(), times: 1, cost, bound: None });
}

async fn empty_line(report: &mut Report) {
    let waitlist = Waitlist::sold_out(IDS).await;
    Measuring { waitlist, report, length: "0".to_owned(), is_bound: true }.joins().await;
}

async fn line_of(report: &mut Report, length: usize) {
    let mut waitlist = Waitlist::sold_out(IDS).await;
    waitlist.load(length as u64);
    let mut measuring = Measuring { waitlist, report, length: with_thousands(length), is_bound: true };
    measuring.measure_undisturbed().await;
    measuring.waitlist.thin_out().await;
    measuring.measure_thinned().await;
}

async fn late_line(report: &mut Report) {
    let mut waitlist = Waitlist::sold_out(IDS).await;
    waitlist.begin_after(LONG_GONE as u64).await;
    waitlist.load(1000);
    let length = format!("1,000 after {}", with_thousands(LONG_GONE));
    Measuring { waitlist, report, length, is_bound: true }.measure_late().await;
}

async fn longest_ids(report: &mut Report) {
    let ids = ["e", "t"].map(|letter| letter.repeat(128));
    let mut waitlist = Waitlist::sold_out([&ids[0], &ids[1]]).await;
    waitlist.load(1000);
    let length = "1,000, ids of 128".to_owned();
    Measuring { waitlist, report, length, is_bound: false }.measure_undisturbed().await;
}

const NOTES: &str = "\
RRU, WRU: read and write request units. Round trips include the reads that the operation's function makes of the table;
claim, convert, decline and leave find the entry first, as their functions do. \"For each\" divides by the offers,
records or thousands of numbers. \"AWS's rules\" is worked out from the items before and after each request, refused
writes included, which DynamoDB bills and nobody reports. A bound must hold by both counts.";
