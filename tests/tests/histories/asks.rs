//! Requests that were made, with their answers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::requests::{Endpoint, Sent};

/// A request, sent once or more often.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    pub(super) sent: Sent,
    pub(super) first_at: i64,
    /// How many writes there had been when it was first made.
    pub(super) writes_before: u64,
    pub(super) runs: usize,
    /// Runs that have not ended.
    pub(super) under_way: usize,
    /// Whether any run met a fault, crashed or timed out.
    pub(super) is_disturbed: bool,
    /// The status and body of every response that arrived.
    pub(super) answers: Vec<(u16, Value)>,
    /// What its runs made, each as `kind id`.
    pub(super) made: BTreeSet<String>,
}

impl Ask {
    pub(super) fn new(sent: Sent, now: i64, writes_before: u64) -> Self {
        Self {
            sent,
            first_at: now,
            writes_before,
            runs: 0,
            under_way: 0,
            is_disturbed: false,
            answers: Vec::new(),
            made: BTreeSet::new(),
        }
    }

    /// Whether a client that got no response may send it again without harm.
    pub(super) fn may_be_repeated(&self) -> bool {
        let by_nature = matches!(
            self.sent.endpoint,
            Endpoint::CancelRegistration
                | Endpoint::Leave
                | Endpoint::Confirm
                | Endpoint::Claim
                | Endpoint::Convert
                | Endpoint::Decline
                | Endpoint::GetRelease
                | Endpoint::PauseRelease
                | Endpoint::ResumeRelease
                | Endpoint::CancelRelease
                | Endpoint::RevokeCode
        );
        by_nature || self.sent.idempotency_key.is_some()
    }
}
