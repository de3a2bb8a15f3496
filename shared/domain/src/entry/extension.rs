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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Status;
    use crate::entry::example::{DEADLINE, OFFERED_AT, once_offered};

    fn hour() -> Window {
        Window::parse("1 hour").expect("valid")
    }

    /// The field that a request to extend an offer at `now` has wrong.
    fn refused(extension: &Extension, now: Timestamp) -> String {
        match once_offered(Status::Claimed).extend(extension, now) {
            Err(Refusal::Invalid(errors)) => errors[0].pointer.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn time_is_added_to_the_present_deadline_or_the_deadline_is_named() {
        for status in [Status::Offered, Status::Claimed] {
            let entry = once_offered(status);
            assert_eq!(entry.extend(&Extension::By(hour()), OFFERED_AT), Ok(hour().after(DEADLINE)));
            let later = DEADLINE.plus_milliseconds(1);
            assert_eq!(entry.extend(&Extension::Until(later), OFFERED_AT), Ok(later));
        }
    }

    #[test]
    fn a_deadline_never_comes_earlier_and_never_again_once_it_has_passed() {
        assert_eq!(refused(&Extension::Until(DEADLINE), OFFERED_AT), "/until");
        assert_eq!(refused(&Extension::Until(DEADLINE.plus_milliseconds(-1)), OFFERED_AT), "/until");
        let late = once_offered(Status::Offered).extend(&Extension::By(hour()), DEADLINE);
        assert_eq!(late, Err(Refusal::OfferExpired));
    }

    #[test]
    fn no_offer_lasts_longer_than_the_longest_window_from_now() {
        let last = OFFERED_AT.plus_milliseconds(Window::LONGEST);
        assert_eq!(once_offered(Status::Offered).extend(&Extension::Until(last), OFFERED_AT), Ok(last));
        assert_eq!(refused(&Extension::Until(last.plus_milliseconds(1)), OFFERED_AT), "/until");
        assert_eq!(refused(&Extension::By(Window::parse("365 days").expect("valid")), OFFERED_AT), "/by");
    }
}
