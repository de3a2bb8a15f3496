//! Writes with a lost or late answer: a repetition recognises its own write, and nothing is done
//! after its deadline.

use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::entry::extension::Extension;
use waitlist_domain::values::time::Window;
use waitlist_store::commands::extensions::Extensions;
use waitlist_store::commands::moves::{Destination, Moves};
use waitlist_store::commands::offers::{Claims, Conversions, Departures};
use waitlist_store::commands::out_of_turn::OffersOutOfTurn;
use waitlist_store::commands::reinstatements::Reinstatements;
use waitlist_store::commands::withdrawals::Withdrawals;
use waitlist_store::{StoredEntry, Table};

use super::fixture::{Fixture, HOUR, contract, refusal};
use super::interleaving::{Delivery, delivered_as};

contract! {
    an_entry_is_reinstated_although_the_answer_was_lost
    an_offer_is_withdrawn_although_the_answer_was_lost
    an_entry_is_moved_although_the_answer_was_lost
    an_offer_out_of_turn_is_made_although_the_answer_was_lost
    an_extension_with_a_lost_answer_adds_once
    an_entry_has_left_although_the_answer_was_lost
    an_entry_with_an_offer_has_left_although_the_answer_was_lost
    a_claim_that_is_lost_on_its_way_is_not_made_after_the_deadline
    a_conversion_that_is_lost_on_its_way_is_not_made_after_the_deadline
    nothing_is_declined_extended_or_withdrawn_after_the_deadline
}

/// The deliveries of a write that is made and not answered.
const UNANSWERED: [Delivery; 2] = [Delivery::AnswerIsLost, Delivery::StaysUnderWay];

async fn nothing() {}

impl Fixture {
    /// Does a command on an entry. Its first `operation` has this delivery.
    async fn command<T>(
        &self,
        name: &str,
        (operation, delivery): (&'static str, Delivery),
        work: impl AsyncFnOnce(Table, StoredEntry) -> T,
    ) -> T {
        let (stored, mandate) = (self.entry(name).await, self.mandate(&format!("command {delivery:?}"), None));
        delivered_as(
            self,
            delivery,
            operation,
            async |table: Table| work(table.acting_as(mandate), stored).await,
            nothing,
        )
        .await
    }
}

async fn an_entry_is_reinstated_although_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.leave("ada").await;
    let (stored, mandate) = (fixture.entry("ada").await, fixture.mandate("command", None));
    let to_the_end = async |table: Table| {
        let reinstatements = Reinstatements::new(&table.acting_as(mandate));
        reinstatements.reinstate(&stored, &Destination::End).await
    };
    let reinstated = written_to_entry_as(&fixture, Delivery::AnswerIsLost, to_the_end).await.expect("she left");
    assert_eq!((reinstated.status, reinstated.number), (Status::Waiting, 4));
    fixture.comes_after("ada", &["bob", "cyd"]).await;
}

async fn written_to_entry_as<T>(fixture: &Fixture, delivery: Delivery, work: impl AsyncFnOnce(Table) -> T) -> T {
    delivered_as(fixture, delivery, "UpdateItem CUSTOMER#", work, nothing).await
}

impl Fixture {
    /// Checks that an entry stands behind these others and is offered a seat after them.
    async fn comes_after(&self, name: &str, others: &[&str]) {
        assert_eq!(self.position(name).await, Some(others.len() as u64 + 1));
        for name in others.iter().chain([&name]) {
            if self.seats().await.2 == 0 {
                self.a_seat_comes_free().await;
            } else {
                self.promote().await;
            }
            assert_eq!(self.status(name).await, Status::Offered);
        }
        let statistics = self.statistics().await;
        assert_eq!((statistics.joined, statistics.line.numbers.waiting()), (3, 0));
    }
}

async fn an_offer_is_withdrawn_although_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let mut numbers = vec![1];
    for delivery in UNANSWERED {
        let withdrawn = fixture.command("ada", ("TransactWriteItems", delivery), async |table, stored| {
            Withdrawals::new(&table).withdraw(&stored, &Destination::Front).await
        });
        let withdrawn = withdrawn.await.expect("she holds an offer");
        assert_eq!(withdrawn.status, Status::Waiting);
        numbers.push(withdrawn.number);
        assert_eq!(fixture.position("ada").await, Some(1));
        assert_eq!(fixture.seats().await, (1, 0, 1, true));
        assert_eq!(fixture.promote().await.offered, 1);
        assert_eq!(fixture.status("ada").await, Status::Offered);
    }
    assert_eq!(numbers, [1, 1, 2]);
    assert_eq!(fixture.statistics().await.joined, 3);
}

async fn an_entry_is_moved_although_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    let (stored, mandate) = (fixture.entry("ada").await, fixture.mandate("command", None));
    let to_the_end =
        async |table: Table| Moves::new(&table.acting_as(mandate)).move_to(&stored, &Destination::End).await;
    let moved = written_to_entry_as(&fixture, Delivery::AnswerIsLost, to_the_end).await.expect("she waits");
    assert_eq!(moved.number, 4);
    fixture.comes_after("ada", &["bob", "cyd"]).await;
}

async fn an_offer_out_of_turn_is_made_although_the_answer_was_lost(fixture: Fixture) {
    for delivery in UNANSWERED {
        let name = if delivery == Delivery::AnswerIsLost { "cyd" } else { "bob" };
        if delivery == Delivery::AnswerIsLost {
            fixture.three_wait().await;
        }
        let capacity = fixture.line().await.seats.capacity + 1;
        fixture.put_event(fixture.event(), capacity).await.expect("more seats");
        let offer = fixture.command(name, ("TransactWriteItems", delivery), async |table, stored| {
            OffersOutOfTurn::new(&table).offer(&stored).await
        });
        assert_eq!(offer.await.expect("a seat is free").status, Status::Offered);
        assert_eq!((fixture.status(name).await, fixture.seats().await.2), (Status::Offered, 0));
    }
    assert_eq!(fixture.position("ada").await, Some(1));
}

async fn an_extension_with_a_lost_answer_adds_once(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let before = fixture.entry("ada").await.entry.deadline().expect("seats are held");
    let by = Extension::By(Window::parse("2 hours").expect("valid"));
    let extension = fixture.command("ada", ("UpdateItem", Delivery::AnswerIsLost), async |table, stored| {
        Extensions::new(&table).extend(&stored, &by).await
    });
    assert_eq!(extension.await.expect("it is live").deadline(), Some(before.plus_milliseconds(2 * HOUR)));
}

async fn an_entry_has_left_although_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    let left = fixture.command("ada", ("UpdateItem", Delivery::AnswerIsLost), async |table, stored| {
        Departures::new(&table).leave(&stored).await
    });
    assert!(left.await.expect("she waits"));
    assert_eq!(fixture.position("bob").await, Some(1));
    assert_eq!(fixture.statistics().await.left, 1);
    assert!(!Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she has left"));
}

async fn an_entry_with_an_offer_has_left_although_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let left = fixture.command("ada", ("TransactWriteItems", Delivery::AnswerIsLost), async |table, stored| {
        Departures::new(&table).leave(&stored).await
    });
    assert!(left.await.expect("she holds an offer"));
    assert_eq!((fixture.statistics().await.left, fixture.seats().await), (1, (1, 0, 1, true)));
}

/// Ada's `work` just before her deadline is lost on its way and repeated after the deadline.
async fn too_late<T: std::fmt::Debug>(
    fixture: &Fixture,
    operation: &'static str,
    work: impl AsyncFnOnce(Table, StoredEntry) -> Result<T, waitlist_domain::Error>,
) {
    let stored = fixture.entry("ada").await;
    let deadline = stored.entry.deadline().expect("seats are held");
    fixture.advance(fixture.table.now().milliseconds_until(deadline) - 1);
    let work = async |table: Table| work(table, stored).await;
    let result = delivered_as(fixture, Delivery::IsLost, operation, work, async || fixture.advance(1)).await;
    assert_eq!(refusal(result), Refusal::OfferExpired);
    assert_eq!(fixture.status("ada").await, Status::Offered);
    assert_eq!(fixture.expire("ada").await.expired, 1);
}

async fn a_claim_that_is_lost_on_its_way_is_not_made_after_the_deadline(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    too_late(&fixture, "UpdateItem", async |table, stored| Claims::new(&table).claim(&stored, "claim").await).await;
}

async fn a_conversion_that_is_lost_on_its_way_is_not_made_after_the_deadline(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let convert = async |table: Table, stored: StoredEntry| Conversions::new(&table).convert(&stored, None).await;
    too_late(&fixture, "TransactWriteItems", convert).await;
}

async fn nothing_is_declined_extended_or_withdrawn_after_the_deadline(fixture: Fixture) {
    fixture.three_wait().await;
    for name in ["decline", "extend", "withdraw"] {
        fixture.put_event(fixture.event(), fixture.line().await.seats.capacity + 1).await.expect("more seats");
        fixture.promote().await;
        let mandate = fixture.mandate(name, None);
        let by = Extension::By(Window::parse("2 hours").expect("valid"));
        let operation = if name == "extend" { "UpdateItem" } else { "TransactWriteItems" };
        let work = async |table: Table, stored: StoredEntry| match name {
            "decline" => Departures::new(&table).decline(&stored, "decline").await,
            "extend" => Extensions::new(&table.acting_as(mandate)).extend(&stored, &by).await,
            _ => Withdrawals::new(&table.acting_as(mandate)).withdraw(&stored, &Destination::End).await,
        };
        too_late(&fixture, operation, work).await;
        let reinstatements = Reinstatements::new(&fixture.commanded(&format!("after {name}"), None));
        reinstatements.reinstate(&fixture.entry("ada").await, &Destination::Front).await.expect("it lapsed");
    }
}
