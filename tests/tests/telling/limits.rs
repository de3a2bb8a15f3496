//! Messages beyond the limit of their address: what is said of seats is put off, and not lost.

use std::time::Duration;

use waitlist_domain::entry::Entry;
use waitlist_domain::messages::message::{Notification, NotificationKind, Wake};
use waitlist_domain::messages::message_limit::MOST_ABOUT_SEATS;
use waitlist_domain::values::identifier::EntryId;
use waitlist_store::commands::notifying::Allowance;
use waitlist_store::commands::offers::Claims;
use waitlist_tests::simulate;

use super::{EMAIL, World, about, by_email};

const HOUR: Duration = Duration::from_secs(3600);
/// The longest delay of SQS, in milliseconds.
const LONGEST_DELAY: i64 = 900_000;

impl World {
    /// The entry's address has had as many mails of this kind as it gets within an hour.
    async fn exhaust_limit(&self, entry: &Entry, kind: NotificationKind) {
        for number in 0..MOST_ABOUT_SEATS {
            let id = EntryId::from_bits(u128::try_from(number).expect("small").to_be_bytes());
            let other = Notification { entry_id: id, ..by_email(entry, kind) };
            let allowance = self.ports.notifying.count_against_limit(&other, EMAIL).await.expect("readable");
            assert_eq!(allowance, Allowance::Now);
        }
    }

    /// Takes what was put off. It waits for an hour, in steps of the longest delay.
    fn put_off(&self) -> Vec<Notification> {
        let timers = self.cloud.queue("timers");
        let messages = timers.messages();
        let wakes = messages.iter().map(|message| {
            let Wake::Notification { notification, due_at } = serde_json::from_str(&message.body).expect("a wake-up")
            else {
                panic!("a message was put off: {}", message.body)
            };
            assert_eq!(message.visible_at - message.sent_at, LONGEST_DELAY);
            assert_eq!(due_at, self.table.now().plus_milliseconds(3_600_000));
            notification
        });
        let wakes = wakes.collect();
        timers.delete(&messages);
        wakes
    }
}

#[test]
fn an_offer_beyond_the_limit_is_told_when_the_hour_is_over() {
    simulate(31, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        world.exhaust_limit(&entry, NotificationKind::Offered).await;
        let offered = by_email(&entry, NotificationKind::Offered);
        assert_eq!(world.tell(vec![offered.clone()]).await, 0);
        assert_eq!((world.sent(), world.markers().await), (0, vec!["sending".to_owned()]));
        assert_eq!(world.put_off(), std::slice::from_ref(&offered));
        world.cloud.advance(HOUR);
        // It may have been put off twice, by a sender that crashed.
        for _ in 0..2 {
            assert_eq!(world.tell(vec![offered.clone()]).await, 0);
        }
        assert_eq!((world.sent(), world.markers().await), (1, vec!["sent".to_owned()]));
        assert!(world.put_off().is_empty());
    });
}

#[test]
fn what_is_not_true_any_more_is_not_put_off_again() {
    simulate(32, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        world.exhaust_limit(&entry, NotificationKind::Offered).await;
        let offered = by_email(&entry, NotificationKind::Offered);
        assert_eq!(world.tell(vec![offered.clone()]).await, 0);
        assert_eq!(world.put_off(), std::slice::from_ref(&offered));
        Claims::new(&world.table).claim(&world.stored(&entry).await, "claim").await.expect("in time");
        assert_eq!(world.tell(vec![offered]).await, 0);
        assert!(world.put_off().is_empty() && world.sent() == 0);
        // A message of another kind has a limit of its own.
        let claimed = world.stored(&entry).await.entry;
        assert_eq!(world.tell(about(&claimed, NotificationKind::Claimed)).await, 0);
        assert_eq!(world.sent(), 1);
    });
}
