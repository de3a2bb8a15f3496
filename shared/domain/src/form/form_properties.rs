//! What holds for any form, any answers and any change of a form.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};
use proptest::{collection, option};

use crate::form::Form;
use crate::form::answer_columns::AnswerColumns;
use crate::form::answers::{Answer, Answers, GivenAnswers};
use crate::form::question::{ChoiceOption, Help, Kind, Question, QuestionType, WrittenLimits};
use crate::values::date::Date;
use crate::values::identifier::QuestionId;
use crate::values::label::Label;

/// They are few, so that a changed form shares questions with the old one.
const IDS: [&str; 6] = ["name", "age", "days", "swims", "born", "a.b:c@d-e_f"];

fn option_of(name: &str) -> ChoiceOption {
    let label = Label::parse(&format!("Label of {name}")).expect("valid");
    ChoiceOption { id: Label::parse(name).expect("valid"), label }
}

fn date(days: i64) -> Date {
    let day = chrono::DateTime::from_timestamp(days * 86_400, 0).expect("in range").date_naive();
    Date::parse(&day.to_string()).expect("valid")
}

fn limits(of: QuestionType) -> BoxedStrategy<WrittenLimits> {
    let none = WrittenLimits::default;
    match of {
        QuestionType::Text | QuestionType::LongText => (1..=20_i64, 0..=30_i64)
            .prop_map(move |(least, more)| WrittenLimits {
                min_length: Some(least),
                max_length: Some(least + more),
                ..none()
            })
            .boxed(),
        QuestionType::Number => (option::of(-50..=50_i64), option::of(50..=90_i64))
            .prop_map(move |(min, max)| WrittenLimits { min, max, ..none() })
            .boxed(),
        QuestionType::Choice => {
            options().prop_map(move |options| WrittenLimits { options: Some(options), ..none() }).boxed()
        }
        QuestionType::Choices => (options(), any::<Index>(), any::<Index>())
            .prop_map(move |(options, least, most)| {
                let least = 1 + least.index(options.len());
                let most = least + most.index(options.len() - least + 1);
                let count = |count| i64::try_from(count).ok();
                WrittenLimits { options: Some(options), min_choices: count(least), max_choices: count(most), ..none() }
            })
            .boxed(),
        QuestionType::Date => (option::of(0..=20_000_i64), option::of(20_000..=30_000_i64))
            .prop_map(move |(earliest, latest)| WrittenLimits {
                earliest: earliest.map(date),
                latest: latest.map(date),
                ..none()
            })
            .boxed(),
        QuestionType::YesNo | QuestionType::Phone => Just(none()).boxed(),
    }
}

fn options() -> impl Strategy<Value = Vec<ChoiceOption>> {
    subsequence(vec!["mon", "tue", "wed, early", "=1+2", "say \"hi\""], 1..=5)
        .prop_map(|names| names.into_iter().map(option_of).collect())
}

fn question(id: &'static str) -> impl Strategy<Value = Question> {
    let kind = proptest::sample::select(QuestionType::ALL.to_vec()).prop_flat_map(|of| {
        limits(of).prop_map(move |limits| Kind::new(of, limits).expect("these limits belong to it"))
    });
    (kind, any::<bool>(), option::of("[a-z]{1,20}")).prop_map(move |(kind, required, help)| Question {
        id: QuestionId::parse(id).expect("valid"),
        label: Label::parse("What?").expect("valid"),
        help: help.map(|help| Help::parse(&help).expect("valid")),
        required,
        kind,
    })
}

fn form() -> impl Strategy<Value = Form> {
    subsequence(IDS.to_vec(), 0..=IDS.len())
        .prop_flat_map(|ids| ids.into_iter().map(question).collect::<Vec<_>>())
        .prop_map(|questions| Form::new(questions).expect("few, and different"))
}

/// An answer that the question accepts, as it is kept.
fn right_answer(question: &Question) -> BoxedStrategy<Answer> {
    let limits = serde_json::to_value(question).expect("JSON");
    let limit = move |name: &str| limits[name].as_i64();
    match question.kind.question_type() {
        QuestionType::Text | QuestionType::LongText => {
            let (least, most) = (limit("minLength").expect("always"), limit("maxLength").expect("always"));
            format!("[a-zäß=\"]{{{least},{most}}}").prop_map_text()
        }
        QuestionType::Number => {
            let (least, most) = (limit("min").unwrap_or(-1_000), limit("max").unwrap_or(1_000));
            (least.max(-1_000)..=most.min(1_000)).prop_map(Answer::Number).boxed()
        }
        QuestionType::Choice => {
            let ids: Vec<String> = question.kind.options().iter().map(|option| option.id.clone().into()).collect();
            proptest::sample::select(ids).prop_map(Answer::Text).boxed()
        }
        QuestionType::Choices => {
            let ids: Vec<String> = question.kind.options().iter().map(|option| option.id.clone().into()).collect();
            let count = |name| usize::try_from(limit(name).expect("always")).expect("few");
            subsequence(ids, count("minChoices")..=count("maxChoices")).prop_map(Answer::Choices).boxed()
        }
        QuestionType::YesNo => any::<bool>().prop_map(Answer::YesNo).boxed(),
        QuestionType::Date => Just(Answer::Text("2024-10-04".to_owned())).boxed(),
        QuestionType::Phone => "\\+1[0-9]{10}".prop_map_text(),
    }
}

trait IntoText {
    fn prop_map_text(self) -> BoxedStrategy<Answer>;
}

impl<T: AsRef<str>> IntoText for T {
    fn prop_map_text(self) -> BoxedStrategy<Answer> {
        proptest::string::string_regex(self.as_ref()).expect("a pattern").prop_map(Answer::Text).boxed()
    }
}

/// A form with answers that it accepts: to all required questions and some of the others.
fn form_with_right_answers() -> impl Strategy<Value = (Form, GivenAnswers)> {
    form().prop_flat_map(|form| {
        let one = |question: &Question| {
            let answer = right_answer(question);
            let answer = if question.required { answer.prop_map(Some).boxed() } else { option::of(answer).boxed() };
            let id = question.id.clone();
            answer.prop_map(move |answer| answer.map(|answer| (id.clone(), answer)))
        };
        let answers: Vec<_> = form.questions().iter().map(one).collect();
        (Just(form), answers.prop_map(|answers| answers.into_iter().flatten().collect()))
    })
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        "\\PC{0,40}".prop_map(Answer::Text),
        proptest::sample::select(vec!["mon", "2024-10-04", "+14155550123", "a\u{0}b", " ", "two\r\nlines"])
            .prop_map(|text| Answer::Text(text.to_owned())),
        any::<i64>().prop_map(Answer::Number),
        any::<bool>().prop_map(Answer::YesNo),
        collection::vec(proptest::sample::select(vec!["mon", "tue", "sun"]), 0..4)
            .prop_map(|choices| Answer::Choices(choices.into_iter().map(str::to_owned).collect())),
    ]
}

fn any_answers() -> impl Strategy<Value = GivenAnswers> {
    let id = proptest::sample::select([&IDS[..], &["unknown"]].concat());
    let one = (id, any_answer()).prop_map(|(id, answer)| (QuestionId::parse(id).expect("valid"), answer));
    collection::vec(one, 0..8).prop_map(|answers| answers.into_iter().collect())
}

fn given_again(answers: &Answers) -> GivenAnswers {
    answers.iter().map(|(id, answer)| (id.clone(), answer.clone())).collect()
}

proptest! {
    #[test]
    fn right_answers_are_kept_as_they_are_given((form, given) in form_with_right_answers()) {
        let kept = form.read(&given).expect("they are right");
        prop_assert_eq!(given_again(&kept), given);
    }

    #[test]
    fn what_was_kept_is_right_again_and_every_complaint_names_an_answer((form, given) in (form(), any_answers())) {
        match form.read(&given) {
            Ok(kept) => {
                prop_assert_eq!(form.read(&given_again(&kept)).expect("right again"), kept);
                let is_complete = |question: &Question| !question.required || given.to(&question.id).is_some();
                prop_assert!(form.questions().iter().all(is_complete));
            }
            Err(complaints) => {
                prop_assert!(!complaints.is_empty());
                for complaint in complaints {
                    prop_assert!(complaint.pointer.starts_with("/answers"), "{complaint:?}");
                }
            }
        }
    }

    #[test]
    fn one_bad_answer_is_named_and_no_other(
        (form, given) in form_with_right_answers(),
        which in any::<Index>(),
        answer in any_answer(),
    ) {
        prop_assume!(!form.is_empty());
        let question = which.get(form.questions());
        prop_assume!(question.kind.read(&answer).is_err());
        let mut answers: BTreeMap<QuestionId, Answer> =
            given.questions().map(|id| (id.clone(), given.to(id).expect("named").clone())).collect();
        answers.insert(question.id.clone(), answer);
        let complaints = form.read(&answers.into_iter().collect()).expect_err("one is bad");
        let pointers: Vec<String> = complaints.into_iter().map(|complaint| complaint.pointer).collect();
        prop_assert_eq!(pointers, vec![format!("/answers/{}", question.id)]);
    }

    #[test]
    fn a_form_is_read_back_as_it_was_written(form in form()) {
        let written = serde_json::to_value(&form).expect("JSON");
        prop_assert_eq!(serde_json::from_value::<Form>(written).expect("a form"), form);
    }

    #[test]
    fn no_change_of_a_form_loses_or_changes_an_earlier_answer(
        (first, given) in form_with_right_answers(),
        changed in form(),
        once_more in form(),
    ) {
        let kept = first.read(&given).expect("they are right");
        let stored = serde_json::to_string(&kept).expect("JSON");
        let read = serde_json::from_str::<Answers>(&stored).expect("answers, whatever is asked now");
        prop_assert_eq!(&read, &kept);
        // A later part of a table may be written under a newer form than its columns.
        let columns = AnswerColumns::of(&changed);
        for form in [&changed, &once_more] {
            let filled = columns.fill(form, &read);
            prop_assert_eq!(filled.cells.len(), columns.questions().len());
            let in_columns = columns.questions().iter().zip(&filled.cells);
            let mut shown: BTreeMap<&QuestionId, &Answer> =
                in_columns.filter_map(|(id, cell)| Some((id, (*cell)?))).collect();
            for (id, answer) in &filled.others {
                prop_assert!(shown.insert(*id, *answer).is_none(), "shown twice");
            }
            prop_assert_eq!(shown, read.iter().collect::<BTreeMap<_, _>>());
        }
    }

    #[test]
    fn columns_are_read_back_as_they_were_written(form in form()) {
        let columns = AnswerColumns::of(&form);
        prop_assert_eq!(columns.questions().len(), form.questions().len());
        prop_assert_eq!(AnswerColumns::parse(&columns.written()), Ok(columns));
    }
}
