//! Permission: whether a line may offer its free seats now, and if not, why.

use crate::event::Event;
use crate::line::steering::Offering;
use crate::values::time::Timestamp;

/// Why seats are not offered now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// The event has begun: nothing is offered any more.
    EventBegun,
    /// The lots of the line are still to be drawn.
    DrawToCome,
    /// The organiser has paused offering.
    OfferingPaused,
}

/// The entry that would get the seats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// The next in the line.
    Next,
    /// An entry in a draw that is still to be held.
    InDraw,
    /// An entry that the organiser chose, out of turn.
    Chosen,
}

/// Whether seats may be offered to this recipient. If several reasons stand against it, the most
/// lasting one is given.
pub fn may_offer(to: Recipient, event: &Event, offering: Offering, now: Timestamp) -> Result<(), Hindrance> {
    if event.is_closed(now) {
        Err(Hindrance::EventBegun)
    } else if to == Recipient::InDraw {
        Err(Hindrance::DrawToCome)
    } else if offering == Offering::Paused && to != Recipient::Chosen {
        // While the line is paused, the organiser may still give seats to chosen entries.
        Err(Hindrance::OfferingPaused)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{TicketType, WaitlistRules};
    use crate::values::identifier::{EventId, TicketTypeId};
    use crate::values::label::Label;

    const START: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);
    const BEFORE: Timestamp = START.plus_milliseconds(-1);

    fn event() -> Event {
        let name = Label::parse("Camp").expect("valid");
        Event {
            id: EventId::parse("camp").expect("valid"),
            version: 1,
            name: name.clone(),
            starts_at: START,
            time_zone: "Europe/Berlin".to_owned(),
            locale: None,
            ticket_types: vec![TicketType { id: TicketTypeId::parse("camper").expect("valid"), name }],
            rules: WaitlistRules::usual(),
        }
    }

    #[test]
    fn the_next_in_line_is_offered_seats_until_the_event_begins() {
        let to_next = |now| may_offer(Recipient::Next, &event(), Offering::Open, now);
        assert_eq!((to_next(BEFORE), to_next(START)), (Ok(()), Err(Hindrance::EventBegun)));
    }

    #[test]
    fn a_pause_stops_the_line_and_not_the_organiser() {
        let while_paused = |to| may_offer(to, &event(), Offering::Paused, BEFORE);
        assert_eq!(while_paused(Recipient::Next), Err(Hindrance::OfferingPaused));
        assert_eq!(while_paused(Recipient::Chosen), Ok(()));
    }

    #[test]
    fn nobody_is_offered_seats_in_turn_before_their_draw() {
        for offering in [Offering::Open, Offering::Paused] {
            let in_draw = may_offer(Recipient::InDraw, &event(), offering, BEFORE);
            assert_eq!(in_draw, Err(Hindrance::DrawToCome), "{offering:?}");
        }
    }

    #[test]
    fn once_the_event_has_begun_nobody_is_offered_seats_whatever_else_holds() {
        for to in [Recipient::Next, Recipient::InDraw, Recipient::Chosen] {
            for offering in [Offering::Open, Offering::Paused] {
                assert_eq!(may_offer(to, &event(), offering, START), Err(Hindrance::EventBegun), "{to:?}");
            }
        }
    }
}
