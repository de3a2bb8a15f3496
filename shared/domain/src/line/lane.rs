//! Lanes: the parts of a line.
//!
//! A lane has numbers of its own, and within it the smaller number comes first. The event's
//! [`crate::line::order`] says how lanes follow each other. Every line has the front. Without tiers
//! and a draw there is only the common lane beside it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::values::identifier::{LineId, TierId};
use crate::values::words::words;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Lane {
    /// For all entries that no rule puts elsewhere.
    #[default]
    Common,
    /// Before all others: the organiser moved them to the front.
    Front,
    /// In a draw that is still to be held.
    Pool,
    /// Drawn, in the order of the lots.
    Drawn,
    /// The customers of one tier.
    Tier(TierId),
}

/// No identifier begins like this, so no tier has the name of another lane.
const FRONT: &str = "-front";
const POOL: &str = "-pool";
const DRAWN: &str = "-drawn";

impl Lane {
    /// Its name in keys and attributes of the table. The common lane has an empty one.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Common => "",
            Self::Front => FRONT,
            Self::Pool => POOL,
            Self::Drawn => DRAWN,
            Self::Tier(tier) => tier.as_str(),
        }
    }

    /// The kind of lane, in responses.
    pub const fn kind(&self) -> LaneKind {
        match self {
            Self::Common => LaneKind::Line,
            Self::Front => LaneKind::Front,
            Self::Pool => LaneKind::Pool,
            Self::Drawn => LaneKind::Drawn,
            Self::Tier(_) => LaneKind::Tier,
        }
    }

    /// Reads a name back.
    pub fn parse(name: &str) -> Result<Self, String> {
        Ok(match name {
            "" => Self::Common,
            FRONT => Self::Front,
            POOL => Self::Pool,
            DRAWN => Self::Drawn,
            tier => Self::Tier(TierId::parse(tier)?),
        })
    }
}

impl From<Lane> for String {
    fn from(lane: Lane) -> Self {
        lane.as_str().to_owned()
    }
}

impl TryFrom<String> for Lane {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name)
    }
}

words! {
    /// The lanes by name, without the tiers' names.
    pub enum LaneKind {
        /// [`Lane::Common`].
        Line = "line",
        /// [`Lane::Front`].
        Front = "front",
        /// [`Lane::Pool`].
        Pool = "pool",
        /// [`Lane::Drawn`].
        Drawn = "drawn",
        /// [`Lane::Tier`].
        Tier = "tier",
    }
}

/// One lane of one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LaneId {
    pub line: LineId,
    pub lane: Lane,
}

impl LineId {
    /// A lane of this line.
    pub fn lane(&self, lane: Lane) -> LaneId {
        LaneId { line: self.clone(), lane }
    }
}

impl fmt::Display for LaneId {
    /// The line. For other lanes than the common one, `#` and the lane follow.
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
    use crate::values::identifier::{EventId, TicketTypeId};

    #[test]
    fn a_lane_is_read_back_from_its_name() {
        let tier = Lane::Tier(TierId::parse("vip").expect("valid"));
        for lane in [Lane::Common, Lane::Front, Lane::Pool, Lane::Drawn, tier] {
            assert_eq!(Lane::parse(lane.as_str()), Ok(lane));
        }
        assert!(Lane::parse("-back").is_err());
    }

    #[test]
    fn a_lane_is_stored_and_shown_by_its_name() {
        let line = LineId {
            event_id: EventId::parse("camp").expect("valid"),
            ticket_type_id: TicketTypeId::parse("camper").expect("valid"),
        };
        for (lane, stored, shown) in [(Lane::Common, "", String::new()), (Lane::Drawn, "-drawn", "#-drawn".to_owned())]
        {
            assert_eq!(serde_json::to_value(&lane).expect("a name"), stored);
            assert_eq!(serde_json::from_value::<Lane>(stored.into()).expect("a lane"), lane);
            assert_eq!(line.lane(lane).to_string(), format!("{line}{shown}"));
        }
        assert!(serde_json::from_str::<Lane>("\"-back\"").is_err());
    }
}
