//! Answers in a table of all entries: each question of the form has a column.

use std::collections::BTreeMap;

use crate::form::Form;
use crate::form::answers::{Answer, Answers};
use crate::values::identifier::QuestionId;
use crate::values::shape::{Described, Shape};

/// The questions that have a column, in order. They are chosen once for all parts of a table, since
/// the form may change meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnswerColumns(Vec<QuestionId>);

/// The answers of one entry in a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswersInColumns<'answers> {
    /// For each column its answer, if there is one.
    pub cells: Vec<Option<&'answers Answer>>,
    /// The answers that have no column, or whose column is for another type of answer.
    pub others: BTreeMap<&'answers QuestionId, &'answers Answer>,
}

impl Described for AnswerColumns {
    const SHAPE: Shape = Shape::Joined { of: &QuestionId::SHAPE, min: 0, max: Some(Form::MOST_QUESTIONS) };
}

impl AnswerColumns {
    /// A column for each question of the form.
    pub fn of(form: &Form) -> Self {
        Self(form.questions().iter().map(|question| question.id.clone()).collect())
    }

    /// Reads what [`Self::written`] gave: different ids with commas between them.
    pub fn parse(text: &str) -> Result<Self, String> {
        let rule =
            || format!("must be at most {} different ids of questions, with commas between", Form::MOST_QUESTIONS);
        if text.is_empty() {
            return Ok(Self::default());
        }
        let ids = text.split(',').map(QuestionId::parse).collect::<Result<Vec<_>, _>>().map_err(|_| rule())?;
        let is_twice = ids.iter().enumerate().any(|(index, id)| ids[..index].contains(id));
        if is_twice || ids.len() > Form::MOST_QUESTIONS { Err(rule()) } else { Ok(Self(ids)) }
    }

    /// The questions, in order.
    pub fn questions(&self) -> &[QuestionId] {
        &self.0
    }

    /// The ids with commas between them.
    pub fn written(&self) -> String {
        self.0.iter().map(QuestionId::as_str).collect::<Vec<_>>().join(",")
    }

    /// Puts every answer into its column or among the others. An answer of another type than its
    /// question takes now stands among the others.
    pub fn fill<'answers>(&self, form: &Form, answers: &'answers Answers) -> AnswersInColumns<'answers> {
        let suits = |id: &QuestionId, answer: &Answer| {
            form.question(id).is_none_or(|question| question.kind.question_type().suits(answer))
        };
        let has_column = |id: &QuestionId, answer: &Answer| self.0.contains(id) && suits(id, answer);
        let cell = |id: &QuestionId| answers.to(id).filter(|answer| suits(id, answer));
        AnswersInColumns {
            cells: self.0.iter().map(cell).collect(),
            others: answers.iter().filter(|(id, answer)| !has_column(id, answer)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_many_different_questions_as_a_form_may_have() {
        let ids = |count: usize| (0..count).map(|number| format!("q{number}")).collect::<Vec<_>>().join(",");
        for (text, count) in [("", 0), ("a", 1), (&ids(Form::MOST_QUESTIONS), Form::MOST_QUESTIONS)] {
            assert_eq!(AnswerColumns::parse(text).map(|columns| columns.questions().len()), Ok(count), "{text}");
        }
        for text in [",", "a,a", "a,b,a", "a b", &ids(Form::MOST_QUESTIONS + 1)] {
            assert!(AnswerColumns::parse(text).is_err(), "{text:?}");
        }
    }
}
