//! Messages beyond the limit of their address: what is said of seats is put off, and not lost.

use std::time::Duration;

use waitlist_domain::entry::Entry;
use waitlist_domain::messages::message::{Notification, NotificationKind, Wake};
use waitlist_domain::messages::message_limit::MOST_ABOUT_SEATS;
use waitlist_domain::values::channels::{Channel, Channels};
use waitlist_domain::values::identifier::EntryId;
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_store::commands::notifying::Allowance;
use waitlist_store::commands::offers::Claims;
use waitlist_store::commands::sweeping::Sweeps;
use waitlist_tests::{Fault, FaultPlan, simulate};

use super::{EMAIL, VISIBILITY, World, about, by_email, join};

const HOUR: Duration = Duration::from_secs(3600);
const HOUR_IN_MILLISECONDS: i64 = 3_600_000;

impl World {
    /// The entry's address has had as many mails of this kind as it gets within an hour.
    async fn exhaust_limit(&self, entry: &Entry, kind: NotificationKind) {
        for number in 0..MOST_ABOUT_SEATS {
            let id = EntryId::from_bits(u128::try_from(number).expect("small").to_be_bytes());
            let other = Notification { entry_id: id, ..about(entry, kind).remove(0) };
            let allowance = self.ports.notifying.count_against_limit(&other, EMAIL).await.expect("readable");
            assert_eq!(allowance, Allowance::Now);
        }
    }

    /// The messages that were put off for an hour, and not given back.
    async fn put_off(&self) -> Vec<Notification> {
        let in_an_hour = self.table.now().plus_milliseconds(HOUR_IN_MILLISECONDS);
        let due = Sweeps::new(&self.table).due_before(in_an_hour).await.expect("readable");
        let message = due.into_iter().map(|due| match due.wake {
            Wake::Notification { notification, due_at } => {
                assert_eq!(due_at, in_an_hour);
                notification
            }
            other => panic!("only messages are due: {other:?}"),
        });
        message.collect()
    }

    /// Gives a message that was put off back to its queue, as the timer does.
    async fn give_back(&self, notification: &Notification) {
        let messages = &self.ports.put_off_messages;
        let message = messages.due(notification).await.expect("readable").expect("it was put off and is due");
        self.enqueue(vec![message.notification.clone()]).await;
        messages.given_back(&message).await.expect("writable");
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
        assert_eq!(world.put_off().await, std::slice::from_ref(&offered));
        world.cloud.advance(HOUR);
        world.give_back(&offered).await;
        // It may come twice, from a timer that crashed.
        assert_eq!(world.tell(vec![offered.clone()]).await, 0);
        assert_eq!((world.sent(), world.markers().await), (1, vec!["sent".to_owned()]));
        assert!(world.put_off().await.is_empty());
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
        world.cloud.advance(HOUR);
        world.give_back(&offered).await;
        world.exhaust_limit(&entry, NotificationKind::Offered).await;
        Claims::new(&world.table).claim(&world.stored(&entry).await, "claim").await.expect("in time");
        assert_eq!(world.deliver().await, 0);
        assert!(world.put_off().await.is_empty() && world.sent() == 0);
        // A message of another kind has a limit of its own.
        let claimed = world.stored(&entry).await.entry;
        assert_eq!(world.tell(about(&claimed, NotificationKind::Claimed)).await, 0);
        assert_eq!(world.sent(), 1);
    });
}

#[test]
fn a_message_whose_sender_crashes_before_it_is_put_off_comes_again() {
    simulate(33, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        world.exhaust_limit(&entry, NotificationKind::Offered).await;
        let offered = by_email(&entry, NotificationKind::Offered);
        world.enqueue(vec![offered.clone()]).await;
        world.cloud.faults(FaultPlan::none().about("PUTOFF#", Fault::CrashBefore));
        assert_eq!(world.deliver().await, 1);
        world.cloud.faults(FaultPlan::none());
        assert!(world.put_off().await.is_empty());
        world.cloud.advance(VISIBILITY);
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.sent(), 0);
        world.cloud.advance(HOUR);
        world.give_back(&offered).await;
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.sent(), 1);
    });
}

#[test]
fn a_mail_in_place_of_a_text_message_is_put_off_too() {
    simulate(34, async |cloud| {
        let mut world = World::new(cloud).await;
        world.ports.countries = SmsCountries::default();
        let channels = Some(Channels::new([Channel::Sms]).expect("one"));
        let entry = world.offer_to(join(&world.table, None, channels).await).await;
        let offered = about(&entry, NotificationKind::Offered);
        world.exhaust_limit(&entry, NotificationKind::Offered).await;
        assert_eq!(world.tell(offered.clone()).await, 0);
        assert_eq!((world.sent(), world.put_off().await), (0, offered.clone()));
        world.cloud.advance(HOUR);
        world.give_back(&offered[0]).await;
        assert_eq!(world.deliver().await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 1);
    });
}
