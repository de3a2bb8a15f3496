//! The table that is printed, and whether its bounds hold.

use std::fmt::Write as _;

use waitlist_tests::Units;

use crate::metered::Cost;

/// The most that an operation may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    /// Most write request units. If there are several operations, of each.
    pub(crate) write_units: Option<f64>,
    /// Most read request units.
    pub(crate) read_units: Option<f64>,
    /// Most round trips.
    pub(crate) round_trips: Option<usize>,
    /// Requests that write.
    pub(crate) write_requests: Option<usize>,
    /// Whether it must cost the same at each length of the line.
    pub(crate) same_at_each_length: bool,
}

impl Bound {
    /// No bound.
    pub(crate) const NONE: Self = Self {
        write_units: None,
        read_units: None,
        round_trips: None,
        write_requests: None,
        same_at_each_length: false,
    };

    fn admits(&self, row: &Row) -> bool {
        let within = |units: fn(Units) -> f64, most: Option<f64>| {
            let each = |units_used: Units| units(units_used) / f64::from(row.times);
            // Both ways of counting.
            most.is_none_or(|most| each(row.cost.reported.total()) <= most && each(row.cost.by_rules.total()) <= most)
        };
        within(|units| units.write, self.write_units)
            && within(|units| units.read, self.read_units)
            && self.round_trips.is_none_or(|most| row.cost.round_trips <= most)
            && self.write_requests.is_none_or(|wanted| row.cost.write_requests == wanted)
    }

    fn text(&self, times: u32) -> String {
        let each = if times > 1 { " each" } else { "" };
        let parts = [
            self.write_units.map(|most| format!("≤ {} WRU{each}", short(most))),
            self.read_units.map(|most| format!("≤ {} RRU", short(most))),
            self.round_trips.map(|most| format!("≤ {most} trips")),
            self.write_requests.map(|wanted| format!("{wanted} write")),
            self.same_at_each_length.then(|| "same at each".to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// An operation at one length of the line.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    /// The length of the line, in words.
    pub(crate) length: String,
    /// How many offers, records or thousands of numbers were handled.
    pub(crate) times: u32,
    pub(crate) cost: Cost,
    pub(crate) bound: Option<Bound>,
}

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report {
    rows: Vec<Row>,
    operations: Vec<&'static str>,
}

const HEADINGS: [&str; 14] = [
    "operation",
    "waiting",
    "round trips",
    "RRU table",
    "RRU index",
    "WRU table",
    "WRU index",
    "total",
    "for each",
    "AWS's rules",
    "refused writes",
    "largest write, bytes",
    "bound",
    "within",
];

/// The columns with words. All others have numbers and are aligned right.
const WORDS: [usize; 3] = [0, 12, 13];

impl Report {
    /// Adds a row. Rows of one operation are printed together, in the order in which they were
    /// added.
    pub(crate) fn add(&mut self, row: Row) {
        if !self.operations.contains(&row.operation) {
            self.operations.push(row.operation);
        }
        self.rows.push(row);
    }

    /// Whether every bound holds.
    pub(crate) fn is_within_bounds(&self) -> bool {
        self.rows.iter().all(|row| self.within(row) != Some(false))
    }

    fn within(&self, row: &Row) -> Option<bool> {
        let bound = row.bound?;
        let of_operation =
            || self.rows.iter().filter(|other| other.operation == row.operation && other.bound.is_some());
        let is_same = !bound.same_at_each_length || of_operation().all(|other| other.cost.equals(&row.cost));
        Some(is_same && bound.admits(row))
    }

    /// The table, as text.
    pub(crate) fn table(&self) -> String {
        let mut lines = vec![HEADINGS.map(str::to_owned)];
        for operation in &self.operations {
            lines.extend(self.rows.iter().filter(|row| row.operation == *operation).map(|row| self.cells(row)));
        }
        let widths: Vec<usize> = (0..HEADINGS.len())
            .map(|column| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or_default())
            .collect();
        lines.insert(1, std::array::from_fn(|column| "-".repeat(widths[column])));
        lines.iter().map(|line| aligned(line, &widths)).collect()
    }

    fn cells(&self, row: &Row) -> [String; HEADINGS.len()] {
        let Cost { round_trips, refused_writes, reported, by_rules, largest_item, .. } = &row.cost;
        let if_any = |count: usize| if count > 0 { count.to_string() } else { String::new() };
        let within = self.within(row).map_or("", |within| if within { "yes" } else { "NO" });
        [
            row.operation.to_owned(),
            row.length.clone(),
            round_trips.to_string(),
            short(reported.table.read),
            short(reported.index.read),
            short(reported.table.write),
            short(reported.index.write),
            in_words(reported.total(), 1),
            if row.times > 1 { in_words(reported.total(), row.times) } else { String::new() },
            if by_rules == reported { "the same".to_owned() } else { in_words(by_rules.total(), 1) },
            if_any(*refused_writes),
            if_any(*largest_item),
            row.bound.map_or_else(String::new, |bound| bound.text(row.times)),
            within.to_owned(),
        ]
    }
}

fn aligned(cells: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
        let written =
            if WORDS.contains(&column) { write!(text, "{cell:<width$}  ") } else { write!(text, "{cell:>width$}  ") };
        written.expect("a string takes all");
    }
    text.trim_end().to_owned() + "\n"
}

fn in_words(units: Units, times: u32) -> String {
    let parts = [(units.read, "RRU"), (units.write, "WRU")];
    let parts = parts.iter().filter(|(units, _)| *units > 0.0);
    parts.map(|(units, name)| format!("{} {name}", short(units / f64::from(times)))).collect::<Vec<_>>().join(" + ")
}

/// At most two decimals, without trailing zeros.
fn short(units: f64) -> String {
    let text = format!("{units:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
