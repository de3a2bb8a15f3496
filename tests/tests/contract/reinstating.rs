//! Entries that an organiser reinstates, and contacts that an organiser corrects.

use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::{AddressVersions, Entry, Status};
use waitlist_domain::messages::message::{Notification, NotificationKind};
use waitlist_domain::values::channels::{Channel, Channels};
use waitlist_domain::values::contact::{ContactChange, EmailAddress, PersonName, PhoneChange};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::{Error, Refusal};
use waitlist_store::commands::contact_changes::ContactChanges;
use waitlist_store::commands::joining::{Join, Joins};
use waitlist_store::commands::moves::Destination;
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::reinstatements::Reinstatements;

use super::fixture::{Fixture, HOUR, contract, refusal};

contract! {
    a_reinstated_entry_keeps_its_id
    an_entry_reinstated_at_the_front_is_next
    an_entry_with_a_lapsed_offer_is_reinstated_without_it
    an_entry_that_has_not_ended_or_was_replaced_by_a_new_one_is_not_reinstated
    nobody_is_reinstated_once_the_event_has_begun_or_seats_are_on_sale
    a_reinstatement_that_is_repeated_is_done_once
    a_contact_is_corrected_and_the_customer_stays_the_same
    a_phone_number_is_forgotten
    a_customer_who_chose_text_messages_gets_mail_once_their_number_is_forgotten
}

impl Fixture {
    pub(crate) async fn reinstate(&self, name: &str, destination: Destination) -> Result<Entry, Error> {
        let reinstatements = Reinstatements::new(&self.commanded("reinstate", None));
        reinstatements.reinstate(&self.entry(name).await, &destination).await
    }

    pub(crate) async fn leave(&self, name: &str) {
        assert!(Departures::new(&self.table).leave(&self.entry(name).await).await.expect("they stand in line"));
    }
}

async fn a_reinstated_entry_keeps_its_id(fixture: Fixture) {
    fixture.three_wait().await;
    let before = fixture.entry("ada").await.entry;
    fixture.leave("ada").await;
    let reinstated = fixture.reinstate("ada", Destination::End).await.expect("she left");
    assert_eq!((&reinstated.id, reinstated.status, reinstated.number), (&before.id, Status::Waiting, 4));
    assert_eq!(fixture.positions(&["bob", "cyd", "ada"]).await, [Some(1), Some(2), Some(3)]);
    let stored = fixture.entry("ada").await;
    assert_eq!((stored.entry.joined_at, stored.is_proven_by(&SecretHash::of("ada"))), (before.joined_at, true));
    let statistics = fixture.statistics().await;
    assert_eq!((statistics.joined, statistics.left, statistics.line.numbers.waiting()), (3, 1, 3));
}

async fn an_entry_reinstated_at_the_front_is_next(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.leave("cyd").await;
    fixture.reinstate("cyd", Destination::Front).await.expect("she left");
    assert_eq!(fixture.positions(&["cyd", "ada", "bob"]).await, [Some(1), Some(2), Some(3)]);
    fixture.a_seat_comes_free().await;
    assert_eq!(fixture.status("cyd").await, Status::Offered);
}

async fn an_entry_with_a_lapsed_offer_is_reinstated_without_it(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.a_seat_comes_free().await;
    fixture.advance(24 * HOUR);
    fixture.expire("ada").await;
    assert_eq!(fixture.status("ada").await, Status::Expired);
    let reinstated = fixture.reinstate("ada", Destination::End).await.expect("it lapsed");
    assert_eq!((reinstated.offer, fixture.entry("ada").await.entry.offer), (None, None));
    assert_eq!(fixture.positions(&["cyd", "ada"]).await, [Some(1), Some(2)]);
}

async fn an_entry_that_has_not_ended_or_was_replaced_by_a_new_one_is_not_reinstated(fixture: Fixture) {
    fixture.three_wait().await;
    let waits = refusal(fixture.reinstate("ada", Destination::End).await);
    assert_eq!(waits, Refusal::StillWaiting { status: "waiting" });
    fixture.leave("ada").await;
    let left = fixture.entry("ada").await;
    fixture.join("ada").await;
    let reinstatements = Reinstatements::new(&fixture.commanded("late", None));
    assert_eq!(refusal(reinstatements.reinstate(&left, &Destination::End).await), Refusal::EntryNotFound);
    assert_eq!(fixture.positions(&["bob", "cyd", "ada"]).await, [Some(1), Some(2), Some(3)]);
}

async fn nobody_is_reinstated_once_the_event_has_begun_or_seats_are_on_sale(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    fixture.leave("ada").await;
    fixture.put_event(fixture.event(), 2).await.expect("valid");
    fixture.promote().await;
    assert_eq!(fixture.seats().await, (1, 0, 1, false));
    assert_eq!(refusal(fixture.reinstate("ada", Destination::End).await), Refusal::TicketsAvailable);
    fixture.advance(1001 * HOUR);
    assert_eq!(refusal(fixture.reinstate("ada", Destination::End).await), Refusal::WaitlistClosed);
    assert_eq!(fixture.status("ada").await, Status::Left);
}

async fn a_reinstatement_that_is_repeated_is_done_once(fixture: Fixture) {
    fixture.three_wait().await;
    fixture.leave("ada").await;
    let first = fixture.reinstate("ada", Destination::End).await.expect("she left");
    let again = fixture.reinstate("ada", Destination::End).await.expect("the same command");
    assert_eq!((first.number, again.number), (4, 4));
}

async fn a_contact_is_corrected_and_the_customer_stays_the_same(fixture: Fixture) {
    fixture.three_wait().await;
    let before = fixture.entry("ada").await.entry;
    let change = ContactChange {
        name: Some(PersonName::parse("Ada Lovelace").expect("valid")),
        email: Some(EmailAddress::parse("lovelace@example.org").expect("valid")),
        phone: PhoneChange::Keep,
    };
    let changes = ContactChanges::new(&fixture.commanded("edit", Some("Mistyped")));
    let changed = changes.change(&fixture.entry("ada").await, &change).await.expect("she is there");
    let address_versions = AddressVersions { email: 1, sms: 0 };
    let (name, email) = (change.name.expect("set above"), change.email.expect("set above"));
    let expected = Entry { applicant: Applicant { name, email, ..before.applicant }, address_versions, ..before };
    assert_eq!(changed, expected);
    assert_eq!(fixture.entry("ada").await.entry, changed);
    assert_eq!(fixture.last_change("ada").await.1.as_deref(), Some("Mistyped"));
}

async fn a_phone_number_is_forgotten(fixture: Fixture) {
    fixture.three_wait().await;
    let change = ContactChange { name: None, email: None, phone: PhoneChange::Remove };
    let changes = ContactChanges::new(&fixture.commanded("edit", None));
    changes.change(&fixture.entry("ada").await, &change).await.expect("she is there");
    assert_eq!(fixture.entry("ada").await.entry.applicant.phone, None);
}

async fn a_customer_who_chose_text_messages_gets_mail_once_their_number_is_forgotten(fixture: Fixture) {
    fixture.sold_out(1).await;
    let channels = Some(Channels::new([Channel::Sms]).expect("one"));
    let wish = fixture.wish("ada", 1);
    let wish = Join { applicant: Applicant { chosen_channels: channels, ..wish.applicant }, ..wish };
    Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("open");
    let told = async || {
        let entry = fixture.entry("ada").await.entry;
        let offered = Notification::about(&entry, NotificationKind::Offered);
        offered.into_iter().map(|notification| notification.channel).collect::<Vec<_>>()
    };
    assert_eq!(told().await, [Channel::Sms]);
    let change = ContactChange { name: None, email: None, phone: PhoneChange::Remove };
    let changes = ContactChanges::new(&fixture.commanded("edit", None));
    changes.change(&fixture.entry("ada").await, &change).await.expect("she is there");
    assert_eq!(told().await, [Channel::Email]);
}
