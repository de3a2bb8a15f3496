//! Acts on an offer that are sent before its deadline and reach the table after it.
//!
//! DynamoDB tests no clock of its own, so an act counts by the time at which it was sent. It counts only while nobody has
//! ended the offer.

use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_store::commands::offers::{Claims, Conversions};
use waitlist_store::commands::registrations::Registrations;

use super::fixture::{Fixture, HOUR, contract, refusal};
use super::interleaving::held_up;

contract! {
    a_claim_that_is_held_up_past_its_deadline_bears_the_time_at_which_it_was_sent
    a_sale_that_is_held_up_past_its_deadline_bears_the_time_at_which_it_was_sent
    a_claim_that_is_held_up_until_the_offer_was_ended_is_refused
    a_sale_that_is_held_up_until_the_offer_was_ended_is_refused
}

impl Fixture {
    /// Ada holds the only seat for one more millisecond; Bob and Cyd wait behind her.
    async fn the_offer_ends_in_a_moment(&self) {
        self.three_wait().await;
        self.a_seat_comes_free().await;
        let deadline = self.entry("ada").await.entry.deadline().expect("seats are held");
        self.advance(self.table.now().milliseconds_until(deadline) - 1);
    }

    /// The timer passes the seat on to Bob.
    async fn the_offer_passes_on(&self) {
        self.advance(1);
        assert_eq!(self.expire("ada").await.expired, 1);
        assert_eq!((self.status("ada").await, self.status("bob").await), (Status::Expired, Status::Offered));
    }
}

async fn a_claim_that_is_held_up_past_its_deadline_bears_the_time_at_which_it_was_sent(fixture: Fixture) {
    fixture.the_offer_ends_in_a_moment().await;
    let (stored, sent_at) = (fixture.entry("ada").await, fixture.table.now());
    let claim = async |table| Claims::new(&table).claim(&stored, "claim").await;
    let claimed = held_up(&fixture, "UpdateItem", claim, async || fixture.advance(100)).await.expect("it was in time");
    // She has two hours to pay from when she claimed.
    assert_eq!((claimed.status, claimed.deadline()), (Status::Claimed, Some(sent_at.plus_milliseconds(2 * HOUR))));
    assert_eq!(fixture.expire("ada").await.expired, 0);
    assert_eq!((fixture.status("ada").await, fixture.status("bob").await), (Status::Claimed, Status::Waiting));
}

async fn a_sale_that_is_held_up_past_its_deadline_bears_the_time_at_which_it_was_sent(fixture: Fixture) {
    fixture.the_offer_ends_in_a_moment().await;
    let (stored, sent_at) = (fixture.entry("ada").await, fixture.table.now());
    let convert = async |table| Conversions::new(&table).convert(&stored, None).await;
    let meanwhile = async || fixture.advance(100);
    let sold = held_up(&fixture, "TransactWriteItems", convert, meanwhile).await.expect("it was in time");
    let id = sold.registration_id.expect("it was sold");
    let registration = Registrations::new(&fixture.table).get(&id).await.expect("it exists");
    assert_eq!(registration.created_at, sent_at);
    assert_eq!(fixture.expire("ada").await.expired, 0);
    assert_eq!((fixture.seats().await, fixture.status("bob").await), ((2, 0, 0, true), Status::Waiting));
}

async fn a_claim_that_is_held_up_until_the_offer_was_ended_is_refused(fixture: Fixture) {
    fixture.the_offer_ends_in_a_moment().await;
    let stored = fixture.entry("ada").await;
    let claim = async |table| Claims::new(&table).claim(&stored, "claim").await;
    let claimed = held_up(&fixture, "UpdateItem", claim, async || fixture.the_offer_passes_on().await).await;
    assert_eq!(refusal(claimed), Refusal::OfferExpired);
    assert_eq!((fixture.status("ada").await, fixture.status("bob").await), (Status::Expired, Status::Offered));
}

async fn a_sale_that_is_held_up_until_the_offer_was_ended_is_refused(fixture: Fixture) {
    fixture.the_offer_ends_in_a_moment().await;
    let stored = fixture.entry("ada").await;
    let convert = async |table| Conversions::new(&table).convert(&stored, None).await;
    let meanwhile = async || fixture.the_offer_passes_on().await;
    let converted = held_up(&fixture, "TransactWriteItems", convert, meanwhile).await;
    assert_eq!(refusal(converted), Refusal::OfferExpired);
    assert_eq!((fixture.status("ada").await, fixture.status("bob").await), (Status::Expired, Status::Offered));
}
