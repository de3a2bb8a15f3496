//! The access codes that a history plans: their texts, and what the organiser sets up.

use waitlist_tests::Random;

/// The codes that customers type. The last one does not exist.
pub(super) const CODES: [&str; 3] = ["MEMBERS-2027", "sponsors-2027", "NEVER-WAS-1"];

/// A code that the organiser sets up, if the event has tiers.
#[derive(Debug, Clone)]
pub(super) struct PlannedCode {
    pub(super) max_uses: u64,
    /// The index of the tier among the event's tiers.
    pub(super) tier: usize,
    /// Milliseconds from the beginning.
    pub(super) ends_in: i64,
}

impl PlannedCode {
    pub(super) fn draw(random: &mut Random) -> Self {
        Self {
            max_uses: 1 + random.below(4) as u64,
            tier: random.below(3),
            ends_in: [2_000, 20_000, 900_000, 100 * 3_600_000][random.below(4)],
        }
    }
}

/// The text of the code with this index.
pub(super) fn typed(code: usize) -> &'static str {
    CODES[code % CODES.len()]
}
