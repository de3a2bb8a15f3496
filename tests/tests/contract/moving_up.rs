use waitlist_domain::event::{Event, WaitlistRules};
use waitlist_domain::line::moved_up::MovedUpAt;
use waitlist_domain::line::order::{Order, Standing};
use waitlist_store::commands::draws::Progress;
use waitlist_store::commands::moves::{Destination, Moves};
use waitlist_store::commands::offers::Departures;
use waitlist_store::followers::moved_up::MovedUp;

use super::fixture::{Fixture, HOUR, SECOND, contract, line};
use super::ordering::{priority, weighted};

contract! {
    a_customer_who_comes_within_a_threshold_is_told_once
    a_customer_who_joined_within_a_threshold_is_not_told_of_it
    a_find_that_was_not_noted_is_found_again
    the_nearest_of_several_thresholds_passed_at_once_is_told
    two_looks_at_once_do_not_undo_each_others_notes
    a_line_without_thresholds_and_a_closed_line_are_left_alone
    far_down_the_line_others_may_have_gone
    people_of_a_first_tier_are_counted_first_and_nobody_is_told_of_a_position_twice
    under_turns_the_place_in_the_schedule_counts
    a_moved_entry_is_told_once_it_comes_nearer_than_its_new_place
    people_in_a_draw_are_told_only_once_they_come_nearer_than_their_lot
    an_entry_read_at_its_old_place_is_looked_at_again_by_one_and_told_then
}

/// Everybody joins a line of an event with these thresholds.
async fn waiting(fixture: &Fixture, thresholds: &[u64], names: &[&str]) {
    put(fixture, thresholds, 0).await;
    for name in names {
        fixture.join(name).await;
    }
}

async fn put(fixture: &Fixture, thresholds: &[u64], capacity: u64) {
    let event = fixture.event();
    let moved_up_at = MovedUpAt::new(thresholds.iter().copied()).expect("in range");
    let rules = WaitlistRules { moved_up_at, ..event.rules.clone() };
    fixture.put_event(Event { rules, ..event }, capacity).await.expect("valid");
}

async fn leaves(fixture: &Fixture, name: &str) {
    let left = Departures::new(&fixture.table).leave(&fixture.entry(name).await).await;
    assert!(left.expect("the table answers"), "{name} waited");
}

/// The customers that a look finds, each with the threshold. Nothing is noted.
async fn found(fixture: &Fixture) -> Vec<(String, u64)> {
    let news = MovedUp::new(&fixture.table).look(&line()).await.expect("the table answers");
    let notifications = news.map(|news| news.notifications).unwrap_or_default();
    let mut told: Vec<(String, u64)> = notifications
        .iter()
        .filter_map(|notification| Some((notification.place.customer_id.to_string(), notification.threshold()?)))
        .collect();
    told.dedup();
    told
}

/// The customers that a look finds and notes, each with the threshold.
async fn told(fixture: &Fixture) -> Vec<(String, u64)> {
    let told = found(fixture).await;
    let moved_up = MovedUp::new(&fixture.table);
    if let Some(news) = moved_up.look(&line()).await.expect("the table answers") {
        assert_eq!(news.look_again_at, None, "everybody is in sight");
        moved_up.note(&news).await.expect("the table answers");
    }
    told
}

fn tells(names: &[(&str, u64)]) -> Vec<(String, u64)> {
    names.iter().map(|(name, threshold)| ((*name).to_owned(), *threshold)).collect()
}

async fn a_customer_who_comes_within_a_threshold_is_told_once(fixture: Fixture) {
    waiting(&fixture, &[2, 1], &["ada", "bob", "cyd", "dan"]).await;
    assert_eq!(told(&fixture).await, []);
    leaves(&fixture, "ada").await;
    assert_eq!(told(&fixture).await, tells(&[("bob", 1), ("cyd", 2)]));
    assert_eq!(told(&fixture).await, []);
    // An offer moves the others up as well.
    put(&fixture, &[2, 1], 1).await;
    fixture.promote().await;
    assert_eq!(told(&fixture).await, tells(&[("cyd", 1), ("dan", 2)]));
    assert_eq!(told(&fixture).await, []);
}

async fn an_entry_read_at_its_old_place_is_looked_at_again_by_one_and_told_then(fixture: Fixture) {
    waiting(&fixture, &[2, 1], &["ada", "bob", "cyd"]).await;
    leaves(&fixture, "ada").await;
    fixture.reads_elsewhere("bob", "-pool").await;
    let moved_up = MovedUp::new(&fixture.table);
    let look = async || {
        let news = moved_up.look(&line()).await.expect("the table answers").expect("somebody is out of sight");
        moved_up.note(&news).await.expect("the table answers");
        news.look_again_at
    };
    assert_eq!(found(&fixture).await, tells(&[("cyd", 2)]));
    let again_at = look().await.expect("bob is out of sight");
    assert_eq!(fixture.table.now().milliseconds_until(again_at), 5 * SECOND);
    assert_eq!(look().await, None, "somebody is to look already");
    fixture.advance(5 * SECOND);
    assert!(look().await.is_some_and(|next| next > again_at));
    fixture.reads_elsewhere("bob", "").await;
    assert_eq!(told(&fixture).await, tells(&[("bob", 1), ("cyd", 2)]));
    assert_eq!(found(&fixture).await, []);
}

async fn a_customer_who_joined_within_a_threshold_is_not_told_of_it(fixture: Fixture) {
    waiting(&fixture, &[50, 2], &["ada", "bob", "cyd"]).await;
    leaves(&fixture, "ada").await;
    assert_eq!(told(&fixture).await, tells(&[("cyd", 2)]));
    fixture.join("dan").await;
    leaves(&fixture, "bob").await;
    assert_eq!(told(&fixture).await, tells(&[("dan", 2)]));
}

async fn a_find_that_was_not_noted_is_found_again(fixture: Fixture) {
    waiting(&fixture, &[1], &["ada", "bob"]).await;
    leaves(&fixture, "ada").await;
    assert_eq!(found(&fixture).await, tells(&[("bob", 1)]));
    assert_eq!(found(&fixture).await, tells(&[("bob", 1)]));
    assert_eq!(told(&fixture).await, tells(&[("bob", 1)]));
    assert_eq!(found(&fixture).await, []);
}

async fn the_nearest_of_several_thresholds_passed_at_once_is_told(fixture: Fixture) {
    waiting(&fixture, &[4, 3, 1], &["ada", "bob", "cyd", "dan", "eve"]).await;
    for name in ["ada", "bob", "cyd"] {
        leaves(&fixture, name).await;
    }
    assert_eq!(told(&fixture).await, tells(&[("dan", 1), ("eve", 3)]));
    leaves(&fixture, "dan").await;
    assert_eq!(told(&fixture).await, tells(&[("eve", 1)]));
}

async fn two_looks_at_once_do_not_undo_each_others_notes(fixture: Fixture) {
    waiting(&fixture, &[2, 1], &["ada", "bob", "cyd", "dan"]).await;
    let moved_up = MovedUp::new(&fixture.table);
    let look = async || moved_up.look(&line()).await.expect("the table answers").expect("somebody went");
    leaves(&fixture, "ada").await;
    let early = look().await;
    leaves(&fixture, "bob").await;
    let late = look().await;
    moved_up.note(&late).await.expect("the table answers");
    moved_up.note(&early).await.expect("the table answers");
    assert_eq!(found(&fixture).await, []);
}

async fn a_line_without_thresholds_and_a_closed_line_are_left_alone(fixture: Fixture) {
    waiting(&fixture, &[], &["ada", "bob"]).await;
    leaves(&fixture, "ada").await;
    assert_eq!(found(&fixture).await, []);
    put(&fixture, &[1], 0).await;
    assert_eq!(found(&fixture).await, tells(&[("bob", 1)]), "the rule as it is now");
    fixture.advance(1000 * HOUR);
    assert_eq!(found(&fixture).await, []);
}

async fn far_down_the_line_others_may_have_gone(fixture: Fixture) {
    let names: Vec<String> = (0..40).map(|number| format!("person-{number}")).collect();
    waiting(&fixture, &[3], &names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(told(&fixture).await, []);
    // Only the first two and the last stay.
    for name in &names[2..39] {
        leaves(&fixture, name).await;
    }
    assert_eq!(told(&fixture).await, tells(&[("person-39", 3)]));
}

/// Puts an event of this order without seats.
async fn put_in_order(fixture: &Fixture, order: Order, thresholds: &[u64]) {
    let event = fixture.event_in_order(order);
    let moved_up_at = MovedUpAt::new(thresholds.iter().copied()).expect("in range");
    let rules = WaitlistRules { moved_up_at, ..event.rules.clone() };
    fixture.put_event(Event { rules, ..event }, 0).await.expect("valid");
}

async fn people_of_a_first_tier_are_counted_first_and_nobody_is_told_of_a_position_twice(fixture: Fixture) {
    put_in_order(&fixture, priority(&["vip", "general"]), &[2]).await;
    fixture.join_all(&["general1", "general2", "general3", "general4"]).await;
    leaves(&fixture, "general1").await;
    assert_eq!(told(&fixture).await, tells(&[("general3", 2)]));
    fixture.join_all(&["vip1", "vip2", "vip3"]).await;
    leaves(&fixture, "vip1").await;
    assert_eq!(told(&fixture).await, tells(&[("vip3", 2)]));
    leaves(&fixture, "general2").await;
    leaves(&fixture, "vip2").await;
    assert_eq!(told(&fixture).await, [], "the third stands there again");
    leaves(&fixture, "vip3").await;
    assert_eq!(told(&fixture).await, tells(&[("general4", 2)]));
}

async fn under_turns_the_place_in_the_schedule_counts(fixture: Fixture) {
    put_in_order(&fixture, weighted(&[("vip", 2), ("general", 1)]), &[3]).await;
    let names = ["vip1", "vip2", "vip3", "vip4", "general1", "general2", "general3"];
    fixture.join_all(&names).await;
    assert_eq!(told(&fixture).await, []);
    leaves(&fixture, "vip1").await;
    leaves(&fixture, "vip2").await;
    let told = told(&fixture).await;
    assert!(told.contains(&("vip4".to_owned(), 3)), "{told:?}");
    for name in &names[2..] {
        let Some(Standing::Schedule(place)) = fixture.standing(name).await else { panic!("{name} has a place") };
        let joined = fixture.entry(name).await.joined_position.expect("it had one");
        let is_told = told.contains(&((*name).to_owned(), 3));
        assert_eq!(is_told, place <= 3 && joined > 3, "{name} joined at {joined} and is at {place}");
    }
}

async fn people_in_a_draw_are_told_only_once_they_come_nearer_than_their_lot(fixture: Fixture) {
    put_in_order(&fixture, fixture.lottery(&[]), &[2]).await;
    let names = ["ada", "bob", "cyd", "dan", "eve"];
    for name in names {
        fixture.try_join(name, 1).await.expect("the line is open");
    }
    leaves(&fixture, "cyd").await;
    assert_eq!(told(&fixture).await, []);
    fixture.advance(2 * HOUR);
    assert_eq!(fixture.draw().await, Progress::Finished);
    assert_eq!(told(&fixture).await, [], "everybody stands where their lot put them");
    let mut by_place = Vec::new();
    for name in ["ada", "bob", "dan", "eve"] {
        by_place.push((fixture.position(name).await.expect("it is drawn"), name));
    }
    by_place.sort_unstable();
    leaves(&fixture, by_place[0].1).await;
    assert_eq!(told(&fixture).await, tells(&[(by_place[2].1, 2)]));
}

async fn a_moved_entry_is_told_once_it_comes_nearer_than_its_new_place(fixture: Fixture) {
    waiting(&fixture, &[2, 1], &["ada", "bob", "cyd", "dan", "eve"]).await;
    leaves(&fixture, "ada").await;
    assert_eq!(told(&fixture).await, tells(&[("bob", 1), ("cyd", 2)]));
    fixture.reinstate("ada", Destination::End).await.expect("she left");
    // Moves to the front and to the end: nobody is told of the organiser's own command.
    let moves = Moves::new(&fixture.table);
    moves.move_to(&fixture.entry("eve").await, &Destination::Front).await.expect("she waits");
    assert_eq!(told(&fixture).await, []);
    assert_eq!(fixture.entry("eve").await.joined_position, Some(1));
    moves.move_to(&fixture.entry("dan").await, &Destination::End).await.expect("he waits");
    assert_eq!(fixture.entry("dan").await.joined_position, Some(5));
    for name in ["eve", "bob", "cyd"] {
        leaves(&fixture, name).await;
    }
    // Bob and Cyd were told of these thresholds before. Ada and Dan stand behind them since their
    // moves.
    assert_eq!(told(&fixture).await, tells(&[("ada", 1), ("dan", 2)]));
}
