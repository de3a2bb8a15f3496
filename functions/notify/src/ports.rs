//! What the function may touch.

use waitlist_notify::{Mailer, Templates, Texter};
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::send_slots::SendSlots;

/// What the function may touch.
#[derive(Debug, Clone)]
pub struct Ports {
    /// Entries, events and the markers of sent messages.
    pub notifying: Notifying,
    /// Books the time at which each message may be sent.
    pub slots: SendSlots,
    /// Writes the messages.
    pub templates: Templates,
    /// Sends e-mail.
    pub mailer: Mailer,
    /// Sends text messages.
    pub texter: Texter,
}
