use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use waitlist_domain::Refusal;
use waitlist_domain::event::{Event, TicketType, WaitlistRules};
use waitlist_domain::line::release::{Pace, Release, ReleaseStatus};
use waitlist_domain::line::seats::MOST_CAPACITY;
use waitlist_domain::values::identifier::{ReleaseId, TicketTypeId};
use waitlist_domain::values::label::Label;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Window;
use waitlist_store::commands::events::{EventChanges, WantedEvent};
use waitlist_store::commands::releases::{Batch, Releases};
use waitlist_store::commands::sweeping::Sweeps;
use waitlist_store::queries::events::Events;

use super::fixture::{Fixture, HOUR, SECOND, contract, event_id, line, refusal};
use super::interleaving::held_up;

contract! {
    a_paced_release_deposits_batch_after_batch
    repeating_a_release_frees_its_seats_once
    the_rest_of_a_release_for_a_dropped_ticket_type_is_cancelled
    the_rest_of_a_release_stays_cancelled_when_its_dropped_ticket_type_comes_back
    no_more_seats_are_released_than_a_ticket_type_may_have
    two_releases_at_once_find_room_for_one
    an_unknown_release_is_neither_shown_nor_changed
    a_paused_release_deposits_nothing_and_is_not_due
    a_resumed_release_goes_on_and_is_due_again
    a_cancelled_release_is_not_due_and_stays_as_it_is
    a_repeated_command_changes_nothing
    a_release_that_has_ended_is_left_alone
    a_pause_that_races_a_due_batch_has_one_outcome
    a_release_stored_before_pauses_existed_is_still_read
    an_events_pace_is_kept_and_one_stored_without_is_still_read
}

fn pace(batch_size: i64) -> Pace {
    Pace {
        batch_size: Quantity::parse(batch_size).expect("valid"),
        interval: Window::parse("10 seconds").expect("valid"),
    }
}

pub(crate) fn release(fixture: &Fixture, quantity: i64, batch_size: Option<i64>) -> Release {
    let pace = batch_size.map(pace);
    let id = ReleaseId::from_bits(fixture.table.random_identifier_bits());
    Release::begin(id, line(), Quantity::parse(quantity).expect("valid"), pace, fixture.table.now())
}

async fn a_paced_release_deposits_batch_after_batch(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.try_join("ada", 9).await.expect("open");
    let releases = Releases::new(&fixture.table);
    let begun = releases.begin(&release(&fixture, 5, Some(2))).await.expect("new seats");
    assert_eq!((begun.released, begun.remaining()), (2, 3));
    assert_eq!(fixture.seats().await, (1, 0, 2, true));
    assert!(matches!(releases.deposit(&begun.id).await, Ok(Batch::NotDue(Some(_)))));
    fixture.advance(10 * SECOND);
    assert!(matches!(releases.deposit(&begun.id).await, Ok(Batch::Deposited(_))));
    assert!(matches!(releases.deposit(&begun.id).await, Ok(Batch::NotDue(Some(_)))));
    fixture.advance(10 * SECOND);
    assert!(matches!(releases.deposit(&begun.id).await, Ok(Batch::Deposited(_))));
    assert_eq!(releases.deposit(&begun.id).await.expect("done"), Batch::NotDue(None));
    assert_eq!(fixture.seats().await, (1, 0, 5, true));
}

async fn repeating_a_release_frees_its_seats_once(fixture: Fixture) {
    fixture.sold_out(1).await;
    let releases = Releases::new(&fixture.table);
    let release = release(&fixture, 5, None);
    releases.begin(&release).await.expect("new seats");
    assert_eq!(releases.begin(&release).await.expect("the same"), release);
    assert_eq!(fixture.line().await.seats.capacity, 6);
}

async fn the_rest_of_a_release_for_a_dropped_ticket_type_is_cancelled(fixture: Fixture) {
    let (releases, begun) = begin(&fixture, 2, 1).await;
    let other =
        TicketType { id: TicketTypeId::parse("other").expect("valid"), name: Label::parse("Other").expect("valid") };
    let without = Event { ticket_types: vec![other], ..fixture.event() };
    let changes = EventChanges::new(&fixture.table);
    changes.put(&WantedEvent { event: without, capacities: vec![Some(1)] }).await.expect("it is not in use");
    fixture.advance(10 * SECOND);
    assert_eq!(releases.deposit(&begun.id).await.expect("nothing disturbs it"), Batch::NotDue(None));
    let ended = releases.get(&begun.id).await.expect("it is kept");
    assert_eq!((ended.status(), ended.released, ended.cancelled()), (ReleaseStatus::Cancelled, 1, 1));
    fixture.put_event(fixture.event(), 1).await.expect("it comes back with one seat");
    fixture.advance(HOUR);
    assert_eq!(releases.deposit(&begun.id).await.expect("nothing disturbs it"), Batch::NotDue(None));
    assert_eq!(fixture.seats().await, (0, 0, 1, false));
}

/// Begins a paced release into a line without seats.
async fn begin(fixture: &Fixture, quantity: i64, batch_size: i64) -> (Releases, Release) {
    fixture.put_event(fixture.event(), 0).await.expect("another system sells");
    let releases = Releases::new(&fixture.table);
    let begun = releases.begin(&release(fixture, quantity, Some(batch_size))).await.expect("new seats");
    (releases, begun)
}

/// The number of items in the `due` index for the next hour.
async fn due(fixture: &Fixture) -> usize {
    let until = fixture.table.now().plus_milliseconds(HOUR);
    Sweeps::new(&fixture.table).due_before(until).await.expect("the table answers").len()
}

async fn the_rest_of_a_release_stays_cancelled_when_its_dropped_ticket_type_comes_back(fixture: Fixture) {
    fixture.put_event(fixture.event(), 1).await.expect("valid");
    let releases = Releases::new(&fixture.table);
    let before = releases.begin(&release(&fixture, 5, Some(2))).await.expect("new seats");
    let other =
        TicketType { id: TicketTypeId::parse("other").expect("valid"), ..fixture.event().ticket_types.remove(0) };
    fixture.put_event(Event { ticket_types: vec![other], ..fixture.event() }, 1).await.expect("all are free");
    fixture.put_event(fixture.event(), 1).await.expect("it may come back");
    let since = releases.begin(&release(&fixture, 5, Some(2))).await.expect("new seats");
    fixture.advance(10 * SECOND);
    assert_eq!(releases.deposit(&before.id).await.expect("answers"), Batch::NotDue(None));
    assert_eq!(releases.get(&before.id).await.expect("it is stored").status(), ReleaseStatus::Cancelled);
    assert!(matches!(releases.deposit(&since.id).await, Ok(Batch::Deposited(_))));
    assert_eq!(fixture.seats().await, (0, 0, 1 + 2 + 2, false));
}

async fn no_more_seats_are_released_than_a_ticket_type_may_have(fixture: Fixture) {
    fixture.put_event(fixture.event(), MOST_CAPACITY - 3).await.expect("valid");
    let releases = Releases::new(&fixture.table);
    let refused = refusal(releases.begin(&release(&fixture, 4, Some(1))).await);
    assert!(matches!(&refused, Refusal::Invalid(errors) if errors[0].pointer == "/quantity"), "{refused:?}");
    let last = release(&fixture, 3, None);
    for _ in 0..2 {
        assert_eq!(releases.begin(&last).await.expect("there is room"), last, "repeated, it is the same");
    }
    assert_eq!(fixture.seats().await, (0, 0, MOST_CAPACITY, false));
}

async fn two_releases_at_once_find_room_for_one(fixture: Fixture) {
    fixture.put_event(fixture.event(), MOST_CAPACITY - 3).await.expect("valid");
    let [one, other] = [release(&fixture, 2, None), release(&fixture, 3, None)];
    let begin = async |table| Releases::new(&table).begin(&one).await;
    let meanwhile = async || assert!(Releases::new(&fixture.table).begin(&other).await.is_ok());
    let refused = refusal(held_up(&fixture, "TransactWriteItems", begin, meanwhile).await);
    assert!(matches!(refused, Refusal::Invalid(_)), "{refused:?}");
    assert_eq!(fixture.seats().await, (0, 0, MOST_CAPACITY, false));
}

async fn an_unknown_release_is_neither_shown_nor_changed(fixture: Fixture) {
    let releases = Releases::new(&fixture.table);
    let id = ReleaseId::from_bits([7; 16]);
    assert_eq!(refusal(releases.get(&id).await), Refusal::ReleaseNotFound);
    assert_eq!(refusal(releases.pause(&id).await), Refusal::ReleaseNotFound);
    assert_eq!(refusal(releases.resume(&id).await), Refusal::ReleaseNotFound);
    assert_eq!(refusal(releases.cancel(&id).await), Refusal::ReleaseNotFound);
}

async fn a_paused_release_deposits_nothing_and_is_not_due(fixture: Fixture) {
    let (releases, begun) = begin(&fixture, 5, 2).await;
    assert_eq!(due(&fixture).await, 1);
    let paused = releases.pause(&begun.id).await.expect("it goes on");
    assert_eq!((paused.status(), paused.remaining()), (ReleaseStatus::Paused, 3));
    assert_eq!(due(&fixture).await, 0);
    fixture.advance(60 * SECOND);
    assert_eq!(releases.deposit(&begun.id).await.expect("nothing disturbs it"), Batch::NotDue(None));
    assert_eq!(fixture.seats().await, (0, 0, 2, false));
    assert_eq!(releases.get(&begun.id).await.expect("it is there"), paused);
}

async fn a_resumed_release_goes_on_and_is_due_again(fixture: Fixture) {
    let (releases, begun) = begin(&fixture, 5, 2).await;
    releases.pause(&begun.id).await.expect("it goes on");
    fixture.advance(60 * SECOND);
    let resumed = releases.resume(&begun.id).await.expect("it is paused");
    assert_eq!(resumed.due_at, Some(fixture.table.now()));
    assert_eq!(due(&fixture).await, 1);
    assert!(matches!(releases.deposit(&begun.id).await, Ok(Batch::Deposited(_))));
    let next = Some(fixture.table.now().plus_milliseconds(10 * SECOND));
    assert_eq!(releases.deposit(&begun.id).await.expect("nothing disturbs it"), Batch::NotDue(next));
    assert_eq!(fixture.seats().await, (0, 0, 4, false));
}

async fn a_cancelled_release_is_not_due_and_stays_as_it_is(fixture: Fixture) {
    let (releases, begun) = begin(&fixture, 5, 2).await;
    let cancelled = releases.cancel(&begun.id).await.expect("it goes on");
    assert_eq!((cancelled.released, cancelled.remaining(), cancelled.cancelled()), (2, 0, 3));
    assert_eq!(due(&fixture).await, 0);
    fixture.advance(60 * SECOND);
    assert_eq!(releases.deposit(&begun.id).await.expect("nothing disturbs it"), Batch::NotDue(None));
    let ended = Refusal::ReleaseEnded { status: "cancelled" };
    assert_eq!(refusal(releases.resume(&begun.id).await), ended);
    assert_eq!(refusal(releases.pause(&begun.id).await), ended);
    assert_eq!(releases.get(&begun.id).await.expect("it is there"), cancelled);
    assert_eq!(fixture.seats().await, (0, 0, 2, false));
}

async fn a_repeated_command_changes_nothing(fixture: Fixture) {
    let (releases, begun) = begin(&fixture, 5, 2).await;
    assert_eq!(releases.resume(&begun.id).await.expect("it goes on"), begun);
    let paused = releases.pause(&begun.id).await.expect("it goes on");
    fixture.advance(SECOND);
    assert_eq!(releases.pause(&begun.id).await.expect("it is paused"), paused);
    let resumed = releases.resume(&begun.id).await.expect("it is paused");
    assert_eq!(resumed, begun);
    let cancelled = releases.cancel(&begun.id).await.expect("it goes on");
    assert_eq!(releases.cancel(&begun.id).await.expect("it is cancelled"), cancelled);
}

async fn a_release_that_has_ended_is_left_alone(fixture: Fixture) {
    let (releases, begun) = begin(&fixture, 2, 2).await;
    let ended = Refusal::ReleaseEnded { status: "done" };
    assert_eq!(refusal(releases.pause(&begun.id).await), ended);
    assert_eq!(refusal(releases.resume(&begun.id).await), ended);
    assert_eq!(refusal(releases.cancel(&begun.id).await), ended);
    assert_eq!(releases.get(&begun.id).await.expect("it is there"), begun);
}

async fn a_pause_that_races_a_due_batch_has_one_outcome(fixture: Fixture) {
    let (releases, begun) = begin(&fixture, 50, 1).await;
    let mut released = 1;
    for _ in 0..10 {
        fixture.advance(10 * SECOND);
        let (paused, batch) = tokio::join!(releases.pause(&begun.id), releases.deposit(&begun.id));
        released += u32::from(matches!(batch.expect("it comes through"), Batch::Deposited(_)));
        let paused = paused.expect("it goes on");
        assert_eq!((paused.status(), paused.released), (ReleaseStatus::Paused, released));
        assert_eq!(releases.get(&begun.id).await.expect("it is there"), paused);
        assert_eq!(fixture.seats().await, (0, 0, released.into(), false));
        releases.resume(&begun.id).await.expect("it is paused");
    }
}

type Attributes = HashMap<String, AttributeValue>;

/// Changes a stored item behind the store's back.
async fn edit(fixture: &Fixture, (pk, sk): (&str, &str), change: impl FnOnce(&mut Attributes)) {
    let key = [("pk", pk), ("sk", sk)].map(|(name, value)| (name.to_owned(), AttributeValue::S(value.to_owned())));
    let read = fixture.client.get_item().table_name(fixture.table_name()).set_key(Some(key.into())).send().await;
    let mut item = read.expect("the table answers").item.expect("it is there");
    change(&mut item);
    let put = fixture.client.put_item().table_name(fixture.table_name()).set_item(Some(item));
    put.send().await.expect("the table takes it");
}

fn inner<'item>(item: &'item mut Attributes, name: &str) -> &'item mut Attributes {
    match item.get_mut(name) {
        Some(AttributeValue::M(map)) => map,
        other => panic!("{name} is no map: {other:?}"),
    }
}

async fn a_release_stored_before_pauses_existed_is_still_read(fixture: Fixture) {
    let (releases, begun) = begin(&fixture, 5, 2).await;
    let strip = |item: &mut Attributes| assert!(item.remove("version").is_some());
    edit(&fixture, (&format!("RELEASE#{}", begun.id), "RELEASE"), strip).await;
    assert_eq!(releases.get(&begun.id).await.expect("it is read"), begun);
    let paused = releases.pause(&begun.id).await.expect("it goes on");
    assert_eq!(paused.status(), ReleaseStatus::Paused);
    assert_eq!(releases.resume(&begun.id).await.expect("it is paused"), begun);
    // A release for a dropped ticket type, which ended without an outcome.
    let end = |item: &mut Attributes| {
        for name in ["version", "due_shard", "due_at", "armed_from"] {
            assert!(item.remove(name).is_some(), "{name}");
        }
        inner(item, "release").insert("due_at".to_owned(), AttributeValue::Null(true));
    };
    edit(&fixture, (&format!("RELEASE#{}", begun.id), "RELEASE"), end).await;
    assert_eq!(releases.get(&begun.id).await.expect("it is read").status(), ReleaseStatus::Cancelled);
}

async fn an_events_pace_is_kept_and_one_stored_without_is_still_read(fixture: Fixture) {
    let event = fixture.event();
    let rules = WaitlistRules { pace: Some(pace(3)), ..event.rules.clone() };
    fixture.put_event(Event { rules, ..event }, 0).await.expect("valid");
    let events = Events::new(&fixture.table);
    assert_eq!(events.get(&event_id()).await.expect("it is there").rules.pace, Some(pace(3)));
    let strip = |item: &mut Attributes| {
        assert!(inner(inner(item, "event"), "rules").remove("pace").is_some());
    };
    edit(&fixture, ("EVENT#camp", "EVENT"), strip).await;
    assert_eq!(events.get(&event_id()).await.expect("it is read").rules.pace, None);
}
