//! Lines that an organiser steers: joining and offers are paused, resumed and closed.

use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::line::steering::{Joining, Offering};
use waitlist_domain::values::identifier::hexadecimal;
use waitlist_store::commands::joining::{Joined, Joins};
use waitlist_store::commands::offers::{Claims, Departures};
use waitlist_store::commands::steering::{Steer, Steering};
use waitlist_store::commands::sweeping::{Condition, Sweeps};

use super::fixture::{Fixture, HOUR, contract, line, refusal};

contract! {
    nobody_joins_while_joining_is_paused
    a_warm_function_notices_a_pause_at_once
    nobody_joins_a_closed_line_and_waiting_entries_are_served
    a_join_to_a_closed_line_with_seats_on_sale_is_told_of_the_seats
    seats_gather_while_offering_is_paused_and_running_offers_go_on
    an_offer_that_lapses_while_offering_is_paused_passes_to_nobody
    seats_that_nobody_waits_for_go_on_sale_though_offering_is_paused
    a_setting_that_is_not_named_stays
    a_line_that_others_have_steered_since_is_not_steered_again
}

impl Fixture {
    pub(crate) async fn steer(&self, joining: Option<Joining>, offering: Option<Offering>) {
        // Each call is another command.
        let command = hexadecimal(&self.table.random());
        self.steer_by(&command, joining, offering).await;
    }

    async fn steer_by(&self, command: &str, joining: Option<Joining>, offering: Option<Offering>) {
        let steering = Steering::new(&self.commanded(command, Some("Because")));
        steering.steer(&[line()], Steer { joining, offering }).await.expect("the line is there");
    }

    pub(crate) async fn pause_offering(&self) {
        self.steer(None, Some(Offering::Paused)).await;
    }

    async fn add_a_seat(&self) {
        let capacity = self.line().await.seats.capacity + 1;
        self.put_event(self.event(), capacity).await.expect("more seats");
    }
}

async fn nobody_joins_while_joining_is_paused(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.steer(Some(Joining::Paused), None).await;
    assert_eq!(refusal(fixture.try_join("dan", 1).await), Refusal::JoiningPaused);
    assert_eq!(fixture.line().await.numbers.next, 4);
    fixture.steer(Some(Joining::Open), None).await;
    assert_eq!(fixture.join("dan").await, 4);
}

async fn a_warm_function_notices_a_pause_at_once(fixture: Fixture) {
    fixture.sold_out(1).await;
    let joins = Joins::new(&fixture.table);
    let joined = joins.join(&fixture.wish("ada", 1), |_| Ok(())).await;
    assert!(matches!(joined, Ok(Joined::New(..))));
    fixture.steer(Some(Joining::Paused), None).await;
    assert_eq!(refusal(joins.join(&fixture.wish("bob", 1), |_| Ok(())).await), Refusal::JoiningPaused);
}

async fn nobody_joins_a_closed_line_and_waiting_entries_are_served(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.steer(Some(Joining::Closed), None).await;
    assert_eq!(refusal(fixture.try_join("dan", 1).await), Refusal::WaitlistClosed);
    // The line stays closed when the event is changed.
    fixture.a_seat_comes_free().await;
    assert_eq!(fixture.status("ada").await, Status::Offered);
    assert_eq!(refusal(fixture.try_join("dan", 1).await), Refusal::WaitlistClosed);
    Claims::new(&fixture.table).claim(&fixture.entry("ada").await, "claim").await.expect("in time");
}

async fn a_join_to_a_closed_line_with_seats_on_sale_is_told_of_the_seats(fixture: Fixture) {
    fixture.put_event(fixture.event(), 2).await.expect("valid");
    fixture.steer(Some(Joining::Closed), None).await;
    assert_eq!(refusal(fixture.try_join("ada", 1).await), Refusal::TicketsAvailable);
}

async fn seats_gather_while_offering_is_paused_and_running_offers_go_on(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    fixture.pause_offering().await;
    fixture.add_a_seat().await;
    fixture.add_a_seat().await;
    assert_eq!(fixture.promote().await.offered, 0);
    assert_eq!(fixture.seats().await, (1, 1, 2, true));
    let examined = Sweeps::new(&fixture.table).examine(&line()).await.expect("answers");
    assert_eq!(examined.condition, Condition::Fine);
    Claims::new(&fixture.table).claim(&fixture.entry("ada").await, "claim").await.expect("it runs on");
    fixture.steer(None, Some(Offering::Open)).await;
    assert_eq!(fixture.promote().await.offered, 2);
    assert_eq!(fixture.status("cyd").await, Status::Offered);
}

async fn an_offer_that_lapses_while_offering_is_paused_passes_to_nobody(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    fixture.pause_offering().await;
    fixture.advance(24 * HOUR);
    let expired = fixture.expire("ada").await;
    assert_eq!((expired.expired, expired.offered), (1, 0));
    assert_eq!(fixture.seats().await, (1, 0, 1, true));
}

async fn seats_that_nobody_waits_for_go_on_sale_though_offering_is_paused(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    fixture.pause_offering().await;
    fixture.add_a_seat().await;
    assert_eq!(fixture.promote().await.offered, 0);
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    fixture.promote().await;
    assert_eq!(fixture.seats().await, (1, 0, 1, false));
    fixture.sell(1).await.expect("it is on sale");
}

async fn a_setting_that_is_not_named_stays(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.steer(Some(Joining::Closed), Some(Offering::Paused)).await;
    fixture.steer(Some(Joining::Paused), None).await;
    let line = fixture.line().await;
    assert_eq!((line.joining, line.offering), (Joining::Paused, Offering::Paused));
    fixture.steer(Some(Joining::Open), Some(Offering::Open)).await;
    let line = fixture.line().await;
    assert_eq!((line.joining, line.offering), (Joining::Open, Offering::Open));
}

async fn a_line_that_others_have_steered_since_is_not_steered_again(fixture: Fixture) {
    fixture.sold_out(1).await;
    let paused = (Some(Joining::Paused), Some(Offering::Paused));
    fixture.steer_by("ours", paused.0, paused.1).await;
    fixture.steer_by("theirs", Some(Joining::Open), Some(Offering::Open)).await;
    fixture.steer_by("ours", paused.0, paused.1).await;
    let line = fixture.line().await;
    assert_eq!((line.joining, line.offering), (Joining::Open, Offering::Open));
}
