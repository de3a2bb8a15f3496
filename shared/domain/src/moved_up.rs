//! Whom to tell that they have moved up: those whose position has come within one of the event's thresholds.
//!
//! Positions only ever fall, so who stands within a threshold stays within it, and the numbers that do are those up to
//! some number, the *boundary*, which only ever rises. A look at the head of the line compares the boundaries with
//! those of the look before: whoever stands between the two has come within the threshold since.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Furthest position at which anybody is told of having moved up.
pub const FURTHEST_THRESHOLD: u64 = 100;

/// Most thresholds of an event.
pub const MOST_THRESHOLDS: usize = 10;

/// The positions at which those who wait are told that they have moved up, each the first time they come that far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u64>", into = "Vec<u64>")]
pub struct MovedUpAt(BTreeSet<u64>);

impl MovedUpAt {
    /// Where the organiser does not say.
    const USUAL: [u64; 5] = [50, 25, 10, 5, 1];

    /// Accepts up to [`MOST_THRESHOLDS`] positions from 1 to [`FURTHEST_THRESHOLD`] in any order; none: nobody is told.
    pub fn new(thresholds: impl IntoIterator<Item = u64>) -> Result<Self, &'static str> {
        let thresholds: BTreeSet<u64> = thresholds.into_iter().collect();
        let in_range = thresholds.iter().all(|threshold| (1..=FURTHEST_THRESHOLD).contains(threshold));
        if in_range && thresholds.len() <= MOST_THRESHOLDS {
            Ok(Self(thresholds))
        } else {
            Err("must be at most 10 positions from 1 to 100")
        }
    }

    /// From the furthest to the nearest.
    pub fn thresholds(&self) -> impl Iterator<Item = u64> {
        self.0.iter().rev().copied()
    }

    /// How many at the head of the line stand within any threshold.
    pub fn furthest(&self) -> Option<u64> {
        self.0.last().copied()
    }

    /// The nearest threshold that a position is within.
    fn reached(&self, position: u64) -> Option<u64> {
        self.0.range(position..).next().copied()
    }
}

impl Default for MovedUpAt {
    /// What holds where the organiser does not say.
    fn default() -> Self {
        Self(Self::USUAL.into_iter().collect())
    }
}

impl TryFrom<Vec<u64>> for MovedUpAt {
    type Error = &'static str;

    fn try_from(thresholds: Vec<u64>) -> Result<Self, Self::Error> {
        Self::new(thresholds)
    }
}

impl From<MovedUpAt> for Vec<u64> {
    fn from(moved_up_at: MovedUpAt) -> Self {
        moved_up_at.thresholds().collect()
    }
}

/// For each threshold the greatest number within it at some look at the line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(u64, u64)>", into = "Vec<(u64, u64)>")]
pub struct Boundaries(BTreeMap<u64, u64>);

impl From<Vec<(u64, u64)>> for Boundaries {
    fn from(pairs: Vec<(u64, u64)>) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl From<Boundaries> for Vec<(u64, u64)> {
    fn from(boundaries: Boundaries) -> Self {
        boundaries.0.into_iter().collect()
    }
}

impl Boundaries {
    /// Those of a look to which this number and those behind it were not in sight.
    pub fn before(mut self, number: u64) -> Self {
        self.0.values_mut().for_each(|boundary| *boundary = (*boundary).min(number.saturating_sub(1)));
        self
    }
}

/// A number that has come within a threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mover {
    /// The number.
    pub number: u64,
    /// The nearest threshold that it is within.
    pub threshold: u64,
}

impl Mover {
    /// Whether whoever joined at this position has moved, and not stood within the threshold from the first.
    pub fn has_moved(self, joined_position: u64) -> bool {
        joined_position > self.threshold
    }
}

/// The head of a line, as far as any threshold reaches.
#[derive(Debug, Clone, Copy)]
pub struct Head<'look> {
    /// Its numbers that are not gone, in order: as many as the furthest threshold, or all up to `last`.
    pub standing: &'look [u64],
    /// The last number that was looked at.
    pub last: u64,
}

impl Head<'_> {
    /// The boundaries now.
    pub fn boundaries(self, thresholds: &MovedUpAt) -> Boundaries {
        let boundary = |threshold: u64| {
            let index = usize::try_from(threshold - 1).unwrap_or(usize::MAX);
            self.standing.get(index).copied().unwrap_or(self.last)
        };
        Boundaries(thresholds.thresholds().map(|threshold| (threshold, boundary(threshold))).collect())
    }

    /// Who has come within a threshold since the boundaries were `before`, in order, each with the nearest.
    pub fn movers(self, thresholds: &MovedUpAt, before: &Boundaries) -> Vec<Mover> {
        let positions = self.standing.iter().zip(1..);
        let nearest = positions.filter_map(|(&number, position)| {
            thresholds.reached(position).map(|threshold| Mover { number, threshold })
        });
        let is_new = |mover: &Mover| before.0.get(&mover.threshold).is_none_or(|boundary| mover.number > *boundary);
        nearest.filter(is_new).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(thresholds: &[u64]) -> MovedUpAt {
        MovedUpAt::new(thresholds.iter().copied()).expect("in range")
    }

    #[test]
    fn only_a_few_near_positions_are_thresholds() {
        for bad in [&[0][..], &[101], &[50, 0], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]] {
            assert!(MovedUpAt::new(bad.iter().copied()).is_err(), "{bad:?}");
        }
        assert_eq!(Vec::from(at(&[5, 100, 5, 1])), [100, 5, 1]);
        assert_eq!(at(&[]).furthest(), None);
        assert_eq!(Vec::from(MovedUpAt::default()), [50, 25, 10, 5, 1]);
    }

    #[test]
    fn of_several_thresholds_passed_at_once_the_nearest_is_told() {
        let thresholds = at(&[5, 2, 1]);
        let before = Head { standing: &[1, 2, 3, 4, 5], last: 9 }.boundaries(&thresholds);
        let movers = Head { standing: &[5, 7, 8, 9], last: 9 }.movers(&thresholds, &before);
        let told: Vec<(u64, u64)> = movers.iter().map(|mover| (mover.number, mover.threshold)).collect();
        assert_eq!(told, [(5, 1), (7, 2), (8, 5), (9, 5)]);
    }

    #[test]
    fn whoever_joined_within_a_threshold_has_not_moved_up_to_it() {
        let mover = Mover { number: 9, threshold: 5 };
        assert!(mover.has_moved(6) && !mover.has_moved(5));
    }

    /// What happens to a line between looks.
    #[derive(Debug, Clone)]
    enum Step {
        Join,
        Go(usize),
        Look,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![3 => Just(Step::Join), 3 => (0_usize..30).prop_map(Step::Go), 2 => Just(Step::Look)]
    }

    proptest! {
        /// Against a model that looks at everybody's position after each look.
        #[test]
        fn everybody_is_told_once_of_each_threshold_and_of_none_that_is_not_reached(
            thresholds in proptest::collection::btree_set(1_u64..12, 0..5),
            mut steps in proptest::collection::vec(step(), 1..120),
        ) {
            let thresholds = MovedUpAt(thresholds);
            let furthest = thresholds.furthest().unwrap_or(0);
            steps.push(Step::Look);
            // Number and position at joining of those who stand.
            let mut line: Vec<(u64, u64)> = Vec::new();
            let (mut issued, mut boundaries) = (0_u64, Boundaries::default());
            let mut told: BTreeSet<(u64, u64)> = BTreeSet::new();
            for step in steps {
                match step {
                    Step::Join => {
                        issued += 1;
                        line.push((issued, line.len() as u64 + 1));
                    }
                    Step::Go(index) if index < line.len() => { line.remove(index); }
                    Step::Go(_) => {}
                    Step::Look => {
                        let numbers: Vec<u64> = line.iter().map(|(number, _)| *number).take(furthest as usize).collect();
                        let head = Head { standing: &numbers, last: issued };
                        for mover in head.movers(&thresholds, &boundaries) {
                            let joined = line.iter().find(|(number, _)| *number == mover.number).expect("it stands").1;
                            if mover.has_moved(joined) {
                                prop_assert!(told.insert((mover.number, mover.threshold)), "{mover:?} is told twice");
                            }
                        }
                        boundaries = head.boundaries(&thresholds);
                        for (index, (number, joined)) in line.iter().enumerate() {
                            let position = index as u64 + 1;
                            let nearest = told.iter().filter(|(told, _)| told == number).map(|(_, at)| *at).min();
                            prop_assert!(nearest.is_none_or(|nearest| nearest >= position), "{number} is not so far");
                            if let Some(reached) = thresholds.reached(position).filter(|reached| reached < joined) {
                                prop_assert_eq!(nearest, Some(reached), "number {} at {}", number, position);
                            }
                        }
                    }
                }
            }
        }
    }
}
