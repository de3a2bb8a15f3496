//! The table that is printed.

use std::fmt;

use crate::record::Rush;

/// Delays, in microseconds and in order.
#[derive(Debug)]
pub(crate) struct Delays(Vec<u64>);

impl Delays {
    pub(crate) fn new(delays: impl Iterator<Item = u64>) -> Self {
        let mut delays: Vec<u64> = delays.collect();
        delays.sort_unstable();
        Self(delays)
    }

    fn at(&self, percent: usize) -> u64 {
        self.0.get((self.0.len() * percent / 100).min(self.0.len().saturating_sub(1))).copied().unwrap_or_default()
    }

    pub(crate) fn p50(&self) -> u64 {
        self.at(50)
    }

    pub(crate) fn p99(&self) -> u64 {
        self.at(99)
    }
}

/// What a rush meant to the other events.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The records a second that were followed during the rush.
    pub(crate) followed_a_second: u64,
    /// From a free seat to its offer.
    pub(crate) offered: Delays,
    /// From a free seat to the message about its offer.
    pub(crate) told: Delays,
}

/// The rows of the table, in Markdown.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<String>);

impl Report {
    pub(crate) fn add(&mut self, rush: Rush, before: Outcome, after: Outcome) {
        let trouble = if rush.is_in_trouble { ", failing" } else { "" };
        let cells = [before, after].map(|Outcome { followed_a_second, offered, told }| {
            let [p50, p99] = [offered.p50(), offered.p99()].map(seconds);
            format!("{followed_a_second} | {p50} | {p99} | {}", seconds(told.p99()))
        });
        self.0.push(format!("| {}{trouble} | {} |", rush.rate, cells.join(" | ")));
    }
}

fn seconds(microseconds: u64) -> String {
    format!("{:.2} s", microseconds as f64 / 1_000_000.0)
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of_each = "records/s | offered, p50 | p99 | told, p99";
        writeln!(formatter, "| rush, changes/s | {of_each} | after: {of_each} |")?;
        writeln!(formatter, "|{}", " --- |".repeat(9))?;
        self.0.iter().try_for_each(|row| writeln!(formatter, "{row}"))
    }
}
