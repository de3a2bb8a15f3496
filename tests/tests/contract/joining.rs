use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::event::{Event, TicketType};
use waitlist_domain::line::fit::{Fit, MaxPasses};
use waitlist_domain::values::identifier::TicketTypeId;
use waitlist_domain::values::label::Label;
use waitlist_store::commands::joining::{Joined, Joins};
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::out_of_turn::OffersOutOfTurn;

use super::fixture::{Fixture, HOUR, SECOND, attendee, contract, event_id, refusal};
use super::interleaving::held_up;

contract! {
    positions_are_given_in_the_order_of_joining
    nobody_joins_while_seats_are_on_sale
    a_repeated_join_takes_no_number
    a_parent_joins_once_for_each_child
    a_person_who_left_may_join_again_at_the_end_of_the_line
    a_person_who_declined_three_offers_within_a_day_may_not_join_again_until_the_first_is_a_day_old
    an_offer_that_a_join_did_not_see_counts_for_it
    the_line_takes_no_more_than_its_limit_and_opens_again_when_somebody_leaves
    a_changed_rule_is_followed_at_once_by_a_warm_function
    a_warm_function_knows_at_once_that_a_ticket_type_was_dropped
    a_refusal_is_decided_from_the_event_as_it_is_stored
}

async fn positions_are_given_in_the_order_of_joining(fixture: Fixture) {
    fixture.sold_out(2).await;
    for (name, position) in [("ada", 1), ("bob", 2), ("cyd", 3)] {
        assert_eq!(fixture.join(name).await, position);
    }
    for (name, position) in [("ada", 1), ("bob", 2), ("cyd", 3)] {
        assert_eq!(fixture.position(name).await, Some(position));
    }
}

async fn nobody_joins_while_seats_are_on_sale(fixture: Fixture) {
    fixture.put_event(fixture.event(), 2).await.expect("valid");
    assert_eq!(refusal(fixture.try_join("ada", 1).await), Refusal::TicketsAvailable);
}

async fn a_repeated_join_takes_no_number(fixture: Fixture) {
    fixture.sold_out(2).await;
    fixture.join("ada").await;
    let numbers = fixture.line().await.numbers;
    for _ in 0..5 {
        assert!(matches!(fixture.try_join("ada", 1).await, Ok(Joined::Existing(_))));
    }
    assert_eq!(fixture.line().await.numbers, numbers);
    assert_eq!(fixture.join("bob").await, 2);
    assert_eq!(fixture.position("bob").await, Some(2));
    assert_eq!(fixture.line().await.numbers.waiting(), 2);
}

async fn a_parent_joins_once_for_each_child(fixture: Fixture) {
    fixture.sold_out(2).await;
    let joins = Joins::new(&fixture.table);
    for (child, position) in [("one", 1), ("two", 2)] {
        let mut wish = fixture.wish("parent", 1);
        wish.place.attendee_id = attendee(child);
        assert!(
            matches!(joins.join(&wish, |_| Ok(())).await, Ok(Joined::New(_, at)) if at.position() == Some(position))
        );
        assert!(matches!(joins.join(&wish, |_| Ok(())).await, Ok(Joined::New(_, _) | Joined::Existing(_))));
    }
    assert_eq!(fixture.line().await.numbers.waiting(), 2);
}

async fn a_person_who_left_may_join_again_at_the_end_of_the_line(fixture: Fixture) {
    fixture.sold_out(2).await;
    fixture.join("ada").await;
    fixture.join("bob").await;
    assert!(Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits"));
    assert_eq!(fixture.status("ada").await, Status::Left);
    assert_eq!(fixture.position("bob").await, Some(1));
    assert_eq!(fixture.join("ada").await, 2);
}

/// A seat is free that does not suit the head of the line, so any other who joins is offered it.
async fn with_a_seat_for_newcomers(fixture: &Fixture) {
    let mut event = fixture.event();
    event.rules.fit = Fit::Skip { max_passes: MaxPasses::MOST };
    fixture.put_event(event.clone(), 0).await.expect("valid");
    fixture.try_join("zed", 4).await.expect("open");
    fixture.put_event(event, 1).await.expect("valid");
}

/// The person joins, is offered the seat and declines.
async fn declines_an_offer(fixture: &Fixture, name: &str) {
    assert!(matches!(fixture.try_join(name, 1).await, Ok(Joined::New(..))));
    assert_eq!(fixture.promote().await.offered, 1);
    Departures::new(&fixture.table).decline(&fixture.entry(name).await, "declining").await.expect("it is live");
    fixture.advance(SECOND);
}

async fn a_person_who_declined_three_offers_within_a_day_may_not_join_again_until_the_first_is_a_day_old(
    fixture: Fixture,
) {
    with_a_seat_for_newcomers(&fixture).await;
    let first = fixture.table.now();
    for _ in 0..3 {
        declines_an_offer(&fixture, "ada").await;
        fixture.advance(HOUR - SECOND);
    }
    let until = first.plus_milliseconds(24 * HOUR);
    let refused = Refusal::TooManyOffers { offers: 3, until: until.to_rfc3339() };
    let numbers = fixture.line().await.numbers;
    assert_eq!(refusal(fixture.try_join("ada", 1).await), refused);
    assert_eq!(fixture.line().await.numbers, numbers, "the refusal takes no number");
    declines_an_offer(&fixture, "bob").await;
    fixture.advance(21 * HOUR - SECOND - 1);
    assert_eq!(refusal(fixture.try_join("ada", 1).await), refused);
    fixture.advance(1);
    assert!(matches!(fixture.try_join("ada", 1).await, Ok(Joined::New(..))));
}

async fn an_offer_that_a_join_did_not_see_counts_for_it(fixture: Fixture) {
    with_a_seat_for_newcomers(&fixture).await;
    declines_an_offer(&fixture, "ada").await;
    declines_an_offer(&fixture, "ada").await;
    let wish = fixture.wish("ada", 1);
    let late = held_up(
        &fixture,
        "PutItem",
        async |table| Joins::new(&table).join(&wish, |_| Ok(())).await,
        async || {
            // The line waits for the number of the join that is held up. The organiser does not.
            assert!(matches!(fixture.try_join("ada", 1).await, Ok(Joined::New(..))));
            OffersOutOfTurn::new(&fixture.table).offer(&fixture.entry("ada").await).await.expect("a seat is free");
            Departures::new(&fixture.table).decline(&fixture.entry("ada").await, "again").await.expect("it is live");
        },
    );
    assert!(matches!(refusal(late.await), Refusal::TooManyOffers { offers: 3, .. }));
    assert_eq!(fixture.line().await.numbers.waiting(), 1, "the number that was taken is given back");
}

async fn the_line_takes_no_more_than_its_limit_and_opens_again_when_somebody_leaves(fixture: Fixture) {
    let mut event = fixture.event();
    event.rules.max_size = 2;
    fixture.put_event(event, 1).await.expect("valid");
    fixture.sell(1).await.expect("free");
    fixture.join("ada").await;
    fixture.join("bob").await;
    assert_eq!(refusal(fixture.try_join("cyd", 1).await), Refusal::WaitlistFull { limit: 2 });
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    assert_eq!(fixture.join("cyd").await, 2);
}

async fn a_changed_rule_is_followed_at_once_by_a_warm_function(fixture: Fixture) {
    fixture.sold_out(2).await;
    let warm = Joins::new(&fixture.table);
    assert!(matches!(warm.join(&fixture.wish("ada", 10), |_| Ok(())).await, Ok(Joined::New(..))));
    let mut event = fixture.event();
    event.rules.max_quantity = waitlist_domain::values::quantity::Quantity::parse(12).expect("valid");
    fixture.put_event(event.clone(), 2).await.expect("valid");
    assert!(matches!(warm.join(&fixture.wish("bob", 12), |_| Ok(())).await, Ok(Joined::New(..))));
    event.rules.max_quantity = waitlist_domain::values::quantity::Quantity::ONE;
    fixture.put_event(event, 2).await.expect("valid");
    assert!(matches!(refusal(warm.join(&fixture.wish("cyd", 2), |_| Ok(())).await), Refusal::Invalid(_)));
}

/// The fixture's event with another ticket type instead.
fn without_campers(fixture: &Fixture) -> Event {
    let [id, name] = ["other", "Other"];
    let other = TicketType { id: TicketTypeId::parse(id).expect("valid"), name: Label::parse(name).expect("valid") };
    Event { ticket_types: vec![other], ..fixture.event() }
}

async fn warm(fixture: &Fixture) -> Joins {
    let warm = Joins::new(&fixture.table);
    warm.event(&event_id()).await.expect("it exists");
    warm
}

async fn a_warm_function_knows_at_once_that_a_ticket_type_was_dropped(fixture: Fixture) {
    for capacity in [0, 1] {
        fixture.put_event(fixture.event(), capacity).await.expect("valid");
        let warm = warm(&fixture).await;
        fixture.put_event(without_campers(&fixture), 1).await.expect("nobody waits");
        let refused = refusal(warm.join(&fixture.wish("ada", 1), |_| Ok(())).await);
        assert!(matches!(refused, Refusal::Invalid(_)), "{refused:?}");
    }
}

async fn a_refusal_is_decided_from_the_event_as_it_is_stored(fixture: Fixture) {
    fixture.put_event(fixture.event(), 1).await.expect("valid");
    let warm = warm(&fixture).await;
    fixture.put_event(without_campers(&fixture), 1).await.expect("nobody waits");
    // As older code stored it: a drop did not write the event's new version into the numbers.
    let numbers = fixture.client.update_item().table_name(fixture.table_name());
    let numbers = numbers.key("pk", AttributeValue::S("NUMBERS#camp#camper".to_owned()));
    let numbers =
        numbers.key("sk", AttributeValue::S("NUMBERS".to_owned())).update_expression("SET event_version = :old");
    numbers.expression_attribute_values(":old", AttributeValue::N("1".to_owned())).send().await.expect("stored");
    let refused = refusal(warm.join(&fixture.wish("ada", 1), |_| Ok(())).await);
    assert!(matches!(refused, Refusal::Invalid(_)), "{refused:?}");
}
