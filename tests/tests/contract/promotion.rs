use waitlist_domain::entry::Status;
use waitlist_domain::event::{Event, WaitlistRules};
use waitlist_domain::line::fit::{Fit, MaxPasses};
use waitlist_domain::values::quantity::Quantity;
use waitlist_store::commands::joining::Joins;
use waitlist_store::commands::offers::{Conversions, Departures};
use waitlist_store::commands::registrations::Cancellations;

use super::fixture::{Fixture, HOUR, SECOND, contract};

contract! {
    free_seats_go_to_the_head_of_the_line
    nobody_overtakes_a_head_that_needs_more_than_is_free
    a_lapsed_offer_passes_to_the_next_in_the_same_write
    an_offer_that_is_not_overdue_does_not_expire
    when_nobody_waits_the_seats_are_on_sale_again
    a_long_line_is_offered_many_seats_in_order
    a_number_without_an_entry_holds_the_line_only_until_it_is_settled
    a_closed_event_offers_nothing_and_still_ends_offers
    too_few_seats_for_the_head_go_to_the_first_that_they_fit
    the_first_that_the_seats_fit_is_found_far_down_the_line
    an_entry_that_would_take_fewer_is_offered_and_sold_fewer
}

async fn free(fixture: &Fixture, quantity: i64) {
    let capacity = fixture.line().await.seats.capacity + quantity.unsigned_abs();
    fixture.put_event(fixture.event(), capacity).await.expect("more seats");
}

async fn free_seats_go_to_the_head_of_the_line(fixture: Fixture) {
    fixture.sold_out(1).await;
    for name in ["ada", "bob", "cyd"] {
        fixture.join(name).await;
    }
    free(&fixture, 2).await;
    assert_eq!(fixture.promote().await.offered, 2);
    assert_eq!(fixture.status("ada").await, Status::Offered);
    assert_eq!(fixture.status("bob").await, Status::Offered);
    assert_eq!((fixture.status("cyd").await, fixture.position("cyd").await), (Status::Waiting, Some(1)));
    assert_eq!(fixture.promote().await.offered, 0);
}

async fn nobody_overtakes_a_head_that_needs_more_than_is_free(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.try_join("ada", 3).await.expect("open");
    fixture.join("bob").await;
    free(&fixture, 2).await;
    assert_eq!(fixture.promote().await.offered, 0);
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.status("bob").await, Status::Offered);
}

async fn a_lapsed_offer_passes_to_the_next_in_the_same_write(fixture: Fixture) {
    let registration = fixture.sold_out(1).await;
    fixture.join("ada").await;
    fixture.join("bob").await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    fixture.promote().await;
    fixture.advance(24 * HOUR);
    let promoted = fixture.expire("ada").await;
    assert_eq!((promoted.expired, promoted.offered), (1, 1));
    assert_eq!((fixture.status("ada").await, fixture.status("bob").await), (Status::Expired, Status::Offered));
    assert_eq!(fixture.seats().await, (0, 1, 0, true));
}

async fn an_offer_that_is_not_overdue_does_not_expire(fixture: Fixture) {
    let registration = fixture.sold_out(1).await;
    fixture.join("ada").await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    fixture.promote().await;
    fixture.advance(24 * HOUR - 1);
    assert_eq!(fixture.expire("ada").await.expired, 0);
    fixture.advance(1);
    assert_eq!(fixture.expire("ada").await.expired, 1);
    // Nobody else waits.
    assert_eq!(fixture.seats().await, (0, 0, 1, false));
}

async fn when_nobody_waits_the_seats_are_on_sale_again(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    free(&fixture, 1).await;
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    assert_eq!(fixture.seats().await, (1, 0, 1, true));
    fixture.promote().await;
    assert_eq!(fixture.seats().await, (1, 0, 1, false));
}

async fn a_long_line_is_offered_many_seats_in_order(fixture: Fixture) {
    fixture.sold_out(1).await;
    for number in 1..=230 {
        assert_eq!(fixture.join(&format!("customer{number}")).await, number);
    }
    free(&fixture, 210).await;
    assert_eq!(fixture.promote().await.offered, 210);
    assert_eq!(fixture.status("customer210").await, Status::Offered);
    assert_eq!(fixture.position("customer211").await, Some(1));
    assert_eq!(fixture.position("customer230").await, Some(20));
}

async fn a_number_without_an_entry_holds_the_line_only_until_it_is_settled(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    take_a_number_and_crash(&fixture).await;
    fixture.join("cyd").await;
    free(&fixture, 3).await;
    let promoted = fixture.promote().await;
    assert_eq!((promoted.offered, promoted.look_again), (1, true));
    assert_eq!(fixture.status("cyd").await, Status::Waiting);
    fixture.advance(30 * SECOND);
    let promoted = fixture.promote().await;
    assert_eq!((promoted.offered, promoted.look_again), (1, false));
    assert_eq!(fixture.status("cyd").await, Status::Offered);
    // Everybody has an offer, so the third seat is on sale.
    assert_eq!(fixture.seats().await, (1, 2, 1, false));
}

/// Takes a number, as a join does before it crashes.
pub(super) async fn take_a_number_and_crash(fixture: &Fixture) {
    take_a_number_and_crash_in(fixture, "").await;
}

/// Takes a number in a lane, named by the suffix of its attributes.
pub(super) async fn take_a_number_and_crash_in(fixture: &Fixture, lane: &str) {
    use aws_sdk_dynamodb::types::AttributeValue;
    let now = AttributeValue::N(fixture.table.now().milliseconds().to_string());
    fixture
        .client
        .update_item()
        .table_name(fixture.table_name())
        .key("pk", AttributeValue::S("NUMBERS#camp#camper".to_owned()))
        .key("sk", AttributeValue::S("NUMBERS".to_owned()))
        .update_expression("SET #next = #next + :one, #issued = if_not_exists(#issued, :zero) + :one, #last = :now")
        .expression_attribute_names("#next", "next")
        .expression_attribute_names("#issued", format!("issued{lane}"))
        .expression_attribute_names("#last", format!("last_issued_at{lane}"))
        .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
        .expression_attribute_values(":zero", AttributeValue::N("0".to_owned()))
        .expression_attribute_values(":now", now)
        .send()
        .await
        .expect("the line exists");
}

async fn a_closed_event_offers_nothing_and_still_ends_offers(fixture: Fixture) {
    let registration = fixture.sold_out(2).await;
    fixture.join("ada").await;
    fixture.join("bob").await;
    free(&fixture, 1).await;
    fixture.promote().await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    fixture.advance(2000 * HOUR);
    assert_eq!(fixture.promote().await.offered, 0);
    let promoted = fixture.expire("ada").await;
    assert_eq!((promoted.expired, promoted.offered), (1, 0));
    assert_eq!(fixture.entry("ada").await.entry.applicant.quantity, Quantity::ONE);
    assert_eq!(fixture.seats().await, (0, 0, 3, true));
}

async fn with_fit(fixture: &Fixture, fit: Fit, capacity: u64) {
    let event = fixture.event();
    let rules = WaitlistRules { fit, ..event.rules.clone() };
    fixture.put_event(Event { rules, ..event }, capacity).await.expect("more seats");
}

fn skip(max_passes: u32) -> Fit {
    Fit::Skip { max_passes: MaxPasses::parse(max_passes.into()).expect("some") }
}

async fn too_few_seats_for_the_head_go_to_the_first_that_they_fit(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.try_join("ada", 3).await.expect("open");
    for name in ["bob", "cyd", "dot"] {
        fixture.join(name).await;
    }
    for (capacity, overtaker) in [(2, "bob"), (3, "cyd")] {
        with_fit(&fixture, skip(2), capacity).await;
        assert_eq!(fixture.promote().await.offered, 1);
        assert_eq!(fixture.status(overtaker).await, Status::Offered);
        assert_eq!(fixture.position("ada").await, Some(1));
    }
    // Ada was passed over twice, so seats gather for her.
    with_fit(&fixture, skip(2), 5).await;
    assert_eq!((fixture.promote().await.offered, fixture.position("dot").await), (0, Some(2)));
    with_fit(&fixture, skip(2), 7).await;
    assert_eq!(fixture.promote().await.offered, 2);
    assert_eq!((fixture.status("ada").await, fixture.status("dot").await), (Status::Offered, Status::Offered));
}

async fn the_first_that_the_seats_fit_is_found_far_down_the_line(fixture: Fixture) {
    fixture.sold_out(1).await;
    for number in 0..120 {
        fixture.try_join(&format!("couple{number}"), 2).await.expect("open");
    }
    fixture.join("ada").await;
    with_fit(&fixture, skip(1), 2).await;
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!((fixture.status("ada").await, fixture.position("couple0").await), (Status::Offered, Some(1)));
}

async fn an_entry_that_would_take_fewer_is_offered_and_sold_fewer(fixture: Fixture) {
    fixture.sold_out(1).await;
    let wish = fixture.wish_of_at_least("ada", 2, 4);
    Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("open");
    fixture.join("bob").await;
    with_fit(&fixture, Fit::Partial, 2).await;
    assert_eq!(fixture.promote().await.offered, 0, "one is too few");
    with_fit(&fixture, Fit::Partial, 3).await;
    assert_eq!(fixture.promote().await.offered, 1);
    let ada = fixture.entry("ada").await;
    assert_eq!(ada.entry.offer.as_ref().map(|offer| offer.quantity.get()), Some(2));
    Conversions::new(&fixture.table).convert(&ada, None).await.expect("in time");
    assert_eq!((fixture.seats().await, fixture.status("bob").await), ((3, 0, 0, true), Status::Waiting));
}
