//! Order: in which sequence those who wait are served.

use serde::{Deserialize, Serialize};

use crate::line::lane::Lane;
use crate::line::numbers::{LaneNumbers, Lanes, waiting_in};
use crate::line::turns::{Moment, Turns, Weight};
use crate::values::identifier::TierId;
use crate::values::shape::{Described, Shape};
use crate::values::time::Timestamp;
use crate::values::words::words;

/// Most tiers that an event may have.
pub const MOST_TIERS: usize = 10;

/// The order of an event's lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Order {
    /// First come, first served.
    #[default]
    Fifo,
    /// Everybody of a tier before anybody of the next; within one, first come, first served.
    Priority {
        /// The tiers, the first served first.
        tiers: Vec<TierId>,
    },
    /// The tiers share the offers in proportion to their weights; within one, first come, first served.
    Weighted {
        /// The tiers; the first is served first where two have the same turn.
        tiers: Vec<WeightedTier>,
    },
    /// Those who join before the draw are served in an order that is drawn by lot ([`crate::line::draw`]), everybody of a tier
    /// before anybody of the next; those who join later come after all of them, first come, first served.
    Lottery {
        /// The tiers, the first served first; none where all have the same chance.
        tiers: Vec<TierId>,
        /// When the lots are drawn.
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
    /// Which.
    pub id: TierId,
    /// Its share of the offers, against the other tiers' weights.
    pub weight: Weight,
}

/// Written as its weight, under its name.
impl Described for WeightedTier {
    const SHAPE: Shape = Weight::SHAPE;
}

/// Where somebody stands who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Everybody before them is served before them: 1 is next.
    Line(u64),
    /// The place that the turns give if nobody joins or leaves: 1 is next.
    Schedule(u64),
    /// In a draw that has not been held, as one of so many.
    Draw {
        /// How many are in it.
        entrants: u64,
    },
}

impl Standing {
    /// The place; nobody has one before the draw.
    pub const fn position(self) -> Option<u64> {
        match self {
            Self::Line(position) | Self::Schedule(position) => Some(position),
            Self::Draw { .. } => None,
        }
    }

    /// How many are in the draw that they are in.
    pub const fn entrants(self) -> Option<u64> {
        match self {
            Self::Line(_) | Self::Schedule(_) => None,
            Self::Draw { entrants } => Some(entrants),
        }
    }

    /// The word for its kind in answers.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Line(_) => "line",
            Self::Schedule(_) => "schedule",
            Self::Draw { .. } => "draw",
        }
    }
}

impl Order {
    /// Which of the orders it is.
    pub const fn kind(&self) -> OrderKind {
        match self {
            Self::Fifo => OrderKind::Fifo,
            Self::Priority { .. } => OrderKind::Priority,
            Self::Weighted { .. } => OrderKind::Weighted,
            Self::Lottery { .. } => OrderKind::Lottery,
        }
    }

    /// Its tiers, in order.
    pub fn tiers(&self) -> Vec<&TierId> {
        match self {
            Self::Fifo => Vec::new(),
            Self::Priority { tiers } | Self::Lottery { tiers, .. } => tiers.iter().collect(),
            Self::Weighted { tiers } => tiers.iter().map(|tier| &tier.id).collect(),
        }
    }

    /// Whether it knows tiers.
    pub fn has_tiers(&self) -> bool {
        !self.tiers().is_empty()
    }

    /// The weights of its tiers, where they have any.
    pub fn weights(&self) -> &[WeightedTier] {
        match self {
            Self::Fifo | Self::Priority { .. } | Self::Lottery { .. } => &[],
            Self::Weighted { tiers } => tiers,
        }
    }

    /// The tier of somebody for whom nobody names one: the last.
    pub fn usual_tier(&self) -> Option<TierId> {
        self.tiers().last().map(|tier| (*tier).clone())
    }

    /// The lane that somebody of this tier joins at `now`.
    pub fn lane_of(&self, tier: Option<&TierId>, now: Timestamp) -> Lane {
        match self {
            Self::Lottery { draw_at, .. } if now < *draw_at => Lane::Pool,
            Self::Fifo | Self::Lottery { .. } => Lane::Common,
            Self::Priority { .. } | Self::Weighted { .. } => tier.cloned().map_or(Lane::Common, Lane::Tier),
        }
    }

    /// The lanes that people stand in. Under [`Self::Weighted`] those of the tiers take turns; all others are served one
    /// after the other. Nobody is served from the pool, nor behind it while there is anybody in it.
    pub fn lanes(&self) -> Vec<Lane> {
        let rest: Vec<Lane> = match self {
            Self::Fifo => vec![Lane::Common],
            Self::Priority { tiers } => tiers.iter().cloned().map(Lane::Tier).collect(),
            Self::Weighted { tiers } => tiers.iter().map(|tier| Lane::Tier(tier.id.clone())).collect(),
            Self::Lottery { .. } => vec![Lane::Pool, Lane::Drawn, Lane::Common],
        };
        [Lane::Front].into_iter().chain(rest).collect()
    }

    /// When the lots are drawn, where they are.
    pub const fn draw_at(&self) -> Option<Timestamp> {
        match self {
            Self::Lottery { draw_at, .. } => Some(*draw_at),
            Self::Fifo | Self::Priority { .. } | Self::Weighted { .. } => None,
        }
    }

    /// Whether somebody who joins a lane may be served before somebody who waits already.
    pub fn may_be_served_before_others(&self, lane: &Lane) -> bool {
        self.weight_of(lane).is_some() || self.lanes().last() != Some(lane)
    }

    /// Whether a lane takes turns with others, and with which weight.
    fn weight_of(&self, lane: &Lane) -> Option<Weight> {
        let Lane::Tier(tier) = lane else { return None };
        self.weights().iter().find(|weighted| weighted.id == *tier).map(|weighted| weighted.weight)
    }

    /// Whether turns that were taken by an earlier order go on under this one: only where the tiers and their weights are
    /// the same. By others all begin anew.
    pub fn keeps_turns_of(&self, earlier: &Self) -> bool {
        self.weights() == earlier.weights()
    }

    /// Whether the place of somebody who waits depends on turns: among several tiers that share the offers.
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

    /// Where somebody stands who is at place `in_lane` (1 is next) of `lane`.
    pub fn standing(&self, lane: &Lane, in_lane: u64, lanes: &Lanes, turns: &Turns) -> Standing {
        // Places are given one by one while a draw is held, and count for nothing until all are.
        let is_being_drawn = *lane == Lane::Drawn && lanes.get(lane).is_none_or(|drawn| drawn.issued == 0);
        if *lane == Lane::Pool || is_being_drawn {
            return Standing::Draw { entrants: waiting_in(lanes, &Lane::Pool) };
        }
        let sequence = self.lanes();
        let before = sequence.iter().take_while(|other| *other != lane);
        match self.weight_of(lane) {
            None => Standing::Line(in_lane + before.map(|other| waiting_in(lanes, other)).sum::<u64>()),
            Some(weight) => {
                let turns = self.turns(turns);
                let moment = turns.first(lane) + Moment::from(in_lane - 1) * turns.interval(weight);
                let mut wins_ties = true;
                let mut place = in_lane;
                for other in &sequence {
                    if other == lane {
                        wins_ties = false;
                        continue;
                    }
                    let waiting = waiting_in(lanes, other);
                    place += match self.weight_of(other) {
                        Some(weight) => turns.turns_before(moment, other, weight, wins_ties, waiting),
                        None => waiting,
                    };
                }
                Standing::Schedule(place)
            }
        }
    }

    /// Where somebody stands who has just joined `lane`.
    pub fn standing_of_newcomer(&self, lane: &Lane, lanes: &Lanes, turns: &Turns) -> Standing {
        self.standing(lane, lanes.get(lane).map_or(1, LaneNumbers::waiting).max(1), lanes, turns)
    }
}

/// What is in sight of a lane.
#[derive(Debug, Clone)]
pub struct LaneSight<'line, Entry> {
    /// Which.
    pub lane: &'line Lane,
    /// Those in sight, in order, as far as nobody unseen may stand before them.
    pub waiting: Vec<&'line Entry>,
    /// Whether nobody else stands in this lane.
    pub is_whole: bool,
}

/// Somebody in sight, in the sequence in which they are served.
#[derive(Debug)]
pub struct Candidate<'line, Entry> {
    /// Who.
    pub entry: &'line Entry,
    /// In which lane.
    pub lane: &'line Lane,
    /// Their turn, where their tier takes turns.
    turn: Option<Moment>,
}

/// Those in sight, in the sequence in which they are served.
#[derive(Debug)]
pub struct Sequence<'line, Entry> {
    /// Them.
    pub candidates: Vec<Candidate<'line, Entry>>,
    /// The lane in which somebody may be next who is not in sight; none where these are all.
    pub stopped_at: Option<&'line Lane>,
    /// The turn of whoever is next behind them, where that is known and somebody is.
    next_turn: Option<Moment>,
}

impl Order {
    /// Puts those in sight into the sequence in which they are served, as far as it can be told: up to the first who
    /// may stand in a lane without being in sight. `lanes` as [`Self::lanes`].
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

    /// The turns after some of a sequence were served: those for which `is_served` says so.
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
                // Whoever is served out of turn uses up a turn of their own tier.
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
