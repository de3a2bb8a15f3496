//! Which joins an event takes, and by whom.

use crate::event::access_code::{self, TierClaim};
use crate::event::example::{START, event, line, ticket_type};
use crate::event::{Event, JoinAccess, MaxPlaces, TicketType, WaitlistRules};
use crate::line::order::Order;
use crate::values::identifier::TierId;
use crate::values::label::Label;
use crate::values::quantity::Quantity;
use crate::{FieldError, Refusal};

fn tier(name: &str) -> TierId {
    TierId::parse(name).expect("valid")
}

/// The event with these rules.
fn by(rules: WaitlistRules) -> Event {
    Event { rules, ..event() }
}

fn in_tiers() -> Event {
    let order = Order::Priority { tiers: vec![tier("vip"), tier("general")] };
    by(WaitlistRules { order, ..WaitlistRules::usual() })
}

fn of_types(ids: &[&str]) -> Vec<TicketType> {
    let name = || Label::parse("Camper").expect("valid");
    ids.iter().map(|id| TicketType { id: ticket_type(id), name: name() }).collect()
}

fn seats(count: i64) -> Quantity {
    Quantity::parse(count).expect("valid")
}

#[test]
fn a_ticket_type_is_found_by_its_own_id_and_only_a_new_one_needs_a_capacity() {
    let event = Event { ticket_types: of_types(&["camper", "day"]), ..event() };
    for (id, is_known) in [("camper", true), ("day", true), ("night", false)] {
        let id = ticket_type(id);
        assert_eq!(event.ticket_type(&id).map(|found| &found.id), Some(&id).filter(|_| is_known));
        assert_eq!(Event::needs_capacity(Some(&event), &id), !is_known, "{id}");
        assert!(Event::needs_capacity(None, &id), "{id}");
    }
}

#[test]
fn an_unknown_ticket_type_is_refused_by_the_name_that_the_request_gives_it() {
    let (known, unknown) = (ticket_type("camper"), ticket_type("night"));
    assert_eq!((event().line(&known), event().line_by_parameter(&known)), (Ok(line()), Ok(line())));
    assert_eq!(event().lines().collect::<Vec<_>>(), [line()]);
    for (refused, pointer) in
        [(event().line(&unknown), "/ticketTypeId"), (event().line_by_parameter(&unknown), "ticketTypeId")]
    {
        assert!(matches!(refused, Err(Refusal::Invalid(errors)) if errors[0].pointer == pointer), "{pointer}");
    }
}

#[test]
fn places_stay_uncounted_while_one_of_each_ticket_type_is_not_too_many() {
    let rules = |one_place_per_mailbox| WaitlistRules {
        max_places: MaxPlaces::parse(2).expect("valid"),
        one_place_per_mailbox,
        ..WaitlistRules::usual()
    };
    for (types, expected) in [(&["a"][..], true), (&["a", "b"], true), (&["a", "b", "c"], false)] {
        let event = Event { ticket_types: of_types(types), ..by(rules(false)) };
        assert_eq!(event.leaves_places_uncounted(), expected, "{types:?}");
        assert!(!Event { rules: rules(true), ..event }.leaves_places_uncounted(), "each is counted");
    }
}

#[test]
fn an_event_may_take_joins_from_trusted_callers_alone() {
    for (join_access, trusted, is_admitted) in [
        (JoinAccess::Public, false, true),
        (JoinAccess::Public, true, true),
        (JoinAccess::Trusted, false, false),
        (JoinAccess::Trusted, true, true),
    ] {
        let admitted = by(WaitlistRules { join_access, ..WaitlistRules::usual() }).check_access(trusted);
        assert_eq!(admitted.is_ok(), is_admitted, "{join_access:?} {trusted}");
    }
}

#[test]
fn a_join_is_taken_until_the_event_begins() {
    let join = |now| event().check_join(&ticket_type("camper"), TierClaim::None, seats(1), now);
    assert_eq!(join(START.plus_milliseconds(-1)), Ok((line(), None)));
    assert_eq!(join(START), Err(Refusal::WaitlistClosed));
}

#[test]
fn a_join_is_refused_with_everything_that_is_wrong() {
    let vip = tier("vip");
    let wrong = |id: &str, claim: TierClaim<'_>, quantity: i64| match event().check_join(
        &ticket_type(id),
        claim,
        seats(quantity),
        START,
    ) {
        Err(Refusal::Invalid(errors)) => errors.into_iter().map(|error| error.pointer).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(wrong("camper", TierClaim::None, 5), ["/quantity"]);
    assert_eq!(wrong("night", TierClaim::Named(&vip), 5), ["/ticketTypeId", "/tier", "/quantity"]);
    let most = event().check_join(&ticket_type("camper"), TierClaim::None, seats(4), START.plus_milliseconds(-1));
    assert!(most.is_ok(), "four are the most");
}

#[test]
fn whoever_names_no_tier_gets_the_last_and_nobody_gets_one_that_the_event_lacks() {
    let (vip, general, gold) = (tier("vip"), tier("general"), tier("gold"));
    let join = |event: &Event, claim: TierClaim<'_>| {
        let joined = event.check_join(&ticket_type("camper"), claim, seats(1), START.plus_milliseconds(-1));
        joined.map(|(_, tier)| tier)
    };
    let in_tiers = in_tiers();
    assert_eq!(join(&event(), TierClaim::None), Ok(None));
    assert_eq!(join(&in_tiers, TierClaim::None), Ok(Some(general)));
    for claim in [TierClaim::Named(&vip), TierClaim::ByCode(Some(&vip))] {
        assert_eq!(join(&in_tiers, claim), Ok(Some(vip.clone())));
    }
    let refused = |event: &Event, claim: TierClaim<'_>| match join(event, claim) {
        Err(Refusal::Invalid(errors)) => errors[0].clone(),
        other => panic!("{other:?}"),
    };
    let has_others = FieldError::new("/tier", "must be one of the event's tiers: vip, general");
    assert_eq!(refused(&in_tiers, TierClaim::Named(&gold)), has_others);
    let has_none = FieldError::new("/tier", "must be left out: this event has no tiers");
    assert_eq!(refused(&event(), TierClaim::Named(&gold)), has_none);
    for claim in [TierClaim::ByCode(Some(&gold)), TierClaim::ByCode(None)] {
        assert_eq!(refused(&in_tiers, claim), access_code::refused());
    }
}
