//! Codes that confirm phone numbers, and numbers in countries that text messages do not go to.

use waitlist_domain::entry::phone_confirmation::CODE_LASTS;
use waitlist_domain::messages::message::{Notification, NotificationKind};
use waitlist_domain::values::channels::{Channel, Channels};
use waitlist_domain::values::sms_countries::SmsCountries;
use waitlist_store::StoredEntry;
use waitlist_store::commands::phone_codes::{Asked, PhoneCodes};
use waitlist_tests::{Fault, FaultPlan, simulate};

use super::{Applicant, Join, VISIBILITY, World, about, join, join_as, language, wish};

impl World {
    /// Somebody joins without an API key, so that their phone number is unproven.
    async fn join_publicly(&self, locale: Option<&str>) -> StoredEntry {
        let wish = wish(&self.table);
        let locale = locale.map(language);
        let applicant = Applicant { is_phone_unproven: true, locale, ..wish.applicant };
        self.stored(&join_as(&self.table, Join { applicant, ..wish }).await).await
    }

    /// The message with the code that is asked for.
    async fn ask_for_code(&self, stored: &StoredEntry, request: &str) -> Notification {
        let phone = stored.entry.applicant.phone.as_ref().expect("there is one");
        match PhoneCodes::new(&self.table).ask(stored, phone, request).await.expect("not too many") {
            Asked::OnItsWay(expires_at) => Notification::of_phone_code(
                stored.entry.place.clone(),
                stored.entry.id.clone(),
                expires_at.plus_milliseconds(-CODE_LASTS),
            ),
            Asked::Confirmed(entry) => panic!("it needs no code: {entry:?}"),
        }
    }

    fn texts(&self) -> Vec<String> {
        self.cloud.sent_sms().into_iter().map(|text| text.message).collect()
    }
}

#[test]
fn a_code_is_sent_in_the_customer_s_language_and_once() {
    for (locale, words) in [(None, "is your code to get text messages"), (Some("de-AT"), "ist Ihr Code für SMS")] {
        simulate(1, async |cloud| {
            let world = World::new(cloud).await;
            let stored = world.join_publicly(locale).await;
            let message = world.ask_for_code(&stored, "one").await;
            assert_eq!(world.tell(vec![message.clone(), message]).await, 0);
            let [text] = &world.texts()[..] else { panic!("one text message") };
            assert!(text.contains(words), "{text}");
            assert_eq!(world.markers().await, ["sent"]);
            assert_eq!(world.stored(&stored.entry).await.texted_token_hashes, [], "it has no link");
        });
    }
}

#[test]
fn a_code_that_is_sent_again_after_a_failure_is_the_same() {
    for fault in [Fault::ServerError, Fault::Throttled, Fault::LostResponse, Fault::CrashBefore, Fault::CrashAfter] {
        simulate(2, async |cloud| {
            let world = World::without_retries(cloud).await;
            let stored = world.join_publicly(None).await;
            let message = world.ask_for_code(&stored, "one").await;
            let code =
                world.ports.notifying.phone_code(&message, &stored.entry).await.expect("readable").expect("valid");
            world.cloud.faults(FaultPlan::none().next("Publish", fault));
            world.enqueue(vec![message]).await;
            world.deliver().await;
            world.cloud.advance(VISIBILITY);
            world.deliver().await;
            let texts = world.texts();
            assert!(
                !texts.is_empty() && texts.iter().all(|text| text.starts_with(code.as_str())),
                "{fault:?} {texts:?}"
            );
        });
    }
}

#[test]
fn a_code_that_is_void_by_the_time_it_would_be_sent_is_not_sent() {
    simulate(3, async |cloud| {
        let world = World::new(cloud).await;
        let stored = world.join_publicly(None).await;
        let first = world.ask_for_code(&stored, "one").await;
        world.cloud.advance(VISIBILITY);
        let second = world.ask_for_code(&stored, "two").await;
        assert_eq!(world.tell(vec![first]).await, 0);
        assert_eq!(world.texts().len(), 0, "another was asked for");
        world.cloud.advance(std::time::Duration::from_millis(CODE_LASTS.unsigned_abs()));
        assert_eq!(world.tell(vec![second]).await, 0);
        assert_eq!(world.texts().len(), 0, "it has expired");
        let third = world.ask_for_code(&stored, "three").await;
        let code = world.ports.notifying.phone_code(&third, &stored.entry).await.expect("readable").expect("valid");
        let phone = stored.entry.applicant.phone.as_ref().expect("there is one");
        PhoneCodes::new(&world.table).confirm(&stored, phone, &code).await.expect("it is the code");
        assert_eq!(world.tell(vec![third]).await, 0);
        assert_eq!(world.texts().len(), 0, "there is nothing left to confirm");
    });
}

#[test]
fn where_no_country_is_listed_no_text_message_is_sent_and_each_is_noted() {
    simulate(4, async |cloud| {
        let mut world = World::new(cloud).await;
        world.ports.countries = SmsCountries::default();
        let entry = world.offer().await;
        assert_eq!(world.tell(about(&entry, NotificationKind::Offered)).await, 0);
        assert_eq!((world.cloud.sent_mail().len(), world.texts().len()), (1, 0));
        let mut markers = world.markers().await;
        markers.sort();
        assert_eq!(markers, ["failed", "sent"]);
    });
}

/// Tells somebody who chose text messages alone of their offer. Returns the numbers of mails and of
/// text messages.
async fn tell_of_offer_by_text_alone(world: &World) -> (usize, usize) {
    let channels = Some(Channels::new([Channel::Sms]).expect("one"));
    let entry = world.offer_to(join(&world.table, None, channels).await).await;
    let told = about(&entry, NotificationKind::Offered);
    assert_eq!(told.iter().map(|told| told.channel).collect::<Vec<_>>(), [Channel::Sms]);
    // The second delivery changes nothing.
    for _ in 0..2 {
        assert_eq!(world.tell(told.clone()).await, 0);
    }
    (world.cloud.sent_mail().len(), world.texts().len())
}

#[test]
fn an_offer_that_no_text_message_can_carry_goes_by_mail_at_once() {
    simulate(5, async |cloud| {
        let world = World::new(cloud).await;
        assert_eq!(tell_of_offer_by_text_alone(&world).await, (0, 1));
        assert_eq!(world.markers().await, ["sent"]);
    });
    simulate(6, async |cloud| {
        let mut world = World::new(cloud).await;
        world.ports.countries = SmsCountries::default();
        assert_eq!(tell_of_offer_by_text_alone(&world).await, (1, 0));
    });
    simulate(7, async |cloud| {
        let world = World::without_retries(cloud).await;
        world.cloud.faults(FaultPlan::none().next("Publish", Fault::Refused));
        assert_eq!(tell_of_offer_by_text_alone(&world).await, (1, 0));
    });
}

#[test]
fn a_mail_instead_of_a_text_message_is_not_lost_to_a_crash() {
    for fault in [Fault::ServerError, Fault::CrashBefore] {
        simulate(8, async |cloud| {
            let mut world = World::without_retries(cloud).await;
            world.ports.countries = SmsCountries::default();
            let channels = Some(Channels::new([Channel::Sms]).expect("one"));
            let entry = world.offer_to(join(&world.table, None, channels).await).await;
            world.cloud.faults(FaultPlan::none().next("SendEmail", fault));
            world.enqueue(about(&entry, NotificationKind::Offered)).await;
            assert_eq!(world.deliver().await, 1);
            world.cloud.advance(VISIBILITY);
            assert_eq!(world.deliver().await, 0);
            assert_eq!((world.cloud.sent_mail().len(), world.texts().len()), (1, 0), "{fault:?}");
        });
    }
}
