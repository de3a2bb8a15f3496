//! What somebody typed into the form of an event.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use waitlist_language::Locale;

use crate::form::Form;

/// What was typed. A page shows it again if something is wrong.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Wish {
    ticket_type: Option<String>,
    quantity: Option<String>,
    minimum: Option<String>,
    name: Option<String>,
    email: Option<String>,
    attendee: Option<String>,
    access_code: Option<String>,
    /// Whether the box was ticked that agrees to the organiser's page on privacy.
    consent: bool,
    /// What was typed for each question of the event.
    answers: BTreeMap<String, Vec<String>>,
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
const FIELDS: [(&str, &str, &str, &str); 7] = [
    ("ticket-type", "/ticketTypeId", "choose-ticket", "choose-ticket"),
    ("quantity", "/quantity", "quantity-wrong", "quantity-wrong"),
    ("minimum", "/minQuantity", "minimum-wrong", "minimum-wrong"),
    ("name", "/name", "name-missing", "name-wrong"),
    ("email", "/email", "email-missing", "email-wrong"),
    ("attendee", "/attendeeId", "attendee-wrong", "attendee-wrong"),
    ("access-code", "/accessCode", "code-wrong", "code-wrong"),
];

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
            attendee: text("attendee"),
            access_code: text("access-code"),
            consent: form.text("consent").is_some(),
            answers: ids.map(typed).collect(),
        }
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
        let asked = questions(event).filter(|question| question["required"] == true);
        let asked = asked.filter(|question| self.typed(question).is_empty()).map(|question| FieldProblem {
            field: field_of(question["id"].as_str().unwrap_or_default()),
            text: "answer-missing",
            label: question["label"].as_str().map(str::to_owned),
        });
        let consent = (needs_consent && !self.consent).then(|| FieldProblem {
            field: "consent".to_owned(),
            text: "consent-missing",
            label: None,
        });
        own.chain(asked).chain(consent).collect()
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
    pub(crate) fn to_json(&self, event_id: &str, locale: Locale, event: &Value) -> Value {
        let fields = [
            ("eventId", Some(json!(event_id))),
            ("ticketTypeId", self.ticket_type.as_ref().map(|id| json!(id))),
            ("quantity", self.quantity.as_deref().map(whole)),
            ("minQuantity", self.minimum.as_deref().map(whole)),
            ("name", self.name.as_ref().map(|name| json!(name))),
            ("email", self.email.as_ref().map(|email| json!(email))),
            ("attendeeId", self.attendee.as_ref().map(|name| json!(name))),
            ("accessCode", self.access_code.as_ref().map(|code| json!(code))),
            ("locale", Some(json!(locale.as_str()))),
            ("channels", Some(json!(["email"]))),
            ("answers", self.answers_json(event)),
        ];
        let given = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(given.collect())
    }

    fn answers_json(&self, event: &Value) -> Option<Value> {
        let answer = |question: &Value| {
            let typed = self.typed(question);
            let first = typed.first()?;
            let value = match question["type"].as_str().unwrap_or_default() {
                "number" => whole(first),
                "choices" => json!(typed),
                "yesNo" => json!(first == "yes"),
                _ => json!(first),
            };
            Some((question["id"].as_str()?.to_owned(), value))
        };
        let answers: Map<String, Value> = questions(event).filter_map(answer).collect();
        (!answers.is_empty()).then_some(Value::Object(answers))
    }
}

/// A number as JSON has it, or what was typed instead, which the API then refuses.
fn whole(text: &str) -> Value {
    text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number))
}
