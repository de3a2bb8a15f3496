//! What public joins must prove in a history.

use waitlist_tests::Random;

use super::wishes::CONFIRM_WITHIN;

/// What public joins must prove at first, and by when. It has a random source of its own, so that older histories stay
/// as they were.
#[derive(Debug, Clone)]
pub(super) struct PlannedProof {
    pub(super) is_by_mail: bool,
    pub(super) confirm_within: &'static str,
}

impl PlannedProof {
    pub(super) fn draw(seed: u64) -> Self {
        let random = &mut Random::new(seed ^ 0x00c0_4f14);
        Self { is_by_mail: random.chance(600), confirm_within: CONFIRM_WITHIN[random.below(CONFIRM_WITHIN.len())] }
    }

    /// The word for it in an event's rules.
    pub(super) fn word(&self) -> &'static str {
        if self.is_by_mail { "email" } else { "none" }
    }
}
