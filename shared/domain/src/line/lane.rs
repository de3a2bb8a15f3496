//! Lanes: the parts of a line.
//!
//! A lane has join numbers of its own, and within it the smaller number comes first. How the lanes of a line follow
//! each other is the event's [`crate::line::order`]. A line whose order knows neither tiers nor a draw has one lane, the
//! common one, and beside it, as every line, the front.

use std::fmt;

use crate::values::identifier::{LineId, TierId};

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Lane {
    /// Where everybody stands whom no rule puts elsewhere.
    #[default]
    Common,
    /// Before everybody else: whom the organiser moved to the front.
    Front,
    /// Who is in the draw of a lottery that has not been held.
    Pool,
    /// Who was in the draw, as it was drawn.
    Drawn,
    /// The customers of one tier.
    Tier(TierId),
}

/// No identifier begins like this, so no tier can be taken for one of the other lanes.
const FRONT: &str = "-front";
const POOL: &str = "-pool";
const DRAWN: &str = "-drawn";

impl Lane {
    /// Its name in keys and attributes of the table; empty for the common lane.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Common => "",
            Self::Front => FRONT,
            Self::Pool => POOL,
            Self::Drawn => DRAWN,
            Self::Tier(tier) => tier.as_str(),
        }
    }

    /// What kind of lane it is, in answers.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Common => "line",
            Self::Front => "front",
            Self::Pool => "pool",
            Self::Drawn => "drawn",
            Self::Tier(_) => "tier",
        }
    }

    /// Reads a name back.
    pub fn parse(name: &str) -> Result<Self, &'static str> {
        Ok(match name {
            "" => Self::Common,
            FRONT => Self::Front,
            POOL => Self::Pool,
            DRAWN => Self::Drawn,
            tier => Self::Tier(TierId::parse(tier)?),
        })
    }
}

/// One lane of one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LaneId {
    /// The line.
    pub line: LineId,
    /// Its lane.
    pub lane: Lane,
}

impl LineId {
    /// A lane of this line.
    pub fn lane(&self, lane: Lane) -> LaneId {
        LaneId { line: self.clone(), lane }
    }
}

impl fmt::Display for LaneId {
    /// The line, and behind a further `#` the lane, save the common one.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.lane {
            Lane::Common => write!(formatter, "{}", self.line),
            lane => write!(formatter, "{}#{}", self.line, lane.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_is_read_back_from_its_name() {
        let tier = Lane::Tier(TierId::parse("vip").expect("valid"));
        for lane in [Lane::Common, Lane::Front, Lane::Pool, Lane::Drawn, tier] {
            assert_eq!(Lane::parse(lane.as_str()), Ok(lane));
        }
        assert!(Lane::parse("-back").is_err());
    }
}
