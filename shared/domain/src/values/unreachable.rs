//! Addresses that mail does not reach: it came back, or its recipient complained of it.

use crate::values::time::Timestamp;
use crate::values::words::words;

words! {
    /// Why an address can't be reached.
    pub enum Cause {
        /// A mail came back for good: there is no such mailbox.
        Bounced = "bounced",
        /// A recipient reported a mail as unwanted.
        Complained = "complained",
    }
}

/// How long no mail goes to an address after a report (milliseconds): 90 days.
///
/// A mailbox may have been full or closed by mistake, so a report does not hold for good.
pub const LASTS: i64 = 90 * 24 * 60 * 60 * 1000;

/// A provider's report that an address can't be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreachable {
    pub cause: Cause,
    /// When we learned of it.
    pub at: Timestamp,
}

impl Unreachable {
    /// From when on mail may go to the address again.
    pub const fn ends_at(self) -> Timestamp {
        self.at.plus_milliseconds(LASTS)
    }

    /// Whether the report still holds.
    pub fn holds_at(self, now: Timestamp) -> bool {
        now < self.ends_at()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_holds_for_ninety_days() {
        let at = Timestamp::from_milliseconds(1_800_000_000_000);
        let bounced = Unreachable { cause: Cause::Bounced, at };
        let last = at.plus_milliseconds(90 * 24 * 3_600_000 - 1);
        assert!(bounced.holds_at(at) && bounced.holds_at(last));
        assert!(!bounced.holds_at(last.plus_milliseconds(1)));
    }
}
