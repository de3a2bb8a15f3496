//! Reminders of offers that are not claimed yet.

use crate::values::time::{Timestamp, Window};
use crate::values::whole::whole;

whole! {
    /// The part of the notification window before the reminder, in per cent.
    pub struct ReminderAt(u8) = 1..=99, ", of per cent of the notification window, or null";
}

impl ReminderAt {
    /// The shortest window (milliseconds) with a reminder by default. A quarter of it is time
    /// enough to act.
    const USUAL_FROM: i64 = 60 * 60 * 1000;
    /// The default: most customers have acted by then, and the others still can.
    const USUAL: Self = Self(75);

    /// The default for a notification window.
    pub fn usual(window: &Window) -> Option<Self> {
        (window.milliseconds() >= Self::USUAL_FROM).then_some(Self::USUAL)
    }

    /// The time of an offer's reminder: after its beginning and before its deadline.
    pub fn within(self, offered_at: Timestamp, expires_at: Timestamp) -> Timestamp {
        let length = offered_at.milliseconds_until(expires_at);
        offered_at.plus_milliseconds(length.saturating_mul(i64::from(self.0)) / 100)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_lies_within_the_window_is_a_moment_for_a_reminder() {
        for percent in [i64::MIN, -1, 0, 100, 256 + 75, i64::MAX] {
            assert!(ReminderAt::parse(percent).is_err(), "{percent}");
        }
        assert_eq!(ReminderAt::parse(75).map(ReminderAt::get), Ok(75));
    }

    #[test]
    fn long_windows_have_a_reminder_unless_the_organiser_says_otherwise() {
        let usual = |window: &str| ReminderAt::usual(&Window::parse(window).expect("valid")).map(ReminderAt::get);
        assert_eq!((usual("59 minutes"), usual("1 hour"), usual("24 hours")), (None, Some(75), Some(75)));
    }

    proptest! {
        #[test]
        fn a_reminder_comes_after_the_offer_and_before_its_deadline(
            percent in 1_i64..=99, start in 0_i64..4_000_000_000_000, length in 1_000_i64..=31_536_000_000
        ) {
            let [start, end] = [start, start + length].map(Timestamp::from_milliseconds);
            let moment = ReminderAt::parse(percent).expect("in range").within(start, end);
            prop_assert!(start < moment && moment < end);
        }
    }
}
