use waitlist_domain::line::lane::Lane;
use waitlist_domain::line::position_index::Mark;
use waitlist_domain::messages::message::Wake;
use waitlist_store::commands::events::Put;
use waitlist_store::commands::registrations::Cancellations;
use waitlist_store::commands::sweeping::{Condition, Sweeps};
use waitlist_store::followers::changes::IndexUpkeep;
use waitlist_store::queries::events::Statistics;

use super::fixture::{Fixture, HOUR, SECOND, contract, event_id, line};
use super::interleaving::held_up;
use super::promotion::take_a_number_and_crash;

contract! {
    a_deadline_is_found_when_it_is_near_and_not_after_the_offer_ended
    a_line_with_free_seats_and_an_active_waitlist_has_stalled
    lines_are_watched_until_they_are_found_at_rest
    a_number_without_an_entry_is_found_once_it_is_settled
    a_join_is_counted_however_late_its_number_is_marked
    a_line_stays_watched_when_its_event_is_put_off_meanwhile
    a_line_stays_watched_when_its_last_seat_is_sold_meanwhile
}

async fn a_deadline_is_found_when_it_is_near_and_not_after_the_offer_ended(fixture: Fixture) {
    let registration = fixture.sold_out(1).await;
    fixture.join("ada").await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    fixture.promote().await;
    let sweeps = Sweeps::new(&fixture.table);
    let soon = |fixture: &Fixture| fixture.table.now().plus_milliseconds(90 * SECOND);
    assert_eq!(sweeps.due_before(soon(&fixture)).await.expect("answers"), vec![]);
    fixture.advance(24 * HOUR - 60 * SECOND);
    let due = sweeps.due_before(soon(&fixture)).await.expect("answers");
    assert_eq!(due.len(), 1);
    assert!(matches!(&due[0].wake, Wake::Deadlines { line: of, .. } if *of == line()));
    fixture.advance(HOUR);
    fixture.expire("ada").await;
    assert_eq!(sweeps.due_before(soon(&fixture)).await.expect("answers"), vec![]);
}

async fn a_line_with_free_seats_and_an_active_waitlist_has_stalled(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let sweeps = Sweeps::new(&fixture.table);
    assert_eq!(sweeps.examine(&line()).await.expect("answers").condition, Condition::Fine);
    fixture.put_event(fixture.event(), 2).await.expect("one more");
    assert_eq!(sweeps.examine(&line()).await.expect("answers").condition, Condition::Stalled);
    fixture.promote().await;
    assert_eq!(sweeps.examine(&line()).await.expect("answers").condition, Condition::Fine);
}

async fn lines_are_watched_until_they_are_found_at_rest(fixture: Fixture) {
    let sweeps = Sweeps::new(&fixture.table);
    let registration = fixture.sold_out(1).await;
    assert_eq!(sweeps.lines().await.expect("answers"), vec![line()]);
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    assert_eq!(sweeps.examine(&line()).await.expect("answers").condition, Condition::Resting);
    assert_eq!(sweeps.lines().await.expect("answers"), vec![]);
    fixture.sell(1).await.expect("on sale");
    fixture.advance(2000 * HOUR);
    assert_eq!(sweeps.examine(&line()).await.expect("answers").condition, Condition::Closed);
    assert_eq!(sweeps.lines().await.expect("answers"), vec![]);
    fixture.put_event(fixture.event(), 1).await.expect("put off");
    assert_eq!(sweeps.lines().await.expect("answers"), vec![line()]);
}

async fn a_number_without_an_entry_is_found_once_it_is_settled(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    take_a_number_and_crash(&fixture).await;
    fixture.join("cyd").await;
    let sweeps = Sweeps::new(&fixture.table);
    assert_eq!(sweeps.audit(&line()).await.expect("answers"), 0);
    assert_eq!(fixture.position("cyd").await, Some(3));
    fixture.advance(30 * SECOND);
    assert_eq!(sweeps.audit(&line()).await.expect("answers"), 1);
    assert_eq!(fixture.position("cyd").await, Some(2));
    assert_eq!(sweeps.audit(&line()).await.expect("answers"), 0);
}

async fn a_join_is_counted_however_late_its_number_is_marked(fixture: Fixture) {
    fixture.sold_out(1).await;
    let upkeep = IndexUpkeep::new(&fixture.table);
    let mark = async |number: u64, marks: &[Mark]| {
        upkeep.mark(&line().lane(Lane::Common), &[(number, marks.to_vec())]).await.expect("answers");
        Statistics::new(&fixture.table).get(&event_id()).await.expect("answers").1[0].joined
    };
    let (retire, leave) = ([Mark::Gone, Mark::Unused], [Mark::Gone, Mark::Left, Mark::Found]);
    fixture.join("ada").await;
    fixture.join("bob").await;
    // Ada leaves the index before her number is marked, so the number seems to have no entry.
    assert_eq!(mark(1, &retire).await, 1);
    assert_eq!(mark(1, &leave).await, 2);
    // Bob's number is marked first.
    assert_eq!(mark(2, &leave).await, 2);
    assert_eq!(mark(2, &retire).await, 2);
}

async fn a_line_stays_watched_when_its_event_is_put_off_meanwhile(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.advance(2000 * HOUR);
    let examine = async |table| Sweeps::new(&table).examine(&line()).await.expect("answers");
    let put_off = async || assert_eq!(fixture.put_event(fixture.event(), 1).await.expect("put off"), Put::Changed);
    held_up(&fixture, "UpdateItem", examine, put_off).await;
    assert_eq!(Sweeps::new(&fixture.table).lines().await.expect("answers"), vec![line()]);
}

async fn a_line_stays_watched_when_its_last_seat_is_sold_meanwhile(fixture: Fixture) {
    let registration = fixture.sold_out(1).await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("confirmed");
    let examine = async |table| Sweeps::new(&table).examine(&line()).await.expect("answers");
    let sell = async || fixture.sell(1).await.map(|_| ()).expect("on sale");
    held_up(&fixture, "UpdateItem", examine, sell).await;
    assert_eq!(Sweeps::new(&fixture.table).lines().await.expect("answers"), vec![line()]);
}
