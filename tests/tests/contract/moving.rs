//! Waiting entries that an organiser moves within their line.

use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::event::{Event, WaitlistRules};
use waitlist_domain::line::order::Order;
use waitlist_domain::values::identifier::TierId;
use waitlist_store::commands::joining::{Join, Joins};
use waitlist_store::commands::moves::{Destination, Moves};
use waitlist_store::commands::offers::Departures;
use waitlist_store::queries::events::Statistics;

use super::fixture::{Fixture, contract, event_id, refusal};

contract! {
    an_entry_moved_to_the_front_is_next
    entries_moved_to_the_front_keep_the_order_of_their_moves
    an_entry_moved_to_the_end_is_last
    an_entry_moved_to_another_tier_stands_behind_everybody_there
    only_waiting_entries_are_moved_and_only_to_tiers_of_the_event
    a_moved_entry_is_counted_once
}

impl Fixture {
    async fn move_to(
        &self,
        name: &str,
        destination: Destination,
    ) -> Result<waitlist_domain::entry::Entry, waitlist_domain::Error> {
        Moves::new(&self.table).move_to(&self.entry(name).await, &destination).await
    }

    pub(crate) async fn positions(&self, names: &[&str]) -> Vec<Option<u64>> {
        let mut positions = Vec::new();
        for name in names {
            positions.push(self.position(name).await);
        }
        positions
    }

    pub(crate) async fn three_wait(&self) {
        self.sold_out(1).await;
        for name in ["ada", "bob", "cyd"] {
            self.join(name).await;
        }
    }

    pub(crate) async fn a_seat_comes_free(&self) {
        let capacity = self.line().await.seats.capacity + 1;
        self.put_event(self.event(), capacity).await.expect("more seats");
        assert_eq!(self.promote().await.offered, 1);
    }
}

async fn an_entry_moved_to_the_front_is_next(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.move_to("cyd", Destination::Front).await.expect("she waits");
    assert_eq!(fixture.positions(&["cyd", "ada", "bob"]).await, [Some(1), Some(2), Some(3)]);
    fixture.a_seat_comes_free().await;
    assert_eq!(fixture.status("cyd").await, Status::Offered);
    assert_eq!(fixture.positions(&["ada", "bob"]).await, [Some(1), Some(2)]);
}

async fn entries_moved_to_the_front_keep_the_order_of_their_moves(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.move_to("cyd", Destination::Front).await.expect("she waits");
    fixture.move_to("bob", Destination::Front).await.expect("he waits");
    assert_eq!(fixture.positions(&["cyd", "bob", "ada"]).await, [Some(1), Some(2), Some(3)]);
    assert_eq!(fixture.join("dan").await, 4);
    fixture.a_seat_comes_free().await;
    assert_eq!(fixture.positions(&["cyd", "bob", "ada", "dan"]).await, [None, Some(1), Some(2), Some(3)]);
    fixture.move_to("bob", Destination::End).await.expect("he waits");
    assert_eq!(fixture.positions(&["ada", "dan", "bob"]).await, [Some(1), Some(2), Some(3)]);
}

async fn an_entry_moved_to_the_end_is_last(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.move_to("ada", Destination::End).await.expect("she waits");
    assert_eq!(fixture.positions(&["bob", "cyd", "ada"]).await, [Some(1), Some(2), Some(3)]);
    assert_eq!(fixture.join("dan").await, 4);
    fixture.a_seat_comes_free().await;
    assert_eq!(fixture.status("bob").await, Status::Offered);
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    assert_eq!(fixture.positions(&["cyd", "dan"]).await, [Some(1), Some(2)]);
}

async fn an_entry_moved_to_another_tier_stands_behind_everybody_there(fixture: Fixture) {
    let tier = |name: &str| TierId::parse(name).expect("valid");
    let event = fixture.event();
    let order = Order::Priority { tiers: vec![tier("vip"), tier("general")] };
    let event = Event { rules: WaitlistRules { order, ..event.rules.clone() }, ..event };
    fixture.put_event(event, 0).await.expect("valid");
    for (name, of) in [("ada", "general"), ("bob", "general"), ("cyd", "vip")] {
        let wish = Join { tier: Some(tier(of)), ..fixture.wish(name, 1) };
        Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("open");
    }
    let moved = fixture.move_to("bob", Destination::Tier(tier("vip"))).await.expect("he waits");
    assert_eq!(moved.tier, Some(tier("vip")));
    assert_eq!(fixture.positions(&["cyd", "bob", "ada"]).await, [Some(1), Some(2), Some(3)]);
    fixture.move_to("bob", Destination::Tier(tier("vip"))).await.expect("he is there already");
    assert_eq!(fixture.entry("bob").await.entry.number, moved.number);
    let unknown = refusal(fixture.move_to("ada", Destination::Tier(tier("royal"))).await);
    assert!(matches!(unknown, Refusal::Invalid(errors) if errors[0].pointer == "/tier"));
}

async fn only_waiting_entries_are_moved_and_only_to_tiers_of_the_event(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    let refused = refusal(fixture.move_to("ada", Destination::End).await);
    assert_eq!(refused, Refusal::NotWaiting { status: "offered" });
    let vip = TierId::parse("vip").expect("valid");
    assert!(matches!(refusal(fixture.move_to("bob", Destination::Tier(vip)).await), Refusal::Invalid(_)));
    assert_eq!(fixture.positions(&["bob", "cyd"]).await, [Some(1), Some(2)]);
}

async fn a_moved_entry_is_counted_once(fixture: Fixture) {
    fixture.three_wait().await;
    for name in ["cyd", "ada", "cyd"] {
        fixture.move_to(name, Destination::Front).await.expect("they wait");
    }
    fixture.move_to("cyd", Destination::End).await.expect("she waits");
    let statistics = Statistics::new(&fixture.table).get(&event_id()).await.expect("answers").1;
    assert_eq!((statistics[0].joined, statistics[0].line.numbers.waiting()), (3, 3));
}
