//! Steering: what an organiser lets happen in a line, beside the event's rules.

use crate::Refusal;

/// Whether people may join a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Joining {
    /// They may, as the event's rules have it.
    #[default]
    Open,
    /// Nobody joins for now.
    Paused,
    /// Nobody joins any more; who waits is served as before.
    Closed,
}

impl Joining {
    /// The word for it in requests, in answers and in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
            Self::Closed => "closed",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "open" => Ok(Self::Open),
            "paused" => Ok(Self::Paused),
            "closed" => Ok(Self::Closed),
            _ => Err("must be \"open\", \"paused\" or \"closed\""),
        }
    }

    /// Refuses whoever wants to join while they may not.
    pub const fn check(self) -> Result<(), Refusal> {
        match self {
            Self::Open => Ok(()),
            Self::Paused => Err(Refusal::JoiningPaused),
            Self::Closed => Err(Refusal::WaitlistClosed),
        }
    }
}

/// Whether free seats are offered to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Offering {
    /// They are, as the event's rules have it.
    #[default]
    Open,
    /// Not for now: they gather. Running offers go on.
    Paused,
}

impl Offering {
    /// The word for it in requests, in answers and in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Paused => "paused",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match text {
            "open" => Ok(Self::Open),
            "paused" => Ok(Self::Paused),
            _ => Err("must be \"open\" or \"paused\""),
        }
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
