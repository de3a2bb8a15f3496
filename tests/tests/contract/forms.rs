//! The answers to a form: kept as they were given at the join, even when the form changes.

use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::{Value, json};
use waitlist_domain::Refusal;
use waitlist_domain::entry::Status;
use waitlist_domain::entry::applicant::Applicant;
use waitlist_domain::entry::listing::{Direction, EntryWish};
use waitlist_domain::event::{Event, WaitlistRules};
use waitlist_domain::form::Form;
use waitlist_domain::form::answers::{Answer, GivenAnswers};
use waitlist_domain::values::identifier::QuestionId;
use waitlist_store::commands::joining::{Join, Joined, Joins};
use waitlist_store::commands::moves::{Destination, Moves};
use waitlist_store::commands::offers::{Claims, Departures};
use waitlist_store::queries::listing::EntryLists;
use waitlist_tests::entry_sort_key_of;

use super::fixture::{Fixture, contract, line, refusal};

contract! {
    answers_come_back_as_they_were_given
    no_answers_are_kept_without_a_form
    bad_answers_are_named_beside_other_fields_that_depend_on_the_event
    a_refused_join_takes_no_number
    a_join_decided_by_a_stale_form_is_decided_anew
    a_repeated_join_changes_no_answer
    a_second_stay_has_answers_of_its_own
    no_change_of_the_form_touches_an_earlier_entry
}

fn school() -> Value {
    json!({"id": "school", "type": "text", "label": "School", "required": true})
}

fn days() -> Value {
    json!({"id": "days", "type": "choices", "label": "Days", "required": false, "options": [
        {"id": "mon", "label": "Monday"}, {"id": "tue", "label": "Tuesday"}
    ]})
}

fn age() -> Value {
    json!({"id": "age", "type": "number", "label": "Age", "required": false, "min": -5, "max": 99})
}

fn swims() -> Value {
    json!({"id": "swims", "type": "yesNo", "label": "Swims?", "required": false})
}

fn given(answers: &[(&str, Answer)]) -> GivenAnswers {
    answers.iter().map(|(id, answer)| (QuestionId::parse(id).expect("valid"), answer.clone())).collect()
}

fn text(text: &str) -> Answer {
    Answer::Text(text.to_owned())
}

fn all_answers() -> GivenAnswers {
    let days = Answer::Choices(vec!["tue".to_owned(), "mon".to_owned()]);
    given(&[
        ("school", text("Ärger & Söhne")),
        ("days", days),
        ("age", Answer::Number(-3)),
        ("swims", Answer::YesNo(false)),
    ])
}

impl Fixture {
    fn event_asking(&self, questions: &[Value]) -> Event {
        let form: Form = serde_json::from_value(Value::from(questions)).expect("a form");
        let event = self.event();
        Event { rules: WaitlistRules { form, ..event.rules.clone() }, ..event }
    }

    async fn ask(&self, questions: &[Value]) {
        let capacity = self.line().await.seats.capacity;
        self.put_event(self.event_asking(questions), capacity).await.expect("valid");
    }

    fn answering(&self, name: &str, answers: &GivenAnswers) -> Join {
        let wish = self.wish(name, 1);
        Join { applicant: Applicant { answers: answers.clone(), ..wish.applicant }, ..wish }
    }

    async fn join_answering(&self, name: &str, answers: &GivenAnswers) -> Joined {
        let joined = Joins::new(&self.table).join(&self.answering(name, answers), |_| Ok(())).await;
        joined.expect("the answers are right")
    }

    async fn answers(&self, name: &str) -> GivenAnswers {
        let entry = self.entry(name).await.entry;
        entry.applicant.answers.iter().map(|(id, answer)| (id.clone(), answer.clone())).collect()
    }
}

fn pointers(refusal: &Refusal) -> Vec<&str> {
    let Refusal::Invalid(errors) = refusal else { panic!("{refusal:?}") };
    errors.iter().map(|error| error.pointer.as_str()).collect()
}

async fn answers_come_back_as_they_were_given(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.ask(&[school(), days(), age(), swims()]).await;
    fixture.join_answering("ada", &all_answers()).await;
    fixture.join_answering("bob", &given(&[("school", text("Oak Lane"))])).await;
    assert_eq!(fixture.answers("ada").await, all_answers());
    assert_eq!(fixture.answers("bob").await, given(&[("school", text("Oak Lane"))]));
}

async fn no_answers_are_kept_without_a_form(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.join("ada").await;
    let key = [("pk", "CUSTOMER#ada".to_owned()), ("sk", entry_sort_key_of("camp", "camper", ""))];
    let key = key.map(|(name, value)| (name.to_owned(), AttributeValue::S(value)));
    let item = fixture.client.get_item().table_name(fixture.table_name()).set_key(Some(key.into()));
    let item = item.send().await.expect("the table answers").item.expect("she waits");
    assert!(item.contains_key("email") && !item.contains_key("answers"), "{:?}", item.keys());
    let wish = fixture.answering("bob", &all_answers());
    let refused = refusal(Joins::new(&fixture.table).join(&wish, |_| Ok(())).await);
    assert_eq!(pointers(&refused), ["/answers"]);
}

async fn bad_answers_are_named_beside_other_fields_that_depend_on_the_event(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.ask(&[school(), days(), age()]).await;
    let answers = given(&[("days", text("mon")), ("age", Answer::Number(100)), ("colour", text("red"))]);
    let wish = fixture.wish("ada", 11);
    let wish = Join { applicant: Applicant { answers, ..wish.applicant }, ..wish };
    let refused = refusal(Joins::new(&fixture.table).join(&wish, |_| Ok(())).await);
    let expected = ["/quantity", "/answers/school", "/answers/days", "/answers/age", "/answers/colour"];
    assert_eq!(pointers(&refused), expected);
}

async fn a_refused_join_takes_no_number(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.ask(&[school()]).await;
    let wish = fixture.wish("ada", 1);
    refusal(Joins::new(&fixture.table).join(&wish, |_| Ok(())).await);
    assert_eq!(fixture.line().await.numbers.next, 1);
    // Bad answers are reported before the state of the event.
    fixture.advance(2000 * super::fixture::HOUR);
    let refused = refusal(Joins::new(&fixture.table).join(&wish, |_| Ok(())).await);
    assert_eq!(pointers(&refused), ["/answers/school"]);
    let wish = fixture.answering("ada", &given(&[("school", text("Oak Lane"))]));
    assert_eq!(refusal(Joins::new(&fixture.table).join(&wish, |_| Ok(())).await), Refusal::WaitlistClosed);
}

async fn a_join_decided_by_a_stale_form_is_decided_anew(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.ask(&[age()]).await;
    let warm = Joins::new(&fixture.table);
    let of_age = |age| given(&[("age", Answer::Number(age))]);
    assert!(matches!(warm.join(&fixture.answering("ada", &of_age(7)), |_| Ok(())).await, Ok(Joined::New(..))));

    // The answers fit the remembered form, and not the stored one.
    fixture.ask(&[school()]).await;
    let refused = refusal(warm.join(&fixture.answering("bob", &of_age(7)), |_| Ok(())).await);
    assert_eq!(pointers(&refused), ["/answers/school", "/answers/age"]);
    assert_eq!(fixture.line().await.numbers.waiting(), 1);

    // The answers fit the stored form, and not the remembered one.
    fixture.ask(&[days()]).await;
    let answers = given(&[("days", Answer::Choices(vec!["mon".to_owned()]))]);
    assert!(matches!(warm.join(&fixture.answering("bob", &answers), |_| Ok(())).await, Ok(Joined::New(..))));
    assert_eq!(fixture.answers("bob").await, answers);
}

async fn a_repeated_join_changes_no_answer(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.ask(&[school()]).await;
    let first = given(&[("school", text("Oak Lane"))]);
    fixture.join_answering("ada", &first).await;
    let again = fixture.join_answering("ada", &given(&[("school", text("Maple Street"))])).await;
    assert!(matches!(again, Joined::Existing(_)), "{again:?}");
    assert_eq!(fixture.answers("ada").await, first);
}

async fn a_second_stay_has_answers_of_its_own(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.ask(&[school(), age()]).await;
    fixture.join_answering("ada", &given(&[("school", text("Oak Lane")), ("age", Answer::Number(7))])).await;
    assert!(Departures::new(&fixture.table).leave(&fixture.entry("ada").await).await.expect("she waits"));
    let again = given(&[("school", text("Maple Street"))]);
    fixture.join_answering("ada", &again).await;
    assert_eq!(fixture.answers("ada").await, again);
}

async fn no_change_of_the_form_touches_an_earlier_entry(fixture: Fixture) {
    fixture.sold_out(1).await;
    fixture.ask(&[school(), days(), age(), swims()]).await;
    for name in ["ada", "bob"] {
        fixture.join_answering(name, &all_answers()).await;
    }
    let number = json!({"id": "school", "type": "number", "label": "Number of schools", "required": true});
    let other_days = json!({"id": "days", "type": "choice", "label": "Day", "required": true, "options": [
        {"id": "sun", "label": "Sunday"}
    ]});
    for (step, questions) in [vec![number, other_days], vec![], vec![school()]].into_iter().enumerate() {
        fixture.ask(&questions).await;
        match step {
            0 => {
                Moves::new(&fixture.table)
                    .move_to(&fixture.entry("ada").await, &Destination::End)
                    .await
                    .expect("waits");
                assert_eq!(fixture.positions(&["bob", "ada"]).await, [Some(1), Some(2)]);
            }
            1 => {
                let event = fixture.event_asking(&questions);
                fixture.put_event(event, 2).await.expect("one more");
                assert_eq!(fixture.promote().await.offered, 1);
            }
            _ => {
                Claims::new(&fixture.table).claim(&fixture.entry("bob").await, "claim").await.expect("offered");
            }
        }
        for name in ["ada", "bob"] {
            assert_eq!(fixture.answers(name).await, all_answers(), "{step}");
        }
    }
    assert_eq!((fixture.status("ada").await, fixture.status("bob").await), (Status::Waiting, Status::Claimed));
    let lists = EntryLists::new(&fixture.table);
    let page = lists.page(&[line()], &EntryWish::default(), Direction::OldestFirst, None, 10).await.expect("a page");
    assert!(page.entries.len() == 2 && page.entries.iter().all(|entry| entry.applicant.answers.iter().count() == 4));
}
