use waitlist_domain::entry::Status;
use waitlist_domain::event::Event;
use waitlist_domain::event::reminder::ReminderAt;
use waitlist_domain::messages::message::Wake;
use waitlist_store::commands::moves::Destination;
use waitlist_store::commands::offers::Claims;
use waitlist_store::commands::reminders::{Reminded, Reminders};
use waitlist_store::commands::sweeping::Sweeps;
use waitlist_store::commands::withdrawals::Withdrawals;

use super::fixture::{Fixture, HOUR, SECOND, contract};

contract! {
    a_reminder_is_noted_once_from_its_moment_on
    a_claimed_offer_has_no_reminder
    an_offer_past_its_deadline_is_not_reminded_of
    the_sweep_finds_the_reminder_and_then_the_deadline
    an_offer_after_one_that_was_withdrawn_has_a_reminder_of_its_own
}

/// Ada is offered a seat for 24 hours, with a reminder after 18.
async fn offered(fixture: &Fixture) {
    let event = fixture.event();
    let reminder_at = Some(ReminderAt::parse(75).expect("valid"));
    let rules = waitlist_domain::event::WaitlistRules { reminder_at, ..event.rules.clone() };
    fixture.put_event(Event { rules: rules.clone(), ..event.clone() }, 0).await.expect("valid");
    fixture.join("ada").await;
    fixture.put_event(Event { rules, ..event }, 1).await.expect("valid");
    fixture.promote().await;
    assert_eq!(fixture.status("ada").await, Status::Offered);
}

async fn remind(fixture: &Fixture) -> Reminded {
    let place = fixture.entry("ada").await.entry.place;
    Reminders::new(&fixture.table).remind(&place).await.expect("the table answers")
}

async fn a_reminder_is_noted_once_from_its_moment_on(fixture: Fixture) {
    offered(&fixture).await;
    fixture.advance(18 * HOUR - 1);
    assert_eq!(remind(&fixture).await, Reminded::NotDue);
    fixture.advance(1);
    assert_eq!(remind(&fixture).await, Reminded::Now);
    let offer = fixture.entry("ada").await.entry.offer.expect("it is hers");
    assert_eq!(offer.reminded_at, Some(fixture.table.now()));
    assert_eq!(remind(&fixture).await, Reminded::NotDue);
    fixture.advance(6 * HOUR);
    assert_eq!(fixture.expire("ada").await.expired, 1);
}

async fn an_offer_after_one_that_was_withdrawn_has_a_reminder_of_its_own(fixture: Fixture) {
    offered(&fixture).await;
    fixture.advance(18 * HOUR);
    assert_eq!(remind(&fixture).await, Reminded::Now);
    let withdrawals = Withdrawals::new(&fixture.table);
    withdrawals.withdraw(&fixture.entry("ada").await, &Destination::End).await.expect("the offer is live");
    assert_eq!(fixture.promote().await.offered, 1);
    fixture.advance(18 * HOUR - 1);
    assert_eq!(remind(&fixture).await, Reminded::NotDue);
    fixture.advance(1);
    assert_eq!(remind(&fixture).await, Reminded::Now);
}

async fn a_claimed_offer_has_no_reminder(fixture: Fixture) {
    offered(&fixture).await;
    fixture.advance(18 * HOUR - 1);
    Claims::new(&fixture.table).claim(&fixture.entry("ada").await, "claim").await.expect("in time");
    fixture.advance(HOUR);
    assert_eq!(remind(&fixture).await, Reminded::NotDue);
    fixture.advance(HOUR);
    assert_eq!(fixture.expire("ada").await.expired, 1);
}

async fn an_offer_past_its_deadline_is_not_reminded_of(fixture: Fixture) {
    offered(&fixture).await;
    fixture.advance(24 * HOUR);
    assert_eq!(remind(&fixture).await, Reminded::Overdue);
    assert_eq!(fixture.expire("ada").await.expired, 1);
    assert_eq!(remind(&fixture).await, Reminded::NotDue);
}

async fn the_sweep_finds_the_reminder_and_then_the_deadline(fixture: Fixture) {
    offered(&fixture).await;
    let due = async || {
        let soon = fixture.table.now().plus_milliseconds(90 * SECOND);
        Sweeps::new(&fixture.table).due_before(soon).await.expect("the table answers")
    };
    assert_eq!(due().await, []);
    fixture.advance(18 * HOUR - 60 * SECOND);
    assert!(matches!(&due().await[..], [due] if matches!(due.wake, Wake::Reminder { .. })));
    fixture.advance(60 * SECOND);
    assert_eq!(remind(&fixture).await, Reminded::Now);
    assert_eq!(due().await, []);
    fixture.advance(6 * HOUR - 60 * SECOND);
    assert!(matches!(&due().await[..], [due] if matches!(due.wake, Wake::Deadlines { .. })));
}
