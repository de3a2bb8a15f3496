//! Extensions: an organiser gives a customer more time for an offer.

use crate::entry::Entry;
use crate::values::time::{Timestamp, Window};
use crate::{FieldError, Refusal};

/// How much more time an offer gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// Added to the present deadline.
    By(Window),
    /// The new deadline.
    Until(Timestamp),
}

impl Extension {
    /// The field of the request that asks for it.
    const fn pointer(&self) -> &'static str {
        match self {
            Self::By(_) => "/by",
            Self::Until(_) => "/until",
        }
    }
}

impl Entry {
    /// The new deadline of its offer, claimed or not. It is always later, and only a deadline that
    /// has not passed can be moved.
    pub fn extend(&self, extension: &Extension, now: Timestamp) -> Result<Timestamp, Refusal> {
        let present = self.live_offer(now)?.expires_at;
        let extended = match extension {
            Extension::By(window) => window.after(present),
            Extension::Until(instant) => *instant,
        };
        let refuse = |detail: String| Err(Refusal::Invalid(vec![FieldError::new(extension.pointer(), detail)]));
        if extended <= present {
            return refuse(format!("must be later than the offer's deadline, {}", present.to_rfc3339()));
        }
        if extended > now.plus_milliseconds(Window::LONGEST) {
            return refuse(format!("must not leave the offer more than {} days", Window::MOST_DAYS));
        }
        Ok(extended)
    }
}
