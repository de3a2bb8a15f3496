//! Permission: whether free seats may be offered now, and if not, why.

use crate::event::Event;
use crate::line::lane::Lane;
use crate::line::steering::Offering;
use crate::values::time::Timestamp;

/// Why seats are not offered now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// The event has begun: nothing is offered any more.
    EventBegun,
    /// The lots of the entries are still to be drawn.
    DrawToCome,
    /// The organiser has paused offering.
    OfferingPaused,
}

/// The entry that would get the seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient<'lane> {
    /// An entry that waits its turn in this lane.
    InTurn(&'lane Lane),
    /// An entry that the organiser chose, out of turn.
    OutOfTurn,
}

/// Whether seats may be offered to this recipient. If several reasons stand against it, the most
/// lasting one is given.
pub fn may_offer(to: Recipient<'_>, event: &Event, offering: Offering, now: Timestamp) -> Result<(), Hindrance> {
    match to {
        _ if event.is_closed(now) => Err(Hindrance::EventBegun),
        // An entry leaves the pool by its draw.
        Recipient::InTurn(Lane::Pool) => Err(Hindrance::DrawToCome),
        // While the line is paused, the organiser may still give seats to chosen entries.
        Recipient::InTurn(_) if offering == Offering::Paused => Err(Hindrance::OfferingPaused),
        Recipient::InTurn(_) | Recipient::OutOfTurn => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::example::{START, event};

    const BEFORE: Timestamp = START.plus_milliseconds(-1);

    #[test]
    fn the_next_in_line_is_offered_seats_until_the_event_begins() {
        let to_next = |now| may_offer(Recipient::InTurn(&Lane::Common), &event(), Offering::Open, now);
        assert_eq!((to_next(BEFORE), to_next(START)), (Ok(()), Err(Hindrance::EventBegun)));
    }

    #[test]
    fn a_pause_stops_the_line_and_not_the_organiser() {
        let while_paused = |to| may_offer(to, &event(), Offering::Paused, BEFORE);
        assert_eq!(while_paused(Recipient::InTurn(&Lane::Front)), Err(Hindrance::OfferingPaused));
        assert_eq!(while_paused(Recipient::OutOfTurn), Ok(()));
    }

    #[test]
    fn nobody_is_offered_seats_in_turn_before_their_draw() {
        for offering in [Offering::Open, Offering::Paused] {
            let in_draw = may_offer(Recipient::InTurn(&Lane::Pool), &event(), offering, BEFORE);
            assert_eq!(in_draw, Err(Hindrance::DrawToCome), "{offering:?}");
        }
    }

    #[test]
    fn once_the_event_has_begun_nobody_is_offered_seats_whatever_else_holds() {
        for to in [Recipient::InTurn(&Lane::Common), Recipient::InTurn(&Lane::Pool), Recipient::OutOfTurn] {
            for offering in [Offering::Open, Offering::Paused] {
                assert_eq!(may_offer(to, &event(), offering, START), Err(Hindrance::EventBegun), "{to:?}");
            }
        }
    }
}
