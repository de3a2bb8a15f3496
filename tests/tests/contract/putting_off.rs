use waitlist_domain::messages::message::{Notification, NotificationKind, Wake};
use waitlist_domain::values::time::Timestamp;
use waitlist_store::commands::putting_off::{DueMessage, PutOffMessages};
use waitlist_store::commands::sweeping::{Due, Sweeps};

use super::fixture::{Fixture, HOUR, SECOND, contract};

contract! {
    a_put_off_message_is_due_from_its_time_on_until_it_is_given_back
    a_message_that_is_put_off_twice_is_due_once_at_the_later_time
    a_message_that_is_put_off_again_while_it_is_given_back_stays_put_off
    each_message_is_put_off_by_itself
}

/// A mail about Ada's offer, and one with the reminder of it.
async fn two_messages(fixture: &Fixture) -> [Notification; 2] {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let entry = fixture.entry("ada").await.entry;
    [NotificationKind::Offered, NotificationKind::Reminder].map(|kind| Notification::about(&entry, kind).remove(0))
}

impl Fixture {
    fn put_off_messages(&self) -> PutOffMessages {
        PutOffMessages::new(&self.table)
    }

    /// Puts a message off for so long (milliseconds). Returns its time.
    async fn put_off(&self, message: &Notification, wait: i64) -> Timestamp {
        let due_at = self.table.now().plus_milliseconds(wait);
        self.put_off_messages().put_off(message, due_at).await.expect("the table answers");
        due_at
    }

    async fn due(&self, message: &Notification) -> Option<DueMessage> {
        self.put_off_messages().due(message).await.expect("the table answers")
    }

    async fn give_back(&self, message: &DueMessage) {
        self.put_off_messages().given_back(message).await.expect("the table answers");
    }

    /// What the sweep finds within two hours.
    async fn swept(&self) -> Vec<Due> {
        let until = self.table.now().plus_milliseconds(2 * HOUR);
        Sweeps::new(&self.table).due_before(until).await.expect("the table answers")
    }
}

fn wake(message: &Notification, due_at: Timestamp, armed_from: Timestamp) -> Due {
    Due { wake: Wake::Notification { notification: message.clone(), due_at }, armed_from }
}

async fn a_put_off_message_is_due_from_its_time_on_until_it_is_given_back(fixture: Fixture) {
    let [offered, _] = two_messages(&fixture).await;
    assert_eq!(fixture.due(&offered).await, None);
    let now = fixture.table.now();
    let due_at = fixture.put_off(&offered, HOUR).await;
    assert_eq!(fixture.swept().await, [wake(&offered, due_at, now)]);
    let sweep_before_it = Sweeps::new(&fixture.table).due_before(due_at.plus_milliseconds(-1)).await;
    assert_eq!(sweep_before_it.expect("the table answers"), []);
    fixture.advance(HOUR - 1);
    assert_eq!(fixture.due(&offered).await, None);
    fixture.advance(1);
    let message = fixture.due(&offered).await.expect("it is due");
    assert_eq!(message.notification, offered);
    // A timer that crashed before its note gives it back again.
    assert_eq!(fixture.due(&offered).await.as_ref(), Some(&message));
    for _ in 0..2 {
        fixture.give_back(&message).await;
        assert_eq!((fixture.due(&offered).await, fixture.swept().await), (None, vec![]));
    }
}

async fn a_message_that_is_put_off_twice_is_due_once_at_the_later_time(fixture: Fixture) {
    let [offered, _] = two_messages(&fixture).await;
    fixture.put_off(&offered, HOUR).await;
    fixture.advance(SECOND);
    let due_at = fixture.put_off(&offered, HOUR).await;
    assert_eq!(fixture.swept().await, [wake(&offered, due_at, fixture.table.now())]);
    fixture.advance(HOUR - SECOND);
    assert_eq!(fixture.due(&offered).await, None);
    fixture.advance(SECOND);
    let message = fixture.due(&offered).await.expect("it is due");
    fixture.give_back(&message).await;
    assert_eq!(fixture.swept().await, []);
}

async fn a_message_that_is_put_off_again_while_it_is_given_back_stays_put_off(fixture: Fixture) {
    let [offered, _] = two_messages(&fixture).await;
    for wait in [HOUR, 0] {
        fixture.put_off(&offered, 0).await;
        let message = fixture.due(&offered).await.expect("it is due");
        // Its receiver is quicker than the timer's note, and may have a slower clock.
        let due_at = fixture.put_off(&offered, wait).await;
        fixture.give_back(&message).await;
        assert_eq!(fixture.swept().await, [wake(&offered, due_at, fixture.table.now())], "{wait}");
    }
}

async fn each_message_is_put_off_by_itself(fixture: Fixture) {
    let [offered, reminder] = two_messages(&fixture).await;
    let by_text = Notification { channel: waitlist_domain::values::channels::Channel::Sms, ..offered.clone() };
    let readdressed = Notification { address_version: 1, ..offered.clone() };
    let messages = [offered, reminder, by_text, readdressed];
    for message in &messages {
        fixture.put_off(message, 0).await;
    }
    for (message, left) in messages.iter().zip([3, 2, 1, 0]) {
        let due = fixture.due(message).await.expect("it is due");
        assert_eq!(due.notification, *message);
        fixture.give_back(&due).await;
        assert_eq!(fixture.swept().await.len(), left);
    }
}
