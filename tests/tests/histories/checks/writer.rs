//! Who made a change, and what was asked for.

use std::collections::BTreeMap;

use crate::histories::requests::Endpoint;

/// The writer of a change.
#[derive(Debug)]
pub(in crate::histories) struct Writer {
    /// The endpoint of the request. None for a worker.
    pub(in crate::histories) endpoint: Option<Endpoint>,
    /// Whether it is a request without a credential.
    pub(in crate::histories) is_public: bool,
    /// The change that an organiser asked for, if the request changes the event.
    pub(in crate::histories) wanted: Option<Wanted>,
    /// How many writes there had been when the writer began.
    pub(in crate::histories) began: u64,
    /// The time of the writer's call before this write. It cannot have read its clock for the write
    /// any earlier.
    pub(in crate::histories) called_at: i64,
}

/// The change of the event that an organiser asked for.
#[derive(Debug)]
pub(in crate::histories) struct Wanted {
    /// The capacities by line.
    pub(in crate::histories) capacities: BTreeMap<String, u64>,
    /// Whether nobody else has changed a capacity since the organiser's request began.
    pub(in crate::histories) is_undisturbed: bool,
}
