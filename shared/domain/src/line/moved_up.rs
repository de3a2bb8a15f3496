//! Moving up: customers hear when their position comes within one of the event's thresholds.
//!
//! The entries of a lane within a threshold are those up to some number, the *boundary*. Each look
//! at the head of the line compares the boundaries with the earlier ones. Entries beyond an earlier
//! boundary have come within the threshold since.
//!
//! A boundary never falls. An entry that was within a threshold, and was pushed out by others, does
//! not hear of it again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::line::lane::Lane;
use crate::values::shape::{Described, Shape};
use crate::values::whole::whole;

whole! {
    /// A position at which a customer may hear of having moved up.
    pub struct Threshold(u64) = 1..=100;
}

pub const MOST_THRESHOLDS: usize = 10;

/// The positions at which customers hear that they moved up, each the first time that they come so
/// far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<u64>", into = "Vec<u64>")]
pub struct MovedUpAt(BTreeSet<u64>);

impl MovedUpAt {
    /// The default.
    const USUAL: [u64; 5] = [50, 25, 10, 5, 1];

    /// Accepts up to [`MOST_THRESHOLDS`] different positions in any order. Without any, nobody is
    /// told.
    pub fn new(thresholds: impl IntoIterator<Item = u64>) -> Result<Self, String> {
        let thresholds: BTreeSet<u64> = thresholds.into_iter().collect();
        let (nearest, furthest) = (Threshold::LEAST.get(), Threshold::MOST.get());
        let in_range = thresholds.iter().all(|threshold| (nearest..=furthest).contains(threshold));
        if in_range && thresholds.len() <= MOST_THRESHOLDS {
            Ok(Self(thresholds))
        } else {
            Err(format!("must be at most {MOST_THRESHOLDS} positions from {nearest} to {furthest}"))
        }
    }

    /// The thresholds, from the furthest to the nearest.
    pub fn thresholds(&self) -> impl Iterator<Item = u64> {
        self.0.iter().rev().copied()
    }

    /// The furthest threshold: so many entries at the head of the line are within any.
    pub fn furthest(&self) -> Option<u64> {
        self.0.last().copied()
    }

    /// The nearest threshold that a position is within.
    fn reached(&self, position: u64) -> Option<u64> {
        self.0.range(position..).next().copied()
    }
}

impl Described for MovedUpAt {
    const SHAPE: Shape = Shape::List { of: &Threshold::SHAPE, min: 0, max: Some(MOST_THRESHOLDS) };
}

impl Default for MovedUpAt {
    /// The default.
    fn default() -> Self {
        Self(Self::USUAL.into_iter().collect())
    }
}

impl TryFrom<Vec<u64>> for MovedUpAt {
    type Error = String;

    fn try_from(thresholds: Vec<u64>) -> Result<Self, Self::Error> {
        Self::new(thresholds)
    }
}

impl From<MovedUpAt> for Vec<u64> {
    fn from(moved_up_at: MovedUpAt) -> Self {
        moved_up_at.thresholds().collect()
    }
}

/// A number in one of a line's lanes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LaneNumber {
    pub lane: Lane,
    pub number: u64,
}

/// For each threshold and lane, the greatest number that was ever within the threshold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<(u64, String, u64)>", into = "Vec<(u64, String, u64)>")]
pub struct Boundaries(BTreeMap<(u64, Lane), u64>);

impl TryFrom<Vec<(u64, String, u64)>> for Boundaries {
    type Error = String;

    fn try_from(stored: Vec<(u64, String, u64)>) -> Result<Self, Self::Error> {
        let read = |(threshold, lane, boundary): (u64, String, u64)| Ok(((threshold, Lane::parse(&lane)?), boundary));
        stored.into_iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl From<Boundaries> for Vec<(u64, String, u64)> {
    fn from(boundaries: Boundaries) -> Self {
        let stored =
            |((threshold, lane), boundary): ((u64, Lane), u64)| (threshold, lane.as_str().to_owned(), boundary);
        boundaries.0.into_iter().map(stored).collect()
    }
}

impl Boundaries {
    /// The boundaries of a look that did not see these numbers, nor those behind them in their
    /// lanes.
    pub fn before(mut self, out_of_sight: &[LaneNumber]) -> Self {
        for ((_, lane), boundary) in &mut self.0 {
            let hidden = out_of_sight.iter().filter(|hidden| hidden.lane == *lane).map(|hidden| hidden.number);
            *boundary = hidden.map(|number| number.saturating_sub(1)).fold(*boundary, u64::min);
        }
        self
    }

    /// The greater of these boundaries and the boundaries of an earlier look. Entries that were
    /// within a threshold then have been told.
    pub fn raised_to(mut self, earlier: &Self) -> Self {
        for (of, &boundary) in &earlier.0 {
            let raised = self.0.entry(of.clone()).or_insert(boundary);
            *raised = boundary.max(*raised);
        }
        self
    }
}

/// An entry that came within a threshold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mover {
    pub at: LaneNumber,
    /// The nearest threshold that it is within.
    pub threshold: u64,
}

impl Mover {
    /// Whether an entry moved up that first stood at this position. It did not if it was within the
    /// threshold from the first.
    pub fn has_moved(&self, first_position: u64) -> bool {
        first_position > self.threshold
    }
}

/// The head of a line, in the order of serving, as far as the furthest threshold reaches.
#[derive(Debug, Clone, Copy)]
pub struct Head<'look>(pub &'look [LaneNumber]);

impl Head<'_> {
    /// The boundaries now.
    pub fn boundaries(self, thresholds: &MovedUpAt) -> Boundaries {
        let mut boundaries = BTreeMap::new();
        for threshold in thresholds.thresholds() {
            for at in self.0.iter().take(usize::try_from(threshold).unwrap_or(usize::MAX)) {
                let boundary = boundaries.entry((threshold, at.lane.clone())).or_insert(at.number);
                *boundary = at.number.max(*boundary);
            }
        }
        Boundaries(boundaries)
    }

    /// The entries that came within a threshold since the boundaries were `before`, in order, each
    /// with the nearest.
    pub fn movers(self, thresholds: &MovedUpAt, before: &Boundaries) -> Vec<Mover> {
        let positions = self.0.iter().zip(1..);
        let nearest = positions.filter_map(|(at, position)| {
            thresholds.reached(position).map(|threshold| Mover { at: at.clone(), threshold })
        });
        let is_new = |mover: &Mover| {
            let boundary = before.0.get(&(mover.threshold, mover.at.lane.clone()));
            boundary.is_none_or(|boundary| mover.at.number > *boundary)
        };
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
        assert_eq!(serde_json::from_str::<MovedUpAt>("[3, 1]").expect("in range"), at(&[1, 3]));
        assert!(serde_json::from_str::<MovedUpAt>("[0]").is_err());
    }

    fn numbers(lane: &Lane, numbers: impl IntoIterator<Item = u64>) -> Vec<LaneNumber> {
        numbers.into_iter().map(|number| LaneNumber { lane: lane.clone(), number }).collect()
    }

    fn told(movers: &[Mover]) -> Vec<(&str, u64, u64)> {
        movers.iter().map(|mover| (mover.at.lane.as_str(), mover.at.number, mover.threshold)).collect()
    }

    #[test]
    fn of_several_thresholds_passed_at_once_the_nearest_is_told() {
        let thresholds = at(&[5, 2, 1]);
        let before = Head(&numbers(&Lane::Common, 1..=5)).boundaries(&thresholds);
        let movers = Head(&numbers(&Lane::Common, [5, 7, 8, 9])).movers(&thresholds, &before);
        assert_eq!(told(&movers), [("", 5, 1), ("", 7, 2), ("", 8, 5), ("", 9, 5)]);
    }

    #[test]
    fn the_lanes_of_a_line_are_told_apart_though_their_numbers_are_the_same() {
        let thresholds = at(&[2]);
        let (front, common) = (numbers(&Lane::Front, [1]), numbers(&Lane::Common, [1, 2, 3]));
        let before = Head(&common[..2]).boundaries(&thresholds);
        let with_front = [&front[..], &common[..1]].concat();
        assert_eq!(told(&Head(&with_front).movers(&thresholds, &before)), [("-front", 1, 2)]);
        // The entry at the front is gone, and so is number 1. Number 2 was within the threshold
        // before.
        let now = Head(&with_front).boundaries(&thresholds).raised_to(&before);
        assert_eq!(told(&Head(&common[1..]).movers(&thresholds, &now)), [("", 3, 2)]);
    }

    #[test]
    fn who_was_out_of_sight_is_found_again_and_nobody_before_them() {
        let thresholds = at(&[3]);
        let common = numbers(&Lane::Common, [1, 2, 3]);
        let hidden = numbers(&Lane::Common, [2, 3]);
        let boundaries = Head(&common).boundaries(&thresholds).before(&hidden);
        assert_eq!(told(&Head(&common).movers(&thresholds, &boundaries)), [("", 2, 3), ("", 3, 3)]);
    }

    #[test]
    fn boundaries_are_stored_with_the_names_of_the_lanes() {
        let boundaries =
            Head(&[numbers(&Lane::Front, [7]), numbers(&Lane::Common, [4])].concat()).boundaries(&at(&[5]));
        let stored = serde_json::to_string(&boundaries).expect("a list");
        assert_eq!(stored, r#"[[5,"",4],[5,"-front",7]]"#);
        assert_eq!(serde_json::from_str::<Boundaries>(&stored).expect("the same"), boundaries);
        assert!(serde_json::from_str::<Boundaries>(r##"[[5,"#",4]]"##).is_err());
    }

    #[test]
    fn whoever_joined_within_a_threshold_has_not_moved_up_to_it() {
        let mover = Mover { at: LaneNumber { lane: Lane::Common, number: 9 }, threshold: 5 };
        assert!(mover.has_moved(6) && !mover.has_moved(5));
    }

    /// A step between two looks at a line.
    #[derive(Debug, Clone)]
    enum Step {
        /// Whether into the lane that comes first.
        Join(bool),
        Go(usize),
        Look,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![3 => prop::bool::weighted(0.2).prop_map(Step::Join), 3 => (0_usize..30).prop_map(Step::Go), 2 => Just(Step::Look)]
    }

    proptest! {
        /// The model looks at all positions after each look.
        #[test]
        fn everybody_is_told_once_of_each_threshold_and_of_none_that_is_not_reached(
            thresholds in proptest::collection::btree_set(1_u64..12, 0..5),
            mut steps in proptest::collection::vec(step(), 1..120),
        ) {
            let thresholds = MovedUpAt(thresholds);
            let furthest = thresholds.furthest().unwrap_or(0);
            steps.push(Step::Look);
            // The entries in the order of serving, each with its position at joining.
            let mut line: Vec<(LaneNumber, u64)> = Vec::new();
            let (mut issued, mut boundaries) = (0_u64, Boundaries::default());
            let mut told: BTreeSet<(LaneNumber, u64)> = BTreeSet::new();
            for step in steps {
                match step {
                    Step::Join(before_others) => {
                        issued += 1;
                        let lane = if before_others { Lane::Front } else { Lane::Common };
                        let in_front = line.iter().filter(|(at, _)| at.lane == Lane::Front).count();
                        let index = if before_others { in_front } else { line.len() };
                        line.insert(index, (LaneNumber { lane, number: issued }, index as u64 + 1));
                    }
                    Step::Go(index) if index < line.len() => { line.remove(index); }
                    Step::Go(_) => {}
                    Step::Look => {
                        let head: Vec<LaneNumber> =
                            line.iter().map(|(at, _)| at.clone()).take(furthest as usize).collect();
                        for mover in Head(&head).movers(&thresholds, &boundaries) {
                            let joined = line.iter().find(|(at, _)| *at == mover.at).expect("it stands").1;
                            if mover.has_moved(joined) {
                                let is_new = told.insert((mover.at.clone(), mover.threshold));
                                prop_assert!(is_new, "{mover:?} is told twice");
                            }
                        }
                        boundaries = Head(&head).boundaries(&thresholds).raised_to(&boundaries);
                        for (index, (at, joined)) in line.iter().enumerate() {
                            let position = index as u64 + 1;
                            let of_them = || told.iter().filter(|(told, _)| told == at).map(|(_, threshold)| *threshold);
                            if let Some(reached) = thresholds.reached(position).filter(|reached| reached < joined) {
                                prop_assert!(of_them().any(|threshold| threshold <= reached), "{at:?} at {position}");
                            }
                        }
                    }
                }
            }
        }
    }
}
