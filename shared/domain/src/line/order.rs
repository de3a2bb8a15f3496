//! Order: the sequence in which waiting entries are served.

use serde::{Deserialize, Serialize};

use crate::line::lane::Lane;
use crate::line::numbers::{LaneNumbers, Lanes, standing_in, waiting_in};
use crate::line::turns::{Moment, Turns, Weight};
use crate::values::identifier::TierId;
use crate::values::shape::{Described, Shape};
use crate::values::time::Timestamp;
use crate::values::words::words;

pub const MOST_TIERS: usize = 10;

/// The order of an event's lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Order {
    /// First come, first served.
    #[default]
    Fifo,
    /// Tiers are served one after the other, and each first come, first served.
    Priority {
        /// The tiers, the first served first.
        tiers: Vec<TierId>,
    },
    /// Tiers share the offers in proportion to their weights. Each is served first come, first
    /// served.
    Weighted {
        /// The tiers. Of two with the same turn, the one named first is served first.
        tiers: Vec<WeightedTier>,
    },
    /// Entries that join before the draw are served by lot ([`crate::line::draw`]), tier after
    /// tier. Later entries follow, first come, first served.
    Lottery {
        /// The tiers, the first served first. Without tiers all have the same chance.
        tiers: Vec<TierId>,
        /// The time of the draw.
        draw_at: Timestamp,
    },
}

words! {
    /// The orders by name.
    #[derive(Default)]
    pub enum OrderKind {
        /// [`Order::Fifo`].
        #[default]
        Fifo = "fifo",
        /// [`Order::Priority`].
        Priority = "priority",
        /// [`Order::Weighted`].
        Weighted = "weighted",
        /// [`Order::Lottery`].
        Lottery = "lottery",
    }
}

/// A tier and its share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeightedTier {
    pub id: TierId,
    pub weight: Weight,
}

/// It is written as its weight, under its id.
impl Described for WeightedTier {
    const SHAPE: Shape = Weight::SHAPE;
}

/// The standing of an entry that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its position: 1 is next. All entries before it are served before it.
    Line(u64),
    /// Its position by the turns, if nobody joins or leaves: 1 is next.
    Schedule(u64),
    /// It is in a draw that is still to be held.
    Draw {
        /// How many entries are in the draw.
        entrants: u64,
    },
}

/// The standing of an entry, and how many of those before it are passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandingInLine {
    pub standing: Standing,
    /// How many entries that its position counts are unconfirmed.
    pub unconfirmed_before: u64,
}

impl StandingInLine {
    /// The position. Before the draw there is none.
    pub const fn position(self) -> Option<u64> {
        self.standing.position()
    }
}

impl Standing {
    /// The position. Before the draw there is none.
    pub const fn position(self) -> Option<u64> {
        match self {
            Self::Line(position) | Self::Schedule(position) => Some(position),
            Self::Draw { .. } => None,
        }
    }

    /// How many entries are in its draw.
    pub const fn entrants(self) -> Option<u64> {
        match self {
            Self::Line(_) | Self::Schedule(_) => None,
            Self::Draw { entrants } => Some(entrants),
        }
    }

    /// The word for it in responses.
    pub const fn kind(self) -> PositionKind {
        match self {
            Self::Line(_) => PositionKind::Line,
            Self::Schedule(_) => PositionKind::Schedule,
            Self::Draw { .. } => PositionKind::Draw,
        }
    }
}

words! {
    /// The standings by name.
    pub enum PositionKind {
        /// [`Standing::Line`].
        Line = "line",
        /// [`Standing::Schedule`].
        Schedule = "schedule",
        /// [`Standing::Draw`].
        Draw = "draw",
    }
}

impl Order {
    pub const fn kind(&self) -> OrderKind {
        match self {
            Self::Fifo => OrderKind::Fifo,
            Self::Priority { .. } => OrderKind::Priority,
            Self::Weighted { .. } => OrderKind::Weighted,
            Self::Lottery { .. } => OrderKind::Lottery,
        }
    }

    /// The tiers, the first served first.
    pub fn tiers(&self) -> Vec<&TierId> {
        match self {
            Self::Fifo => Vec::new(),
            Self::Priority { tiers } | Self::Lottery { tiers, .. } => tiers.iter().collect(),
            Self::Weighted { tiers } => tiers.iter().map(|tier| &tier.id).collect(),
        }
    }

    /// Whether it has tiers.
    pub fn has_tiers(&self) -> bool {
        !self.tiers().is_empty()
    }

    /// The weights of its tiers, if they have any.
    pub fn weights(&self) -> &[WeightedTier] {
        match self {
            Self::Fifo | Self::Priority { .. } | Self::Lottery { .. } => &[],
            Self::Weighted { tiers } => tiers,
        }
    }

    /// The tier of an entry for which nobody names one: the last.
    pub fn usual_tier(&self) -> Option<TierId> {
        self.tiers().last().map(|tier| (*tier).clone())
    }

    /// The lane of an entry of this tier that joins at `now`.
    pub fn lane_of(&self, tier: Option<&TierId>, now: Timestamp) -> Lane {
        match self {
            Self::Lottery { draw_at, .. } if now < *draw_at => Lane::Pool,
            Self::Fifo | Self::Lottery { .. } => Lane::Common,
            Self::Priority { .. } | Self::Weighted { .. } => tier.cloned().map_or(Lane::Common, Lane::Tier),
        }
    }

    /// The lanes, in the order of serving. Under [`Self::Weighted`] the lanes of the tiers take
    /// turns.
    ///
    /// Nobody is served from the pool. While it holds entries, nobody behind it is served either.
    pub fn lanes(&self) -> Vec<Lane> {
        let rest: Vec<Lane> = match self {
            Self::Fifo => vec![Lane::Common],
            Self::Priority { tiers } => tiers.iter().cloned().map(Lane::Tier).collect(),
            Self::Weighted { tiers } => tiers.iter().map(|tier| Lane::Tier(tier.id.clone())).collect(),
            Self::Lottery { .. } => vec![Lane::Pool, Lane::Drawn, Lane::Common],
        };
        [Lane::Front].into_iter().chain(rest).collect()
    }

    /// The time of the draw, if there is one.
    pub const fn draw_at(&self) -> Option<Timestamp> {
        match self {
            Self::Lottery { draw_at, .. } => Some(*draw_at),
            Self::Fifo | Self::Priority { .. } | Self::Weighted { .. } => None,
        }
    }

    /// Whether an entry that joins a lane may be served before an earlier entry.
    pub fn may_be_served_before_others(&self, lane: &Lane) -> bool {
        self.weight_of(lane).is_some() || self.lanes().last() != Some(lane)
    }

    /// The weight of a lane that takes turns with others.
    fn weight_of(&self, lane: &Lane) -> Option<Weight> {
        let Lane::Tier(tier) = lane else { return None };
        self.weights().iter().find(|weighted| weighted.id == *tier).map(|weighted| weighted.weight)
    }

    /// Whether the turns of an earlier order go on: only if tiers and weights are the same.
    /// Otherwise all turns begin anew.
    pub fn keeps_turns_of(&self, earlier: &Self) -> bool {
        self.weights() == earlier.weights()
    }

    /// Whether positions depend on turns: several tiers share the offers.
    pub fn needs_turns(&self) -> bool {
        self.weights().len() > 1
    }

    /// The turns on the scale of this order's weights.
    pub fn turns(&self, stored: &Turns) -> Turns {
        match self {
            Self::Weighted { tiers } => stored.on_scale_of(tiers.iter().map(|tier| tier.weight)),
            Self::Fifo | Self::Priority { .. } | Self::Lottery { .. } => stored.clone(),
        }
    }

    /// The standing of the entry at position `in_lane` of `lane` (1 is next).
    pub fn standing(&self, lane: &Lane, in_lane: u64, lanes: &Lanes, turns: &Turns) -> Standing {
        // While a draw is held, positions are given one by one. They count only once all are given.
        let is_being_drawn = *lane == Lane::Drawn && lanes.get(lane).is_none_or(|drawn| drawn.issued == 0);
        if *lane == Lane::Pool || is_being_drawn {
            return Standing::Draw { entrants: waiting_in(lanes, &Lane::Pool) };
        }
        let sequence = self.lanes();
        let before = sequence.iter().take_while(|other| *other != lane);
        match self.weight_of(lane) {
            None => Standing::Line(in_lane + before.map(|other| stand_before(lanes, other)).sum::<u64>()),
            Some(weight) => {
                let turns = self.turns(turns);
                let moment = turns.first(lane) + Moment::from(in_lane - 1) * turns.interval(weight);
                let mut wins_ties = true;
                let mut position = in_lane;
                for other in &sequence {
                    if other == lane {
                        wins_ties = false;
                        continue;
                    }
                    position += match self.weight_of(other) {
                        // Only a confirmed entry takes a turn.
                        Some(weight) => turns.turns_before(moment, other, weight, wins_ties, waiting_in(lanes, other)),
                        None => stand_before(lanes, other),
                    };
                }
                Standing::Schedule(position)
            }
        }
    }

    /// The standing of an entry that has just joined `lane`.
    pub fn standing_of_newcomer(&self, lane: &Lane, lanes: &Lanes, turns: &Turns) -> StandingInLine {
        let standing = lanes.get(lane).map_or(1, LaneNumbers::standing).max(1);
        let unconfirmed = lanes.get(lane).map_or(0, |numbers| numbers.unconfirmed.total()).min(standing - 1);
        self.standing_in_line(lane, [standing, unconfirmed], lanes, turns)
    }

    /// The standing of the entry at position `in_lane` of `lane` (1 is next), with the unconfirmed
    /// entries before it there.
    pub fn standing_in_line(
        &self,
        lane: &Lane,
        [in_lane, unconfirmed_in_lane]: [u64; 2],
        lanes: &Lanes,
        turns: &Turns,
    ) -> StandingInLine {
        let standing = self.standing(lane, in_lane, lanes, turns);
        let unconfirmed = self.unconfirmed_before(lane, unconfirmed_in_lane, lanes);
        // A draw has no places, so nobody is before anybody.
        let unconfirmed_before = standing.position().map_or(0, |position| unconfirmed.min(position - 1));
        StandingInLine { standing, unconfirmed_before }
    }

    /// How many of those before an entry of `lane` are unconfirmed, if `in_lane` are so in its own
    /// lane. Its position counts them. It does not count entries of other tiers that take turns.
    fn unconfirmed_before(&self, lane: &Lane, in_lane: u64, lanes: &Lanes) -> u64 {
        let sequence = self.lanes();
        let before = sequence.iter().take_while(|other| *other != lane).filter(|other| self.weight_of(other).is_none());
        let unconfirmed = |other: &Lane| stand_before(lanes, other).saturating_sub(waiting_in(lanes, other));
        in_lane + before.map(unconfirmed).sum::<u64>()
    }
}

/// How many entries of a lane stand before every entry of the lanes behind it. An unconfirmed entry that
/// missed its draw has no place there any more.
fn stand_before(lanes: &Lanes, lane: &Lane) -> u64 {
    if *lane == Lane::Pool { waiting_in(lanes, lane) } else { standing_in(lanes, lane) }
}

/// The part of a lane that is in sight.
#[derive(Debug, Clone)]
pub struct LaneSight<'line, Entry> {
    pub lane: &'line Lane,
    /// The entries in sight, in order. No unseen entry stands before any of them.
    pub waiting: Vec<&'line Entry>,
    /// Whether no other entry stands in this lane.
    pub is_whole: bool,
}

/// An entry in sight, in the sequence of serving.
#[derive(Debug)]
pub struct Candidate<'line, Entry> {
    pub entry: &'line Entry,
    pub lane: &'line Lane,
    /// Its turn, if its lane takes turns.
    turn: Option<Moment>,
}

/// The entries in sight, in the sequence of serving.
#[derive(Debug)]
pub struct Sequence<'line, Entry> {
    pub candidates: Vec<Candidate<'line, Entry>>,
    /// The lane where an unseen entry may be next. `None`: these are all.
    pub stopped_at: Option<&'line Lane>,
    /// The turn of the next entry behind these, if it is known.
    next_turn: Option<Moment>,
}

impl Order {
    /// Puts the entries in sight into the sequence of serving. It ends where an unseen entry may be
    /// next. `lanes` has the order of [`Self::lanes`].
    pub fn sequence<'line, Entry>(&self, lanes: &[LaneSight<'line, Entry>], turns: &Turns) -> Sequence<'line, Entry> {
        let mut sequence = Sequence { candidates: Vec::new(), stopped_at: None, next_turn: None };
        let (in_turns, one_by_one): (Vec<_>, Vec<_>) =
            lanes.iter().partition(|sight| self.weight_of(sight.lane).is_some());
        for sight in one_by_one {
            sequence.extend_with(sight);
        }
        if !in_turns.is_empty() {
            self.take_turns(&mut sequence, &in_turns, turns);
        }
        sequence
    }

    fn take_turns<'line, Entry>(
        &self,
        sequence: &mut Sequence<'line, Entry>,
        lanes: &[&LaneSight<'line, Entry>],
        turns: &Turns,
    ) {
        let mut served = vec![0_usize; lanes.len()];
        let mut next: Vec<Moment> = lanes.iter().map(|sight| turns.first(sight.lane)).collect();
        loop {
            let standing = (0..lanes.len()).filter(|&at| served[at] < lanes[at].waiting.len() || !lanes[at].is_whole);
            let Some(at) = standing.min_by_key(|&at| next[at]) else { return };
            let sight = lanes[at];
            if sequence.stopped_at.is_some() || served[at] == sight.waiting.len() {
                sequence.stopped_at = sequence.stopped_at.or(Some(sight.lane));
                sequence.next_turn = Some(next[at]);
                return;
            }
            let entry = sight.waiting[served[at]];
            sequence.candidates.push(Candidate { entry, lane: sight.lane, turn: Some(next[at]) });
            served[at] += 1;
            next[at] += self.weight_of(sight.lane).map_or(0, |weight| turns.interval(weight));
        }
    }

    /// The turns after some entries of a sequence were served, according to `is_served`.
    pub fn turns_after<Entry>(
        &self,
        turns: &Turns,
        sequence: &Sequence<'_, Entry>,
        is_served: impl Fn(&Entry) -> bool,
    ) -> Turns {
        let mut after = turns.clone();
        let mut first_waiting = None;
        let mut last_served = None;
        for candidate in &sequence.candidates {
            let (Some(turn), Some(weight)) = (candidate.turn, self.weight_of(candidate.lane)) else { continue };
            if is_served(candidate.entry) {
                // An entry served out of turn uses up a turn of its own tier.
                let next = after.next.get(candidate.lane).copied().unwrap_or(0).max(turns.now);
                after.next.insert(candidate.lane.clone(), next + turns.interval(weight));
                last_served = Some(turn);
            } else {
                first_waiting = first_waiting.or(Some(turn));
            }
        }
        if last_served.is_some() {
            after.now = first_waiting.or(sequence.next_turn).or(last_served).unwrap_or(turns.now);
        }
        after
    }
}

impl<'line, Entry> Sequence<'line, Entry> {
    fn extend_with(&mut self, sight: &LaneSight<'line, Entry>) {
        if self.stopped_at.is_none() {
            let candidate = |entry: &&'line Entry| Candidate { entry: *entry, lane: sight.lane, turn: None };
            self.candidates.extend(sight.waiting.iter().map(candidate));
            self.stopped_at = (!sight.is_whole).then_some(sight.lane);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::position_index::Counts;

    const DRAW_AT: Timestamp = Timestamp::from_milliseconds(1_000);

    fn tier(id: &str) -> TierId {
        TierId::parse(id).expect("valid")
    }

    fn lane(id: &str) -> Lane {
        Lane::Tier(tier(id))
    }

    fn priority() -> Order {
        Order::Priority { tiers: vec![tier("vip"), tier("general")] }
    }

    fn lottery() -> Order {
        Order::Lottery { tiers: vec![tier("vip"), tier("general")], draw_at: DRAW_AT }
    }

    fn weighted(weights: &[(&str, i64)]) -> Order {
        let weigh =
            |&(id, weight): &(&str, i64)| WeightedTier { id: tier(id), weight: weight.try_into().expect("some") };
        Order::Weighted { tiers: weights.iter().map(weigh).collect() }
    }

    /// Lanes, each with the count of its entries that stand and of those that are unconfirmed.
    fn lanes(lanes: &[(Lane, u64, u64)]) -> Lanes {
        let numbers = |&(_, standing, unconfirmed): &(Lane, u64, u64)| LaneNumbers {
            issued: standing + 1,
            gone: Counts::new([(0, 1)]),
            unconfirmed: Counts::new([(0, unconfirmed)]),
            last_issued_at: None,
        };
        lanes.iter().map(|lane| (lane.0.clone(), numbers(lane))).collect()
    }

    #[test]
    fn each_order_says_what_it_goes_by() {
        let two = weighted(&[("vip", 2), ("general", 1)]);
        for (order, kind, tiers, draw_at, needs_turns) in [
            (Order::Fifo, OrderKind::Fifo, &[][..], None, false),
            (priority(), OrderKind::Priority, &["vip", "general"], None, false),
            (lottery(), OrderKind::Lottery, &["vip", "general"], Some(DRAW_AT), false),
            (weighted(&[("vip", 2)]), OrderKind::Weighted, &["vip"], None, false),
            (two, OrderKind::Weighted, &["vip", "general"], None, true),
        ] {
            assert_eq!((order.kind(), order.draw_at(), order.needs_turns()), (kind, draw_at, needs_turns), "{order:?}");
            assert_eq!(order.tiers().into_iter().map(TierId::as_str).collect::<Vec<_>>(), tiers);
            assert_eq!((order.has_tiers(), order.usual_tier()), (!tiers.is_empty(), tiers.last().map(|id| tier(id))));
        }
    }

    #[test]
    fn an_entry_joins_the_pool_before_the_draw_and_the_lane_of_its_tier_if_tiers_have_lanes() {
        let (vip, before) = (tier("vip"), DRAW_AT.plus_milliseconds(-1));
        for (order, joins_before, joins_after) in [
            (Order::Fifo, Lane::Common, Lane::Common),
            (lottery(), Lane::Pool, Lane::Common),
            (priority(), lane("vip"), lane("vip")),
            (weighted(&[("vip", 2)]), lane("vip"), lane("vip")),
        ] {
            assert_eq!(order.lane_of(Some(&vip), before), joins_before, "{order:?}");
            assert_eq!(order.lane_of(Some(&vip), DRAW_AT), joins_after, "{order:?}");
        }
    }

    #[test]
    fn turns_go_on_only_while_tiers_and_weights_are_the_same() {
        let order = weighted(&[("vip", 2), ("general", 1)]);
        assert!(order.keeps_turns_of(&order.clone()) && priority().keeps_turns_of(&Order::Fifo));
        for other in [Order::Fifo, weighted(&[("vip", 1), ("general", 1)]), weighted(&[("vip", 2)])] {
            assert!(!order.keeps_turns_of(&other), "{other:?}");
        }
    }

    #[test]
    fn a_standing_is_a_position_or_a_part_in_a_draw() {
        for (standing, kind, position, entrants) in [
            (Standing::Line(3), PositionKind::Line, Some(3), None),
            (Standing::Schedule(4), PositionKind::Schedule, Some(4), None),
            (Standing::Draw { entrants: 5 }, PositionKind::Draw, None, Some(5)),
        ] {
            assert_eq!((standing.kind(), standing.position(), standing.entrants()), (kind, position, entrants));
            assert_eq!(StandingInLine { standing, unconfirmed_before: 0 }.position(), position);
        }
    }

    #[test]
    fn tiers_that_take_turns_have_positions_by_their_weights() {
        let order = weighted(&[("vip", 2), ("general", 1)]);
        let lanes = lanes(&[(Lane::Front, 1, 0), (lane("vip"), 4, 0), (lane("general"), 3, 0)]);
        let positions = |id: &str, count: u64| -> Vec<Standing> {
            (1..=count).map(|in_lane| order.standing(&lane(id), in_lane, &lanes, &Turns::default())).collect()
        };
        assert_eq!(positions("vip", 4), [2, 4, 5, 7].map(Standing::Schedule));
        assert_eq!(positions("general", 3), [3, 6, 8].map(Standing::Schedule));
    }

    #[test]
    fn nobody_has_a_position_while_the_draw_is_to_come_or_is_being_held() {
        let order = lottery();
        let pool = lanes(&[(Lane::Pool, 4, 1)]);
        let in_draw = Standing::Draw { entrants: 3 };
        let being_drawn = Lanes::from([(Lane::Drawn, LaneNumbers::default())]);
        let stands = |in_lane: &Lane, lanes: &Lanes| order.standing(in_lane, 2, lanes, &Turns::default());
        assert_eq!((stands(&Lane::Pool, &pool), stands(&Lane::Drawn, &pool)), (in_draw, in_draw));
        assert_eq!(stands(&Lane::Drawn, &being_drawn), Standing::Draw { entrants: 0 });
        assert_eq!(stands(&Lane::Drawn, &lanes(&[(Lane::Drawn, 2, 0)])), Standing::Line(2));
        assert_eq!(stands(&Lane::Common, &being_drawn), Standing::Line(2));
    }

    #[test]
    fn a_position_counts_unconfirmed_entries_and_says_how_many_they_are() {
        let stands = |order: &Order, in_lane: &Lane, lanes: &Lanes| {
            let standing = order.standing_of_newcomer(in_lane, lanes, &Turns::default());
            (standing.position(), standing.unconfirmed_before)
        };
        let line = lanes(&[(Lane::Front, 4, 1), (Lane::Common, 3, 2)]);
        assert_eq!(stands(&Order::Fifo, &Lane::Common, &line), (Some(7), 3));
        assert_eq!(stands(&Order::Fifo, &Lane::Common, &Lanes::new()), (Some(1), 0));
        let itself_too = lanes(&[(Lane::Front, 4, 0), (Lane::Common, 3, 3)]);
        assert_eq!(stands(&Order::Fifo, &Lane::Common, &itself_too), (Some(7), 2), "it is not before itself");
        let tiers = lanes(&[(Lane::Front, 4, 1), (lane("vip"), 5, 2), (lane("general"), 2, 1)]);
        assert_eq!(stands(&priority(), &lane("general"), &tiers), (Some(11), 4));
        let by_turns = weighted(&[("vip", 1), ("general", 1)]);
        assert_eq!(stands(&by_turns, &lane("general"), &tiers).1, 2, "another tier's are not counted");
        let missed_the_draw = lanes(&[(Lane::Pool, 4, 3), (Lane::Common, 2, 1)]);
        assert_eq!(stands(&lottery(), &Lane::Common, &missed_the_draw), (Some(3), 1));
        assert_eq!(stands(&lottery(), &Lane::Pool, &missed_the_draw), (None, 0));
    }

    #[test]
    fn no_more_are_unconfirmed_before_an_entry_than_are_before_it() {
        let standing = Order::Fifo.standing_in_line(&Lane::Common, [2, 5], &Lanes::new(), &Turns::default());
        assert_eq!((standing.position(), standing.unconfirmed_before), (Some(2), 1));
    }
}
