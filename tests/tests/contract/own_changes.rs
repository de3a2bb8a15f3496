//! Customers change what they said when they joined.

use serde_json::{Value, json};
use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::own_change::{MOST_OWN_CHANGES, OwnChange};
use waitlist_domain::event::{Event, WaitlistRules};
use waitlist_domain::form::Form;
use waitlist_domain::form::answers::{Answer, GivenAnswers};
use waitlist_domain::messages::message::PromotionRequest;
use waitlist_domain::values::attendee::AttendeeName;
use waitlist_domain::values::channels::{Channel, Channels};
use waitlist_domain::values::contact::{PersonName, PhoneChange, PhoneNumber};
use waitlist_domain::values::identifier::QuestionId;
use waitlist_domain::values::language::LanguageTag;
use waitlist_domain::values::quantity::Quantity;
use waitlist_store::commands::joining::{Join, Joins};
use waitlist_store::commands::own_changes::OwnChanges;
use waitlist_store::commands::promotions::Promotions;
use waitlist_store::commands::registrations::Cancellations;
use waitlist_store::followers::changes::Change;
use waitlist_store::{StoredEntry, Table};
use waitlist_tests::scan_all;

use super::fixture::{Fixture, SECOND, contract, line, refusal};
use super::interleaving::held_up;
use super::journalling::image_of;

contract! {
    a_customer_changes_all_that_they_said
    a_new_number_is_unproven_until_its_holder_confirms_it
    an_entry_that_asks_for_fewer_seats_keeps_its_number_and_is_served
    a_change_that_comes_between_the_look_at_a_line_and_its_offers_counts
    only_a_change_of_seats_makes_the_line_be_looked_at
    a_repeated_change_writes_nothing
    an_entry_is_changed_at_most_so_often_and_can_still_be_offered_seats
    changes_at_once_are_counted_together
    a_repeated_change_of_seats_is_answered_while_they_are_offered
    answers_are_held_to_the_form_as_it_is_now
    an_entry_keeps_the_name_of_its_attendee
}

const SAME: OwnChange<GivenAnswers> = OwnChange {
    name: None,
    phone: PhoneChange::Keep,
    locale: None,
    channels: None,
    answers: None,
    quantity: None,
    minimum: None,
};

fn seats(count: i64) -> Option<Quantity> {
    Some(Quantity::parse(count).expect("valid"))
}

impl Fixture {
    async fn change_own(&self, name: &str, change: &OwnChange<GivenAnswers>) -> StoredEntry {
        let stored = self.entry(name).await;
        OwnChanges::new(&self.table).change(&stored, change).await.expect("it may change")
    }
}

async fn a_customer_changes_all_that_they_said(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.try_join("ada", 3).await.expect("open");
    let change = OwnChange {
        name: PersonName::parse("Ada King").ok(),
        phone: PhoneChange::Remove,
        locale: LanguageTag::parse("de").ok(),
        channels: Channels::new([Channel::Email]).ok(),
        quantity: seats(2),
        minimum: seats(1),
        ..SAME
    };
    let changed = fixture.change_own("ada", &change).await;
    assert_eq!(changed.entry, fixture.entry("ada").await.entry);
    let Applicant { name, phone, locale, chosen_channels, quantity, minimum, .. } = changed.entry.applicant;
    assert_eq!((Some(name), phone, locale), (change.name, None, change.locale));
    assert_eq!((chosen_channels, Some(quantity), minimum), (change.channels, change.quantity, change.minimum));
}

async fn a_new_number_is_unproven_until_its_holder_confirms_it(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let number = PhoneNumber::parse("+14155550124").expect("valid");
    let change = OwnChange { phone: PhoneChange::ToUnproven(number.clone()), ..SAME };
    fixture.change_own("ada", &change).await;
    let applicant = fixture.entry("ada").await.entry.applicant;
    assert_eq!((applicant.phone, applicant.is_phone_unproven), (Some(number.clone()), true));
    fixture.change_own("ada", &OwnChange { phone: PhoneChange::To(number), ..SAME }).await;
    assert!(!fixture.entry("ada").await.entry.applicant.is_phone_unproven);
}

async fn an_entry_that_asks_for_fewer_seats_keeps_its_number_and_is_served(fixture: Fixture) {
    let registration = fixture.sold_out(1).await;
    fixture.try_join("ada", 3).await.expect("open");
    fixture.join("bob").await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("it is confirmed");
    assert_eq!(fixture.promote().await.offered, 0, "nobody overtakes ada");
    let number = fixture.entry("ada").await.entry.number;
    let changed = fixture.change_own("ada", &OwnChange { quantity: seats(1), ..SAME }).await;
    assert_eq!(changed.entry.number, number);
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!((fixture.status("ada").await, fixture.status("bob").await), (Status::Offered, Status::Waiting));
}

async fn a_repeated_change_writes_nothing(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.try_join("ada", 2).await.expect("open");
    let change = OwnChange { quantity: seats(1), ..SAME };
    let once = fixture.change_own("ada", &change).await;
    let again = fixture.change_own("ada", &change).await;
    assert_eq!((once.last_change.step, again.last_change.step), (2, 2));
}

/// A change that no other is like.
fn renamed(number: u64) -> OwnChange<GivenAnswers> {
    OwnChange { name: PersonName::parse(&format!("Ada King the {number}th")).ok(), ..SAME }
}

const TOO_MANY: Refusal = Refusal::TooManyChanges { limit: MOST_OWN_CHANGES };

async fn an_entry_is_changed_at_most_so_often_and_can_still_be_offered_seats(fixture: Fixture) {
    let registration = fixture.sold_out(1).await;
    fixture.join("ada").await;
    for number in 0..MOST_OWN_CHANGES {
        fixture.advance(SECOND);
        fixture.change_own("ada", &renamed(number)).await;
    }
    let stored = fixture.entry("ada").await;
    let moments = stored.moments.len();
    assert_eq!((stored.own_changes, moments as u64), (MOST_OWN_CHANGES, MOST_OWN_CHANGES + 1));
    fixture.advance(SECOND);
    let changes = OwnChanges::new(&fixture.table);
    assert_eq!(refusal(changes.change(&stored, &renamed(MOST_OWN_CHANGES)).await), TOO_MANY);
    assert!(changes.change(&stored, &renamed(MOST_OWN_CHANGES - 1)).await.is_ok(), "it is so already");
    assert_eq!(fixture.entry("ada").await.moments.len(), moments);

    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("it is confirmed");
    assert_eq!(fixture.promote().await.offered, 1);
    assert_eq!(fixture.status("ada").await, Status::Offered);
}

async fn changes_at_once_are_counted_together(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    for number in 1..MOST_OWN_CHANGES {
        fixture.change_own("ada", &renamed(number)).await;
    }
    let stored = fixture.entry("ada").await;
    let change = async |table: Table| OwnChanges::new(&table).change(&stored, &renamed(100)).await;
    let before = async || {
        fixture.change_own("ada", &renamed(101)).await;
    };
    assert_eq!(refusal(held_up(&fixture, "UpdateItem", change, before).await), TOO_MANY);
    assert_eq!(fixture.entry("ada").await.own_changes, MOST_OWN_CHANGES);
}

async fn a_repeated_change_of_seats_is_answered_while_they_are_offered(fixture: Fixture) {
    let registration = fixture.sold_out(1).await;
    fixture.try_join("ada", 2).await.expect("open");
    let fewer = OwnChange { quantity: seats(1), ..SAME };
    fixture.change_own("ada", &fewer).await;
    Cancellations::new(&fixture.table).cancel(&registration.id).await.expect("it is confirmed");
    assert_eq!(fixture.promote().await.offered, 1);
    let offered = fixture.entry("ada").await;
    let again = fixture.change_own("ada", &fewer).await;
    assert_eq!(again.last_change.step, offered.last_change.step, "nothing is written");
}

async fn an_entry_keeps_the_name_of_its_attendee(fixture: Fixture) {
    fixture.sold_out(1).await;
    let name = AttendeeName::parse("Byron Lovelace").expect("valid");
    let mut wish = fixture.wish("ada", 1);
    wish.place.attendee_id = Some(name.id());
    let wish = Join { applicant: Applicant { attendee_name: Some(name.clone()), ..wish.applicant }, ..wish };
    Joins::new(&fixture.table).join(&wish, |_| Ok(())).await.expect("open");
    let entry = fixture.entry("ada").await.entry;
    assert_eq!((entry.attendee(), entry.place.attendee_id), (Some(name.clone()), Some(name.id())));
}

async fn a_change_that_comes_between_the_look_at_a_line_and_its_offers_counts(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.try_join("ada", 3).await.expect("open");
    let capacity = fixture.line().await.seats.capacity + 3;
    fixture.put_event(fixture.event(), capacity).await.expect("more seats");
    let promote = async |table: Table| Promotions::new(&table).promote(&line()).await.expect("it decides anew");
    let change = async || {
        fixture.change_own("ada", &OwnChange { quantity: seats(2), ..SAME }).await;
    };
    held_up(&fixture, "TransactWriteItems", promote, change).await;
    let offer = fixture.entry("ada").await.entry.offer.expect("it was offered seats");
    assert_eq!((Some(offer.quantity), fixture.line().await.seats.held), (seats(2), 2));
}

async fn answers_are_held_to_the_form_as_it_is_now(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let question = json!({"id": "school", "type": "text", "label": "School", "required": true});
    let form: Form = serde_json::from_value(json!([question])).expect("a form");
    let event = fixture.event();
    let event = Event { rules: WaitlistRules { form, ..event.rules.clone() }, ..event };
    fixture.put_event(event, fixture.line().await.seats.capacity).await.expect("valid");
    let answering = |question: &str| {
        let given = [(QuestionId::parse(question).expect("valid"), Answer::Text("Oak Lane".to_owned()))];
        OwnChange { answers: Some(given.into_iter().collect::<GivenAnswers>()), ..SAME }
    };
    let stored = fixture.entry("ada").await;
    let refused = refusal(OwnChanges::new(&fixture.table).change(&stored, &answering("colour")).await);
    assert!(matches!(refused, Refusal::Invalid(errors) if errors.len() == 2));
    let changed = fixture.change_own("ada", &answering("school")).await;
    assert_eq!(changed.entry.applicant.answers.iter().count(), 1);
}

impl Fixture {
    /// The stream's image of the only entry.
    async fn image_of_entry(&self) -> Value {
        let items = scan_all(&self.client, self.table_name()).await;
        let mut images = items.iter().map(image_of);
        let is_entry = |image: &Value| image["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with("CUSTOMER#"));
        images.find(is_entry).expect("somebody waits")
    }
}

async fn only_a_change_of_seats_makes_the_line_be_looked_at(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.try_join("ada", 3).await.expect("open");
    let renamed = OwnChange { name: PersonName::parse("Ada King").ok(), ..SAME };
    let content = OwnChange { minimum: seats(1), ..SAME };
    let fewer = OwnChange { quantity: seats(2), ..SAME };
    for (change, is_looked_at) in [(renamed, false), (content, true), (fewer, true)] {
        let before = fixture.image_of_entry().await;
        fixture.change_own("ada", &change).await;
        let after = fixture.image_of_entry().await;
        let consequences = Change::from_images(Some(before), Some(after)).and_then(|change| change.consequences());
        let looks = if is_looked_at { vec![PromotionRequest::to_anybody(line())] } else { Vec::new() };
        assert_eq!(consequences.expect("an entry").promotions, looks, "{change:?}");
    }
}
