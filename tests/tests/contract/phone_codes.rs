//! Codes that confirm phone numbers: their limits hold however many requests come at once.

use futures_util::future::join_all;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::own_change::OwnChange;
use waitlist_domain::entry::phone_confirmation::{
    CODE_LASTS, CONFIRMATION_LASTS, DAY, MOST_CODES_A_DAY, MOST_NUMBERS_A_DAY, MOST_TRIES,
};
use waitlist_domain::form::answers::GivenAnswers;
use waitlist_domain::messages::message::Notification;
use waitlist_domain::values::contact::{ContactChange, EmailAddress, PhoneChange, PhoneNumber};
use waitlist_domain::values::phone_code::PhoneCode;
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::{Error, Refusal};
use waitlist_store::StoredEntry;
use waitlist_store::commands::contact_changes::ContactChanges;
use waitlist_store::commands::joining::{Join, Joins};
use waitlist_store::commands::notifying::Notifying;
use waitlist_store::commands::own_changes::OwnChanges;
use waitlist_store::commands::phone_codes::{Asked, PhoneCodes};
use waitlist_store::queries::entries::{Entries, EntryFilter};

use super::fixture::{Fixture, attendee, contract, customer, refusal};
use super::interleaving::{Delivery, delivered_as, held_up};

contract! {
    a_code_confirms_the_number_that_it_was_sent_to
    a_code_may_be_tried_five_times
    tries_at_once_are_counted_before_they_are_compared
    a_code_lasts_ten_minutes
    only_the_last_code_counts
    a_number_gets_three_codes_a_day_over_all_customers_however_many_ask_at_once
    a_mailbox_has_codes_sent_to_three_numbers_a_day_however_it_is_spelled
    a_repeated_request_sends_one_code
    a_request_whose_answer_was_lost_sends_one_code
    requests_of_one_moment_send_codes_that_can_be_told_apart
    a_customer_needs_no_second_code_for_a_number_that_they_confirmed
    a_number_that_an_organiser_names_needs_no_code
    a_number_that_is_edited_meanwhile_is_not_confirmed_by_the_code_of_another
    a_code_is_neither_sent_to_a_later_number_nor_tried_for_it
}

const PHONE: &str = "+14155550123";

fn phone(number: &str) -> PhoneNumber {
    PhoneNumber::parse(number).expect("valid")
}

/// An entry as a public join makes it: its phone number is unproven.
fn public(fixture: &Fixture, name: &str, number: &str) -> Join {
    let wish = fixture.wish(name, 1);
    let applicant = Applicant { phone: Some(phone(number)), is_phone_unproven: true, ..wish.applicant };
    Join { applicant, ..wish }
}

impl Fixture {
    async fn store(&self, join: Join) -> StoredEntry {
        Joins::new(&self.table).join(&join, |_| Ok(())).await.expect("there is room");
        let filter = EntryFilter { attendee_id: join.place.attendee_id.clone(), ..EntryFilter::default() };
        let page = Entries::new(&self.table).of_customer(&join.place.customer_id, &filter, None).await;
        page.expect("the table answers").entries.pop().expect("it has joined")
    }

    async fn joined_publicly(&self, name: &str, number: &str) -> StoredEntry {
        self.store(public(self, name, number)).await
    }

    fn codes(&self) -> PhoneCodes {
        PhoneCodes::new(&self.table)
    }

    async fn try_to_ask(&self, entry: &StoredEntry, request: &str) -> Result<Asked, Error> {
        let number = entry.entry.applicant.phone.clone().expect("it has a number");
        self.codes().ask(entry, &number, request).await
    }

    /// Asks for a code. Returns the message that carries it.
    async fn ask_for_code(&self, entry: &StoredEntry, request: &str) -> Notification {
        match self.try_to_ask(entry, request).await.expect("not too many") {
            Asked::OnItsWay(expires_at) => message(entry, expires_at),
            Asked::Confirmed(entry) => panic!("it needs no code: {entry:?}"),
        }
    }

    /// The code in a message, if it may still be sent.
    async fn code_in(&self, message: &Notification, entry: &StoredEntry) -> Option<PhoneCode> {
        Notifying::new(&self.table).phone_code(message, &entry.entry).await.expect("the table answers")
    }

    async fn confirm_phone(&self, entry: &StoredEntry, code: &PhoneCode) -> Result<(), Error> {
        let number = entry.entry.applicant.phone.clone().expect("it has a number");
        self.codes().confirm(entry, &number, code).await.map(|confirmed| {
            assert!(!confirmed.applicant.is_phone_unproven);
        })
    }

    async fn is_unproven(&self, name: &str) -> bool {
        self.entry(name).await.entry.applicant.is_phone_unproven
    }
}

fn message(entry: &StoredEntry, expires_at: Timestamp) -> Notification {
    let asked_at = expires_at.plus_milliseconds(-CODE_LASTS);
    Notification::of_phone_code(entry.entry.place.clone(), entry.entry.id.clone(), asked_at)
}

/// A code that is not this one.
fn other_than(code: &PhoneCode) -> PhoneCode {
    let first = if code.as_str().starts_with('0') { '1' } else { '0' };
    PhoneCode::parse(&format!("{first}{}", &code.as_str()[1..])).expect("six digits")
}

fn is_too_many(asked: &Result<Asked, Error>) -> bool {
    matches!(asked, Err(Error::Refused(Refusal::TooManyPhoneCodes { .. })))
}

async fn a_code_confirms_the_number_that_it_was_sent_to(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    let other = fixture.joined_publicly("bob", "+14155550124").await;
    let code = fixture.code_in(&fixture.ask_for_code(&entry, "one").await, &entry).await.expect("it is on its way");
    let code_of_other =
        fixture.code_in(&fixture.ask_for_code(&other, "two").await, &other).await.expect("it is on its way");
    assert_ne!(code, code_of_other, "else this test shows nothing");
    assert_eq!(refusal(fixture.confirm_phone(&entry, &code_of_other).await), Refusal::WrongPhoneCode { left: 4 });
    assert!(fixture.is_unproven("ada").await);
    fixture.confirm_phone(&entry, &code).await.expect("it is the code");
    assert!(!fixture.is_unproven("ada").await && fixture.is_unproven("bob").await);
    // The person who confirms again has nothing to do.
    fixture.confirm_phone(&entry, &code).await.expect("it is confirmed");
}

async fn a_code_may_be_tried_five_times(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    assert_eq!(
        refusal(fixture.confirm_phone(&entry, &PhoneCode::parse("000000").expect("valid")).await),
        Refusal::NoPhoneCode,
        "none was asked for"
    );
    let code = fixture.code_in(&fixture.ask_for_code(&entry, "one").await, &entry).await.expect("it is on its way");
    for left in (0..MOST_TRIES).rev() {
        let refused = refusal(fixture.confirm_phone(&entry, &other_than(&code)).await);
        assert_eq!(refused, Refusal::WrongPhoneCode { left });
    }
    assert_eq!(refusal(fixture.confirm_phone(&entry, &code).await), Refusal::NoPhoneCode);
    assert!(fixture.is_unproven("ada").await);
    let next = fixture.code_in(&fixture.ask_for_code(&entry, "two").await, &entry).await.expect("it is on its way");
    fixture.confirm_phone(&entry, &next).await.expect("another code may be tried");
}

async fn tries_at_once_are_counted_before_they_are_compared(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    let code = fixture.code_in(&fixture.ask_for_code(&entry, "one").await, &entry).await.expect("it is on its way");
    let wrong = other_than(&code);
    let tries = join_all((0..20).map(|_| fixture.confirm_phone(&entry, &wrong))).await;
    let compared = |tried: &&Result<(), Error>| matches!(tried, Err(Error::Refused(Refusal::WrongPhoneCode { .. })));
    assert_eq!(tries.iter().filter(compared).count() as u64, MOST_TRIES);
    assert_eq!(refusal(fixture.confirm_phone(&entry, &code).await), Refusal::NoPhoneCode);
}

async fn a_code_lasts_ten_minutes(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    let message = fixture.ask_for_code(&entry, "one").await;
    let code = fixture.code_in(&message, &entry).await.expect("it is on its way");
    fixture.advance(CODE_LASTS - 1);
    assert!(fixture.code_in(&message, &entry).await.is_some());
    assert_eq!(refusal(fixture.confirm_phone(&entry, &other_than(&code)).await), Refusal::WrongPhoneCode { left: 4 });
    fixture.advance(1);
    assert_eq!(fixture.code_in(&message, &entry).await, None, "it is not sent any more");
    assert_eq!(refusal(fixture.confirm_phone(&entry, &code).await), Refusal::NoPhoneCode);
}

async fn only_the_last_code_counts(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    let first = fixture.ask_for_code(&entry, "one").await;
    let code = fixture.code_in(&first, &entry).await.expect("it is on its way");
    fixture.advance(1);
    let second = fixture.ask_for_code(&entry, "two").await;
    assert_eq!(fixture.code_in(&first, &entry).await, None, "it is not sent any more");
    assert_eq!(refusal(fixture.confirm_phone(&entry, &code).await), Refusal::WrongPhoneCode { left: 4 });
    let code = fixture.code_in(&second, &entry).await.expect("it is on its way");
    fixture.confirm_phone(&entry, &code).await.expect("it is the last");
}

async fn a_number_gets_three_codes_a_day_over_all_customers_however_many_ask_at_once(fixture: Fixture) {
    fixture.sold_out(1).await;
    let mut entries = Vec::new();
    for name in ["ada", "bob", "cyd", "dan", "eve"] {
        entries.push(fixture.joined_publicly(name, PHONE).await);
    }
    let asked = join_all(entries.iter().map(|entry| fixture.try_to_ask(entry, entry.entry.id.as_str()))).await;
    assert_eq!(asked.iter().filter(|asked| asked.is_ok()).count(), MOST_CODES_A_DAY);
    assert!(asked.iter().filter(|asked| asked.is_err()).all(is_too_many), "{asked:?}");
    fixture.advance(DAY - 1);
    assert!(is_too_many(&fixture.try_to_ask(&entries[0], "later").await));
    fixture.advance(1);
    fixture.ask_for_code(&entries[0], "the next day").await;
    let other = fixture.joined_publicly("fay", "+14155550199").await;
    fixture.ask_for_code(&other, "another number").await;
}

async fn a_mailbox_has_codes_sent_to_three_numbers_a_day_however_it_is_spelled(fixture: Fixture) {
    fixture.sold_out(1).await;
    let mut entries = Vec::new();
    for number in 0..5 {
        let wish = public(&fixture, &format!("customer{number}"), &format!("+1415555010{number}"));
        let email = EmailAddress::parse(&format!("ada+{number}@example.org")).expect("valid");
        entries.push(fixture.store(Join { applicant: Applicant { email, ..wish.applicant }, ..wish }).await);
    }
    let asked = join_all(entries.iter().map(|entry| fixture.try_to_ask(entry, entry.entry.id.as_str()))).await;
    assert_eq!(asked.iter().filter(|asked| asked.is_ok()).count(), MOST_NUMBERS_A_DAY);
    assert!(asked.iter().filter(|asked| asked.is_err()).all(is_too_many), "{asked:?}");
    // What was refused did not count against its number.
    let refused = entries.iter().zip(&asked).find(|(_, asked)| asked.is_err()).expect("two were").0;
    fixture.advance(DAY);
    for request in ["one", "two", "three"] {
        fixture.ask_for_code(refused, request).await;
    }
}

async fn a_repeated_request_sends_one_code(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    let message = fixture.ask_for_code(&entry, "one").await;
    let code = fixture.code_in(&message, &entry).await;
    for _ in 0..5 {
        fixture.advance(1);
        assert_eq!(fixture.ask_for_code(&entry, "one").await, message);
    }
    assert_eq!(fixture.code_in(&message, &entry).await, code);
    for request in ["two", "three"] {
        fixture.ask_for_code(&entry, request).await;
    }
    assert!(is_too_many(&fixture.try_to_ask(&entry, "four").await));
}

async fn a_request_whose_answer_was_lost_sends_one_code(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    let number = phone(PHONE);
    for delivery in [Delivery::AnswerIsLost, Delivery::IsLost] {
        let request = format!("{delivery:?}");
        let ask = async |table| PhoneCodes::new(&table).ask(&entry, &number, &request).await;
        let asked = delivered_as(&fixture, delivery, "TransactWriteItems", ask, async || ()).await;
        assert!(matches!(asked, Ok(Asked::OnItsWay(_))), "{asked:?}");
    }
    fixture.ask_for_code(&entry, "the third").await;
    assert!(is_too_many(&fixture.try_to_ask(&entry, "the fourth").await));
}

async fn requests_of_one_moment_send_codes_that_can_be_told_apart(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    let messages = join_all(["one", "two", "three"].map(|request| fixture.ask_for_code(&entry, request))).await;
    let names: std::collections::BTreeSet<String> = messages.iter().map(|sent| sent.occasion.to_string()).collect();
    assert_eq!(names.len(), 3);
    let codes = join_all(messages.iter().map(|sent| fixture.code_in(sent, &entry))).await;
    assert_eq!(codes.iter().flatten().count(), 1, "the others are not sent any more");
}

async fn a_customer_needs_no_second_code_for_a_number_that_they_confirmed(fixture: Fixture) {
    fixture.sold_out(1).await;
    let of = |name: &str, child: Option<&str>, number: &str| {
        let mut join = public(&fixture, name, number);
        join.place.attendee_id = child.and_then(attendee);
        join
    };
    let entry = fixture.store(of("ada", Some("one"), PHONE)).await;
    let code = fixture.code_in(&fixture.ask_for_code(&entry, "one").await, &entry).await.expect("it is on its way");
    fixture.confirm_phone(&entry, &code).await.expect("it is the code");

    let again = fixture.store(of("ada", Some("two"), PHONE)).await;
    let asked = fixture.try_to_ask(&again, "two").await.expect("it needs none");
    assert!(matches!(asked, Asked::Confirmed(entry) if !entry.applicant.is_phone_unproven));

    let elsewhere = fixture.store(of("ada", Some("three"), "+14155550124")).await;
    fixture.ask_for_code(&elsewhere, "another number").await;
    let somebody_else = fixture.store(of("bob", None, PHONE)).await;
    fixture.ask_for_code(&somebody_else, "another customer").await;

    let later = fixture.store(of("ada", Some("four"), PHONE)).await;
    fixture.advance(CONFIRMATION_LASTS);
    fixture.ask_for_code(&later, "half a year later").await;
    assert_eq!(later.entry.place.customer_id, customer("ada"));
}

async fn a_number_that_an_organiser_names_needs_no_code(fixture: Fixture) {
    fixture.sold_out(1).await;
    let named = |number: &str| ContactChange { name: None, email: None, phone: PhoneChange::To(phone(number)) };
    for (name, number) in [("ada", PHONE), ("bob", "+14155550124")] {
        let entry = fixture.joined_publicly(name, PHONE).await;
        ContactChanges::new(&fixture.table).change(&entry, &named(number)).await.expect("it is there");
        assert!(!fixture.is_unproven(name).await);
    }
    let entry = fixture.joined_publicly("cyd", PHONE).await;
    let email = Some(EmailAddress::parse("cyd@elsewhere.example").expect("valid"));
    let change = ContactChange { name: None, email, phone: PhoneChange::Keep };
    ContactChanges::new(&fixture.table).change(&entry, &change).await.expect("it is there");
    assert!(fixture.is_unproven("cyd").await, "nobody named the number");
    let removed = ContactChange { name: None, email: None, phone: PhoneChange::Remove };
    ContactChanges::new(&fixture.table).change(&fixture.entry("cyd").await, &removed).await.expect("it is there");
    assert!(!fixture.is_unproven("cyd").await, "there is none");
}

async fn a_number_that_is_edited_meanwhile_is_not_confirmed_by_the_code_of_another(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    let code = fixture.code_in(&fixture.ask_for_code(&entry, "one").await, &entry).await.expect("it is on its way");
    let removed = ContactChange { name: None, email: None, phone: PhoneChange::Remove };
    let confirm = async |table| PhoneCodes::new(&table).confirm(&entry, &phone(PHONE), &code).await;
    let edit = async || {
        ContactChanges::new(&fixture.table).change(&entry, &removed).await.expect("it is there");
    };
    let confirmed = held_up(&fixture, "TransactWriteItems", confirm, edit).await;
    assert_eq!(refusal(confirmed), Refusal::NoPhone);
    assert_eq!(fixture.entry("ada").await.entry.applicant.phone, None);
}

async fn a_code_is_neither_sent_to_a_later_number_nor_tried_for_it(fixture: Fixture) {
    fixture.sold_out(1).await;
    let entry = fixture.joined_publicly("ada", PHONE).await;
    let message = fixture.ask_for_code(&entry, "one").await;
    let code = fixture.code_in(&message, &entry).await.expect("it is on its way");
    let with_number = async |number: &str| {
        let phone = PhoneChange::ToUnproven(phone(number));
        let change = OwnChange::<GivenAnswers> {
            name: None,
            phone,
            locale: None,
            channels: None,
            answers: None,
            quantity: None,
            minimum: None,
        };
        OwnChanges::new(&fixture.table).change(&fixture.entry("ada").await, &change).await.expect("it may change")
    };

    let elsewhere = with_number("+14155550124").await;
    assert_eq!(fixture.code_in(&message, &elsewhere).await, None);
    for _ in 0..=MOST_TRIES {
        assert_eq!(refusal(fixture.confirm_phone(&elsewhere, &code).await), Refusal::NoPhoneCode);
    }
    let back = with_number(PHONE).await;
    assert_eq!(fixture.code_in(&message, &back).await.as_ref(), Some(&code), "no try was counted");
    let elsewhere = with_number("+14155550124").await;
    let message = fixture.ask_for_code(&elsewhere, "one").await;
    let other = fixture.code_in(&message, &elsewhere).await.expect("the same request for another number");
    fixture.confirm_phone(&elsewhere, &other).await.expect("it is the code");
    assert_eq!(fixture.entry("ada").await.entry.address_versions.sms, 3);
}
