//! Offers out of turn, which an organiser makes.

use waitlist_domain::entry::{Entry, Status};
use waitlist_domain::event::{Event, WaitlistRules};
use waitlist_domain::line::fit::{Fit, MaxPasses};
use waitlist_domain::line::order::{Order, WeightedTier};
use waitlist_domain::line::turns::Weight;
use waitlist_domain::values::identifier::TierId;
use waitlist_domain::{Error, Refusal};
use waitlist_store::commands::joining::{Join, Joins};
use waitlist_store::commands::out_of_turn::OffersOutOfTurn;

use super::fixture::{Fixture, HOUR, contract, refusal};

contract! {
    somebody_is_offered_free_seats_out_of_turn
    too_few_free_seats_are_told_of
    nobody_is_offered_seats_twice_or_after_the_event_has_begun
    an_offer_out_of_turn_is_no_pass_under_skip
    an_offer_out_of_turn_uses_up_no_turn_of_a_tier
    an_offer_out_of_turn_that_is_repeated_is_made_once
}

impl Fixture {
    async fn offer_out_of_turn(&self, name: &str) -> Result<Entry, Error> {
        OffersOutOfTurn::new(&self.commanded("offer", None)).offer(&self.entry(name).await).await
    }

    /// Ada waits for four seats, Bob and Cyd for one each. `free` seats are free.
    async fn gathered(&self, event: Event, free: u64) {
        self.put_event(event.clone(), 0).await.expect("valid");
        for (name, quantity) in [("ada", 4), ("bob", 1), ("cyd", 1)] {
            self.try_join(name, quantity).await.expect("open");
        }
        self.put_event(event, free).await.expect("valid");
    }
}

async fn somebody_is_offered_free_seats_out_of_turn(fixture: Fixture) {
    fixture.gathered(fixture.event(), 2).await;
    assert_eq!(fixture.promote().await.offered, 0);
    let offered = fixture.offer_out_of_turn("cyd").await.expect("two seats are free");
    assert_eq!((offered.status, offered.deadline()), (Status::Offered, fixture.entry("cyd").await.entry.deadline()));
    assert_eq!(fixture.table.now().milliseconds_until(offered.deadline().expect("it is offered")), 24 * HOUR);
    assert_eq!(fixture.seats().await, (0, 1, 1, true));
    assert_eq!((fixture.position("ada").await, fixture.position("bob").await), (Some(1), Some(2)));
    assert_eq!(fixture.statistics().await.line.seats.outcomes.offers, 1);
    fixture.advance(24 * HOUR);
    assert_eq!(fixture.expire("cyd").await.expired, 1);
    assert_eq!(fixture.seats().await, (0, 0, 2, true));
}

async fn too_few_free_seats_are_told_of(fixture: Fixture) {
    fixture.gathered(fixture.event(), 2).await;
    let refused = refusal(fixture.offer_out_of_turn("ada").await);
    assert_eq!(refused, Refusal::SeatsNotFree { quantity: 4, free: 2 });
    assert_eq!(fixture.seats().await, (0, 0, 2, true));
}

async fn nobody_is_offered_seats_twice_or_after_the_event_has_begun(fixture: Fixture) {
    fixture.gathered(fixture.event(), 2).await;
    let bob = fixture.entry("bob").await;
    let offers = |command| OffersOutOfTurn::new(&fixture.commanded(command, None));
    offers("first").offer(&bob).await.expect("a seat is free");
    assert_eq!(refusal(offers("second").offer(&bob).await), Refusal::NotWaiting { status: "offered" });
    fixture.advance(1001 * HOUR);
    assert_eq!(refusal(fixture.offer_out_of_turn("cyd").await), Refusal::WaitlistClosed);
}

async fn an_offer_out_of_turn_is_no_pass_under_skip(fixture: Fixture) {
    let fit = Fit::Skip { max_passes: MaxPasses::LEAST };
    let event = fixture.event();
    let event = Event { rules: WaitlistRules { fit, ..event.rules.clone() }, ..event };
    fixture.gathered(event, 1).await;
    fixture.offer_out_of_turn("cyd").await.expect("a seat is free");
    fixture.put_event(fixture.event(), 1).await.expect("valid");
    let event = fixture.event();
    let event = Event { rules: WaitlistRules { fit, ..event.rules.clone() }, ..event };
    fixture.put_event(event, 2).await.expect("one more");
    // Ada may be passed over once, and was not passed over yet.
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.status("bob").await, Status::Offered);
}

async fn an_offer_out_of_turn_uses_up_no_turn_of_a_tier(fixture: Fixture) {
    let tier = |name: &str| TierId::parse(name).expect("valid");
    let weighted = |name: &str| WeightedTier { id: tier(name), weight: Weight::LEAST };
    let event = fixture.event();
    let order = Order::Weighted { tiers: vec![weighted("vip"), weighted("general")] };
    let event = Event { rules: WaitlistRules { order, ..event.rules.clone() }, ..event };
    fixture.put_event(event.clone(), 0).await.expect("valid");
    for (name, of) in [("ada", "vip"), ("bob", "vip"), ("cyd", "vip"), ("dan", "general"), ("eve", "general")] {
        let wish = Join { tier: Some(tier(of)), ..fixture.wish(name, 1) };
        Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("open");
    }
    fixture.put_event(event.clone(), 1).await.expect("valid");
    let before = fixture.line().await.turns;
    fixture.offer_out_of_turn("ada").await.expect("a seat is free");
    assert_eq!(fixture.line().await.turns, before);
    // The tiers take turns as if she had never waited.
    fixture.put_event(event, 3).await.expect("valid");
    assert_eq!(fixture.promote().await.offered, 2);
    let offered = [fixture.status("bob").await, fixture.status("dan").await];
    assert_eq!(offered, [Status::Offered, Status::Offered]);
}

async fn an_offer_out_of_turn_that_is_repeated_is_made_once(fixture: Fixture) {
    fixture.gathered(fixture.event(), 2).await;
    fixture.offer_out_of_turn("cyd").await.expect("two seats are free");
    let again = fixture.offer_out_of_turn("cyd").await.expect("the same command");
    assert_eq!(again.status, Status::Offered);
    assert_eq!(fixture.seats().await, (0, 1, 1, true));
}
