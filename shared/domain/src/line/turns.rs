//! Turns: how tiers share the offers by weight.
//!
//! One offer is one turn. A tier of weight `w` has a turn every `scale / w`. The smallest turn is
//! next, and of equal turns the one of the tier named first. This is start-time fair queueing
//! (Goyal, Vin and Cheng 1996) with turns of equal length. A tier without waiting entries saves
//! nothing up: it goes on where the others are.
//!
//! # Bound under `strict` and `partial`
//! Take a tier in which somebody waits all the time. Between two of its turns, another tier gets at
//! most ⌈its weight / this one's weight⌉ turns. For its turns lie `scale / its weight` apart, in a
//! half-open interval of `scale / this one's weight`. It may be one more if one of the two tiers
//! was empty meanwhile.
//!
//! # Bound under `skip`
//! An entry that the seats do not suit is passed over, at most `maxPasses` times. The entry served
//! instead uses up a turn of its own tier in advance. Take a tier with `a` turns in advance.
//! Between two of its turns, another tier gets at most ⌊(1 + a) · its weight / this one's weight⌋ +
//! 1 turns. It gets at most `maxPasses` more past the first waiting entry of this one.
//!
//! # Changes
//! A change of the tiers or their weights begins all turns anew, in the same write. Then the bounds
//! hold by the new weights ([`crate::line::order::Order::keeps_turns_of`]).

use std::collections::BTreeMap;

use crate::line::lane::Lane;
use crate::values::whole::whole;

whole! {
    /// A tier's share of the offers, against the other tiers' weights.
    pub struct Weight(u32) = 1..=1_000;
}

/// A moment on the scale of turns. Only differences and order matter.
pub type Moment = u128;

/// The turns of the tiers of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turns {
    /// The least common multiple of the weights, so that all intervals are whole. 0 before the
    /// first turn.
    pub scale: Moment,
    /// The turn up to which all entries were served.
    pub now: Moment,
    /// The earliest next turn of each lane that ever had one.
    pub next: BTreeMap<Lane, Moment>,
}

impl Turns {
    /// These turns on the scale of these weights. They begin anew if the scale is another one.
    pub fn on_scale_of(&self, weights: impl IntoIterator<Item = Weight>) -> Self {
        let scale = weights.into_iter().fold(1, |scale, weight| least_common_multiple(scale, weight.get().into()));
        if scale == self.scale { self.clone() } else { Self { scale, ..Self::default() } }
    }

    /// The turn of the first waiting entry of a lane.
    pub fn first(&self, lane: &Lane) -> Moment {
        self.next.get(lane).copied().unwrap_or(0).max(self.now)
    }

    /// The distance between the turns of a lane of this weight.
    pub fn interval(&self, weight: Weight) -> Moment {
        self.scale / Moment::from(weight.get())
    }

    /// How many of `waiting` in another lane have their turn before `moment`. With `wins_ties`, a
    /// turn at `moment` counts too.
    pub fn turns_before(&self, moment: Moment, lane: &Lane, weight: Weight, wins_ties: bool, waiting: u64) -> u64 {
        let (first, interval) = (self.first(lane), self.interval(weight));
        let before = match moment.checked_sub(first) {
            None => 0,
            Some(distance) if wins_ties => distance / interval + 1,
            Some(distance) => distance.div_ceil(interval),
        };
        u64::try_from(before).unwrap_or(u64::MAX).min(waiting)
    }
}

fn least_common_multiple(one: Moment, other: Moment) -> Moment {
    one / greatest_common_divisor(one, other) * other
}

fn greatest_common_divisor(one: Moment, other: Moment) -> Moment {
    if other == 0 { one } else { greatest_common_divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(weights: &[i64]) -> Vec<Weight> {
        weights.iter().map(|&weight| Weight::parse(weight).expect("in range")).collect()
    }

    #[test]
    fn the_scale_is_the_smallest_on_which_all_intervals_are_whole() {
        for (of, scale) in [(&[4, 6][..], 12), (&[1, 1], 1), (&[2, 3, 5], 30), (&[7], 7), (&[6, 6, 4, 9], 36)] {
            let turns = Turns::default().on_scale_of(weights(of));
            assert_eq!(turns.scale, scale, "{of:?}");
            assert!(weights(of).into_iter().all(|weight| turns.interval(weight) * Moment::from(weight.get()) == scale));
        }
    }

    #[test]
    fn turns_begin_anew_on_another_scale() {
        let stored = Turns { scale: 12, now: 5, next: BTreeMap::from([(Lane::Common, 7)]) };
        assert_eq!(stored.on_scale_of(weights(&[4, 6])), stored);
        assert_eq!(stored.on_scale_of(weights(&[4])), Turns { scale: 4, ..Turns::default() });
    }

    #[test]
    fn a_lane_goes_on_where_the_others_are() {
        let turns = Turns { scale: 12, now: 5, next: BTreeMap::from([(Lane::Common, 7), (Lane::Front, 3)]) };
        for (lane, first) in [(Lane::Common, 7), (Lane::Front, 5), (Lane::Drawn, 5)] {
            assert_eq!(turns.first(&lane), first, "{lane:?}");
        }
    }

    #[test]
    fn of_equal_turns_only_one_that_wins_ties_counts() {
        let turns = Turns { scale: 6, now: 2, next: BTreeMap::new() };
        let weight = Weight::parse(2).expect("in range");
        // Its turns are 2, 5, 8 and so on.
        for (moment, without, with) in [(1, 0, 0), (2, 0, 1), (3, 1, 1), (5, 1, 2), (6, 2, 2), (99, 3, 3)] {
            let before = |wins_ties| turns.turns_before(moment, &Lane::Common, weight, wins_ties, 3);
            assert_eq!((before(false), before(true)), (without, with), "{moment}");
        }
    }
}
