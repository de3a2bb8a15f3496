//! Questions of an event's form, and the answers that each accepts.

use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::FieldError;
use crate::form::answers::Answer;
use crate::values::contact::PhoneNumber;
use crate::values::date::Date;
use crate::values::identifier::QuestionId;
use crate::values::label::{Label, can_be_seen, disturbs_a_line};
use crate::values::shape::{Described, Shape};
use crate::values::text::text;
use crate::values::words::words;

/// Most characters of an answer in one line.
pub const LONGEST_TEXT: i64 = 200;

/// Most characters of an answer in several lines.
pub const LONGEST_LONG_TEXT: i64 = 2_000;

pub const MOST_OPTIONS: usize = 50;

/// Most options that a refusal lists.
const MOST_OPTIONS_NAMED: usize = 10;

words! {
    /// The type of a question.
    pub enum QuestionType {
        /// One line.
        Text = "text",
        /// Several lines.
        LongText = "longText",
        /// A whole number.
        Number = "number",
        /// One of the options.
        Choice = "choice",
        /// Some of the options.
        Choices = "choices",
        /// Yes or no.
        YesNo = "yesNo",
        /// A day.
        Date = "date",
        /// A phone number.
        Phone = "phone",
    }
}

/// All limits of questions, by name, each with its shape. An option is written as a text or as an
/// object.
pub const LIMITS: [(&str, Shape); 9] = [
    ("minLength", Shape::Whole { min: 1, max: LONGEST_LONG_TEXT }),
    ("maxLength", Shape::Whole { min: 1, max: LONGEST_LONG_TEXT }),
    ("min", EXACT_NUMBER),
    ("max", EXACT_NUMBER),
    ("options", Shape::List { of: &Label::SHAPE, min: 1, max: Some(MOST_OPTIONS) }),
    ("minChoices", Shape::Whole { min: 1, max: MOST_OPTIONS as i64 }),
    ("maxChoices", Shape::Whole { min: 1, max: MOST_OPTIONS as i64 }),
    ("earliest", Date::SHAPE),
    ("latest", Date::SHAPE),
];

const EXACT_NUMBER: Shape = Shape::Whole { min: -Answer::GREATEST_NUMBER, max: Answer::GREATEST_NUMBER };

impl Described for Answer {
    const SHAPE: Shape = Shape::AnyOf(&[
        Shape::text(1, LONGEST_LONG_TEXT as usize),
        EXACT_NUMBER,
        Shape::Flag,
        Shape::List { of: &Label::SHAPE, min: 1, max: Some(MOST_OPTIONS) },
    ]);
}

impl QuestionType {
    /// The limits that a question of this type may have, by name.
    pub const fn limits(self) -> &'static [&'static str] {
        match self {
            Self::Text | Self::LongText => &["minLength", "maxLength"],
            Self::Number => &["min", "max"],
            Self::Choice => &["options"],
            Self::Choices => &["options", "minChoices", "maxChoices"],
            Self::Date => &["earliest", "latest"],
            Self::YesNo | Self::Phone => &[],
        }
    }

    /// Whether an answer is of this type, within the limits or not.
    pub fn suits(self, answer: &Answer) -> bool {
        match (self, answer) {
            (Self::Text | Self::LongText | Self::Choice, Answer::Text(_))
            | (Self::Number, Answer::Number(_))
            | (Self::YesNo, Answer::YesNo(_))
            | (Self::Choices, Answer::Choices(_)) => true,
            (Self::Date, Answer::Text(text)) => Date::parse(text).is_ok(),
            (Self::Phone, Answer::Text(text)) => PhoneNumber::parse(text).is_ok(),
            _ => false,
        }
    }
}

text! {
    /// A hint for answering.
    pub struct Help;
}

impl Help {
    pub const LONGEST: i64 = 1_000;

    /// Accepts 1 to [`Self::LONGEST`] characters in one line or several; surrounding white space is
    /// dropped.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse_lines(text, Self::LONGEST).map(Self)
    }
}

/// Reads a text of one line or several, of at most `longest` characters.
pub(crate) fn parse_lines(text: &str, longest: i64) -> Result<String, String> {
    read_text(text, Range::within(1, longest), Lines::Several)
}

impl Described for Help {
    const SHAPE: Shape = Shape::text(1, Self::LONGEST as usize);
}

/// A range, open where an end is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range<T> {
    least: Option<T>,
    most: Option<T>,
}

impl<T: Ord + fmt::Display> Range<T> {
    /// Accepts ends in order.
    fn new(least: Option<T>, most: Option<T>) -> Option<Self> {
        let is_empty = least.as_ref().zip(most.as_ref()).is_some_and(|(least, most)| least > most);
        (!is_empty).then_some(Self { least, most })
    }

    const fn within(least: T, most: T) -> Self {
        Self { least: Some(least), most: Some(most) }
    }

    fn admits(&self, value: &T) -> bool {
        self.least.as_ref().is_none_or(|least| least <= value) && self.most.as_ref().is_none_or(|most| value <= most)
    }
}

/// The range in words, to follow a noun. Nothing, if the range is open at both ends.
impl<T: fmt::Display> fmt::Display for Range<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.least, &self.most) {
            (Some(least), Some(most)) => write!(formatter, " from {least} to {most}"),
            (Some(least), None) => write!(formatter, " from {least} on"),
            (None, Some(most)) => write!(formatter, " up to {most}"),
            (None, None) => Ok(()),
        }
    }
}

/// An option of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ChoiceOption {
    /// The word for it in answers. Each option of a question has another.
    pub id: Label,
    /// Shown to people.
    pub label: Label,
}

/// An option that is written as a text has this text as its id and its label.
impl Described for ChoiceOption {
    const SHAPE: Shape = Label::SHAPE;
}

/// The limits of a question as they are written. The type of the question decides which there may
/// be.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WrittenLimits {
    /// Fewest characters.
    pub min_length: Option<i64>,
    /// Most characters.
    pub max_length: Option<i64>,
    /// The least number.
    pub min: Option<i64>,
    /// The greatest number.
    pub max: Option<i64>,
    /// What may be chosen.
    pub options: Option<Vec<ChoiceOption>>,
    /// Fewest choices.
    pub min_choices: Option<i64>,
    /// Most choices.
    pub max_choices: Option<i64>,
    /// The first day.
    pub earliest: Option<Date>,
    /// The last day.
    pub latest: Option<Date>,
}

/// What a question accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A text of one line, of so many characters.
    Text(Range<i64>),
    /// A text of several lines, of so many characters.
    LongText(Range<i64>),
    /// A whole number in this range.
    Number(Range<i64>),
    /// One of these options.
    Choice(Vec<ChoiceOption>),
    /// So many of these options.
    Choices(Vec<ChoiceOption>, Range<i64>),
    /// Yes or no.
    YesNo,
    /// A day in this range.
    Date(Range<Date>),
    /// A phone number.
    Phone,
}

/// The detail for a range whose end is below its start.
const TOO_SMALL: &str = "must not be below the least";

impl Kind {
    /// A question of this type with those limits that belong to the type. The errors name the
    /// limits.
    pub fn new(of: QuestionType, limits: WrittenLimits) -> Result<Self, Vec<FieldError>> {
        match of {
            QuestionType::Text => limits.length(LONGEST_TEXT).map(Self::Text),
            QuestionType::LongText => limits.length(LONGEST_LONG_TEXT).map(Self::LongText),
            QuestionType::Number => limits.numbers().map(Self::Number),
            QuestionType::Choice => limits.options().map(Self::Choice),
            QuestionType::Choices => {
                let (least, most) = (limits.min_choices, limits.max_choices);
                let options = limits.options()?;
                let count = i64::try_from(options.len()).unwrap_or(i64::MAX);
                let range = counts(("minChoices", least), ("maxChoices", most), count)?;
                Ok(Self::Choices(options, range))
            }
            QuestionType::YesNo => Ok(Self::YesNo),
            QuestionType::Date => {
                let range = Range::new(limits.earliest, limits.latest);
                range.map(Self::Date).ok_or_else(|| vec![FieldError::new("latest", "must not be before earliest")])
            }
            QuestionType::Phone => Ok(Self::Phone),
        }
    }

    pub const fn question_type(&self) -> QuestionType {
        match self {
            Self::Text(_) => QuestionType::Text,
            Self::LongText(_) => QuestionType::LongText,
            Self::Number(_) => QuestionType::Number,
            Self::Choice(_) => QuestionType::Choice,
            Self::Choices(..) => QuestionType::Choices,
            Self::YesNo => QuestionType::YesNo,
            Self::Date(_) => QuestionType::Date,
            Self::Phone => QuestionType::Phone,
        }
    }

    /// The options of a question that has any.
    pub fn options(&self) -> &[ChoiceOption] {
        match self {
            Self::Choice(options) | Self::Choices(options, _) => options,
            _ => &[],
        }
    }

    /// The answer to keep. The error tells what would be right.
    pub fn read(&self, answer: &Answer) -> Result<Answer, String> {
        match (self, answer) {
            (Self::Text(range), Answer::Text(text)) => read_text(text, range.clone(), Lines::One).map(Answer::Text),
            (Self::LongText(range), Answer::Text(text)) => {
                read_text(text, range.clone(), Lines::Several).map(Answer::Text)
            }
            (Self::Number(range), Answer::Number(number)) if range.admits(number) => Ok(answer.clone()),
            (Self::Choice(options), Answer::Text(choice)) if is_option(options, choice) => Ok(answer.clone()),
            (Self::Choices(options, range), Answer::Choices(choices)) => {
                read_choices(options, range, choices).map(|()| answer.clone())
            }
            (Self::YesNo, Answer::YesNo(_)) => Ok(answer.clone()),
            (Self::Date(range), Answer::Text(text)) if Date::parse(text).is_ok_and(|date| range.admits(&date)) => {
                Ok(answer.clone())
            }
            (Self::Phone, Answer::Text(text)) => {
                PhoneNumber::parse(text).map(|phone| Answer::Text(phone.into())).map_err(ToOwned::to_owned)
            }
            _ => Err(self.rule()),
        }
    }

    /// What an answer must be.
    fn rule(&self) -> String {
        match self {
            Self::Text(range) => format!("must be a text of one line, with{range} characters"),
            Self::LongText(range) => format!("must be a text, with{range} characters"),
            Self::Number(range) => format!("must be a whole number{range}"),
            Self::Choice(options) => format!("must be one of {}", named(options)),
            Self::Choices(options, range) => format!("must be a list with{range} of {}", named(options)),
            Self::YesNo => "must be true or false".to_owned(),
            Self::Date(range) => format!("must be a date such as 2027-07-05{range}"),
            Self::Phone => "must be an international phone number such as +14155550123".to_owned(),
        }
    }

    /// The limits with their defaults.
    fn written(self) -> WrittenLimits {
        let none = WrittenLimits::default();
        match self {
            Self::Text(range) | Self::LongText(range) => {
                WrittenLimits { min_length: range.least, max_length: range.most, ..none }
            }
            Self::Number(range) => WrittenLimits { min: range.least, max: range.most, ..none },
            Self::Choice(options) => WrittenLimits { options: Some(options), ..none },
            Self::Choices(options, range) => {
                WrittenLimits { options: Some(options), min_choices: range.least, max_choices: range.most, ..none }
            }
            Self::Date(range) => WrittenLimits { earliest: range.least, latest: range.most, ..none },
            Self::YesNo | Self::Phone => none,
        }
    }
}

impl WrittenLimits {
    fn length(&self, longest: i64) -> Result<Range<i64>, Vec<FieldError>> {
        counts(("minLength", self.min_length), ("maxLength", self.max_length), longest)
    }

    fn numbers(&self) -> Result<Range<i64>, Vec<FieldError>> {
        let exact = Range::within(-Answer::GREATEST_NUMBER, Answer::GREATEST_NUMBER);
        let mut complaints = Vec::new();
        for (name, limit) in [("min", self.min), ("max", self.max)] {
            if limit.is_some_and(|limit| !exact.admits(&limit)) {
                complaints.push(FieldError::new(name, format!("must be a whole number{exact}")));
            }
        }
        if !complaints.is_empty() {
            return Err(complaints);
        }
        // A number that some readers of JSON round is no answer.
        let (least, most) = (self.min.or(exact.least), self.max.or(exact.most));
        Range::new(least, most).ok_or_else(|| vec![FieldError::new("max", TOO_SMALL)])
    }

    fn options(self) -> Result<Vec<ChoiceOption>, Vec<FieldError>> {
        let options = self.options.ok_or_else(|| vec![FieldError::new("options", "is required")])?;
        if !(1..=MOST_OPTIONS).contains(&options.len()) {
            let detail = format!("must have 1 to {MOST_OPTIONS} elements, not {}", options.len());
            return Err(vec![FieldError::new("options", detail)]);
        }
        let mut seen = HashSet::new();
        let again = |(_, option): &(usize, &ChoiceOption)| !seen.insert(option.id.as_str().to_owned());
        let again = options.iter().enumerate().filter(again).map(|(index, _)| {
            FieldError::new(format!("options/{index}"), "must differ from the question's other options")
        });
        let again: Vec<FieldError> = again.collect();
        if again.is_empty() { Ok(options) } else { Err(again) }
    }
}

/// A range of counts within 1 to `highest`.
fn counts(
    (least_name, least): (&str, Option<i64>),
    (most_name, most): (&str, Option<i64>),
    highest: i64,
) -> Result<Range<i64>, Vec<FieldError>> {
    let possible = Range::within(1, highest);
    let mut complaints = Vec::new();
    for (name, limit) in [(least_name, least), (most_name, most)] {
        if limit.is_some_and(|limit| !possible.admits(&limit)) {
            complaints.push(FieldError::new(name, format!("must be a whole number{possible}")));
        }
    }
    if !complaints.is_empty() {
        return Err(complaints);
    }
    let range = Range::new(Some(least.unwrap_or(1)), Some(most.unwrap_or(highest)));
    range.ok_or_else(|| vec![FieldError::new(most_name, TOO_SMALL)])
}

/// How many lines a text may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Several,
}

/// A text with something visible and nothing disturbing. White space around it is dropped, and
/// lines end with a line feed.
fn read_text(text: &str, length: Range<i64>, lines: Lines) -> Result<String, String> {
    let text = if lines == Lines::Several { text.replace("\r\n", "\n") } else { text.to_owned() };
    let text = text.trim();
    let is_allowed = |character| lines == Lines::Several && matches!(character, '\n' | '\t');
    let disturbs = text.chars().any(|character| disturbs_a_line(character) && !is_allowed(character));
    let fits = i64::try_from(text.chars().count()).is_ok_and(|count| length.admits(&count));
    if fits && !disturbs && text.chars().any(can_be_seen) {
        return Ok(text.to_owned());
    }
    let line = if lines == Lines::One { " in one line" } else { "" };
    let without = "without control characters or invisible marks of direction (such as U+200E): delete them";
    Err(format!("must have{length} characters{line}, some of which can be seen, {without}"))
}

fn is_option(options: &[ChoiceOption], choice: &str) -> bool {
    options.iter().any(|option| option.id.as_str() == choice)
}

fn read_choices(options: &[ChoiceOption], range: &Range<i64>, choices: &[String]) -> Result<(), String> {
    if choices.iter().any(|choice| !is_option(options, choice)) {
        return Err(format!("must have no other elements than {}", named(options)));
    }
    let different: HashSet<&String> = choices.iter().collect();
    if different.len() < choices.len() {
        return Err("must name each choice once".to_owned());
    }
    let fits = i64::try_from(choices.len()).is_ok_and(|count| range.admits(&count));
    if fits { Ok(()) } else { Err(format!("must have{range} elements, not {}", choices.len())) }
}

/// The ids of options for a refusal. A long list is cut.
fn named(options: &[ChoiceOption]) -> String {
    let named = options.iter().take(MOST_OPTIONS_NAMED).map(|option| format!("\"{}\"", option.id.as_str()));
    let named = named.collect::<Vec<_>>().join(", ");
    if options.len() > MOST_OPTIONS_NAMED { format!("{named} and its other options") } else { named }
}

/// A question of an event's form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenQuestion", into = "WrittenQuestion")]
pub struct Question {
    pub id: QuestionId,
    pub label: Label,
    pub help: Option<Help>,
    pub required: bool,
    pub kind: Kind,
}

impl Question {
    /// The bytes of all its texts.
    pub fn size(&self) -> usize {
        let options = self.kind.options().iter();
        let options: usize = options.map(|option| option.id.as_str().len() + option.label.as_str().len()).sum();
        let help = self.help.as_ref().map_or(0, |help| help.0.len());
        self.id.as_str().len() + self.label.as_str().len() + help + options
    }
}

/// A question as it is written in responses and in the table.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub(crate) struct WrittenQuestion {
    id: QuestionId,
    #[serde(rename = "type")]
    of: QuestionType,
    label: Label,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    help: Option<Help>,
    #[serde(default)]
    required: bool,
    #[serde(flatten)]
    limits: WrittenLimits,
}

impl From<Question> for WrittenQuestion {
    fn from(question: Question) -> Self {
        let Question { id, label, help, required, kind } = question;
        Self { id, of: kind.question_type(), label, help, required, limits: kind.written() }
    }
}

impl TryFrom<WrittenQuestion> for Question {
    type Error = &'static str;

    fn try_from(written: WrittenQuestion) -> Result<Self, Self::Error> {
        let WrittenQuestion { id, of, label, help, required, limits } = written;
        let kind = Kind::new(of, limits).map_err(|_| "a limit of a question is bad")?;
        Ok(Self { id, label, help, required, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Answer {
        Answer::Text(text.to_owned())
    }

    fn choices(choices: &[&str]) -> Answer {
        Answer::Choices(choices.iter().map(|choice| (*choice).to_owned()).collect())
    }

    fn kind(of: QuestionType, limits: WrittenLimits) -> Kind {
        Kind::new(of, limits).expect("valid")
    }

    fn options(names: &[&str]) -> Option<Vec<ChoiceOption>> {
        let label = |name: &&str| Label::parse(name).expect("valid");
        Some(names.iter().map(|name| ChoiceOption { id: label(name), label: label(name) }).collect())
    }

    fn none() -> WrittenLimits {
        WrittenLimits::default()
    }

    #[test]
    fn the_size_of_a_question_is_that_of_all_its_texts() {
        let limits = WrittenLimits { options: options(&["red", "green"]), ..none() };
        let question = Question {
            id: QuestionId::parse("colour").expect("valid"),
            label: Label::parse("Colour?").expect("valid"),
            help: Some(Help("One of these".to_owned())),
            required: false,
            kind: kind(QuestionType::Choice, limits),
        };
        assert_eq!(question.size(), 6 + 7 + 12 + 2 * (3 + 5));
        assert_eq!(Question { help: None, ..question }.size(), 6 + 7 + 2 * (3 + 5));
    }

    #[test]
    fn only_a_long_text_has_several_lines() {
        let length = || Range { least: None, most: None };
        assert_eq!(read_text(" a\r\nb ", length(), Lines::Several), Ok("a\nb".to_owned()));
        let refused = read_text("a\nb", length(), Lines::One).expect_err("two lines");
        assert!(refused.contains(" characters in one line, "), "{refused}");
        let hidden = read_text("\u{200e}", length(), Lines::Several).expect_err("hidden");
        assert!(!hidden.contains("in one line"), "{hidden}");
    }

    #[test]
    fn only_a_list_of_options_that_is_too_long_to_name_is_cut() {
        let names: Vec<String> = (0..=MOST_OPTIONS_NAMED).map(|number| format!("o{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let options = options(&names).expect("some");
        assert!(!named(&options[..MOST_OPTIONS_NAMED]).contains("other options"));
        assert!(named(&options).ends_with(" and its other options"));
    }

    #[test]
    fn each_type_takes_its_own_sort_of_answer_and_no_other() {
        let food = || WrittenLimits { options: options(&["veg", "all"]), ..none() };
        let right = [
            (kind(QuestionType::Text, none()), text("Maple Street")),
            (kind(QuestionType::LongText, none()), text("two\nlines\tand a tab")),
            (kind(QuestionType::Number, none()), Answer::Number(-7)),
            (kind(QuestionType::Choice, food()), text("veg")),
            (kind(QuestionType::Choices, food()), choices(&["all", "veg"])),
            (kind(QuestionType::YesNo, none()), Answer::YesNo(false)),
            (kind(QuestionType::Date, none()), text("2027-07-05")),
            (kind(QuestionType::Phone, none()), text("+14155550123")),
        ];
        for (kind, answer) in &right {
            assert_eq!(kind.read(answer).as_ref(), Ok(answer), "{kind:?}");
            assert!(kind.question_type().suits(answer), "{kind:?}");
        }
        let others = [text("\u{200b}"), text(""), choices(&[]), choices(&["sun"]), Answer::Number(i64::MAX)];
        for (kind, _) in &right {
            for answer in &others {
                assert!(kind.read(answer).is_err(), "{kind:?} {answer:?}");
            }
        }
        for (index, (kind, _)) in right.iter().enumerate() {
            // A text of one line is also one of several lines, and the others here look like texts.
            let is_other = |other: usize| other != index && !matches!((index, other), (0 | 1, 0 | 1 | 3 | 6 | 7));
            for (_, answer) in right.iter().enumerate().filter(|(other, _)| is_other(*other)).map(|(_, pair)| pair) {
                assert!(kind.read(answer).is_err(), "{kind:?} {answer:?}");
            }
        }
    }

    #[test]
    fn limits_are_kept_to_the_last() {
        let name = kind(QuestionType::Text, WrittenLimits { min_length: Some(2), max_length: Some(3), ..none() });
        let age = kind(QuestionType::Number, WrittenLimits { min: Some(6), max: Some(14), ..none() });
        let days = options(&["mon", "tue", "wed"]);
        let limits = WrittenLimits { options: days, min_choices: Some(2), max_choices: Some(2), ..none() };
        let days = kind(QuestionType::Choices, limits);
        let date = |text| Some(Date::parse(text).expect("valid"));
        let limits = WrittenLimits { earliest: date("2027-02-28"), latest: date("2027-03-01"), ..none() };
        let born = kind(QuestionType::Date, limits);
        for (kind, right, wrong) in [
            (&name, vec![text("éé"), text(" äöü ")], vec![text("é"), text("éééé"), text(" a "), text("a\nb")]),
            (&age, vec![Answer::Number(6), Answer::Number(14)], vec![Answer::Number(5), Answer::Number(15)]),
            (
                &days,
                vec![choices(&["wed", "mon"])],
                vec![
                    choices(&["mon"]),
                    choices(&["mon", "tue", "wed"]),
                    choices(&["mon", "mon"]),
                    choices(&["mon", "Tue"]),
                ],
            ),
            (&born, vec![text("2027-02-28"), text("2027-03-01")], vec![text("2027-02-27"), text("2027-03-02")]),
        ] {
            for answer in right {
                assert!(kind.read(&answer).is_ok(), "{kind:?}");
            }
            for answer in wrong {
                assert!(kind.read(&answer).is_err(), "{kind:?}");
            }
        }
    }

    #[test]
    fn answers_are_kept_in_one_form() {
        let read = |of, answer: &str| kind(of, none()).read(&text(answer));
        assert_eq!(read(QuestionType::Text, "  Maple  Street "), Ok(text("Maple  Street")));
        assert_eq!(read(QuestionType::LongText, "\r\none\r\ntwo\n"), Ok(text("one\ntwo")));
        assert_eq!(read(QuestionType::Phone, "+1 (415) 555-0123"), Ok(text("+14155550123")));
        assert!(read(QuestionType::LongText, "\u{202e}backwards").is_err());
    }

    #[test]
    fn a_refusal_says_what_would_be_right() {
        let numbered: Vec<String> = (1..=12).map(|number| number.to_string()).collect();
        let numbered: Vec<&str> = numbered.iter().map(String::as_str).collect();
        let limits = |options| WrittenLimits { options, ..none() };
        for (kind, answer, rule) in [
            (kind(QuestionType::Choice, limits(options(&["a", "b"]))), text("c"), "must be one of \"a\", \"b\""),
            (
                kind(QuestionType::Choice, limits(options(&numbered))),
                text("c"),
                "must be one of \"1\", \"2\", \"3\", \"4\", \"5\", \"6\", \"7\", \"8\", \"9\", \"10\" and its other options",
            ),
            (
                kind(QuestionType::Choices, limits(options(&["a", "b"]))),
                choices(&[]),
                "must have from 1 to 2 elements, not 0",
            ),
            (
                kind(QuestionType::Number, WrittenLimits { min: Some(6), ..none() }),
                text("7"),
                "must be a whole number from 6 to 9007199254740991",
            ),
            (kind(QuestionType::YesNo, none()), text("yes"), "must be true or false"),
        ] {
            assert_eq!(kind.read(&answer), Err(rule.to_owned()));
        }
    }

    #[test]
    fn an_earlier_answer_suits_a_type_whatever_its_limits_are_now() {
        assert!(QuestionType::Choice.suits(&text("an option that has gone")));
        assert!(QuestionType::Number.suits(&Answer::Number(1_000_000)));
        for (of, answer) in [
            (QuestionType::Number, text("7")),
            (QuestionType::YesNo, Answer::Number(1)),
            (QuestionType::Choices, text("mon")),
            (QuestionType::Choice, choices(&["mon"])),
            (QuestionType::Date, text("soon")),
            (QuestionType::Phone, text("none")),
        ] {
            assert!(!of.suits(&answer), "{of:?}");
        }
    }
}
