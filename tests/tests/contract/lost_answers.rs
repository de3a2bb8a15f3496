//! Writes whose answer is lost, or comes too late: what was done is recognised, and nothing is done later than it may be.

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
use super::interleaving::{Fate, befallen};

contract! {
    whoever_is_reinstated_waits_though_the_answer_was_lost
    whoever_lost_an_offer_waits_though_the_answer_was_lost
    whoever_is_moved_waits_there_though_the_answer_was_lost
    whoever_was_offered_seats_out_of_turn_has_them_though_the_answer_was_lost
    an_extension_whose_answer_was_lost_adds_once
    whoever_left_has_left_though_the_answer_was_lost
    whoever_left_with_an_offer_has_left_though_the_answer_was_lost
    a_claim_that_is_lost_on_its_way_is_not_made_after_the_deadline
    a_conversion_that_is_lost_on_its_way_is_not_made_after_the_deadline
    nothing_is_declined_extended_or_withdrawn_after_the_deadline
}

/// What may become of a write that is made: its answer is lost, or its sender gives it up while it is under way.
const MADE_UNHEARD: [Fate; 2] = [Fate::AnswerIsLost, Fate::StaysUnderWay];

async fn nothing() {}

impl Fixture {
    /// The table for a command, over a connection on which the first `operation` meets with this fate.
    async fn command<T>(
        &self,
        name: &str,
        (operation, fate): (&'static str, Fate),
        work: impl AsyncFnOnce(Table, StoredEntry) -> T,
    ) -> T {
        let (stored, mandate) = (self.entry(name).await, self.mandate(&format!("command {fate:?}"), None));
        befallen(self, fate, operation, async |table: Table| work(table.under(mandate), stored).await, nothing).await
    }
}

async fn whoever_is_reinstated_waits_though_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.leave("ada").await;
    let (stored, mandate) = (fixture.entry("ada").await, fixture.mandate("command", None));
    let to_the_end = async |table: Table| {
        let reinstatements = Reinstatements::new(&table.under(mandate));
        reinstatements.reinstate(&stored, &Destination::End).await
    };
    let reinstated = befallen_at_entry(&fixture, Fate::AnswerIsLost, to_the_end).await.expect("she left");
    assert_eq!((reinstated.status, reinstated.number), (Status::Waiting, 4));
    fixture.is_next_but("ada", &["bob", "cyd"]).await;
}

async fn befallen_at_entry<T>(fixture: &Fixture, fate: Fate, work: impl AsyncFnOnce(Table) -> T) -> T {
    befallen(fixture, fate, "UpdateItem CUSTOMER#", work, nothing).await
}

impl Fixture {
    /// They stand behind these others, and are offered a seat once they are next.
    async fn is_next_but(&self, name: &str, others: &[&str]) {
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

async fn whoever_lost_an_offer_waits_though_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let mut numbers = vec![1];
    for fate in MADE_UNHEARD {
        let withdrawn = fixture.command("ada", ("TransactWriteItems", fate), async |table, stored| {
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

async fn whoever_is_moved_waits_there_though_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    let (stored, mandate) = (fixture.entry("ada").await, fixture.mandate("command", None));
    let to_the_end = async |table: Table| Moves::new(&table.under(mandate)).move_to(&stored, &Destination::End).await;
    let moved = befallen_at_entry(&fixture, Fate::AnswerIsLost, to_the_end).await.expect("she waits");
    assert_eq!(moved.number, 4);
    fixture.is_next_but("ada", &["bob", "cyd"]).await;
}

async fn whoever_was_offered_seats_out_of_turn_has_them_though_the_answer_was_lost(fixture: Fixture) {
    for fate in MADE_UNHEARD {
        let name = if fate == Fate::AnswerIsLost { "cyd" } else { "bob" };
        if fate == Fate::AnswerIsLost {
            fixture.three_wait().await;
        }
        let capacity = fixture.line().await.seats.capacity + 1;
        fixture.put_event(fixture.event(), capacity).await.expect("more seats");
        let offer = fixture.command(name, ("TransactWriteItems", fate), async |table, stored| {
            OffersOutOfTurn::new(&table).offer(&stored).await
        });
        assert_eq!(offer.await.expect("a seat is free").status, Status::Offered);
        assert_eq!((fixture.status(name).await, fixture.seats().await.2), (Status::Offered, 0));
    }
    assert_eq!(fixture.position("ada").await, Some(1));
}

async fn an_extension_whose_answer_was_lost_adds_once(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let before = fixture.entry("ada").await.entry.deadline().expect("seats are held");
    let by = Extension::By(Window::parse("2 hours").expect("valid"));
    let extension = fixture.command("ada", ("UpdateItem", Fate::AnswerIsLost), async |table, stored| {
        Extensions::new(&table).extend(&stored, &by).await
    });
    assert_eq!(extension.await.expect("it is live").deadline(), Some(before.plus_milliseconds(2 * HOUR)));
}

async fn whoever_left_has_left_though_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    let left = fixture.command("ada", ("UpdateItem", Fate::AnswerIsLost), async |table, stored| {
        Departures::new(&table).leave(&stored).await
    });
    assert!(left.await.expect("she waits"));
    assert_eq!(fixture.position("bob").await, Some(1));
    assert_eq!(fixture.statistics().await.left, 1);
    assert!(!Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she has left"));
}

async fn whoever_left_with_an_offer_has_left_though_the_answer_was_lost(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let left = fixture.command("ada", ("TransactWriteItems", Fate::AnswerIsLost), async |table, stored| {
        Departures::new(&table).leave(&stored).await
    });
    assert!(left.await.expect("she holds an offer"));
    assert_eq!((fixture.statistics().await.left, fixture.seats().await), (1, (1, 0, 1, true)));
}

/// Ada's `work` on an offer that ends in a moment is lost on its way, and repeated when the offer has ended.
async fn too_late<T: std::fmt::Debug>(
    fixture: &Fixture,
    operation: &'static str,
    work: impl AsyncFnOnce(Table, StoredEntry) -> Result<T, waitlist_domain::Error>,
) {
    let stored = fixture.entry("ada").await;
    let deadline = stored.entry.deadline().expect("seats are held");
    fixture.advance(fixture.table.now().milliseconds_until(deadline) - 1);
    let work = async |table: Table| work(table, stored).await;
    let result = befallen(fixture, Fate::IsLost, operation, work, async || fixture.advance(1)).await;
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
            "extend" => Extensions::new(&table.under(mandate)).extend(&stored, &by).await,
            _ => Withdrawals::new(&table.under(mandate)).withdraw(&stored, &Destination::End).await,
        };
        too_late(&fixture, operation, work).await;
        let reinstatements = Reinstatements::new(&fixture.commanded(&format!("after {name}"), None));
        reinstatements.reinstate(&fixture.entry("ada").await, &Destination::Front).await.expect("it lapsed");
    }
}
