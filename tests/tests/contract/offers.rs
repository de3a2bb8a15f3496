use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::entry::checkout::{CheckoutLink, CheckoutReference};
use waitlist_domain::event::checkout_address::CheckoutAddress;
use waitlist_store::StoredEntry;
use waitlist_store::commands::moves::Destination;
use waitlist_store::commands::offers::{Claims, Conversions, Departures};
use waitlist_store::commands::registrations::{Cancellations, Registrations};
use waitlist_store::commands::withdrawals::Withdrawals;
use waitlist_store::queries::checkouts::Checkouts;

use super::fixture::{Fixture, HOUR, SECOND, contract, refusal};

contract! {
    an_offer_is_claimed_and_becomes_a_registration
    an_offer_is_converted_without_a_claim
    a_claim_after_the_deadline_fails_even_before_any_timer_ran
    only_one_of_two_claims_succeeds_and_its_repetition_does
    a_claim_converts_if_there_is_no_purchase_window
    a_declined_offer_frees_its_seats
    leaving_with_an_offer_frees_its_seats
    converting_twice_sells_the_seats_once
    a_reference_converts_the_offer_that_it_is_of_and_no_later_one
    only_a_claimed_entry_of_an_event_with_a_checkout_has_an_address_to_pay
}

/// Ada holds an offer for the one seat.
async fn offered(fixture: &Fixture) -> StoredEntry {
    let registration = fixture.sold_out(1).await;
    fixture.join("ada").await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("it is confirmed");
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.seats().await, (0, 1, 0, true));
    fixture.entry("ada").await
}

async fn an_offer_is_claimed_and_becomes_a_registration(fixture: Fixture) {
    let stored = offered(&fixture).await;
    let claimed = Claims::new(&fixture.table).claim(&stored, "request").await.expect("in time");
    assert_eq!(claimed.status, Status::Claimed);
    let deadline = claimed.deadline().expect("seats are held");
    assert_eq!(fixture.table.now().milliseconds_until(deadline), 2 * HOUR);
    let converted = Conversions::new(&fixture.table).convert(&fixture.entry("ada").await, None).await.expect("in time");
    assert_eq!(converted.status, Status::Converted);
    let id = converted.registration_id.expect("it was sold");
    let registration = Registrations::new(&fixture.table).get(&id).await.expect("it exists");
    assert_eq!(registration.entry_id, Some(converted.id));
    assert_eq!(fixture.seats().await, (1, 0, 0, true));
}

async fn an_offer_is_converted_without_a_claim(fixture: Fixture) {
    let stored = offered(&fixture).await;
    let reference = Some("payment 1".to_owned());
    Conversions::new(&fixture.table).convert(&stored, reference).await.expect("in time");
    assert_eq!(fixture.seats().await, (1, 0, 0, true));
}

async fn a_claim_after_the_deadline_fails_even_before_any_timer_ran(fixture: Fixture) {
    let stored = offered(&fixture).await;
    fixture.advance(24 * HOUR);
    assert_eq!(refusal(Claims::new(&fixture.table).claim(&stored, "request").await), Refusal::OfferExpired);
    assert_eq!(refusal(Conversions::new(&fixture.table).convert(&stored, None).await), Refusal::OfferExpired);
    assert_eq!(fixture.status("ada").await, Status::Offered);
}

async fn only_one_of_two_claims_succeeds_and_its_repetition_does(fixture: Fixture) {
    let stored = offered(&fixture).await;
    let claims = Claims::new(&fixture.table);
    claims.claim(&stored, "first").await.expect("in time");
    assert_eq!(refusal(claims.claim(&stored, "second").await), Refusal::NoOffer { status: "claimed" });
    assert_eq!(claims.claim(&stored, "first").await.expect("the same request").status, Status::Claimed);
}

async fn a_claim_converts_if_there_is_no_purchase_window(fixture: Fixture) {
    let mut event = fixture.event();
    event.rules.purchase_window = None;
    fixture.put_event(event, 1).await.expect("valid");
    let registration = fixture.sell(1).await.expect("free");
    fixture.join("ada").await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("it is confirmed");
    fixture.promote().await;
    let claims = Claims::new(&fixture.table);
    let stored = fixture.entry("ada").await;
    assert_eq!(claims.claim(&stored, "first").await.expect("in time").status, Status::Converted);
    assert_eq!(refusal(claims.claim(&stored, "second").await), Refusal::NoOffer { status: "converted" });
    assert_eq!(claims.claim(&stored, "first").await.expect("the same request").status, Status::Converted);
    assert_eq!(fixture.seats().await, (1, 0, 0, true));
}

async fn a_declined_offer_frees_its_seats(fixture: Fixture) {
    let stored = offered(&fixture).await;
    fixture.join("bob").await;
    let declined = Departures::new(&fixture.table).decline(&stored, "request").await.expect("in time");
    assert_eq!(declined.status, Status::Declined);
    assert_eq!(fixture.seats().await, (0, 0, 1, true));
    fixture.promote().await;
    assert_eq!(fixture.status("bob").await, Status::Offered);
}

async fn leaving_with_an_offer_frees_its_seats(fixture: Fixture) {
    let stored = offered(&fixture).await;
    assert!(Departures::new(&fixture.table).leave(&stored).await.expect("she holds an offer"));
    // Nobody waits, so the seat is on sale again.
    assert_eq!(fixture.seats().await, (0, 0, 1, false));
    assert!(!Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she has left"));
}

async fn converting_twice_sells_the_seats_once(fixture: Fixture) {
    let stored = offered(&fixture).await;
    let conversions = Conversions::new(&fixture.table);
    let first = conversions.convert(&stored, None).await.expect("in time");
    fixture.advance(100 * SECOND);
    let second = conversions.convert(&stored, None).await.expect("repeatable");
    assert_eq!(first.registration_id, second.registration_id);
    assert_eq!(fixture.seats().await, (1, 0, 0, true));
}

/// Puts the event with a shop in which claimed offers are paid.
async fn sell_in_a_shop(fixture: &Fixture) {
    let mut event = fixture.event();
    event.details.checkout_url = CheckoutAddress::parse("https://shop.example.org/pay?ref={reference}").ok();
    fixture.put_event(event, 1).await.expect("valid");
}

/// The address at which Ada pays, if she may.
async fn checkout(fixture: &Fixture) -> Option<CheckoutLink> {
    let ada = fixture.entry("ada").await.entry;
    Checkouts::new(&fixture.table).links([&ada]).await.expect("the table answers").remove(0)
}

/// The reference that Ada brings to the shop.
async fn reference(fixture: &Fixture) -> CheckoutReference {
    let link = checkout(fixture).await.expect("she has claimed");
    let reference = link.as_str().strip_prefix("https://shop.example.org/pay?ref=").expect("the event's address");
    CheckoutReference::parse(reference).expect("in the form of references")
}

async fn only_a_claimed_entry_of_an_event_with_a_checkout_has_an_address_to_pay(fixture: Fixture) {
    let stored = offered(&fixture).await;
    sell_in_a_shop(&fixture).await;
    assert_eq!(checkout(&fixture).await, None, "she has not claimed");
    Claims::new(&fixture.table).claim(&stored, "request").await.expect("in time");
    assert!(checkout(&fixture).await.is_some());
    fixture.put_event(fixture.event(), 1).await.expect("valid");
    assert_eq!(checkout(&fixture).await, None, "the event has no shop any more");
}

async fn a_reference_converts_the_offer_that_it_is_of_and_no_later_one(fixture: Fixture) {
    let stored = offered(&fixture).await;
    sell_in_a_shop(&fixture).await;
    Claims::new(&fixture.table).claim(&stored, "first").await.expect("in time");
    let earlier = reference(&fixture).await;
    let withdrawals = Withdrawals::new(&fixture.commanded("withdraw ada", None));
    withdrawals.withdraw(&fixture.entry("ada").await, &Destination::End).await.expect("she holds an offer");
    assert_eq!(fixture.promote().await.offered, 1);
    let stored = fixture.entry("ada").await;
    Claims::new(&fixture.table).claim(&stored, "second").await.expect("in time");
    let present = reference(&fixture).await;
    assert_ne!(earlier.as_str(), present.as_str());
    let conversions =
        |reference: &CheckoutReference| Conversions::new(&fixture.table).of_reference(Some(reference.clone()));
    let stored = fixture.entry("ada").await;
    let refused = refusal(conversions(&earlier).convert(&stored, None).await);
    assert!(matches!(&refused, Refusal::Invalid(errors) if errors[0].pointer == "/reference"), "{refused:?}");
    assert_eq!(fixture.status("ada").await, Status::Claimed);
    for _ in 0..2 {
        let stored = fixture.entry("ada").await;
        let converted = conversions(&present).convert(&stored, None).await.expect("in time, and repeatable");
        assert_eq!(converted.status, Status::Converted);
    }
    assert_eq!(fixture.seats().await, (1, 0, 0, true));
}
