//! How many offers a person may get of a line within a day. Then it passes on to others.

use std::collections::BTreeSet;

use crate::Refusal;
use crate::event::MaxOffers;
use crate::values::time::Timestamp;

/// The time (milliseconds) in which offers are counted.
pub const OFFERS_ARE_COUNTED_FOR: i64 = 24 * 60 * 60 * 1000;

/// The times of the offers to a person in a line, over all stays there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecentOffers(BTreeSet<Timestamp>);

impl RecentOffers {
    /// Offers made at these times.
    pub fn new(times: impl IntoIterator<Item = Timestamp>) -> Self {
        Self(times.into_iter().collect())
    }

    /// The times, in order.
    pub fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.0.iter().copied()
    }

    /// These offers and the others.
    pub fn and(&self, others: &Self) -> Self {
        Self::new(self.times().chain(others.times()))
    }

    /// Those that still count at `now`.
    pub fn counted(&self, now: Timestamp) -> Self {
        let counts = |time: &Timestamp| time.milliseconds_until(now) < OFFERS_ARE_COUNTED_FOR;
        Self::new(self.times().filter(counts))
    }

    /// Refuses a further stay, while there have been `most` offers.
    pub fn check(&self, most: MaxOffers, now: Timestamp) -> Result<(), Refusal> {
        let counted = self.counted(now).0;
        let most_offers = usize::try_from(most.get()).unwrap_or(usize::MAX);
        let Some(surplus) = counted.len().checked_sub(most_offers) else { return Ok(()) };
        // The person may join again once so many are a day old that fewer than `most` are left.
        let until = counted.iter().nth(surplus).map_or(now, |time| time.plus_milliseconds(OFFERS_ARE_COUNTED_FOR));
        Err(Refusal::TooManyOffers { offers: most.get(), until: until.to_rfc3339() })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DAY: i64 = OFFERS_ARE_COUNTED_FOR;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_milliseconds(milliseconds)
    }

    fn most(offers: i64) -> MaxOffers {
        MaxOffers::parse(offers).expect("valid")
    }

    #[test]
    fn the_refusal_says_when_the_next_stay_is_possible() {
        let offers = RecentOffers::new([at(0), at(1_000), at(2_000)]);
        assert_eq!(offers.check(most(4), at(3_000)), Ok(()));
        let refusal = |until: i64, offers: u64| Err(Refusal::TooManyOffers { offers, until: at(until).to_rfc3339() });
        assert_eq!(offers.check(most(3), at(3_000)), refusal(DAY, 3));
        assert_eq!(offers.check(most(1), at(3_000)), refusal(DAY + 2_000, 1), "the organiser made more");
        assert_eq!(offers.check(most(3), at(DAY)), Ok(()));
    }

    #[test]
    fn offers_of_several_stays_count_together_for_a_day() {
        let offers = RecentOffers::new([at(0), at(5)]).and(&RecentOffers::new([at(5), at(7)]));
        assert_eq!(offers.times().collect::<Vec<_>>(), [at(0), at(5), at(7)]);
        assert_eq!(offers.counted(at(24 * 3_600_000)), RecentOffers::new([at(5), at(7)]));
    }

    proptest! {
        #[test]
        fn whoever_stays_away_as_long_as_it_says_may_join(
            times in proptest::collection::vec(0..3 * DAY, 0..12),
            most_offers in 1_i64..6,
            now in 0..4 * DAY,
        ) {
            let offers = RecentOffers::new(times.into_iter().map(at));
            let counted = offers.counted(at(now));
            match offers.check(most(most_offers), at(now)) {
                Ok(()) => prop_assert!((counted.0.len() as i64) < most_offers),
                Err(Refusal::TooManyOffers { until, .. }) => {
                    let until = Timestamp::parse(&until).expect("a time");
                    prop_assert!(at(now) < until);
                    prop_assert_eq!(counted.check(most(most_offers), until), Ok(()));
                    prop_assert!(counted.check(most(most_offers), until.plus_milliseconds(-1)).is_err());
                }
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
