//! Waiting times, counted in classes. A percentile costs the same, however many times there are.
//!
//! Each class is about 19 % wider than the one before: there are four to a doubling. Only the count
//! of each class is kept. A percentile is the middle of its class, within 10 % of the true value.

use std::collections::BTreeMap;

/// A class of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeClass(u8);

/// The beginnings of the four classes of a doubling, in 1,024ths: 2^(0/4), 2^(1/4), 2^(2/4) and
/// 2^(3/4).
const STEPS: [u128; 4] = [1024, 1218, 1448, 1722];

/// How often the classes double. Class 0 is for times under a second.
const DOUBLINGS: u8 = 40;

impl TimeClass {
    /// The class of a time. All times under a second share one.
    pub fn of(milliseconds: i64) -> Self {
        let class = (1..DOUBLINGS * 4).rev().map(Self).find(|class| class.begins_at() <= i128::from(milliseconds));
        class.unwrap_or(Self(0))
    }

    /// Reads a stored class.
    pub fn from_index(index: u8) -> Option<Self> {
        (index < DOUBLINGS * 4).then_some(Self(index))
    }

    /// The number that is stored.
    pub const fn index(self) -> u8 {
        self.0
    }

    /// The shortest of its times, in milliseconds.
    fn begins_at(self) -> i128 {
        let Some(above) = self.0.checked_sub(1) else { return 0 };
        let doubled = 1000_i128 << (above / 4);
        // All steps are below 2^11.
        doubled * i128::try_from(STEPS[usize::from(above % 4)]).unwrap_or(1024) / 1024
    }

    /// The middle of its times, in milliseconds.
    fn middle(self) -> i64 {
        let middle = (self.begins_at() + Self(self.0 + 1).begins_at()) / 2;
        i64::try_from(middle).unwrap_or(i64::MAX)
    }
}

/// Counts of times by class.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WaitingTimes(BTreeMap<TimeClass, u64>);

impl WaitingTimes {
    /// Adds times of a class.
    pub fn count(&mut self, class: TimeClass, times: u64) {
        *self.0.entry(class).or_default() += times;
    }

    /// The count of all times.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    pub const fn classes(&self) -> &BTreeMap<TimeClass, u64> {
        &self.0
    }

    /// The time (milliseconds) that `percent` per cent did not exceed, within 10 %. Nothing, if
    /// there are no times.
    pub fn percentile(&self, percent: u8) -> Option<i64> {
        let rank = (u128::from(self.total()) * u128::from(percent)).div_ceil(100).max(1);
        let mut counted = 0;
        let of_rank = |(class, count): (&TimeClass, &u64)| {
            counted += u128::from(*count);
            (counted >= rank).then_some(class.middle())
        };
        self.0.iter().find_map(of_rank)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const YEAR: i64 = 365 * 24 * 3_600_000;

    fn of(times: &[i64]) -> WaitingTimes {
        let mut waiting_times = WaitingTimes::default();
        for &time in times {
            waiting_times.count(TimeClass::of(time), 1);
        }
        waiting_times
    }

    #[test]
    fn classes_follow_each_other_without_gaps() {
        for index in 1..DOUBLINGS * 4 {
            let begins_at = i64::try_from(TimeClass(index).begins_at()).expect("below 2^63");
            assert_eq!(TimeClass::of(begins_at), TimeClass(index));
            assert_eq!(TimeClass::of(begins_at - 1), TimeClass(index - 1));
        }
        assert_eq!(
            (TimeClass::of(0), TimeClass::of(-5), TimeClass::of(999)),
            (TimeClass(0), TimeClass(0), TimeClass(0))
        );
    }

    #[test]
    fn there_is_no_class_behind_the_last() {
        let last = TimeClass::of(i64::MAX).index();
        assert_eq!((TimeClass::from_index(last).is_some(), TimeClass::from_index(last + 1)), (true, None));
    }

    #[test]
    fn nothing_is_told_of_no_times() {
        assert_eq!(WaitingTimes::default().percentile(50), None);
    }

    proptest! {
        #[test]
        fn a_percentile_is_within_a_tenth_of_the_true_one(
            times in prop::collection::vec(1000..YEAR, 1..200),
            percent in 1_u8..=100,
        ) {
            let mut sorted = times.clone();
            sorted.sort_unstable();
            let rank = (sorted.len() * usize::from(percent)).div_ceil(100).max(1);
            let exact = sorted[rank - 1];
            let told = of(&times).percentile(percent).expect("there are some");
            prop_assert!((told - exact).abs() * 10 <= exact, "{told} instead of {exact}");
        }

        #[test]
        fn classes_are_read_back_from_their_index(time in 0..YEAR) {
            let class = TimeClass::of(time);
            prop_assert_eq!(TimeClass::from_index(class.index()), Some(class));
        }
    }
}
