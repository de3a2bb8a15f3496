//! A lottery's draw.

use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{EntryId, EventId, LineId, TicketTypeId, TierId};
use waitlist_domain::values::time::Timestamp;
use waitlist_store::commands::draws::{DrawLists, Listed, PublicDraw};

use crate::views::moments::{utc, utc_if_any};

/// A lottery's draw: the organiser's commitment before the draw, and one part of its result
/// afterwards.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct DrawView<'draw> {
    event_id: &'draw EventId,
    ticket_type_id: &'draw TicketTypeId,
    #[serde(serialize_with = "utc")]
    draw_at: Timestamp,
    commitment: &'draw SecretHash,
    tiers: &'draw [TierId],
    status: DrawStatus,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    drawn_at: Option<Timestamp>,
    seed: Option<&'draw str>,
    entrants: Option<u64>,
    entries: Vec<DrawnEntryView<'draw>>,
    next: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum DrawStatus {
    /// The draw has not been held.
    Open,
    /// The draw has been held.
    Drawn,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
struct DrawnEntryView<'draw> {
    entry_id: &'draw EntryId,
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<&'draw TierId>,
}

impl<'draw> DrawView<'draw> {
    /// Shows the draw of a line. `part` is the number of the shown part of the result, counted from
    /// 0.
    pub fn new(line: &'draw LineId, draw: &'draw PublicDraw, part: u64) -> Self {
        let result = draw.result.as_ref();
        let entry = |listed: &'draw Listed| DrawnEntryView { entry_id: &listed.entry_id, tier: listed.tier.as_ref() };
        let shown = (part + 1) * DrawLists::ENTRANTS_TO_A_PART as u64;
        Self {
            event_id: &line.event_id,
            ticket_type_id: &line.ticket_type_id,
            draw_at: draw.draw_at,
            commitment: &draw.commitment,
            tiers: &draw.tiers,
            status: if result.is_some() { DrawStatus::Drawn } else { DrawStatus::Open },
            drawn_at: result.map(|result| result.listed_at),
            seed: result.map(|result| result.seed.as_str()),
            entrants: result.map(|result| result.entrants),
            entries: result.into_iter().flat_map(|result| &result.part).map(entry).collect(),
            next: result.filter(|result| shown < result.entrants).map(|_| part + 1),
        }
    }
}
