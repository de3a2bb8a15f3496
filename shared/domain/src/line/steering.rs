//! Steering: the organiser's switches of a line, beside the event's rules.

use crate::Refusal;
use crate::values::words::words;

words! {
    /// Whether people may join a line.
    #[derive(Default)]
    pub enum Joining {
        /// They may, by the event's rules.
        #[default]
        Open = "open",
        /// Nobody joins for now.
        Paused = "paused",
        /// Nobody joins any more. Waiting entries are served as before.
        Closed = "closed",
    }
}

impl Joining {
    /// Refuses a join while it is not open.
    pub const fn check(self) -> Result<(), Refusal> {
        match self {
            Self::Open => Ok(()),
            Self::Paused => Err(Refusal::JoiningPaused),
            Self::Closed => Err(Refusal::WaitlistClosed),
        }
    }
}

words! {
    /// Whether free seats are offered to a line.
    #[derive(Default)]
    pub enum Offering {
        /// They are, by the event's rules.
        #[default]
        Open = "open",
        /// They are not for now: they gather. Running offers go on.
        Paused = "paused",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_read_back_from_its_word() {
        for joining in [Joining::Open, Joining::Paused, Joining::Closed] {
            assert_eq!(Joining::parse(joining.as_str()), Ok(joining));
        }
        for offering in [Offering::Open, Offering::Paused] {
            assert_eq!(Offering::parse(offering.as_str()), Ok(offering));
        }
        assert!(Joining::parse("shut").is_err() && Offering::parse("closed").is_err());
    }

    #[test]
    fn only_an_open_line_is_joined() {
        assert_eq!(Joining::Open.check(), Ok(()));
        assert_eq!(Joining::Paused.check(), Err(Refusal::JoiningPaused));
        assert_eq!(Joining::Closed.check(), Err(Refusal::WaitlistClosed));
    }
}
