use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::{Entry, Offer};
use waitlist_domain::messages::message::{Notification, NotificationKind};
use waitlist_domain::messages::message_limit::MOST_ABOUT_SEATS;
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::EmailAddress;
use waitlist_domain::values::credential::SecretHash;
use waitlist_domain::values::identifier::EntryId;
use waitlist_domain::values::quantity::Quantity;
use waitlist_domain::values::time::Timestamp;
use waitlist_store::commands::notifying::{Allowance, Beginning, Notifying, SendingLease};
use waitlist_store::commands::offers::Departures;

use super::fixture::{Fixture, HOUR, SECOND, contract, customer};

contract! {
    several_messages_about_joining_at_once_count_up_to_the_limit_of_their_address
    a_message_beyond_the_limit_is_allowed_once_the_first_is_an_hour_old
    a_taken_marker_holds_off_others_until_its_lease_runs_out
    a_message_that_was_sent_is_not_sent_again
    a_message_that_was_refused_for_good_is_not_tried_again
    a_released_marker_is_taken_at_once
    a_lease_that_ran_out_gives_nothing_up_and_releases_nothing
    a_message_sent_under_an_expired_lease_counts_as_sent
    each_kind_occasion_channel_and_stay_has_a_marker_of_its_own
    one_of_several_senders_at_once_may_send
    a_message_s_token_proves_its_bearer_beside_all_others
    no_token_is_added_to_another_stay_or_address_or_without_an_entry
}

/// How long a sender holds a marker.
const LEASE: i64 = 60 * SECOND;

/// Ada waits.
async fn ada(fixture: &Fixture) -> Entry {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    fixture.entry("ada").await.entry
}

fn by_mail(entry: &Entry, kind: NotificationKind) -> Notification {
    let mut all = Notification::about(entry, kind).into_iter();
    all.find(|notification| notification.channel == Channel::Email).expect("told by mail")
}

async fn joined(fixture: &Fixture) -> Notification {
    by_mail(&ada(fixture).await, NotificationKind::Joined)
}

async fn begin(fixture: &Fixture, notification: &Notification) -> Beginning {
    Notifying::new(&fixture.table).begin_sending(notification).await.expect("the table answers")
}

/// The lease of a notification that must be free to send.
async fn take(fixture: &Fixture, notification: &Notification) -> SendingLease {
    match begin(fixture, notification).await {
        Beginning::Proceed(lease) => lease,
        other => panic!("it may be sent: {other:?}"),
    }
}

async fn sent(fixture: &Fixture, lease: &SendingLease) {
    Notifying::new(&fixture.table).finish_sending(lease, "mail-1").await.expect("the table answers");
}

async fn give_up(fixture: &Fixture, lease: &SendingLease) {
    Notifying::new(&fixture.table).give_up(lease, "MessageRejected").await.expect("the table answers");
}

async fn release(fixture: &Fixture, lease: &SendingLease) {
    Notifying::new(&fixture.table).release(lease).await.expect("the table answers");
}

async fn a_taken_marker_holds_off_others_until_its_lease_runs_out(fixture: Fixture) {
    let joined = joined(&fixture).await;
    let first = take(&fixture, &joined).await;
    assert_eq!(begin(&fixture, &joined).await, Beginning::SomebodyElseIsSending);
    fixture.advance(LEASE - 1);
    assert_eq!(begin(&fixture, &joined).await, Beginning::SomebodyElseIsSending);
    fixture.advance(1);
    assert_ne!(take(&fixture, &joined).await, first);
    assert_eq!(begin(&fixture, &joined).await, Beginning::SomebodyElseIsSending);
}

async fn several_messages_about_joining_at_once_count_up_to_the_limit_of_their_address(fixture: Fixture) {
    let notifying = Notifying::new(&fixture.table);
    let entry = ada(&fixture).await;
    let count_for = async |address: &str, number: u8| {
        let joined =
            by_mail(&Entry { id: EntryId::from_bits([number; 16]), ..entry.clone() }, NotificationKind::Joined);
        notifying.count_against_limit(&joined, address).await.expect("the table answers")
    };
    let count = async |number: u8| count_for("ada@example.org", number).await;
    let (a, b, c) = tokio::join!(count(1), count(2), count(3));
    assert_eq!([a, b, c], [Allowance::Now; 3]);
    let (a, b, c, d) = tokio::join!(count(4), count(5), count(6), count(7));
    assert_eq!([a, b, c, d].iter().filter(|allowance| **allowance == Allowance::Now).count(), 2);
    assert_eq!(count(1).await, Allowance::Now, "it is counted already");
    assert_ne!(count(8).await, Allowance::Now);
    assert_eq!(count_for("bob@example.org", 8).await, Allowance::Now);
    fixture.advance(HOUR);
    assert_eq!(count(8).await, Allowance::Now);
}

async fn a_message_beyond_the_limit_is_allowed_once_the_first_is_an_hour_old(fixture: Fixture) {
    let notifying = Notifying::new(&fixture.table);
    let entry = ada(&fixture).await;
    let offered = by_mail(&entry, NotificationKind::Offered);
    let count = async |number: usize| {
        let id = EntryId::from_bits(u128::try_from(number).expect("small").to_be_bytes());
        let offered = Notification { entry_id: id, ..offered.clone() };
        notifying.count_against_limit(&offered, "ada@example.org").await.expect("the table answers")
    };
    let first = fixture.table.now();
    for number in 0..MOST_ABOUT_SEATS {
        assert_eq!(count(number).await, Allowance::Now);
        fixture.advance(SECOND);
    }
    let allowed_from = |seconds: i64| Allowance::From(first.plus_milliseconds(HOUR + seconds * SECOND));
    assert_eq!(count(MOST_ABOUT_SEATS).await, allowed_from(0));
    fixture.advance(HOUR - 100 * SECOND);
    assert_eq!(count(MOST_ABOUT_SEATS).await, Allowance::Now);
    assert_eq!(count(MOST_ABOUT_SEATS + 1).await, allowed_from(1), "the second is not an hour old");
}

async fn a_message_that_was_sent_is_not_sent_again(fixture: Fixture) {
    let joined = joined(&fixture).await;
    let lease = take(&fixture, &joined).await;
    sent(&fixture, &lease).await;
    assert_eq!(begin(&fixture, &joined).await, Beginning::AlreadySent);
    release(&fixture, &lease).await;
    give_up(&fixture, &lease).await;
    assert_eq!(begin(&fixture, &joined).await, Beginning::AlreadySent, "its lease is over");
    fixture.advance(HOUR);
    assert_eq!(begin(&fixture, &joined).await, Beginning::AlreadySent);
}

async fn a_message_that_was_refused_for_good_is_not_tried_again(fixture: Fixture) {
    let joined = joined(&fixture).await;
    let lease = take(&fixture, &joined).await;
    give_up(&fixture, &lease).await;
    assert_eq!(begin(&fixture, &joined).await, Beginning::GivenUp);
    release(&fixture, &lease).await;
    fixture.advance(HOUR);
    assert_eq!(begin(&fixture, &joined).await, Beginning::GivenUp);
}

async fn a_released_marker_is_taken_at_once(fixture: Fixture) {
    let joined = joined(&fixture).await;
    let lease = take(&fixture, &joined).await;
    release(&fixture, &lease).await;
    let next = take(&fixture, &joined).await;
    assert_ne!(next, lease);
    sent(&fixture, &next).await;
    assert_eq!(begin(&fixture, &joined).await, Beginning::AlreadySent);
}

async fn a_lease_that_ran_out_gives_nothing_up_and_releases_nothing(fixture: Fixture) {
    let joined = joined(&fixture).await;
    let late = take(&fixture, &joined).await;
    fixture.advance(LEASE);
    let next = take(&fixture, &joined).await;
    release(&fixture, &late).await;
    give_up(&fixture, &late).await;
    assert_eq!(begin(&fixture, &joined).await, Beginning::SomebodyElseIsSending);
    sent(&fixture, &next).await;
    give_up(&fixture, &late).await;
    assert_eq!(begin(&fixture, &joined).await, Beginning::AlreadySent);
}

async fn a_message_sent_under_an_expired_lease_counts_as_sent(fixture: Fixture) {
    let joined = joined(&fixture).await;
    let late = take(&fixture, &joined).await;
    fixture.advance(LEASE);
    let next = take(&fixture, &joined).await;
    sent(&fixture, &late).await;
    assert_eq!(begin(&fixture, &joined).await, Beginning::AlreadySent);
    // The other sender's refusal does not undo it.
    give_up(&fixture, &next).await;
    release(&fixture, &next).await;
    assert_eq!(begin(&fixture, &joined).await, Beginning::AlreadySent);
}

async fn each_kind_occasion_channel_and_stay_has_a_marker_of_its_own(fixture: Fixture) {
    let entry = ada(&fixture).await;
    let lease = take(&fixture, &by_mail(&entry, NotificationKind::Offered)).await;
    sent(&fixture, &lease).await;
    take(&fixture, &by_mail(&entry, NotificationKind::Joined)).await;
    take(&fixture, &by_mail(&entry, NotificationKind::PurchaseEnded)).await;
    take(&fixture, &Notification { channel: Channel::Sms, ..by_mail(&entry, NotificationKind::Offered) }).await;
    let offer = |offered_at| {
        Some(Offer {
            offered_at: Timestamp::from_milliseconds(offered_at),
            expires_at: Timestamp::from_milliseconds(HOUR),
            quantity: Quantity::ONE,
            purchase_window: None,
            remind_at: None,
            reminded_at: None,
        })
    };
    for offered_at in [1, 2] {
        take(&fixture, &by_mail(&Entry { offer: offer(offered_at), ..entry.clone() }, NotificationKind::Offered)).await;
    }
    let another_stay = Entry { id: EntryId::from_bits([7; 16]), ..entry };
    take(&fixture, &by_mail(&another_stay, NotificationKind::Offered)).await;
}

async fn one_of_several_senders_at_once_may_send(fixture: Fixture) {
    let joined = joined(&fixture).await;
    for _ in 0..2 {
        let one = || begin(&fixture, &joined);
        let (a, b, c, d, e, f) = tokio::join!(one(), one(), one(), one(), one(), one());
        let beginnings = [a, b, c, d, e, f];
        let may = beginnings.iter().filter(|beginning| matches!(beginning, Beginning::Proceed(_))).count();
        let wait = beginnings.iter().filter(|beginning| **beginning == Beginning::SomebodyElseIsSending).count();
        assert_eq!((may, wait), (1, 5), "{beginnings:?}");
        // One of several may send after a crash, too.
        fixture.advance(LEASE);
    }
}

async fn a_message_s_token_proves_its_bearer_beside_all_others(fixture: Fixture) {
    let entry = ada(&fixture).await;
    let notifying = Notifying::new(&fixture.table);
    let tokens: Vec<SecretHash> = (0..6).map(|number| SecretHash::of(&format!("token {number}"))).collect();
    // The first token is added twice.
    for token in tokens.iter().chain(&tokens[..1]) {
        assert!(notifying.add_message_token(&entry, Channel::Email, token).await.expect("the table answers"));
    }
    let stored = fixture.entry("ada").await;
    assert!(tokens.iter().all(|token| stored.is_proven_by(token)));
    assert!(stored.is_proven_by(&SecretHash::of("ada")), "the token of the join still counts");
    assert!(!stored.is_proven_by(&SecretHash::of("another")));
    assert_eq!(stored.mailed_token_hashes.len(), tokens.len());
}

async fn no_token_is_added_to_another_stay_or_address_or_without_an_entry(fixture: Fixture) {
    let entry = ada(&fixture).await;
    let notifying = Notifying::new(&fixture.table);
    let token = SecretHash::of("wt_message");
    let adds = async |entry: &Entry, channel| {
        notifying.add_message_token(entry, channel, &token).await.expect("the table answers")
    };
    let another = Entry { id: EntryId::from_bits([7; 16]), ..entry.clone() };
    assert!(!adds(&another, Channel::Email).await);
    let mut nowhere = entry.clone();
    nowhere.place.customer_id = customer("nobody");
    assert!(!adds(&nowhere, Channel::Email).await);
    let email = EmailAddress::parse("mistyped@example.org").expect("valid");
    let elsewhere = Entry { applicant: Applicant { email, ..entry.applicant.clone() }, ..entry.clone() };
    assert!(!adds(&elsewhere, Channel::Email).await);
    assert!(adds(&elsewhere, Channel::Sms).await, "the number is the same");
    // Tokens of an old stay prove nothing about a new one.
    assert!(adds(&entry, Channel::Email).await);
    Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits");
    fixture.join("ada").await;
    let stored = fixture.entry("ada").await;
    assert_ne!(stored.entry.id, entry.id);
    assert!(!stored.is_proven_by(&token));
    assert!(!adds(&entry, Channel::Email).await);
    assert_eq!(fixture.entry("ada").await.mailed_token_hashes, []);
}
