//! Reads the questions that an organiser asks customers who join.

use std::collections::HashSet;

use waitlist_domain::form::Form;
use waitlist_domain::form::question::{ChoiceOption, Help, Kind, LIMITS, Question, QuestionType, WrittenLimits};
use waitlist_domain::values::date::Date;
use waitlist_domain::values::identifier::QuestionId;
use waitlist_domain::values::label::Label;
use waitlist_runtime::input::Fields;

/// Reads `form`. Without it the event asks nothing.
pub fn read_form(fields: &mut Fields) -> Option<Form> {
    let mut seen = HashSet::new();
    let questions =
        fields.optional_objects("form", Form::MOST_QUESTIONS, |question| read_question(question, &mut seen))?;
    match Form::new(questions.unwrap_or_default()) {
        Ok(form) => Some(form),
        Err(rule) => fields.complain("form", rule),
    }
}

/// Reads a question. `seen` holds the ids of the earlier questions.
fn read_question(fields: &mut Fields, seen: &mut HashSet<QuestionId>) -> Option<Question> {
    let id = fields.text("id", |text| {
        let id = QuestionId::parse(text)?;
        if seen.insert(id.clone()) {
            Ok(id)
        } else {
            Err("must differ from those of the form's other questions".to_owned())
        }
    });
    let of = fields.text("type", QuestionType::parse);
    let label = fields.text("label", Label::parse);
    let help = fields.optional_text("help", Help::parse);
    let required = fields.optional_flag("required");
    let kind = read_kind(fields, of);
    Some(Question { id: id?, label: label?, help: help?, required: required?.unwrap_or(false), kind: kind? })
}

/// Reads the limits of a question of this type. If the type is bad, each limit is still checked by
/// itself.
fn read_kind(fields: &mut Fields, of: Option<QuestionType>) -> Option<Kind> {
    let foreign = of.and_then(|of| refuse_foreign_limits(fields, of));
    let limits = read_limits(fields);
    foreign?;
    match Kind::new(of?, limits?) {
        Ok(kind) => Some(kind),
        Err(complaints) => complaints.into_iter().fold(None, |_, bad| fields.complain(&bad.pointer, bad.detail)),
    }
}

fn refuse_foreign_limits(fields: &mut Fields, of: QuestionType) -> Option<()> {
    let limits = LIMITS.into_iter().map(|(limit, _)| limit);
    let foreign = limits.filter(|limit| !of.limits().contains(limit));
    let refuse = |limit: &str| {
        let owners = QuestionType::ALL.into_iter().filter(|of| of.limits().contains(&limit));
        let owners = owners.map(|of| format!("\"{}\"", of.as_str())).collect::<Vec<_>>().join(" and ");
        fields.absent(limit, format!("belongs to questions of type {owners}: leave it out"))
    };
    // Every foreign limit is checked, so that the refusal names all of them.
    let all: Vec<Option<()>> = foreign.map(refuse).collect();
    all.into_iter().collect()
}

fn read_limits(fields: &mut Fields) -> Option<WrittenLimits> {
    let mut whole = |name| fields.optional_whole(name, Ok::<_, String>);
    let (min_length, max_length) = (whole("minLength"), whole("maxLength"));
    let (min, max) = (whole("min"), whole("max"));
    let (min_choices, max_choices) = (whole("minChoices"), whole("maxChoices"));
    let options = fields.optional_texts_or_objects("options", short_option, read_option);
    let (earliest, latest) =
        (fields.optional_text("earliest", Date::parse), fields.optional_text("latest", Date::parse));
    for (name, shape) in LIMITS {
        fields.has_shape(name, shape);
    }
    Some(WrittenLimits {
        min_length: min_length?,
        max_length: max_length?,
        min: min?,
        max: max?,
        options: options?,
        min_choices: min_choices?,
        max_choices: max_choices?,
        earliest: earliest?,
        latest: latest?,
    })
}

/// An option whose id is its own label.
fn short_option(text: &str) -> Result<ChoiceOption, String> {
    Label::parse(text).map(|label| ChoiceOption { id: label.clone(), label })
}

fn read_option(fields: &mut Fields) -> Option<ChoiceOption> {
    let id = fields.text("id", Label::parse);
    let label = fields.text("label", Label::parse);
    Some(ChoiceOption { id: id?, label: label? })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use waitlist_domain::{Error, Refusal};
    use waitlist_runtime::input::Input;

    use super::*;

    fn form(questions: Value) -> Result<Form, Vec<String>> {
        let Value::Object(body) = json!({ "form": questions }) else { panic!("the test's body is no object") };
        match Input::new(Vec::new(), Vec::new(), body).read(|input| read_form(&mut input.body)) {
            Ok(form) => Ok(form),
            Err(Error::Refused(Refusal::Unreadable(errors))) => {
                Err(errors.into_iter().map(|error| error.pointer).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    fn asking(question: Value) -> Result<Form, Vec<String>> {
        form(json!([question]))
    }

    #[test]
    fn a_form_is_shown_as_it_was_written_with_the_limits_that_hold() {
        let written = json!([
            {"id": "school", "type": "text", "label": "School", "required": true, "help": "The full\nname"},
            {"id": "diet", "type": "choice", "label": "Food", "options": ["Anything", {"id": "veg", "label": "Vegetarian"}]},
            {"id": "age", "type": "number", "label": "Age", "min": 6, "max": 14},
            {"id": "born", "type": "date", "label": "Born", "earliest": "2013-01-01"},
            {"id": "swims", "type": "yesNo", "label": "Swims?", "help": null, "min": null},
        ]);
        let shown = json!([
            {"id": "school", "type": "text", "label": "School", "required": true, "help": "The full\nname",
             "minLength": 1, "maxLength": 200},
            {"id": "diet", "type": "choice", "label": "Food", "required": false,
             "options": [{"id": "Anything", "label": "Anything"}, {"id": "veg", "label": "Vegetarian"}]},
            {"id": "age", "type": "number", "label": "Age", "required": false, "min": 6, "max": 14},
            {"id": "born", "type": "date", "label": "Born", "required": false, "earliest": "2013-01-01"},
            {"id": "swims", "type": "yesNo", "label": "Swims?", "required": false},
        ]);
        let read = form(written).expect("valid");
        assert_eq!(serde_json::to_value(&read).expect("JSON"), shown);
        assert_eq!(form(shown), Ok(read), "what is shown may be written");
        for nothing in [json!(null), json!([])] {
            assert!(form(nothing).expect("valid").is_empty());
        }
    }

    #[test]
    fn every_bad_field_of_a_form_is_pointed_at() {
        let questions = json!([
            {"id": "a b", "type": "essay", "label": "", "required": "yes", "min": "1", "colour": "red"},
            {"id": "a", "type": "number", "label": "A", "minLength": 1, "min": 1.5, "options": []},
            {"id": "a", "type": "choices", "label": "A", "options": ["", 7, {"id": "x"}]},
            "b",
        ]);
        let mut pointers = form(questions).expect_err("bad");
        pointers.sort();
        let mut expected = [
            "/form/0/id",
            "/form/0/type",
            "/form/0/label",
            "/form/0/required",
            "/form/0/min",
            "/form/0/colour",
            "/form/1/minLength",
            "/form/1/options",
            "/form/1/min",
            "/form/2/id",
            "/form/2/options/0",
            "/form/2/options/1",
            "/form/2/options/2/label",
            "/form/3",
        ];
        expected.sort_unstable();
        assert_eq!(pointers, expected);
    }

    #[test]
    fn limits_that_contradict_each_other_or_go_too_far_are_pointed_at() {
        for (limits, pointers) in [
            (json!({"type": "text", "maxLength": 201}), &["/form/0/maxLength"][..]),
            (json!({"type": "text", "minLength": 0}), &["/form/0/minLength"]),
            (json!({"type": "longText", "minLength": 11, "maxLength": 10}), &["/form/0/maxLength"]),
            (
                json!({"type": "longText", "maxLength": 2001, "minLength": -1}),
                &["/form/0/minLength", "/form/0/maxLength"],
            ),
            (json!({"type": "number", "min": 2, "max": 1}), &["/form/0/max"]),
            (json!({"type": "number", "max": 9_007_199_254_740_992_i64}), &["/form/0/max"]),
            (json!({"type": "choice"}), &["/form/0/options"]),
            (json!({"type": "choice", "options": []}), &["/form/0/options"]),
            (json!({"type": "choice", "options": vec!["a"; 51]}), &["/form/0/options"]),
            (json!({"type": "choice", "options": ["a", "b", "a"]}), &["/form/0/options/2"]),
            (json!({"type": "choices", "options": ["a", "b"], "maxChoices": 3}), &["/form/0/maxChoices"]),
            (
                json!({"type": "choices", "options": ["a", "b"], "minChoices": 2, "maxChoices": 1}),
                &["/form/0/maxChoices"],
            ),
            (json!({"type": "date", "earliest": "2027-02-29"}), &["/form/0/earliest"]),
            (json!({"type": "date", "earliest": "2027-02-02", "latest": "2027-02-01"}), &["/form/0/latest"]),
            (json!({"type": "phone", "minLength": 3}), &["/form/0/minLength"]),
        ] {
            let mut question = limits;
            (question["id"], question["label"]) = (json!("q"), json!("Q"));
            assert_eq!(
                asking(question.clone()),
                Err(pointers.iter().map(|at| (*at).to_owned()).collect()),
                "{question}"
            );
        }
    }

    #[test]
    fn a_form_has_at_most_thirty_questions_and_16_kb_of_texts() {
        let question = |number: usize| json!({"id": format!("q{number}"), "type": "yesNo", "label": "Q"});
        let questions = |count: usize| form((0..count).map(question).collect());
        assert!(questions(30).is_ok());
        assert_eq!(questions(31), Err(vec!["/form".to_owned()]));
        let long = |number: usize| json!({"id": format!("q{number}"), "type": "yesNo", "label": "Q", "help": "x".repeat(1_000)});
        assert_eq!(form((0..17).map(long).collect()), Err(vec!["/form".to_owned()]));
    }
}
