//! The commands of an organiser to one entry or to lines, drawn at random.

use waitlist_tests::Random;

/// A command of an organiser.
#[derive(Debug, Clone)]
pub(super) enum Command {
    /// To the front, the end or a tier.
    Move(Place),
    Remove,
    Reinstate(Option<Place>),
    Offer,
    Extend(MoreTime),
    /// To this place. Without one, out of the line.
    Withdraw(Option<Place>),
    Edit(NewContact),
    Steer {
        /// The index of a line. Without one, all lines.
        line: Option<usize>,
        joining: Option<&'static str>,
        offering: Option<&'static str>,
    },
}

/// A place in the line of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Front,
    End,
    /// One of the event's tiers.
    Tier(usize),
}

/// The additional time for an offer.
#[derive(Debug, Clone, Copy)]
pub(super) enum MoreTime {
    By(&'static str),
    /// Until so many milliseconds from then.
    Until(i64),
}

/// The new address of a customer.
#[derive(Debug, Clone, Copy)]
pub(super) enum NewContact {
    Email,
    Phone,
    NoPhone,
}

impl Command {
    pub(super) fn draw(random: &mut Random) -> Self {
        match random.below(50) {
            0..10 => Self::Move(Place::draw(random)),
            10..14 => Self::Remove,
            14..22 => Self::Reinstate([None, Some(Place::Front), Some(Place::End)][random.below(3)]),
            22..29 => Self::Offer,
            29..35 => Self::Extend(MoreTime::draw(random)),
            35..42 => Self::Withdraw([None, Some(Place::Front), Some(Place::End)][random.below(3)]),
            42..44 => Self::Edit([NewContact::Email, NewContact::Phone, NewContact::NoPhone][random.below(3)]),
            _ => Self::steer(random),
        }
    }

    fn steer(random: &mut Random) -> Self {
        let joining = random.chance(400).then(|| ["open", "open", "paused", "closed"][random.below(4)]);
        let offering = (joining.is_none() || random.chance(300)).then(|| ["open", "paused"][random.below(2)]);
        Self::Steer { line: random.chance(600).then(|| usize::from(random.chance(250))), joining, offering }
    }
}

impl Place {
    fn draw(random: &mut Random) -> Self {
        match random.below(5) {
            0..2 => Self::Front,
            2 => Self::End,
            _ => Self::Tier(random.below(3)),
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Front => "front",
            Self::End => "end",
            Self::Tier(_) => "tier",
        }
    }
}

impl MoreTime {
    fn draw(random: &mut Random) -> Self {
        match random.below(6) {
            0 => Self::By("1 second"),
            1 => Self::By("20 seconds"),
            2 => Self::By("16 minutes"),
            3 => Self::By("1 day"),
            4 => Self::Until(90_000),
            _ => Self::Until(40 * 3_600_000),
        }
    }
}
