//! Offers that an organiser withdraws or extends.

use waitlist_domain::Refusal;
use waitlist_domain::entry::extension::Extension;
use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::values::time::Window;
use waitlist_store::commands::extensions::Extensions;
use waitlist_store::commands::moves::Destination;
use waitlist_store::commands::offers::{Claims, Departures};
use waitlist_store::commands::sweeping::Sweeps;
use waitlist_store::commands::withdrawals::Withdrawals;

use super::fixture::{Fixture, HOUR, SECOND, contract, refusal};

contract! {
    an_entry_with_a_withdrawn_offer_waits_at_the_end
    an_entry_with_an_offer_withdrawn_to_the_front_is_next
    a_claimed_offer_is_withdrawn_with_its_claim
    only_an_offer_that_still_holds_can_be_withdrawn
    an_offer_is_not_withdrawn_into_a_line_while_seats_are_on_sale
    an_offer_withdrawn_out_of_the_line_removes_its_entry
    a_withdrawal_that_is_repeated_is_done_once
    an_offer_lasts_longer
    a_purchase_window_lasts_longer
    an_offer_is_neither_shortened_nor_extended_without_end
    a_lapsed_offer_is_not_extended
    an_extension_that_is_repeated_adds_once
}

impl Fixture {
    async fn withdraw(&self, name: &str, destination: Destination) -> Result<Entry, waitlist_domain::Error> {
        let withdrawals = Withdrawals::new(&self.commanded(&format!("withdraw {name}"), Some("By mistake")));
        withdrawals.withdraw(&self.entry(name).await, &destination).await
    }

    async fn extend(&self, name: &str, extension: Extension) -> Result<Entry, waitlist_domain::Error> {
        let table = self.commanded(&format!("extend {extension:?}"), None);
        Extensions::new(&table).extend(&self.entry(name).await, &extension).await
    }

    /// How long the offer still lasts.
    async fn time_left(&self, name: &str) -> i64 {
        let deadline = self.entry(name).await.entry.deadline().expect("seats are held");
        self.table.now().milliseconds_until(deadline)
    }
}

async fn an_entry_with_a_withdrawn_offer_waits_at_the_end(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let withdrawn = fixture.withdraw("ada", Destination::End).await.expect("she holds an offer");
    assert_eq!((withdrawn.status, withdrawn.offer, withdrawn.number), (Status::Waiting, None, 4));
    assert_eq!(fixture.positions(&["bob", "cyd", "ada"]).await, [Some(1), Some(2), Some(3)]);
    assert_eq!(fixture.seats().await, (1, 0, 1, true));
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.status("bob").await, Status::Offered);
    let statistics = fixture.statistics().await;
    let outcomes = statistics.line.seats.outcomes;
    assert_eq!((statistics.joined, outcomes.offers, outcomes.withdrawn), (3, 2, 1));
}

async fn an_entry_with_an_offer_withdrawn_to_the_front_is_next(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    fixture.pause_offering().await;
    fixture.withdraw("ada", Destination::Front).await.expect("she holds an offer");
    assert_eq!(fixture.promote().await.offered, 0);
    assert_eq!(fixture.positions(&["ada", "bob", "cyd"]).await, [Some(1), Some(2), Some(3)]);
}

async fn a_claimed_offer_is_withdrawn_with_its_claim(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    Claims::new(&fixture.table).claim(&fixture.entry("ada").await, "claim").await.expect("in time");
    fixture.withdraw("ada", Destination::End).await.expect("she holds an offer");
    let stored = fixture.entry("ada").await;
    assert_eq!((stored.entry.offer, stored.action), (None, None));
    fixture.advance(48 * HOUR);
    let due = Sweeps::new(&fixture.table).due_before(fixture.table.now()).await.expect("answers");
    assert_eq!(due, vec![]);
}

async fn only_an_offer_that_still_holds_can_be_withdrawn(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let waits = refusal(fixture.withdraw("bob", Destination::End).await);
    assert_eq!(waits, Refusal::NoOffer { status: "waiting" });
    fixture.advance(24 * HOUR);
    assert_eq!(refusal(fixture.withdraw("ada", Destination::End).await), Refusal::OfferExpired);
    assert_eq!(fixture.line().await.numbers.next, 4, "no number was taken in vain");
}

async fn an_offer_is_not_withdrawn_into_a_line_while_seats_are_on_sale(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    fixture.put_event(fixture.event(), 3).await.expect("valid");
    assert_eq!(fixture.promote().await.offered, 1);
    fixture.promote().await;
    assert_eq!(fixture.seats().await, (1, 1, 1, false));
    assert_eq!(refusal(fixture.withdraw("ada", Destination::End).await), Refusal::TicketsAvailable);
    assert_eq!(fixture.status("ada").await, Status::Offered);
}

async fn an_offer_withdrawn_out_of_the_line_removes_its_entry(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let departures = Departures::new(&fixture.commanded("out", None));
    let waits = refusal(departures.remove_with_offer(&fixture.entry("bob").await).await);
    assert_eq!(waits, Refusal::NoOffer { status: "waiting" });
    let removed = departures.remove_with_offer(&fixture.entry("ada").await).await.expect("she holds an offer");
    assert_eq!(removed.status, Status::Removed);
    assert_eq!(fixture.seats().await, (1, 0, 1, true));
}

async fn a_withdrawal_that_is_repeated_is_done_once(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let first = fixture.withdraw("ada", Destination::End).await.expect("she holds an offer");
    let again = fixture.withdraw("ada", Destination::End).await.expect("the same command");
    assert_eq!((first.number, again.number), (4, 4));
    assert_eq!(fixture.seats().await, (1, 0, 1, true));
}

async fn an_offer_lasts_longer(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    fixture.extend("ada", Extension::By(Window::parse("2 hours").expect("valid"))).await.expect("it is live");
    assert_eq!(fixture.time_left("ada").await, 26 * HOUR);
    fixture.advance(25 * HOUR);
    // At the old deadline there is nothing to do.
    assert_eq!(fixture.expire("ada").await.expired, 0);
    let due = Sweeps::new(&fixture.table).due_before(fixture.table.now().plus_milliseconds(2 * HOUR)).await;
    let due = due.expect("answers");
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].wake.due_at(), fixture.table.now().plus_milliseconds(HOUR));
    fixture.advance(HOUR);
    assert_eq!(fixture.expire("ada").await.expired, 1);
}

async fn a_purchase_window_lasts_longer(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    Claims::new(&fixture.table).claim(&fixture.entry("ada").await, "claim").await.expect("in time");
    let until = fixture.table.now().plus_milliseconds(3 * HOUR);
    let extended = fixture.extend("ada", Extension::Until(until)).await.expect("it is live");
    assert_eq!((extended.status, extended.deadline()), (Status::Claimed, Some(until)));
}

async fn an_offer_is_neither_shortened_nor_extended_without_end(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let present = fixture.entry("ada").await.entry.deadline().expect("seats are held");
    for until in [present, present.plus_milliseconds(-1), present.plus_milliseconds(365 * 24 * HOUR)] {
        let refused = refusal(fixture.extend("ada", Extension::Until(until)).await);
        assert!(matches!(refused, Refusal::Invalid(errors) if errors[0].pointer == "/until"));
    }
    let refused = refusal(fixture.extend("ada", Extension::By(Window::parse("365 days").expect("valid"))).await);
    assert!(matches!(refused, Refusal::Invalid(errors) if errors[0].pointer == "/by"));
    assert_eq!(fixture.time_left("ada").await, 24 * HOUR);
}

async fn a_lapsed_offer_is_not_extended(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let by = || Extension::By(Window::parse("2 hours").expect("valid"));
    assert_eq!(refusal(fixture.extend("bob", by()).await), Refusal::NoOffer { status: "waiting" });
    fixture.advance(24 * HOUR);
    assert_eq!(refusal(fixture.extend("ada", by()).await), Refusal::OfferExpired);
}

async fn an_extension_that_is_repeated_adds_once(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let by = || Extension::By(Window::parse("90 seconds").expect("valid"));
    fixture.extend("ada", by()).await.expect("it is live");
    fixture.extend("ada", by()).await.expect("the same command");
    assert_eq!(fixture.time_left("ada").await, 24 * HOUR + 90 * SECOND);
}
