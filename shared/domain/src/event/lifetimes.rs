//! What outlives an event, and for how long: its customers' tokens and their personal data.

use chrono::TimeDelta;

use crate::Refusal;
use crate::event::Event;
use crate::values::time::Timestamp;

/// How long a customer's tokens outlive the start of the event.
const TOKENS_LAST: i64 = TimeDelta::days(30).num_milliseconds();

/// The refusal of a token that has ended.
const TOKEN_ENDED: &str =
    "this token has ended: tokens end 30 days after the event's start, and the organiser can tell you the rest";

impl Event {
    /// When the tokens of its customers end. An event that is put off has longer ones.
    pub const fn tokens_end_at(&self) -> Timestamp {
        self.starts_at.plus_milliseconds(TOKENS_LAST)
    }

    /// Whether tokens of its customers prove anything still.
    pub fn check_tokens(&self, now: Timestamp) -> Result<(), Refusal> {
        if now < self.tokens_end_at() { Ok(()) } else { Err(Refusal::Unauthenticated(TOKEN_ENDED)) }
    }

    /// From when on the personal data of its entries are removed.
    pub const fn personal_data_end_at(&self) -> Timestamp {
        self.rules.retention.after(self.starts_at)
    }

    /// Whether the personal data of its entries are removed now. From then on its start and its
    /// retention stay: nobody could be told of a new start.
    pub fn has_ended_retention(&self, now: Timestamp) -> bool {
        self.personal_data_end_at() <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::WaitlistRules;
    use crate::event::example;
    use crate::event::retention::Retention;

    const DAY: i64 = 24 * 60 * 60 * 1000;

    fn event(retention: &str) -> Event {
        let rules = WaitlistRules { retention: Retention::parse(retention).expect("valid"), ..WaitlistRules::usual() };
        Event { starts_at: Timestamp::from_milliseconds(DAY), rules, ..example::event() }
    }

    #[test]
    fn tokens_end_30_days_after_the_start() {
        let ends_at = 31 * DAY;
        assert_eq!(event("1 day").check_tokens(Timestamp::from_milliseconds(ends_at - 1)), Ok(()));
        let refused = event("1 day").check_tokens(Timestamp::from_milliseconds(ends_at));
        assert!(matches!(refused, Err(Refusal::Unauthenticated(_))), "{refused:?}");
    }

    #[test]
    fn personal_data_are_kept_for_the_retention_after_the_start() {
        for (retention, ends_at) in [("1 day", 2 * DAY), ("180 days", 181 * DAY), ("P10W", 71 * DAY)] {
            let event = event(retention);
            assert!(!event.has_ended_retention(Timestamp::from_milliseconds(ends_at - 1)), "{retention}");
            assert!(event.has_ended_retention(Timestamp::from_milliseconds(ends_at)), "{retention}");
        }
    }
}
