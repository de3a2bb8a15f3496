//! Reads a customer's answers to an event's questions, before the questions are known.

use serde_json::Value;
use waitlist_domain::form::answers::{Answer, GivenAnswers};
use waitlist_domain::values::identifier::QuestionId;
use waitlist_domain::values::shape::Described;
use waitlist_runtime::input::Fields;
use waitlist_runtime::input::json::{kind, whole};

/// Reads `answers`, an object with one answer for each question. Without it there are no answers.
pub fn read_answers(fields: &mut Fields) -> Option<GivenAnswers> {
    let answers = read_given(fields);
    fields.has_shape("answers", Answer::SHAPE);
    Some(answers?.unwrap_or_default().into_iter().collect())
}

fn read_given(fields: &mut Fields) -> Option<Option<Vec<(QuestionId, Answer)>>> {
    fields.optional_named("answers", |name, value| {
        let question =
            QuestionId::parse(name).map_err(|_| "is not a question of any event: leave it out".to_owned())?;
        Ok((question, read_answer(value)?))
    })
}

fn read_answer(value: &Value) -> Result<Answer, String> {
    match value {
        Value::String(text) => Ok(Answer::Text(text.clone())),
        Value::Bool(flag) => Ok(Answer::YesNo(*flag)),
        Value::Number(_) => whole(value).map(Answer::Number).ok_or_else(|| "must be a whole number".to_owned()),
        Value::Array(elements) => {
            let texts: Option<Vec<String>> =
                elements.iter().map(|element| element.as_str().map(str::to_owned)).collect();
            texts.map(Answer::Choices).ok_or_else(|| "must be a list of texts".to_owned())
        }
        Value::Null | Value::Object(_) => {
            Err(format!("must be a text, a whole number, true or false, or a list of texts, not {}", kind(value)))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use waitlist_domain::{Error, Refusal};

    use super::*;
    use waitlist_runtime::input::Input;

    fn read(body: Value) -> Result<GivenAnswers, Vec<String>> {
        let Value::Object(body) = body else { panic!("the test's body is no object") };
        match Input::new(Vec::new(), Vec::new(), body).read(|input| read_answers(&mut input.body)) {
            Ok(answers) => Ok(answers),
            Err(Error::Refused(Refusal::Unreadable(errors))) => {
                Err(errors.into_iter().map(|error| error.pointer).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn an_answer_is_what_its_json_says() {
        let body = json!({"answers": {
            "school": "Maple Street", "age": 7.0, "swims": false, "days": ["mon", "tue"], "nothing": null,
        }});
        let expected = [
            ("school", Answer::Text("Maple Street".to_owned())),
            ("age", Answer::Number(7)),
            ("swims", Answer::YesNo(false)),
            ("days", Answer::Choices(vec!["mon".to_owned(), "tue".to_owned()])),
        ];
        let expected = expected.map(|(id, answer)| (QuestionId::parse(id).expect("valid"), answer));
        assert_eq!(read(body), Ok(expected.into_iter().collect()));
        for nothing in [json!({}), json!({"answers": null}), json!({"answers": {}})] {
            assert_eq!(read(nothing), Ok(GivenAnswers::default()));
        }
    }

    #[test]
    fn every_answer_that_none_could_be_is_named() {
        let body = json!({"answers": {
            "fraction": 1.5, "object": {}, "list": [1], "in/path": "x", "right": "yes", "~": true,
        }});
        let pointers = ["/answers/fraction", "/answers/in~1path", "/answers/list", "/answers/object", "/answers/~0"];
        let mut named = read(body).expect_err("most are bad");
        named.sort();
        assert_eq!(named, pointers);
        assert_eq!(read(json!({"answers": "yes"})), Err(vec!["/answers".to_owned()]));
    }
}
