//! Writes an entry as a row.

use waitlist_domain::Error;
use waitlist_domain::entry::Entry;
use waitlist_domain::form::Form;
use waitlist_domain::form::answer_columns::{AnswerColumns, AnswersInColumns};
use waitlist_domain::form::answers::Answer;
use waitlist_domain::values::channels::Channel;
use waitlist_domain::values::contact::PhoneNumber;
use waitlist_domain::values::identifier::{RegistrationId, TierId};
use waitlist_domain::values::time::Timestamp;
use waitlist_domain::values::unreachable::Cause;

use crate::records::export_entries::csv::record;

/// The names of the columns that every export has.
const COLUMNS: [&str; 20] = [
    "entryId",
    "customerId",
    "attendeeId",
    "ticketTypeId",
    "status",
    "tier",
    "lane",
    "number",
    "quantity",
    "minQuantity",
    "name",
    "email",
    "phone",
    "joinedAt",
    "offeredAt",
    "expiresAt",
    "offeredQuantity",
    "registrationId",
    "emailUnreachable",
    "phoneConfirmed",
];

/// The column of the answers that have no column of their own.
const OTHER_ANSWERS: &str = "otherAnswers";

/// The header: the names of all columns.
pub(crate) fn header(columns: &AnswerColumns) -> String {
    // No other column has a dot in its name.
    let questions = columns.questions().iter().map(|id| format!("answer.{id}"));
    let names: Vec<String> = COLUMNS.map(str::to_owned).into_iter().chain(questions).collect();
    record(names.iter().map(String::as_str).chain([OTHER_ANSWERS]))
}

/// The record of an entry at `now`, by the current form of the event.
pub(crate) fn row(entry: &Entry, columns: &AnswerColumns, form: &Form, now: Timestamp) -> Result<String, Error> {
    let offer = entry.offer.as_ref();
    let fields: [String; COLUMNS.len()] = [
        entry.id.as_str().to_owned(),
        entry.place.customer_id.as_str().to_owned(),
        entry.attendee().map(String::from).unwrap_or_default(),
        entry.place.line.ticket_type_id.as_str().to_owned(),
        entry.status.as_str().to_owned(),
        entry.tier.as_ref().map_or("", TierId::as_str).to_owned(),
        entry.lane.kind().as_str().to_owned(),
        entry.number.to_string(),
        entry.applicant.quantity.get().to_string(),
        entry.applicant.minimum.map(|minimum| minimum.get().to_string()).unwrap_or_default(),
        entry.applicant.name.as_str().to_owned(),
        entry.applicant.email.as_str().to_owned(),
        entry.applicant.phone.as_ref().map_or("", PhoneNumber::as_str).to_owned(),
        entry.joined_at.to_rfc3339(),
        offer.map(|offer| offer.offered_at).map(Timestamp::to_rfc3339).unwrap_or_default(),
        offer.map(|offer| offer.expires_at).map(Timestamp::to_rfc3339).unwrap_or_default(),
        offer.map(|offer| offer.quantity.get().to_string()).unwrap_or_default(),
        entry.registration_id.as_ref().map_or("", RegistrationId::as_str).to_owned(),
        entry.unreachable_by(Channel::Email, now).map_or("", Cause::as_str).to_owned(),
        entry.applicant.phone.as_ref().map(|_| !entry.applicant.is_phone_unproven).map_or("", yes_or_no).to_owned(),
    ];
    let AnswersInColumns { cells, others } = columns.fill(form, &entry.applicant.answers);
    let answers = cells.into_iter().map(|cell| cell.map(Answer::to_text).unwrap_or_default());
    let others = if others.is_empty() { Ok(String::new()) } else { serde_json::to_string(&others) };
    let others = others.map_err(|error| Error::internal("writing answers", error))?;
    let fields: Vec<String> = fields.into_iter().chain(answers).chain([others]).collect();
    Ok(record(fields.iter().map(String::as_str)))
}

fn yes_or_no(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
