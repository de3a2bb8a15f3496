use waitlist_domain::Refusal;
use waitlist_domain::event::{Event, TicketType};
use waitlist_domain::line::order::{Standing, StandingInLine};
use waitlist_domain::values::identifier::TicketTypeId;
use waitlist_domain::values::label::Label;
use waitlist_store::commands::events::{EventChanges, Put, WantedEvent};
use waitlist_store::commands::joining::Joined;
use waitlist_store::commands::offers::{Conversions, Departures};
use waitlist_store::commands::registrations::Cancellations;
use waitlist_store::commands::releases::Releases;
use waitlist_store::queries::events::{Events, Statistics};

use super::fixture::{Fixture, contract, event_id, refusal};
use super::interleaving::held_up;
use super::releases::release;

contract! {
    an_event_is_created_and_changed
    an_event_that_changed_is_not_taken_from_memory
    the_sale_of_the_last_seat_activates_the_waitlist
    seats_are_not_sold_past_the_line
    once_the_event_has_begun_free_seats_are_sold_though_somebody_waits
    a_cancellation_puts_the_seats_back_on_sale_where_nobody_waits
    cancelling_twice_frees_the_seats_once
    a_change_without_a_capacity_leaves_the_seats_as_they_are
    capacity_is_raised_for_the_line_and_never_lowered_below_what_is_in_use
    a_ticket_type_in_use_is_not_dropped_and_an_unused_one_keeps_its_numbers
    without_seats_the_waitlist_is_active_at_once
    statistics_add_up
    a_refunded_customer_may_join_again
    a_ticket_type_that_comes_back_keeps_its_outcomes
    a_ticket_type_that_sells_a_seat_meanwhile_is_not_dropped
    a_ticket_type_that_somebody_joins_meanwhile_is_not_dropped
    a_ticket_type_that_went_back_on_sale_and_sold_out_meanwhile_is_not_dropped
}

async fn an_event_is_created_and_changed(fixture: Fixture) {
    assert_eq!(fixture.put_event(fixture.event(), 5).await.expect("valid"), Put::Created);
    assert_eq!(fixture.put_event(fixture.event(), 7).await.expect("valid"), Put::Changed);
    assert_eq!(fixture.seats().await, (0, 0, 7, false));
}

async fn an_event_that_changed_is_not_taken_from_memory(fixture: Fixture) {
    fixture.put_event(fixture.event(), 5).await.expect("valid");
    let events = Events::new(&fixture.table);
    let remembered = events.get(&event_id()).await.expect("it is there");
    fixture.sell(2).await.expect("free");
    let again = events.again_with_lines(remembered.clone()).await.expect("the table answers").expect("it is as it was");
    assert_eq!((again.event.version, again.lines[0].seats.sold), (remembered.version, 2));
    let renamed = Event { name: Label::parse("Another name").expect("valid"), ..fixture.event() };
    fixture.put_event(renamed, 5).await.expect("valid");
    assert!(events.again_with_lines(remembered).await.expect("the table answers").is_none());
}

async fn the_sale_of_the_last_seat_activates_the_waitlist(fixture: Fixture) {
    fixture.put_event(fixture.event(), 2).await.expect("valid");
    fixture.sell(1).await.expect("free");
    assert_eq!(fixture.seats().await, (1, 0, 1, false));
    fixture.sell(1).await.expect("free");
    assert_eq!(fixture.seats().await, (2, 0, 0, true));
    assert_eq!(refusal(fixture.sell(1).await), Refusal::SoldOut { quantity: 1 });
}

async fn seats_are_not_sold_past_the_line(fixture: Fixture) {
    let registration = fixture.sold_out(3).await;
    fixture.try_join("ada", 4).await.expect("open");
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    fixture.promote().await;
    assert_eq!(fixture.seats().await, (0, 0, 3, true));
    assert_eq!(refusal(fixture.sell(1).await), Refusal::SoldOut { quantity: 1 });
}

async fn once_the_event_has_begun_free_seats_are_sold_though_somebody_waits(fixture: Fixture) {
    let registration = fixture.sold_out(3).await;
    fixture.join("ada").await;
    let begun = Event { starts_at: fixture.table.now(), ..fixture.event() };
    fixture.put_event(begun, 3).await.expect("valid");
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    assert_eq!(fixture.promote().await.offered, 0);
    fixture.sell(1).await.expect("nobody is offered it any more");
    assert_eq!(fixture.seats().await, (1, 0, 2, true));
    assert_eq!(refusal(fixture.sell(3).await), Refusal::SoldOut { quantity: 3 });
    fixture.sell(2).await.expect("the last two");
    fixture.put_event(fixture.event(), 4).await.expect("put off");
    assert_eq!(refusal(fixture.sell(1).await), Refusal::SoldOut { quantity: 1 });
    assert_eq!(fixture.promote().await.offered, 1);
}

async fn a_cancellation_puts_the_seats_back_on_sale_where_nobody_waits(fixture: Fixture) {
    let registration = fixture.sold_out(3).await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    assert_eq!(fixture.seats().await, (0, 0, 3, false));
    fixture.sell(1).await.expect("on sale again");
}

async fn cancelling_twice_frees_the_seats_once(fixture: Fixture) {
    let registration = fixture.sold_out(3).await;
    let cancellations = Cancellations::new(&fixture.table);
    let first = cancellations.cancel(&registration.id).await.expect("confirmed");
    assert_eq!(cancellations.cancel(&registration.id).await.expect("cancelled"), first);
    assert_eq!(fixture.seats().await, (0, 0, 3, false));
}

async fn capacity_is_raised_for_the_line_and_never_lowered_below_what_is_in_use(fixture: Fixture) {
    fixture.sold_out(3).await;
    fixture.join("ada").await;
    fixture.put_event(fixture.event(), 4).await.expect("more");
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.seats().await, (3, 1, 0, true));
    let refused = refusal(fixture.put_event(fixture.event(), 3).await);
    assert_eq!(refused, Refusal::CapacityInUse { ticket_type: "camper".to_owned(), in_use: 4 });
}

async fn a_change_without_a_capacity_leaves_the_seats_as_they_are(fixture: Fixture) {
    fixture.sold_out(3).await;
    fixture.put_event(fixture.event(), 5).await.expect("more");
    let event = fixture.event();
    let changes = EventChanges::new(&fixture.table);
    changes.put(&WantedEvent { event: event.clone(), capacities: vec![None] }).await.expect("it has a capacity");
    assert_eq!(fixture.seats().await, (3, 0, 2, false));
    let other = TicketTypeId::parse("other").expect("valid");
    let mut more = event;
    more.ticket_types.push(TicketType { id: other, name: Label::parse("Other").expect("valid") });
    let refused = refusal(changes.put(&WantedEvent { event: more, capacities: vec![None, None] }).await);
    let Refusal::Invalid(fields) = refused else { panic!("{refused:?}") };
    assert_eq!(fields[0].pointer, "/ticketTypes/1/capacity");
}

async fn a_ticket_type_in_use_is_not_dropped_and_an_unused_one_keeps_its_numbers(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let mut event = fixture.event();
    let camper = event.ticket_types.remove(0);
    event.ticket_types = vec![TicketType {
        id: TicketTypeId::parse("other").expect("valid"),
        name: Label::parse("Other").expect("valid"),
    }];
    let changes = EventChanges::new(&fixture.table);
    let without = WantedEvent { event: event.clone(), capacities: vec![Some(1)] };
    let in_use = Refusal::TicketTypeInUse { ticket_type: "camper".to_owned() };
    assert_eq!(refusal(changes.put(&without).await), in_use);
    event.ticket_types.push(camper);
    changes.put(&WantedEvent { event: event.clone(), capacities: vec![Some(1), Some(1)] }).await.expect("both");
    event.ticket_types.remove(0);
    changes.put(&WantedEvent { event: event.clone(), capacities: vec![Some(1)] }).await.expect("the other was unused");
    event.ticket_types.insert(
        0,
        TicketType { id: TicketTypeId::parse("other").expect("valid"), name: Label::parse("Other").expect("valid") },
    );
    changes.put(&WantedEvent { event, capacities: vec![Some(0), Some(1)] }).await.expect("it may come back");
}

async fn without_seats_the_waitlist_is_active_at_once(fixture: Fixture) {
    fixture.put_event(fixture.event(), 0).await.expect("another system sells");
    assert_eq!(fixture.join("ada").await, 1);
}

async fn statistics_add_up(fixture: Fixture) {
    let registration = fixture.sold_out(1).await;
    fixture.join("ada").await;
    fixture.join("bob").await;
    fixture.try_join("bob", 1).await.expect("already");
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    fixture.promote().await;
    let (_, lines) = Statistics::new(&fixture.table).get(&event_id()).await.expect("it exists");
    let line = &lines[0];
    assert_eq!((line.joined, line.line.numbers.waiting(), line.line.seats.outcomes.offers), (2, 1, 1));
}

async fn a_refunded_customer_may_join_again(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    fixture.put_event(fixture.event(), 2).await.expect("one more");
    fixture.promote().await;
    let converted = Conversions::new(&fixture.table).convert(&fixture.entry("ada").await, None).await.expect("in time");
    assert!(matches!(fixture.try_join("ada", 1).await, Ok(Joined::Existing(_))));
    let id = converted.registration_id.expect("sold");
    Cancellations::new(&fixture.table).cancel(&id).await.expect("confirmed");
    fixture.sell(1).await.expect("on sale again");
    assert!(matches!(
        fixture.try_join("ada", 1).await,
        Ok(Joined::New(_, StandingInLine { standing: Standing::Line(1), .. }))
    ));
}

fn other_type() -> TicketType {
    TicketType { id: TicketTypeId::parse("other").expect("valid"), name: Label::parse("Other").expect("valid") }
}

async fn a_ticket_type_that_comes_back_keeps_its_outcomes(fixture: Fixture) {
    let registration = fixture.sold_out(1).await;
    fixture.join("ada").await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    fixture.promote().await;
    Departures::new(&fixture.table).decline(&fixture.entry("ada").await, "request").await.expect("in time");
    let with = fixture.event();
    let without = Event { ticket_types: vec![other_type()], ..with.clone() };
    let changes = EventChanges::new(&fixture.table);
    changes.put(&WantedEvent { event: without, capacities: vec![Some(1)] }).await.expect("it is not in use");
    changes.put(&WantedEvent { event: with, capacities: vec![Some(0)] }).await.expect("it may come back");
    let (_, lines) = Statistics::new(&fixture.table).get(&event_id()).await.expect("it exists");
    let outcomes = lines[0].line.seats.outcomes;
    assert_eq!((lines[0].joined, outcomes.offers, outcomes.declined), (1, 1, 1));
    assert_eq!(fixture.seats().await, (0, 0, 0, true));
    assert_eq!(fixture.join("bob").await, 1);
}

/// Replaces the fixture's ticket type with another. `meanwhile` happens between its reads and its
/// write.
async fn drop_while(fixture: &Fixture, meanwhile: impl AsyncFnOnce()) -> Refusal {
    let without = Event { ticket_types: vec![other_type()], ..fixture.event() };
    let wanted = WantedEvent { event: without, capacities: vec![Some(1)] };
    let put = async |table| EventChanges::new(&table).put(&wanted).await;
    refusal(held_up(fixture, "TransactWriteItems", put, meanwhile).await)
}

fn camper_in_use() -> Refusal {
    Refusal::TicketTypeInUse { ticket_type: "camper".to_owned() }
}

async fn a_ticket_type_that_sells_a_seat_meanwhile_is_not_dropped(fixture: Fixture) {
    fixture.put_event(fixture.event(), 1).await.expect("valid");
    let sell_and_release = async || {
        fixture.sell(1).await.expect("on sale");
        // As many seats are free as when the line was read.
        Releases::new(&fixture.table).begin(&release(&fixture, 1, None)).await.expect("a new seat");
    };
    assert_eq!(drop_while(&fixture, sell_and_release).await, camper_in_use());
    assert_eq!(fixture.seats().await, (1, 0, 1, false));
}

async fn a_ticket_type_that_somebody_joins_meanwhile_is_not_dropped(fixture: Fixture) {
    fixture.put_event(fixture.event(), 1).await.expect("valid");
    let sell_join_and_cancel = async || {
        let registration = fixture.sell(1).await.expect("on sale");
        fixture.join("ada").await;
        Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    };
    assert_eq!(drop_while(&fixture, sell_join_and_cancel).await, camper_in_use());
    assert_eq!(fixture.promote().await.offered, 1);
}

async fn a_ticket_type_that_went_back_on_sale_and_sold_out_meanwhile_is_not_dropped(fixture: Fixture) {
    fixture.put_event(fixture.event(), 0).await.expect("another system sells");
    let release_and_sell = async || {
        Releases::new(&fixture.table).begin(&release(&fixture, 1, None)).await.expect("a new seat");
        fixture.sell(1).await.expect("on sale");
    };
    assert_eq!(drop_while(&fixture, release_and_sell).await, camper_in_use());
    assert_eq!(fixture.seats().await, (1, 0, 0, true));
}
