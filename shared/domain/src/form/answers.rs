//! Answers to an event's questions. No `Debug` shows them, so that no log can.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::values::identifier::QuestionId;

/// An answer. It tells its own type, so that it can be read whatever happens to its question.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// A text, the id of one choice, a date or a phone number.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Yes or no.
    YesNo(bool),
    /// The ids of some choices.
    Choices(Vec<String>),
}

impl Answer {
    /// The greatest whole number that every reader of JSON knows exactly: 2^53 - 1. The least is
    /// its negative.
    pub const GREATEST_NUMBER: i64 = 9_007_199_254_740_991;

    /// How many bytes it has in the table.
    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Number(_) => size_of::<i64>(),
            Self::YesNo(_) => 1,
            Self::Choices(choices) => choices.iter().map(String::len).sum(),
        }
    }

    /// The answer for a table of texts. Choices stand in a line each.
    pub fn to_text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::YesNo(true) => "yes".to_owned(),
            Self::YesNo(false) => "no".to_owned(),
            Self::Choices(choices) => choices.join("\n"),
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Answer(private)")
    }
}

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> Visitor<'de> for AnswerVisitor {
    type Value = Answer;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, a whole number, true or false, or a list of texts")
    }

    fn visit_str<E>(self, text: &str) -> Result<Answer, E> {
        Ok(Answer::Text(text.to_owned()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Answer, E> {
        Ok(Answer::Number(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Answer, E> {
        i64::try_from(number).map(Answer::Number).map_err(|_| E::custom("too great a number"))
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Answer, E> {
        Ok(Answer::YesNo(flag))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Answer, A::Error> {
        let mut choices = Vec::new();
        while let Some(choice) = elements.next_element()? {
            choices.push(choice);
        }
        if choices.is_empty() { Err(A::Error::custom("no choices")) } else { Ok(Answer::Choices(choices)) }
    }
}

/// The answers of a request, not compared with the questions yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GivenAnswers(BTreeMap<QuestionId, Answer>);

impl GivenAnswers {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn to(&self, question: &QuestionId) -> Option<&Answer> {
        self.0.get(question)
    }

    /// The ids of the questions that are answered.
    pub fn questions(&self) -> impl Iterator<Item = &QuestionId> {
        self.0.keys()
    }
}

impl FromIterator<(QuestionId, Answer)> for GivenAnswers {
    fn from_iter<A: IntoIterator<Item = (QuestionId, Answer)>>(answers: A) -> Self {
        Self(answers.into_iter().collect())
    }
}

/// Answers that were right when they were given. They stay as they are, whatever happens to the
/// questions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Answers(BTreeMap<QuestionId, Answer>);

impl Answers {
    /// Most bytes of the answers of an entry, with the ids of the questions. They are written again
    /// with every change of the entry.
    pub const MOST_BYTES: usize = 8 * 1024;

    /// Accepts answers that their questions have accepted, unless they are too large together.
    pub(crate) fn new(answers: BTreeMap<QuestionId, Answer>) -> Result<Self, String> {
        let size: usize = answers.iter().map(|(question, answer)| question.as_str().len() + answer.size()).sum();
        if size > Self::MOST_BYTES {
            return Err(format!("must have at most {} bytes together: shorten the longest", Self::MOST_BYTES));
        }
        Ok(Self(answers))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&QuestionId, &Answer)> {
        self.0.iter()
    }

    pub fn to(&self, question: &QuestionId) -> Option<&Answer> {
        self.0.get(question)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Answers {
        let answer = |id: &str, answer| (QuestionId::parse(id).expect("valid"), answer);
        let answers = [
            answer("school", Answer::Text("Maple Street".to_owned())),
            answer("age", Answer::Number(-7)),
            answer("swims", Answer::YesNo(false)),
            answer("days", Answer::Choices(vec!["mon".to_owned(), "tue".to_owned()])),
        ];
        Answers::new(answers.into()).expect("short")
    }

    #[test]
    fn answers_do_not_show_in_debug() {
        let shown = format!("{:?} {:?}", answers(), answers().to(&QuestionId::parse("age").expect("valid")));
        for secret in ["Maple", "7", "false", "mon"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn nothing_is_empty_but_no_answers() {
        assert!(Answers::default().is_empty() && !answers().is_empty());
        let given: GivenAnswers = answers().iter().map(|(id, answer)| (id.clone(), answer.clone())).collect();
        assert!(GivenAnswers::default().is_empty() && !given.is_empty());
        let refused = serde_json::from_str::<Answer>("null").expect_err("no answer").to_string();
        assert!(refused.contains("a text, a whole number, true or false, or a list of texts"), "{refused}");
        assert_eq!(format!("{:?}", Answer::YesNo(true)), "Answer(private)");
    }

    #[test]
    fn answers_are_written_as_they_were_given() {
        let written = serde_json::json!({"age": -7, "days": ["mon", "tue"], "school": "Maple Street", "swims": false});
        assert_eq!(serde_json::to_value(answers()).expect("JSON"), written);
        assert_eq!(serde_json::from_value::<Answers>(written).expect("answers"), answers());
    }

    #[test]
    fn on_paper_choices_stand_in_a_line_each() {
        let texts: Vec<String> = answers().iter().map(|(_, answer)| answer.to_text()).collect();
        assert_eq!(texts, ["-7", "mon\ntue", "Maple Street", "no"]);
    }

    #[test]
    fn answers_have_at_most_8_kb_together() {
        let of_length = |length| {
            let id = QuestionId::parse("essay").expect("valid");
            Answers::new(BTreeMap::from([(id, Answer::Text("x".repeat(length)))]))
        };
        assert!(of_length(Answers::MOST_BYTES - "essay".len()).is_ok());
        assert!(of_length(Answers::MOST_BYTES - "essay".len() + 1).is_err());
    }
}
