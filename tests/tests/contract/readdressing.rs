//! Contacts that an organiser corrects: news is told again there, and tokens sent to the old one
//! are revoked.

use serde_json::json;
use waitlist_domain::entry::{AddressVersions, Entry, Status};
use waitlist_domain::messages::message::{Notification, NotificationKind};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::{ContactChange, EmailAddress, PersonName, PhoneChange, PhoneNumber};
use waitlist_domain::values::credential::SecretHash;
use waitlist_store::Table;
use waitlist_store::commands::contact_changes::ContactChanges;
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::offers::{Claims, Conversions};
use waitlist_store::commands::registrations::Cancellations;

use crate::telling::notifier;

use super::fixture::{Fixture, HOUR, contract, on_dynoxide_that_measures};
use super::interleaving::held_up;

contract! {
    a_customer_with_a_new_address_is_told_there_where_they_stand
    a_customer_with_an_ended_entry_is_told_nothing_again
    tokens_sent_to_a_replaced_address_are_revoked
    the_same_address_with_another_name_revokes_no_token_and_tells_nothing
}

fn by_email(address: &str) -> ContactChange {
    let email = Some(EmailAddress::parse(address).expect("valid"));
    ContactChange { name: None, email, phone: PhoneChange::Keep }
}

fn by_phone(number: &str) -> ContactChange {
    ContactChange { name: None, email: None, phone: PhoneChange::To(PhoneNumber::parse(number).expect("valid")) }
}

/// The messages to Ada that follow from a change of her contact.
async fn told(fixture: &Fixture, change: &ContactChange) -> Vec<(NotificationKind, Channel)> {
    let before = fixture.entry("ada").await;
    let after = ContactChanges::new(&fixture.table).change(&before, change).await.expect("she is there");
    let again = Notification::of_corrected_addresses(&after, before.entry.address_versions);
    again.into_iter().map(|notification| (notification.kind, notification.channel)).collect()
}

/// Ada waits for the one seat. Its sale is cancelled, and she is offered the seat.
async fn ada_is_offered_a_seat(fixture: &Fixture) {
    let registration = fixture.sold_out(1).await;
    fixture.join("ada").await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("it is confirmed");
    assert_eq!(fixture.promote().await.offered, 1);
}

async fn a_customer_with_a_new_address_is_told_there_where_they_stand(fixture: Fixture) {
    use Channel::{Email, Sms};
    use NotificationKind::{Claimed, Converted, Joined, Offered};
    let registration = fixture.sold_out(1).await;
    fixture.join("ada").await;
    assert_eq!(told(&fixture, &by_email("ada@one.example")).await, [(Joined, Email)]);
    // Only urgent news goes out by text message.
    assert_eq!(told(&fixture, &by_phone("+14155550101")).await, []);

    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("it is confirmed");
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(told(&fixture, &by_email("ada@two.example")).await, [(Offered, Email)]);
    let gone = ContactChange { name: None, email: None, phone: PhoneChange::Remove };
    assert_eq!(told(&fixture, &gone).await, []);
    assert_eq!(told(&fixture, &by_phone("+14155550102")).await, [(Offered, Sms)]);

    Claims::new(&fixture.table).claim(&fixture.entry("ada").await, "claim").await.expect("in time");
    assert_eq!(told(&fixture, &by_email("ada@three.example")).await, [(Claimed, Email)]);
    Conversions::new(&fixture.table).convert(&fixture.entry("ada").await, None).await.expect("in time");
    assert_eq!(told(&fixture, &by_email("ada@four.example")).await, [(Converted, Email)]);
    assert_eq!(fixture.entry("ada").await.entry.address_versions, AddressVersions { email: 4, sms: 2 });
}

async fn a_customer_with_an_ended_entry_is_told_nothing_again(fixture: Fixture) {
    ada_is_offered_a_seat(&fixture).await;
    fixture.advance(24 * HOUR);
    fixture.expire("ada").await;
    assert_eq!(fixture.status("ada").await, Status::Expired);
    assert_eq!(told(&fixture, &by_email("ada@elsewhere.example")).await, []);
    // The news of the end that is already queued goes to the new address.
    assert_eq!(fixture.entry("ada").await.entry.address_versions, AddressVersions::default());
}

#[test]
fn news_of_an_end_goes_to_an_address_corrected_at_the_last_moment() {
    on_dynoxide_that_measures(async |fixture, cloud| {
        ada_is_offered_a_seat(&fixture).await;
        fixture.advance(24 * HOUR);
        fixture.expire("ada").await;
        let ended = Notification::about(&fixture.entry("ada").await.entry, NotificationKind::Expired);
        let body = serde_json::to_string(&ended[0]).expect("a message");
        let event = serde_json::from_value(json!({"Records": [{"messageId": "1", "body": body}]})).expect("a batch");
        // The edit comes after notify has read the entry and taken the message's marker.
        let tell = async |table: Table| notify::handle(&notifier(&table, &cloud), event).await;
        let edit = async || {
            told(&fixture, &by_email("ada@elsewhere.example")).await;
        };
        let answer = held_up(&fixture, "UpdateItem email_token_hashes", tell, edit).await;
        assert!(answer.batch_item_failures.is_empty(), "{answer:?}");
        let addresses: Vec<String> = cloud.sent_mail().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!(addresses, ["ada@elsewhere.example"]);
    });
}

async fn tokens_sent_to_a_replaced_address_are_revoked(fixture: Fixture) {
    ada_is_offered_a_seat(&fixture).await;
    let notifying = Notifying::new(&fixture.table);
    let entry = fixture.entry("ada").await.entry;
    let (mailed, texted) = (SecretHash::of("mailed"), SecretHash::of("texted"));
    let adds = async |entry: &Entry, channel, token: &SecretHash| {
        notifying.add_message_token(entry, channel, token).await.expect("the table answers")
    };
    assert!(adds(&entry, Channel::Email, &mailed).await && adds(&entry, Channel::Sms, &texted).await);
    told(&fixture, &by_email("ada@elsewhere.example")).await;
    let stored = fixture.entry("ada").await;
    assert!(!stored.is_proven_by(&mailed));
    assert!(stored.is_proven_by(&texted), "her number is the same");
    assert!(stored.is_proven_by(&SecretHash::of("ada")), "so does what she was given when she joined");
    // A token for the old address that is added after the change proves nothing either.
    assert!(!adds(&entry, Channel::Email, &mailed).await);
    told(&fixture, &by_phone("+14155550102")).await;
    assert!(!fixture.entry("ada").await.is_proven_by(&texted));
}

async fn the_same_address_with_another_name_revokes_no_token_and_tells_nothing(fixture: Fixture) {
    ada_is_offered_a_seat(&fixture).await;
    let entry = fixture.entry("ada").await.entry;
    let mailed = SecretHash::of("mailed");
    let added = Notifying::new(&fixture.table).add_message_token(&entry, Channel::Email, &mailed).await;
    assert!(added.expect("the table answers"));
    let name = Some(PersonName::parse("Ada Lovelace").expect("valid"));
    let same = ContactChange { name, email: Some(entry.applicant.email.clone()), phone: PhoneChange::Keep };
    assert_eq!(told(&fixture, &same).await, []);
    let stored = fixture.entry("ada").await;
    assert!(stored.is_proven_by(&mailed));
    assert_eq!(
        (stored.entry.applicant.name.as_str(), stored.entry.address_versions),
        ("Ada Lovelace", AddressVersions::default())
    );
}
