use waitlist_domain::Error;
use waitlist_domain::messages::send_rate::{Microseconds, Precedence, SHARE_OF_SECOND, SendRate};
use waitlist_domain::values::channels::Channel;
use waitlist_store::commands::send_slots::SendSlots;

use super::fixture::{Fixture, HOUR, SECOND, contract};

contract! {
    many_functions_that_book_at_once_get_different_slots
    an_unused_slot_is_not_saved_up
    channels_do_not_wait_for_each_other
    a_sender_that_cannot_wait_long_enough_books_nothing
    a_sender_of_second_precedence_books_nothing_behind_many_until_it_is_owed_a_slot
    nothing_is_sent_for_a_second_after_too_much
}

/// The slots of another function, at four mails and one text message a second.
fn slots(fixture: &Fixture) -> SendSlots {
    let rate = |text| SendRate::parse(text).expect("valid");
    SendSlots::new(&fixture.table, rate("4"), rate("1"))
}

/// Books a slot at most `within` milliseconds away. Returns the milliseconds until it.
async fn book(
    fixture: &Fixture,
    slots: &SendSlots,
    channel: Channel,
    precedence: Precedence,
    within: i64,
) -> Option<Microseconds> {
    let now = fixture.table.now();
    match slots.book(channel, precedence, now.plus_milliseconds(within)).await {
        Ok(slot) => Some(slot / 1000 - now.milliseconds()),
        Err(Error::Busy { .. }) => None,
        Err(error) => panic!("the table answers: {error}"),
    }
}

async fn first(fixture: &Fixture) -> Option<Microseconds> {
    book(fixture, &slots(fixture), Channel::Email, Precedence::First, HOUR).await
}

async fn many_functions_that_book_at_once_get_different_slots(fixture: Fixture) {
    let one = || first(&fixture);
    let (a, b, c, d, e, f) = tokio::join!(one(), one(), one(), one(), one(), one());
    let mut booked = [a, b, c, d, e, f];
    booked.sort_unstable();
    assert_eq!(booked, [0, 250, 500, 750, 1000, 1250].map(Some));
    // A warm function guesses from its last booking, and may be wrong.
    let warm = slots(&fixture);
    for (passes, slot) in [(0, 1500), (100, 1650), (5000, 0), (0, 250), (250, 250), (251, 249)] {
        fixture.advance(passes);
        let booked = book(&fixture, &warm, Channel::Email, Precedence::First, HOUR).await;
        assert_eq!(booked, Some(slot), "after {passes}");
    }
}

async fn an_unused_slot_is_not_saved_up(fixture: Fixture) {
    for _ in 0..2 {
        assert_eq!((first(&fixture).await, first(&fixture).await), (Some(0), Some(250)));
        fixture.advance(HOUR);
    }
}

async fn channels_do_not_wait_for_each_other(fixture: Fixture) {
    let slots = slots(&fixture);
    for slot in [0, 1000, 2000] {
        assert_eq!(book(&fixture, &slots, Channel::Sms, Precedence::First, HOUR).await, Some(slot));
    }
    assert_eq!(first(&fixture).await, Some(0));
}

async fn a_sender_that_cannot_wait_long_enough_books_nothing(fixture: Fixture) {
    for slot in [0, 250, 500] {
        assert_eq!(first(&fixture).await, Some(slot));
    }
    for precedence in [Precedence::First, Precedence::Second] {
        assert_eq!(book(&fixture, &slots(&fixture), Channel::Email, precedence, 749).await, None);
    }
    assert_eq!(first(&fixture).await, Some(750));
}

async fn a_sender_of_second_precedence_books_nothing_behind_many_until_it_is_owed_a_slot(fixture: Fixture) {
    let second = async |within| book(&fixture, &slots(&fixture), Channel::Email, Precedence::Second, within).await;
    assert_eq!(second(0).await, Some(0));
    for slot in 1..=12 {
        assert_eq!(first(&fixture).await, Some(slot * 250));
    }
    // The second precedence is owed a slot from the fifth after its last one on.
    fixture.advance(SHARE_OF_SECOND * 250 - 1);
    assert_eq!(second(1).await, None);
    assert_eq!(first(&fixture).await, Some(13 * 250 - 1249));
    // A sender that can wait for long leaves the slot to others for an interval.
    fixture.advance(1 + 250);
    assert_eq!(second(HOUR).await, Some(14 * 250 - 1500));
    assert_eq!(second(1000).await, None, "the next is owed later");
    // Once the queue is short, it has its turn.
    fixture.advance(1250);
    assert_eq!(second(HOUR).await, Some(15 * 250 - 2750));
}

async fn nothing_is_sent_for_a_second_after_too_much(fixture: Fixture) {
    let slots = slots(&fixture);
    slots.slow_down(Channel::Email).await.expect("the table answers");
    assert_eq!(first(&fixture).await, Some(SECOND));
    slots.slow_down(Channel::Email).await.expect("the table answers");
    assert_eq!(first(&fixture).await, Some(1250), "whoever waits longer already is not hurried");
    fixture.advance(900);
    slots.slow_down(Channel::Email).await.expect("the table answers");
    assert_eq!(first(&fixture).await, Some(SECOND));
}
