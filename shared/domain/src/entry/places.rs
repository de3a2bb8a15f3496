//! How many places a person may have in an event. A person is a mailbox.

use std::collections::BTreeSet;

use crate::Refusal;
use crate::event::MaxPlaces;
use crate::values::identifier::PlaceId;

/// The door by which a join comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Without an API key, for the person themselves. `maxPlaces` limits it.
    Public,
    /// With an API key. Its holder knows the customers, so only `onePlacePerMailbox` limits it.
    Trusted,
}

/// The places of a person in an event, as a join finds them that counts them.
///
/// Most joins name no attendee and do not count: each takes the one such place of its ticket type.
/// Those places are open. A join that counts closes them before they could be one place too many.
/// From then on joins count there too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonPlaces {
    /// The places that the person has.
    pub held: BTreeSet<PlaceId>,
    /// How many other open places there are.
    pub open: usize,
}

impl PersonPlaces {
    /// Refuses another place, if the person has `most`.
    pub fn check(&self, most: MaxPlaces) -> Result<(), Refusal> {
        let limit = most.get();
        if self.held.len() as u64 >= limit { Err(Refusal::TooManyPlaces { limit }) } else { Ok(()) }
    }

    /// Whether the person could get more than `most` places, if they take another one while the
    /// open ones stay open.
    pub fn could_exceed(&self, most: MaxPlaces) -> bool {
        (self.held.len() + 1 + self.open) as u64 > most.get()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::values::identifier::{AttendeeId, CustomerId, EventId, LineId, TicketTypeId};

    fn place(ticket_type: usize, attendee: Option<usize>) -> PlaceId {
        PlaceId {
            customer_id: CustomerId::parse("ada").expect("valid"),
            line: LineId {
                event_id: EventId::parse("camp").expect("valid"),
                ticket_type_id: TicketTypeId::parse(&format!("type-{ticket_type}")).expect("valid"),
            },
            attendee_id: attendee.map(|number| AttendeeId::parse(&format!("child-{number}")).expect("valid")),
        }
    }

    fn most(places: i64) -> MaxPlaces {
        MaxPlaces::parse(places).expect("valid")
    }

    #[test]
    fn the_place_after_the_last_is_refused() {
        let mut places = PersonPlaces::default();
        for child in 0..3 {
            assert_eq!(places.check(most(3)), Ok(()));
            places.held.insert(place(0, Some(child)));
        }
        assert_eq!(places.check(most(3)), Err(Refusal::TooManyPlaces { limit: 3 }));
        assert_eq!(places.check(most(4)), Ok(()));
    }

    #[test]
    fn open_places_are_closed_once_they_could_be_one_too_many() {
        for (held, open, expected) in [(0, 0, false), (1, 1, false), (1, 2, true), (2, 1, true), (3, 0, true)] {
            let held = (0..held).map(|child| place(0, Some(child))).collect();
            assert_eq!(PersonPlaces { held, open }.could_exceed(most(3)), expected, "{open} open");
        }
    }

    /// A step of a person who takes and gives up places.
    #[derive(Debug, Clone)]
    enum Step {
        /// Decides to take an open place, and takes it later.
        BeginUncounted {
            ticket_type: usize,
        },
        /// Takes a place that was decided before, if it is still open.
        EndUncounted {
            ticket_type: usize,
        },
        Counted {
            ticket_type: usize,
            attendee: Option<usize>,
        },
        Leave {
            chosen: usize,
        },
    }

    fn step() -> impl Strategy<Value = Step> {
        let counted = (0..3_usize, proptest::option::of(0..4_usize));
        prop_oneof![
            (0..3_usize).prop_map(|ticket_type| Step::BeginUncounted { ticket_type }),
            (0..3_usize).prop_map(|ticket_type| Step::EndUncounted { ticket_type }),
            counted.prop_map(|(ticket_type, attendee)| Step::Counted { ticket_type, attendee }),
            (0..8_usize).prop_map(|chosen| Step::Leave { chosen }),
        ]
    }

    proptest! {
        /// Joins without a count may be under way while others count. Still nobody gets a place too
        /// many.
        #[test]
        fn nobody_gets_more_places_than_they_may(
            ticket_types in 1..=3_usize,
            limit in 1..=6_i64,
            steps in proptest::collection::vec(step(), 0..60),
        ) {
            let limit = most(limit);
            let mut held = BTreeSet::new();
            let mut is_closed: BTreeMap<usize, bool> = BTreeMap::new();
            let mut under_way = BTreeSet::new();
            for step in steps {
                match step {
                    Step::BeginUncounted { ticket_type } if ticket_types as u64 <= limit.get() => {
                        under_way.insert(ticket_type);
                    }
                    Step::EndUncounted { ticket_type } => {
                        let is_open = !is_closed.get(&ticket_type).is_some_and(|closed| *closed);
                        if under_way.remove(&ticket_type) && ticket_type < ticket_types && is_open {
                            held.insert(place(ticket_type, None));
                        }
                    }
                    Step::Counted { ticket_type, attendee } if ticket_type < ticket_types => {
                        let wanted = place(ticket_type, attendee);
                        let is_open = |other: &usize| {
                            let others = place(*other, None);
                            others != wanted && !held.contains(&others) && !is_closed.get(other).is_some_and(|closed| *closed)
                        };
                        let open: Vec<usize> = (0..ticket_types).filter(is_open).collect();
                        let places = PersonPlaces { held: held.clone(), open: open.len() };
                        if held.contains(&wanted) || places.check(limit).is_err() {
                            continue;
                        }
                        if places.could_exceed(limit) {
                            is_closed.extend(open.into_iter().map(|other| (other, true)));
                        }
                        if attendee.is_none() {
                            is_closed.insert(ticket_type, true);
                        }
                        held.insert(wanted);
                    }
                    Step::Leave { chosen } => {
                        let left = held.iter().nth(chosen).cloned();
                        left.iter().for_each(|place| { held.remove(place); });
                    }
                    _ => {}
                }
                prop_assert!(held.len() as u64 <= limit.get(), "{held:?}");
            }
        }
    }
}
