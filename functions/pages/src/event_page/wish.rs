//! What somebody typed into the form of an event.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use waitlist_domain::values::contact::PhoneNumber;
use waitlist_domain::values::country::Country;
use waitlist_language::Locale;

use crate::form::Form;
use crate::reply::Look;

/// What was typed. A page shows it again if something is wrong.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Wish {
    ticket_type: Option<String>,
    quantity: Option<String>,
    minimum: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    /// How to be told: `email`, `sms` or both. Nothing as long as the form was not sent.
    channels: Option<Vec<String>>,
    attendee: Option<String>,
    access_code: Option<String>,
    /// Whether the box was ticked that agrees to the organiser's page on privacy.
    consent: bool,
    /// What was typed for each question of the event.
    answers: BTreeMap<String, Vec<String>>,
    /// The solution of a challenge, which only a script fills in.
    #[serde(skip)]
    solution: Option<String>,
}

/// How telephone numbers are read, and where text messages go.
pub(crate) struct Numbers<'event> {
    /// The country in whose way people write them.
    home: Option<&'event Country>,
    event: &'event Value,
}

impl<'event> Numbers<'event> {
    /// As the event and the settings of the stack say.
    pub(crate) fn of(look: &'event Look) -> Self {
        Self { home: look.settings.country.as_ref(), event: &look.event }
    }

    /// The number in its international form.
    fn read(&self, text: &str) -> Option<PhoneNumber> {
        PhoneNumber::read(text, self.home).ok()
    }

    /// Whether text messages go there.
    fn are_texted(&self, number: &PhoneNumber) -> bool {
        let mut beginnings = self.event["smsCountries"].as_array().into_iter().flatten().filter_map(Value::as_str);
        beginnings.any(|beginning| number.as_str().starts_with(beginning))
    }
}

/// A field with something wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FieldProblem {
    /// The name of the field in the form.
    field: String,
    /// The name of the text that says it.
    text: &'static str,
    /// The label, if the field is a question of the event.
    label: Option<String>,
}

/// The fields of every form: the name in the form, the pointer of the API, and two texts. The first
/// text is for a missing field, the second for a wrong one.
const FIELDS: [(&str, &str, &str, &str); 8] = [
    ("ticket-type", "/ticketTypeId", "choose-ticket", "choose-ticket"),
    ("quantity", "/quantity", "quantity-wrong", "quantity-wrong"),
    ("minimum", "/minQuantity", "minimum-wrong", "minimum-wrong"),
    ("attendee", "/attendeeId", "attendee-wrong", "attendee-wrong"),
    ("name", "/name", "name-missing", "name-wrong"),
    ("email", "/email", "email-missing", "email-wrong"),
    ("phone", "/phone", "phone-wrong", "phone-wrong"),
    ("access-code", "/accessCode", "code-wrong", "code-wrong"),
];

/// Puts what is wrong with the fields of every form first, in the order in which they stand there.
pub(crate) fn in_order_of_the_form(problems: &mut [FieldProblem]) {
    problems.sort_by_key(|problem| FIELDS.iter().position(|(name, ..)| *name == problem.field).unwrap_or(FIELDS.len()));
}

fn questions(event: &Value) -> impl Iterator<Item = &Value> {
    event["waitlist"]["form"].as_array().into_iter().flatten()
}

/// The name of a question's field.
fn field_of(question: &str) -> String {
    format!("answer-{question}")
}

impl Wish {
    /// Reads the form of an event.
    pub(crate) fn read(form: &Form, event: &Value) -> Self {
        let text = |name: &str| form.text(name).map(str::to_owned);
        let ids = questions(event).filter_map(|question| question["id"].as_str());
        let typed = |id: &str| (id.to_owned(), form.all(&field_of(id)).map(str::to_owned).collect());
        Self {
            ticket_type: text("ticket-type"),
            quantity: text("quantity"),
            minimum: text("minimum"),
            name: text("name"),
            email: text("email"),
            phone: text("phone"),
            channels: Some(form.all("channel").map(str::to_owned).collect()),
            // Keyboards of phones type more spaces than people mean.
            attendee: form.text("attendee").map(|name| name.split_whitespace().collect::<Vec<_>>().join(" ")),
            access_code: text("access-code"),
            consent: form.text("consent") == Some("yes"),
            answers: ids.map(typed).collect(),
            solution: text("challenge"),
        }
    }

    /// The solution of a challenge.
    pub(crate) fn solution(&self) -> Option<&str> {
        self.solution.as_deref()
    }

    /// What an entry asks for already. Its name and answers are not shown.
    pub(crate) fn of_entry(entry: &Value) -> Self {
        let number = |name: &str| entry[name].as_u64().map(|number| number.to_string());
        Self { quantity: number("quantity"), minimum: number("minQuantity"), ..Self::default() }
    }

    /// Whether a question is answered.
    pub(crate) fn answers_something(&self) -> bool {
        self.answers.values().any(|typed| !typed.is_empty())
    }

    /// The required fields that are empty.
    pub(crate) fn missing(&self, event: &Value, needs_consent: bool) -> Vec<FieldProblem> {
        let is_empty = |name: &&str| match *name {
            "ticket-type" => self.ticket_type.is_none(),
            "name" => self.name.is_none(),
            "email" => self.email.is_none(),
            _ => false,
        };
        let own = FIELDS.into_iter().filter(|(name, ..)| is_empty(name));
        let own = own.map(|(name, _, text, _)| FieldProblem { field: name.to_owned(), text, label: None });
        let consent = (needs_consent && !self.consent).then(|| FieldProblem {
            field: "consent".to_owned(),
            text: "consent-missing",
            label: None,
        });
        own.chain(self.missing_answers(event)).chain(consent).collect()
    }

    /// The required questions that are not answered.
    pub(crate) fn missing_answers(&self, event: &Value) -> Vec<FieldProblem> {
        let asked = questions(event).filter(|question| question["required"] == true);
        let asked = asked.filter(|question| self.typed(question).is_empty()).map(|question| FieldProblem {
            field: field_of(question["id"].as_str().unwrap_or_default()),
            text: "answer-missing",
            label: question["label"].as_str().map(str::to_owned),
        });
        asked.collect()
    }

    /// The telephone numbers that can't be read, or to which nobody could be told what they want to
    /// be told.
    pub(crate) fn wrong_numbers(&self, numbers: &Numbers<'_>) -> Vec<FieldProblem> {
        let only_texts = self.is_told_by("sms") && !self.is_told_by("email");
        let text = match self.phone.as_deref().map(|text| numbers.read(text)) {
            None if only_texts => Some("phone-for-texts"),
            Some(None) => Some("phone-wrong"),
            Some(Some(number)) if only_texts && !numbers.are_texted(&number) => Some("phone-not-texted"),
            _ => None,
        };
        let own = text.map(|text| FieldProblem { field: "phone".to_owned(), text, label: None });
        let is_unread = |question: &&Value| {
            question["type"] == "phone" && self.typed(question).iter().any(|text| numbers.read(text).is_none())
        };
        let asked = questions(numbers.event).filter(is_unread).map(|question| FieldProblem {
            field: field_of(question["id"].as_str().unwrap_or_default()),
            text: "phone-wrong",
            label: question["label"].as_str().map(str::to_owned),
        });
        own.into_iter().chain(asked).collect()
    }

    fn is_told_by(&self, channel: &str) -> bool {
        self.channels.iter().flatten().any(|chosen| chosen == channel)
    }

    /// The ways in which messages may go out. Mail is one unless only text messages are wanted.
    fn channels(&self, phone: Option<&PhoneNumber>, numbers: &Numbers<'_>) -> Vec<&'static str> {
        let by_sms = self.is_told_by("sms") && phone.is_some_and(|number| numbers.are_texted(number));
        let by_email = !by_sms || self.is_told_by("email");
        [("email", by_email), ("sms", by_sms)]
            .into_iter()
            .filter_map(|(name, is_used)| is_used.then_some(name))
            .collect()
    }

    fn typed(&self, question: &Value) -> &[String] {
        question["id"].as_str().and_then(|id| self.answers.get(id)).map_or(&[], Vec::as_slice)
    }

    /// The fields to which these pointers of the API lead.
    pub(crate) fn problems(&self, pointers: &[String]) -> Vec<FieldProblem> {
        let of_pointer = |pointer: &String| {
            if let Some(rest) = pointer.strip_prefix("/answers/") {
                let id = rest.split('/').next().unwrap_or(rest);
                return Some(FieldProblem { field: field_of(id), text: "answer-wrong", label: None });
            }
            let (name, _, _, text) = FIELDS.into_iter().find(|(_, known, ..)| *known == pointer)?;
            Some(FieldProblem { field: name.to_owned(), text, label: None })
        };
        let mut problems: Vec<FieldProblem> = pointers.iter().filter_map(of_pointer).collect();
        problems.dedup_by(|one, other| one.field == other.field);
        problems
    }

    /// The join that the API reads.
    pub(crate) fn to_json(&self, event_id: &str, locale: Locale, numbers: &Numbers<'_>) -> Value {
        let phone = self.phone.as_deref().and_then(|text| numbers.read(text));
        let fields = [
            ("eventId", Some(json!(event_id))),
            ("ticketTypeId", self.ticket_type.as_ref().map(|id| json!(id))),
            ("quantity", self.quantity.as_deref().map(whole)),
            ("minQuantity", self.minimum.as_deref().map(whole)),
            ("name", self.name.as_ref().map(|name| json!(name))),
            ("email", self.email.as_ref().map(|email| json!(email))),
            ("attendeeId", self.attendee.as_ref().map(|name| json!(name))),
            ("accessCode", self.access_code.as_ref().map(|code| json!(code))),
            ("phone", phone.as_ref().map(|number| json!(number.as_str()))),
            ("locale", Some(json!(locale.as_str()))),
            ("channels", Some(json!(self.channels(phone.as_ref(), numbers)))),
            ("answers", self.answers_json(numbers)),
            ("challenge", self.solution.as_ref().map(|solution| json!(solution))),
        ];
        object(fields)
    }

    /// What a customer changes of their entry, as the API reads it. Empty fields stay.
    pub(crate) fn to_change(&self, numbers: &Numbers<'_>) -> Value {
        object([
            ("quantity", self.quantity.as_deref().map(whole)),
            ("minQuantity", self.minimum.as_deref().map(whole)),
            ("name", self.name.as_ref().map(|name| json!(name))),
            ("answers", self.answers_json(numbers)),
        ])
    }

    fn answers_json(&self, numbers: &Numbers<'_>) -> Option<Value> {
        let answer = |question: &Value| {
            let typed = self.typed(question);
            let first = typed.first()?;
            let value = match question["type"].as_str().unwrap_or_default() {
                "number" => whole(first),
                "choices" => json!(typed),
                "yesNo" => json!(first == "yes"),
                "phone" => json!(numbers.read(first).map_or_else(|| first.clone(), String::from)),
                _ => json!(first),
            };
            Some((question["id"].as_str()?.to_owned(), value))
        };
        let answers: Map<String, Value> = questions(numbers.event).filter_map(answer).collect();
        (!answers.is_empty()).then_some(Value::Object(answers))
    }
}

/// The fields that have a value.
fn object<const COUNT: usize>(fields: [(&str, Option<Value>); COUNT]) -> Value {
    Value::Object(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect())
}

/// A number as JSON has it, or what was typed instead, which the API then refuses.
fn whole(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}
