//! The organiser's statistics, whose sums are checked in every answer.

use serde_json::Value;

/// The statistics of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Seats now.
    pub capacity: u64,
    /// Sold now.
    pub sold: u64,
    /// Held now.
    pub held: u64,
    /// Free now.
    pub free: u64,
    /// Waiting now.
    pub waiting: u64,
    /// Entries made since the start.
    pub joined: u64,
    /// Offers made since the start.
    pub offers: u64,
    /// Offers claimed since the start.
    pub claimed: u64,
    /// Offers turned into sales since the start.
    pub converted: u64,
    /// Offers that lapsed since the start.
    pub expired: u64,
    /// Offers declined since the start.
    pub declined: u64,
    /// Entries that left since the start.
    pub left: u64,
    /// Offers that the organiser took back since the start.
    pub withdrawn: u64,
}

/// The statistics of a new line.
pub const NOTHING: Counts = Counts {
    capacity: 0,
    sold: 0,
    held: 0,
    free: 0,
    waiting: 0,
    joined: 0,
    offers: 0,
    claimed: 0,
    converted: 0,
    expired: 0,
    declined: 0,
    left: 0,
    withdrawn: 0,
};

impl Counts {
    #[track_caller]
    fn of(row: &Value) -> Self {
        let count = |name: &str| row[name].as_u64().unwrap_or_else(|| panic!("no count {name} in {row}"));
        let counts = Self {
            capacity: count("capacity"),
            sold: count("sold"),
            held: count("held"),
            free: count("free"),
            waiting: count("waiting"),
            joined: count("joined"),
            offers: count("offers"),
            claimed: count("claimed"),
            converted: count("converted"),
            expired: count("expired"),
            declined: count("declined"),
            left: count("left"),
            withdrawn: count("withdrawn"),
        };
        assert_eq!(counts.capacity, counts.sold + counts.held + counts.free, "seats don't add up: {row}");
        counts.check_rate(&row["conversionRate"], row);
        counts
    }

    /// The rate is the share of converted offers among ended ones. Entries that left may have had
    /// an offer or not.
    #[track_caller]
    fn check_rate(&self, rate: &Value, row: &Value) {
        let ended = self.converted + self.expired + self.declined + self.withdrawn;
        let Some(rate) = rate.as_f64() else {
            assert!(rate.is_null() && ended == 0, "the rate should be null just while no offer has ended: {row}");
            return;
        };
        #[expect(clippy::cast_precision_loss, reason = "the counts of a test are small")]
        let (highest, lowest) =
            (self.converted as f64 / ended.max(1) as f64, self.converted as f64 / (ended + self.left).max(1) as f64);
        let range = (lowest - 1e-9)..=(highest + 1e-9);
        assert!(range.contains(&rate), "the conversion rate should be in {range:?}: {row}");
    }

    fn sum(self, other: Self) -> Self {
        Self {
            capacity: self.capacity + other.capacity,
            sold: self.sold + other.sold,
            held: self.held + other.held,
            free: self.free + other.free,
            waiting: self.waiting + other.waiting,
            joined: self.joined + other.joined,
            offers: self.offers + other.offers,
            claimed: self.claimed + other.claimed,
            converted: self.converted + other.converted,
            expired: self.expired + other.expired,
            declined: self.declined + other.declined,
            left: self.left + other.left,
            withdrawn: self.withdrawn + other.withdrawn,
        }
    }
}

/// The statistics of one ticket type. Checks that the whole answer adds up.
#[track_caller]
pub fn counts_of(statistics: &Value, ticket_type_id: &str) -> Counts {
    let rows = statistics["ticketTypes"].as_array().unwrap_or_else(|| panic!("no ticket types: {statistics}"));
    let all: Vec<Counts> = rows.iter().map(Counts::of).collect();
    let totals = all.iter().copied().fold(NOTHING, Counts::sum);
    assert_eq!(Counts::of(&statistics["totals"]), totals, "the totals are not the sums: {statistics}");
    let index = rows.iter().position(|row| row["ticketTypeId"] == *ticket_type_id);
    all[index.unwrap_or_else(|| panic!("no {ticket_type_id} in {statistics}"))]
}
