//! Addresses that mail does not reach: the marks, and the notes on entries.

use waitlist_domain::entry::Entry;
use waitlist_domain::messages::message::{MessageName, Notification, NotificationKind};
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::{ContactChange, EmailAddress, PhoneChange};
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::unreachable::{Cause, LASTS};
use waitlist_store::commands::contact_changes::ContactChanges;
use waitlist_store::commands::notifying::{Beginning, Notifying};
use waitlist_store::commands::offers::Departures;
use waitlist_store::commands::unreachable_addresses::UnreachableAddresses;
use waitlist_store::commands::unsubscribing::Unsubscribing;

use super::fixture::{Fixture, contract, refusal};

contract! {
    a_report_marks_the_address_and_is_noted_on_the_entry_of_the_message
    a_repeated_report_keeps_the_first
    a_report_that_lapsed_gives_way_to_another
    another_entry_with_the_address_gets_the_note_when_a_mail_is_due
    a_report_on_an_address_that_was_corrected_is_not_noted_on_the_entry
    a_report_on_an_unknown_message_marks_the_address_alone
    a_complaint_stops_mail_to_all_spellings_of_the_mailbox_and_a_bounce_to_one
    no_address_stands_in_a_mark
    a_link_turns_news_off_for_its_stay_alone
}

/// Ada waits, and a mail to her is being sent. Its name.
async fn mailed(fixture: &Fixture) -> MessageName {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let entry = fixture.entry("ada").await.entry;
    let mut told = Notification::about(&entry, NotificationKind::Joined).into_iter();
    let mail = told.find(|told| told.channel == Channel::Email).expect("told by mail");
    let begun = Notifying::new(&fixture.table).begin_sending(&mail).await.expect("the table answers");
    assert!(matches!(begun, Beginning::Proceed(_)), "{begun:?}");
    mail.name()
}

fn address(name: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{name}@example.org")).expect("valid")
}

async fn report(fixture: &Fixture, message: Option<&MessageName>, cause: Cause) {
    let reported = UnreachableAddresses::new(&fixture.table).report(message, &address("ada"), cause).await;
    reported.expect("the table answers");
}

fn cause(fixture: &Fixture, entry: &Entry) -> Option<Cause> {
    entry.unreachable_by(Channel::Email, fixture.table.now())
}

async fn is_within_reach(fixture: &Fixture, entry: &Entry) -> bool {
    Notifying::new(&fixture.table).is_within_reach(entry).await.expect("the table answers")
}

async fn a_report_marks_the_address_and_is_noted_on_the_entry_of_the_message(fixture: Fixture) {
    let message = mailed(&fixture).await;
    assert!(is_within_reach(&fixture, &fixture.entry("ada").await.entry).await);
    report(&fixture, Some(&message), Cause::Bounced).await;
    let stored = fixture.entry("ada").await;
    assert_eq!((cause(&fixture, &stored.entry), stored.last_change.by.as_str()), (Some(Cause::Bounced), "provider"));
    assert!(!is_within_reach(&fixture, &stored.entry).await);
}

async fn a_repeated_report_keeps_the_first(fixture: Fixture) {
    let message = mailed(&fixture).await;
    report(&fixture, Some(&message), Cause::Bounced).await;
    let first = fixture.entry("ada").await;
    fixture.advance(LASTS - 1);
    report(&fixture, Some(&message), Cause::Complained).await;
    let second = fixture.entry("ada").await;
    assert_eq!(second.entry.unreachable_by_mail, first.entry.unreachable_by_mail);
    assert_eq!(second.last_change.step, first.last_change.step);
}

async fn a_report_that_lapsed_gives_way_to_another(fixture: Fixture) {
    let message = mailed(&fixture).await;
    report(&fixture, Some(&message), Cause::Bounced).await;
    fixture.advance(LASTS);
    let entry = fixture.entry("ada").await.entry;
    assert_eq!(cause(&fixture, &entry), None);
    assert!(is_within_reach(&fixture, &entry).await);
    report(&fixture, Some(&message), Cause::Complained).await;
    assert_eq!(cause(&fixture, &fixture.entry("ada").await.entry), Some(Cause::Complained));
    assert!(!is_within_reach(&fixture, &entry).await);
}

async fn another_entry_with_the_address_gets_the_note_when_a_mail_is_due(fixture: Fixture) {
    let message = mailed(&fixture).await;
    report(&fixture, Some(&message), Cause::Complained).await;
    fixture.join("bob").await;
    let email = Some(address("ada"));
    let change = ContactChange { name: None, email, phone: PhoneChange::Keep };
    ContactChanges::new(&fixture.table).change(&fixture.entry("bob").await, &change).await.expect("he is there");
    let entry = fixture.entry("bob").await.entry;
    assert_eq!(cause(&fixture, &entry), None);
    for _ in 0..2 {
        assert!(!is_within_reach(&fixture, &entry).await);
    }
    let noted = fixture.entry("bob").await;
    assert_eq!((cause(&fixture, &noted.entry), noted.last_change.step), (Some(Cause::Complained), 3));
}

async fn a_report_on_an_address_that_was_corrected_is_not_noted_on_the_entry(fixture: Fixture) {
    let message = mailed(&fixture).await;
    let change = ContactChange { name: None, email: Some(address("new")), phone: PhoneChange::Keep };
    ContactChanges::new(&fixture.table).change(&fixture.entry("ada").await, &change).await.expect("she is there");
    report(&fixture, Some(&message), Cause::Bounced).await;
    let entry = fixture.entry("ada").await.entry;
    assert_eq!(cause(&fixture, &entry), None);
    assert!(is_within_reach(&fixture, &entry).await, "the new address is another one");
}

async fn a_report_on_an_unknown_message_marks_the_address_alone(fixture: Fixture) {
    let message = mailed(&fixture).await;
    let unknown = MessageName { kind: NotificationKind::Declined, ..message };
    for message in [None, Some(&unknown)] {
        report(&fixture, message, Cause::Bounced).await;
    }
    let entry = fixture.entry("ada").await.entry;
    assert_eq!(cause(&fixture, &entry), None);
    assert!(!is_within_reach(&fixture, &entry).await);
}

async fn a_complaint_stops_mail_to_all_spellings_of_the_mailbox_and_a_bounce_to_one(fixture: Fixture) {
    mailed(&fixture).await;
    let written_to = async |email: &str| {
        let email = EmailAddress::parse(email).expect("valid");
        let mut entry = fixture.entry("ada").await.entry;
        entry.applicant.email = email;
        is_within_reach(&fixture, &entry).await
    };
    let reports = UnreachableAddresses::new(&fixture.table);
    for (cause, host) in [(Cause::Complained, "gmail.com"), (Cause::Bounced, "example.net")] {
        let tagged = EmailAddress::parse(&format!("ada+x@{host}")).expect("valid");
        reports.report(None, &tagged, cause).await.expect("the table answers");
        assert!(!written_to(tagged.as_str()).await, "{cause:?}");
        for other in ["ada+y", "ada"] {
            let reached = written_to(&format!("{other}@{host}")).await;
            assert_eq!(reached, cause == Cause::Bounced, "{other} {cause:?}");
        }
        assert!(written_to(&format!("bob@{host}")).await);
    }
    assert!(!written_to("A.d.a@googlemail.com").await);
}

async fn no_address_stands_in_a_mark(fixture: Fixture) {
    let message = mailed(&fixture).await;
    report(&fixture, Some(&message), Cause::Bounced).await;
    let items = waitlist_tests::scan_all(&fixture.client, fixture.table_name()).await;
    let is_mark = |item: &&waitlist_tests::Item| format!("{:?}", item["pk"]).contains("UNREACHABLE#");
    let marks: Vec<_> = items.iter().filter(is_mark).collect();
    let hash = SecretHash::of("ada@example.org");
    assert!(marks.len() == 1 && format!("{:?}", marks[0]["pk"]).contains(hash.as_str()), "{marks:?}");
    assert!(!format!("{marks:?}").contains("ada@"), "{marks:?}");
}

async fn a_link_turns_news_off_for_its_stay_alone(fixture: Fixture) {
    mailed(&fixture).await;
    let unsubscribing = Unsubscribing::new(&fixture.table);
    let token = SecretHash::of("wu_link");
    assert_eq!(refusal(unsubscribing.unsubscribe(&token).await), waitlist_domain::Refusal::EntryNotFound);
    let entry = fixture.entry("ada").await.entry;
    unsubscribing.add_link(&entry, &token).await.expect("the table answers");
    assert!(!fixture.entry("ada").await.entry.is_unsubscribed);
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    fixture.join("ada").await;
    unsubscribing.unsubscribe(&token).await.expect("it is a link");
    assert!(!fixture.entry("ada").await.entry.is_unsubscribed, "the link was for an earlier stay");
    unsubscribing.add_link(&fixture.entry("ada").await.entry, &token).await.expect("the table answers");
    for _ in 0..2 {
        unsubscribing.unsubscribe(&token).await.expect("it is a link");
    }
    let stored = fixture.entry("ada").await;
    assert!(stored.entry.is_unsubscribed && stored.last_change.step == 2, "{stored:?}");
}
