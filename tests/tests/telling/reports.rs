//! What mails tell SES, and what SES reports of them: bounces, complaints, and news turned off.

use std::time::Duration;

use serde_json::{Value, json};
use waitlist_api::routes::route;
use waitlist_domain::entry::Entry;
use waitlist_domain::messages::message::{MessageName, Notification, NotificationKind};
use waitlist_domain::values::channels::{Channel, Channels};
use waitlist_domain::values::contact::{ContactChange, EmailAddress, PhoneChange};
use waitlist_domain::values::credential::UnsubscribeToken;
use waitlist_domain::values::unreachable::{Cause, LASTS};
use waitlist_notify::{Mailer, Sender, SenderName};
use waitlist_store::commands::contact_changes::ContactChanges;
use waitlist_store::commands::unreachable_addresses::UnreachableAddresses;
use waitlist_store::commands::unsubscribing::Unsubscribing;
use waitlist_store::followers::changes::Change;
use waitlist_tests::{SentMail, StreamRecord, simulate};

use super::{API, EMAIL, PHONE, SENDER, VISIBILITY, World, about, by_email, join, join_for, sender, token_in};

impl World {
    /// SES reports this of its last mail.
    async fn report(&self, report: impl FnOnce(&SentMail) -> Value) {
        let mail = self.cloud.sent_mail().pop().expect("a mail was sent");
        let body = report(&mail).to_string();
        let event = json!({"Records": [{"messageId": "1", "body": body, "attributes": {}}]});
        let event = serde_json::from_value(event).expect("a batch");
        let answer = feedback::handle(&UnreachableAddresses::new(&self.table), event).await;
        assert!(answer.batch_item_failures.is_empty(), "{answer:?}");
    }

    async fn sorted_markers(&self) -> Vec<String> {
        let mut markers = self.markers().await;
        markers.sort();
        markers
    }

    /// Why mail does not reach the entry, as organisers see it.
    async fn unreachable(&self, entry: &Entry) -> Option<Cause> {
        self.stored(entry).await.entry.unreachable_by(Channel::Email, self.table.now())
    }

    /// The messages that follow from the last change of the entry, as the relay reads the stream.
    fn consequences(&self) -> Vec<Notification> {
        let changes = self.cloud.take_stream_records();
        let of_entries = changes.iter().filter(|record| record.keys()["pk"]["S"].to_string().contains("CUSTOMER#"));
        let images = |record: &StreamRecord| {
            let image = |name: &str| Some(record.as_json()["dynamodb"][name].clone()).filter(|image| !image.is_null());
            Change::from_images(image("OldImage"), image("NewImage")).expect("well formed")
        };
        let changes = of_entries.map(images).map(|change| change.consequences().expect("an entry"));
        changes.flat_map(|consequences| consequences.notifications).collect()
    }
}

fn sorted(states: &[&str]) -> Vec<String> {
    states.iter().map(|state| (*state).to_owned()).collect()
}

#[test]
fn a_mail_bears_its_name_and_the_set_that_reports_on_it() {
    simulate(60, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.offer().await;
        let told = by_email(&entry, NotificationKind::Offered);
        assert_eq!(world.tell(vec![told.clone()]).await, 0);
        let request = world.cloud.sent_mail().remove(0).request;
        assert_eq!(request["ConfigurationSetName"], "mail");
        let tag = |name: &str| {
            let tags = request["EmailTags"].as_array().into_iter().flatten();
            tags.clone().find(|tag| tag["Name"] == name).and_then(|tag| tag["Value"].as_str())
        };
        assert_eq!(MessageName::from_tags(tag), Some(told.name()));
        assert!(request["Content"]["Simple"]["Headers"].is_null(), "an offer is no news: {request}");
        assert_eq!((&request["ReplyToAddresses"], request["FromEmailAddress"].as_str()), (&Value::Null, Some(SENDER)));
    });
}

#[test]
fn a_mail_names_the_organiser_and_where_replies_go_if_they_are_set() {
    simulate(61, async |cloud| {
        let mut world = World::new(cloud).await;
        let sender = Sender {
            name: Some(SenderName::parse("Camp \"Lake\"").expect("valid")),
            reply_to: Some(EmailAddress::parse("host@example.org").expect("valid")),
            ..sender()
        };
        world.ports.mailer = Mailer::new(world.cloud.sesv2(), sender);
        let entry = world.join().await;
        assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
        let request = world.cloud.sent_mail().remove(0).request;
        assert_eq!(request["FromEmailAddress"], format!("\"Camp \\\"Lake\\\"\" <{SENDER}>"));
        assert_eq!(request["ReplyToAddresses"], json!(["host@example.org"]));
    });
}

#[test]
fn news_by_mail_offers_to_unsubscribe_by_a_link_that_works_once_and_for_that_entry_alone() {
    simulate(62, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.join().await;
        let other = join_for(&world.table, "another").await;
        assert_eq!(world.tell(Notification::of_having_moved_up(&entry, 10)).await, 0);
        let request = world.cloud.sent_mail().remove(0).request;
        let header = |name: &str| {
            let headers = request["Content"]["Simple"]["Headers"].as_array().into_iter().flatten();
            headers.clone().find(|header| header["Name"] == name).and_then(|header| header["Value"].as_str())
        };
        assert_eq!(header("List-Unsubscribe-Post"), Some("List-Unsubscribe=One-Click"));
        let link = header("List-Unsubscribe").and_then(|link| link.strip_prefix('<')?.strip_suffix('>'));
        let path = link.and_then(|link| link.strip_prefix(API)).expect("a link to the API");
        let parameters = route("unsubscribe").parameters(path).expect("the route's path");
        let token = UnsubscribeToken::parse(parameters[0].1).expect("a token");
        assert!(!world.stored(&entry).await.is_proven_by(&token.hash()), "it proves nothing else");

        let unsubscribing = Unsubscribing::new(&world.table);
        for _ in 0..2 {
            unsubscribing.unsubscribe(&token.hash()).await.expect("it is a link");
        }
        let stored = world.stored(&entry).await;
        assert_eq!((stored.entry.is_unsubscribed, stored.last_change.step), (true, 2));
        assert!(!world.stored(&other).await.entry.is_unsubscribed);
        assert_eq!(Notification::of_having_moved_up(&stored.entry, 5), []);
        // A message that was queued before is not sent.
        world.cloud.advance(VISIBILITY * 30);
        assert_eq!(world.tell(Notification::of_having_moved_up(&entry, 5)).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 1);
        assert_eq!(world.tell(about(&stored.entry, NotificationKind::Joined)).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 2, "what is about their own seats is still told");
    });
}

#[test]
fn after_a_bounce_no_mail_goes_to_the_address_in_any_entry() {
    for (report, cause) in
        [(SentMail::bounced as fn(&SentMail) -> Value, Cause::Bounced), (SentMail::complained, Cause::Complained)]
    {
        simulate(63, async |cloud| {
            let world = World::new(cloud).await;
            let entry = world.join().await;
            assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
            world.report(report).await;
            world.report(report).await;
            assert_eq!(world.unreachable(&entry).await, Some(cause));
            assert_eq!(world.stored(&entry).await.last_change.step, 2, "a repeated report changes nothing");
            assert_eq!(world.stored(&entry).await.last_change.by, "provider");
            let [other, third] = ["another", "a-third"].map(|customer| join_for(&world.table, customer));
            let (other, third) = (other.await, third.await);
            assert_eq!(world.unreachable(&other).await, None);
            assert_eq!(world.tell(about(&other, NotificationKind::Joined)).await, 0);
            assert_eq!(world.unreachable(&other).await, Some(cause), "it is noted when a mail is due");
            assert_eq!((world.cloud.sent_mail().len(), world.sorted_markers().await), (1, sorted(&["failed", "sent"])));
            // It holds for ninety days, and no longer.
            world.cloud.advance(Duration::from_millis(LASTS.unsigned_abs()));
            assert_eq!(world.unreachable(&other).await, None);
            assert_eq!(world.tell(about(&third, NotificationKind::Joined)).await, 0);
            assert_eq!(world.cloud.sent_mail().len(), 2);
        });
    }
}

#[test]
fn a_bounce_that_may_pass_marks_nothing() {
    simulate(64, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.join().await;
        assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
        world.report(|mail| mail.reported("Bounce", json!({"bounce": {"bounceType": "Transient"}}))).await;
        world.report(|mail| mail.reported("Reject", json!({"reject": {"reason": "Bad content"}}))).await;
        assert_eq!((world.unreachable(&entry).await, world.stored(&entry).await.last_change.step), (None, 1));
        let other = join_for(&world.table, "another").await;
        assert_eq!(world.tell(about(&other, NotificationKind::Joined)).await, 0);
        assert_eq!(world.cloud.sent_mail().len(), 2);
    });
}

#[test]
fn another_address_is_told_and_shows_no_report() {
    simulate(65, async |cloud| {
        let world = World::new(cloud).await;
        let entry = world.join().await;
        assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
        world.report(SentMail::bounced).await;
        world.consequences();
        let email = Some(EmailAddress::parse("ada@elsewhere.example").expect("valid"));
        let change = ContactChange { name: None, email, phone: PhoneChange::Keep };
        let stored = world.stored(&entry).await;
        ContactChanges::new(&world.table).change(&stored, &change).await.expect("she is there");
        assert_eq!(world.unreachable(&entry).await, None);
        assert_eq!(world.tell(world.consequences()).await, 0);
        let addresses: Vec<String> = world.cloud.sent_mail().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!(addresses, [EMAIL, "ada@elsewhere.example"]);
        // A late report on the mail to the old address is not about the entry any more.
        let first = world.cloud.sent_mail().remove(0);
        world.report(|_| first.complained()).await;
        assert_eq!(world.unreachable(&entry).await, None);
    });
}

#[test]
fn an_offer_whose_mail_bounces_goes_by_text_at_once_and_once() {
    simulate(66, async |cloud| {
        let world = World::new(cloud).await;
        let mail = Channels::new([Channel::Email]).expect("one");
        let entry = world.offer_to(join(&world.table, None, Some(mail)).await).await;
        world.cloud.take_stream_records();
        assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 0);
        assert_eq!((world.cloud.sent_mail().len(), world.cloud.sent_sms().len()), (1, 0));
        world.report(SentMail::bounced).await;
        let follows = world.consequences();
        let by_text = |told: &Notification| (told.kind, told.channel) == (NotificationKind::Offered, Channel::Sms);
        assert!(follows.len() == 1 && follows.iter().all(by_text), "{follows:?}");
        for _ in 0..2 {
            assert_eq!(world.tell(follows.clone()).await, 0);
        }
        let [sms] = &world.cloud.sent_sms()[..] else { panic!("one text message") };
        assert_eq!(sms.phone_number, PHONE);
        assert!(world.stored(&entry).await.is_proven_by(&token_in(&sms.message)));
        world.report(SentMail::bounced).await;
        assert_eq!(world.consequences(), []);
    });
}

#[test]
fn an_offer_to_an_address_that_bounced_before_goes_by_text_from_the_start() {
    simulate(67, async |cloud| {
        let world = World::new(cloud).await;
        let mail = Channels::new([Channel::Email]).expect("one");
        let entry = join(&world.table, None, Some(mail)).await;
        assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
        world.report(SentMail::bounced).await;
        let entry = world.offer_to(world.stored(&entry).await.entry).await;
        assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 0);
        assert_eq!((world.cloud.sent_mail().len(), world.cloud.sent_sms().len()), (1, 1));
        assert_eq!(world.sorted_markers().await, sorted(&["failed", "sent", "sent"]));
    });
}
