//! Releases.

use serde::Serialize;
use serde_with::skip_serializing_none;
use waitlist_domain::line::release::{Pace, Release, ReleaseStatus};
use waitlist_domain::values::identifier::{EventId, ReleaseId, TicketTypeId};
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::{Timestamp, Window};

use crate::views::moments::utc_if_any;

/// A release.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReleaseView<'release> {
    release_id: &'release ReleaseId,
    event_id: &'release EventId,
    ticket_type_id: &'release TicketTypeId,
    quantity: Quantity,
    released: u32,
    remaining: u32,
    cancelled: Option<u32>,
    status: ReleaseStatus,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "utc_if_any")]
    next_batch_at: Option<Timestamp>,
    #[serde(flatten)]
    #[serialize_always]
    pace: Option<PaceView<'release>>,
}

/// The pace of a release: the size of each batch, and the interval between two batches.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct PaceView<'pace> {
    batch_size: Quantity,
    batch_interval: &'pace Window,
}

impl<'pace> PaceView<'pace> {
    pub(crate) fn new(pace: &'pace Pace) -> Self {
        Self { batch_size: pace.batch_size, batch_interval: &pace.interval }
    }
}

impl<'release> ReleaseView<'release> {
    /// Shows a release.
    pub fn new(release: &'release Release) -> Self {
        Self {
            release_id: &release.id,
            event_id: &release.line.event_id,
            ticket_type_id: &release.line.ticket_type_id,
            quantity: release.quantity,
            released: release.released,
            remaining: release.remaining(),
            cancelled: Some(release.cancelled()).filter(|seats| *seats > 0),
            status: release.status(),
            next_batch_at: release.due_at,
            pace: release.pace.as_ref().map(PaceView::new),
        }
    }
}
