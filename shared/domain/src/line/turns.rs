//! Turns: how tiers share the seats by weight.
//!
//! One offer is one turn. Each tier's turns lie at regular intervals of a scale on which a tier of weight `w` has one
//! every `scale / w`; who has the smallest is next, and of equals the tier that is named first. (Start-time fair
//! queueing, Goyal, Vin and Cheng 1996, with every turn of the same length.) A tier in which nobody waits saves
//! nothing up: it goes on from where the others are when somebody joins it.
//!
//! Between two turns of a tier in which somebody waits all the time, another tier gets at most
//! ⌈its weight / this one's weight⌉ turns: its turns lie `scale / its weight` apart, and those between lie in a
//! half-open interval of `scale / this one's weight`. Where somebody joined one of the two meanwhile while nobody waited
//! in it, it may be one more. That is so where nobody is served before their turn: under every fit but `skip`.
//!
//! Under `skip` whoever does not fit may be passed over, `maxPasses` times at most, and whoever is served instead uses up a
//! turn of their own tier in advance. Between two turns of a tier that has had `a` turns in advance, another tier gets at most
//! ⌊(1 + a) · its weight / this one's weight⌋ + 1 turns, and `maxPasses` more past the first who waits in this one.
//!
//! Any change of the tiers or their weights begins all turns anew, in the write of that change: what is said above holds
//! from then on by the new weights ([`crate::line::order::Order::keeps_turns_of`]).

use std::collections::BTreeMap;

use crate::line::lane::Lane;
use crate::values::whole::whole;

whole! {
    /// A tier's share of the offers, against the other tiers' weights.
    pub struct Weight(u32) = 1..=1_000;
}

/// A moment on the scale of turns. It has no unit: only differences and order matter.
pub type Moment = u128;

/// Where the tiers of a line stand with their turns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Turns {
    /// The least common multiple of the weights, so that all intervals are whole. 0 before any turn was taken.
    pub scale: Moment,
    /// The turn up to which everybody was served.
    pub now: Moment,
    /// The earliest next turn of each lane that ever had one.
    pub next: BTreeMap<Lane, Moment>,
}

impl Turns {
    /// These turns on the scale of these weights; new ones where none was taken yet, or only by weights of another scale.
    pub fn on_scale_of(&self, weights: impl IntoIterator<Item = Weight>) -> Self {
        let scale = weights.into_iter().fold(1, |scale, weight| least_common_multiple(scale, weight.get().into()));
        if scale == self.scale { self.clone() } else { Self { scale, ..Self::default() } }
    }

    /// When the first who waits in a lane has their turn.
    pub fn first(&self, lane: &Lane) -> Moment {
        self.next.get(lane).copied().unwrap_or(0).max(self.now)
    }

    /// How far the turns of a lane of this weight lie apart.
    pub fn interval(&self, weight: Weight) -> Moment {
        self.scale / Moment::from(weight.get())
    }

    /// How many of `waiting` in another lane have their turn before `moment`, or at it where `wins_ties`.
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
