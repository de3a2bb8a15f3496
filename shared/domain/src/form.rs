//! Forms: an event's own questions, and the answers that a join must give.

pub mod answer_columns;
pub mod answers;
#[cfg(test)]
mod form_properties;
pub mod question;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::form::answers::{Answers, GivenAnswers};
use crate::form::question::Question;
use crate::values::identifier::QuestionId;
use crate::{FieldError, Refusal};

/// The questions of an event, in order. Most events have none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Vec<Question>", into = "Vec<Question>")]
pub struct Form(Vec<Question>);

impl Form {
    pub const MOST_QUESTIONS: usize = 30;

    /// Most bytes of all texts of a form. Every view of the event shows them.
    pub const MOST_BYTES: usize = 16 * 1024;

    /// Accepts up to [`Self::MOST_QUESTIONS`] questions with different ids. The error tells what is
    /// wrong with the whole.
    pub fn new(questions: Vec<Question>) -> Result<Self, String> {
        let ids: HashSet<&QuestionId> = questions.iter().map(|question| &question.id).collect();
        if ids.len() < questions.len() {
            return Err("must not have two questions with the same id".to_owned());
        }
        if questions.len() > Self::MOST_QUESTIONS {
            return Err(format!("must have at most {} questions, not {}", Self::MOST_QUESTIONS, questions.len()));
        }
        let size: usize = questions.iter().map(Question::size).sum();
        if size > Self::MOST_BYTES {
            return Err(format!("must have at most {} bytes of texts, not {size}", Self::MOST_BYTES));
        }
        Ok(Self(questions))
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The questions, in order.
    pub fn questions(&self) -> &[Question] {
        &self.0
    }

    /// The question with this id.
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.0.iter().find(|question| question.id == *id)
    }

    /// The answers to keep. The errors name all that is wrong with them, as fields of `/answers`.
    pub fn read(&self, given: &GivenAnswers) -> Result<Answers, Vec<FieldError>> {
        if self.is_empty() && !given.is_empty() {
            return Err(vec![FieldError::new("/answers", "must be left out: this event has no questions")]);
        }
        let complaint = |id: &QuestionId, detail: String| FieldError::new(format!("/answers/{id}"), detail);
        let (mut answers, mut complaints) = (BTreeMap::new(), Vec::new());
        for Question { id, required, kind, .. } in &self.0 {
            match given.to(id).map(|answer| kind.read(answer)) {
                Some(Ok(answer)) => {
                    answers.insert(id.clone(), answer);
                }
                Some(Err(rule)) => complaints.push(complaint(id, rule)),
                None if *required => complaints.push(complaint(id, "is required".to_owned())),
                None => {}
            }
        }
        let unknown = given.questions().filter(|id| self.question(id).is_none());
        complaints.extend(unknown.map(|id| complaint(id, "is not a question of this event: leave it out".to_owned())));
        if !complaints.is_empty() {
            return Err(complaints);
        }
        Answers::new(answers).map_err(|rule| vec![FieldError::new("/answers", rule)])
    }

    /// The line and tier of a new entry, with its answers. The refusal names all that is wrong with
    /// both.
    pub fn read_with<T>(&self, place: Result<T, Refusal>, given: &GivenAnswers) -> Result<(T, Answers), Refusal> {
        match (place, self.read(given)) {
            (Ok(place), Ok(answers)) => Ok((place, answers)),
            (Err(Refusal::Invalid(errors)), Err(more)) => {
                Err(Refusal::Invalid(errors.into_iter().chain(more).collect()))
            }
            // Bad fields are refused before the state of the line.
            (_, Err(errors)) => Err(Refusal::Invalid(errors)),
            (Err(refusal), Ok(_)) => Err(refusal),
        }
    }
}

impl TryFrom<Vec<Question>> for Form {
    type Error = String;

    fn try_from(questions: Vec<Question>) -> Result<Self, Self::Error> {
        Self::new(questions)
    }
}

impl From<Form> for Vec<Question> {
    fn from(form: Form) -> Self {
        form.0
    }
}
