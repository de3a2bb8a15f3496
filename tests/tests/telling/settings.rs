//! Messages follow the settings of the stack.

use std::time::Duration;

use serde_json::{Value, json};
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::messages::message::NotificationKind;
use waitlist_domain::settings::StackSettings;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::{CustomerId, PlaceId};
use waitlist_domain::values::label::Label;
use waitlist_notify::{Mailer, Sender, SenderName};
use waitlist_store::commands::joining::Join;
use waitlist_store::commands::settings::SettingsChanges;
use waitlist_tests::simulate;

use super::{SENDER, World, about, join_as, join_for, language, put_event, sender, wish};

/// How long the function remembers the settings.
const REMEMBERED: Duration = Duration::from_secs(5);

fn settings() -> StackSettings {
    StackSettings {
        organiser_name: Label::parse("Lakeside Park").ok(),
        reply_to: EmailAddress::parse("office@lakeside.example").ok(),
        default_locale: Some(language("de-AT")),
        ..StackSettings::default()
    }
}

impl World {
    async fn set(&self, settings: &StackSettings) {
        SettingsChanges::new(&self.table).put(settings).await.expect("nothing disturbs it");
        self.cloud.advance(REMEMBERED);
    }

    /// The sender and the address for replies of the next mail to somebody who joins.
    async fn sender_of_a_mail_to(&self, customer: &str) -> (String, Value) {
        let entry = join_for(&self.table, customer).await;
        let before = self.cloud.sent_mail().len();
        assert_eq!(self.tell(about(&entry, NotificationKind::Joined)).await, 0);
        let mail = self.cloud.sent_mail().remove(before);
        (mail.from, mail.request["ReplyToAddresses"].clone())
    }
}

#[test]
fn a_mail_names_the_organiser_of_the_settings_before_the_sender_of_the_deployment() {
    simulate(63, async |cloud| {
        let mut world = World::new(cloud).await;
        let own = Sender {
            name: Some(SenderName::parse("Camp").expect("valid")),
            reply_to: Some(EmailAddress::parse("host@example.org").expect("valid")),
            ..sender()
        };
        world.ports.mailer = Mailer::new(world.cloud.sesv2(), own);
        world.set(&settings()).await;
        let set = (format!("\"Lakeside Park\" <{SENDER}>"), json!(["office@lakeside.example"]));
        assert_eq!(world.sender_of_a_mail_to("ada").await, set);
        SettingsChanges::new(&world.table).put(&StackSettings::default()).await.expect("nothing disturbs it");
        assert_eq!(world.sender_of_a_mail_to("bob").await, set, "for some seconds");
        world.cloud.advance(REMEMBERED);
        let own = (format!("\"Camp\" <{SENDER}>"), json!(["host@example.org"]));
        assert_eq!(world.sender_of_a_mail_to("cyd").await, own);
    });
}

#[test]
fn the_language_of_the_settings_counts_after_the_customer_s_and_the_event_s() {
    simulate(64, async |cloud| {
        let world = World::new(cloud).await;
        world.set(&settings()).await;
        let wishes =
            [(None, None, true), (None, Some("ja"), true), (None, Some("en"), false), (Some("en"), None, false)];
        for (number, (of_the_event, of_the_customer, is_german)) in wishes.into_iter().enumerate() {
            put_event(&world.table, 0, of_the_event).await;
            let wish = wish(&world.table);
            let customer_id = CustomerId::parse(&format!("customer-{number}")).expect("valid");
            let entry = join_as(
                &world.table,
                Join {
                    place: PlaceId { customer_id, ..wish.place.clone() },
                    token_hash: SecretHash::of(&number.to_string()),
                    applicant: Applicant { locale: of_the_customer.map(language), ..wish.applicant },
                    ..wish
                },
            )
            .await;
            let before = world.cloud.sent_mail().len();
            assert_eq!(world.tell(about(&entry, NotificationKind::Joined)).await, 0);
            let mail = world.cloud.sent_mail().remove(before);
            assert_eq!(
                mail.html.contains("lang=\"de\""),
                is_german,
                "{of_the_event:?} {of_the_customer:?}: {}",
                mail.html
            );
        }
    });
}
