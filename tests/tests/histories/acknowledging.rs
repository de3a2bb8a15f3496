//! What a response says is true, and stays true.

use std::collections::BTreeMap;

use serde_json::Value;
use waitlist_domain::entry::Status;
use waitlist_runtime::http::Response;

use super::confirming::Proof;
use super::mirror::sales::State;
use super::places::mailbox;
use super::requests::Endpoint;
use super::running::Running;
use super::stays::Stay;
use super::violation::{Violation, ensure};
use super::world::World;

impl World {
    /// A run of a request was answered.
    pub(super) fn answered(&mut self, index: usize, running: &Running, response: Response) -> Result<(), Violation> {
        let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
        let ask = &mut self.asks[index];
        ask.under_way -= 1;
        ask.is_disturbed |= running.faults > 0;
        ask.answers.push((response.status, body.clone()));
        if let (Some(entry), Some(token)) = (body["entryId"].as_str(), body["token"].as_str()) {
            self.tokens.insert(entry.to_owned(), token.to_owned());
        }
        match response.status {
            200..300 => self.is_so(index, running, &body)?,
            status @ 400..500 => {
                let told = &self.asks[index].sent;
                ensure!(!running.has_written, "who is refused changed nothing", "{status} for {}", told.told());
                ensure!(!self.refuses_a_good_code(index, &body), "a good code is good", "{body} for {}", told.told());
                ensure!(
                    !self.refuses_a_confirmation(index, running.started_at),
                    "who reads the mail confirms",
                    "{body} for {}",
                    told.told()
                );
                let in_vain = self.refuses_a_free_place(index, &body);
                ensure!(!in_vain, "who may have a place is not refused", "{body} for {}", told.told());
                ensure!(!self.breaks_an_offer(index, running), "an offer is kept", "{body} for {}", told.told());
                if is_in_progress(&body) {
                    self.retry_later(index);
                }
            }
            status => {
                // A run that was held up may have no time left to try again.
                let was_late = running.held_up_until > running.started_at;
                let excused = running.faults > 0 || (status == 503 && (was_late || !self.weather.is_calm()));
                ensure!(excused, "nothing fails without a fault", "{status} for {}", self.asks[index].sent.told());
                self.retry_later(index);
            }
        }
        self.is_done_once(index)
    }

    /// A run of a request crashed or timed out.
    pub(super) fn unanswered(&mut self, index: usize) {
        let ask = &mut self.asks[index];
        ask.under_way -= 1;
        ask.is_disturbed = true;
        self.retry_later(index);
    }

    /// A request with an idempotency key makes one thing of each kind, and every response is about
    /// the same one.
    fn is_done_once(&self, index: usize) -> Result<(), Violation> {
        let ask = &self.asks[index];
        if ask.sent.idempotency_key.is_none() {
            return Ok(());
        }
        ensure!(ask.made.len() <= 1, "a repeated request does nothing twice", "{:?} by {}", ask.made, ask.sent.told());
        for name in ["entryId", "registrationId", "releaseId"] {
            let mut named =
                ask.answers.iter().filter(|(status, _)| *status < 300).filter_map(|(_, body)| body[name].as_str());
            let first = named.next();
            let same = named.all(|other| Some(other) == first);
            ensure!(same, "a repeated request gets the same answer", "{:?} for {}", ask.answers, ask.sent.told());
        }
        // A refused credential is not remembered: a token may end, or its entry give way to another.
        let may_change = |status: u16| matches!(status, 401 | 403 | 500..);
        let is_final = |answer: &&(u16, Value)| !may_change(answer.0) && !is_in_progress(&answer.1);
        let mut finals = ask.answers.iter().filter(is_final);
        let first = finals.next();
        let same = ask.is_disturbed || finals.all(|other| Some(other) == first);
        ensure!(same, "a repeated request gets the same answer", "{:?} for {}", ask.answers, ask.sent.told());
        Ok(())
    }

    /// Whether the table holds what a successful response says.
    fn is_so(&self, index: usize, running: &Running, body: &Value) -> Result<(), Violation> {
        let sent = &self.asks[index].sent;
        let told = || format!("{body} for {}", sent.told());
        let holds = match sent.endpoint {
            Endpoint::Join => self.has_joined(index, running, body),
            _ if sent.endpoint != Endpoint::Position && self.only_looks(sent) => false,
            Endpoint::Confirm => self.is_confirmed(index, body),
            Endpoint::ChangeEntry => self.asks_for_fewer(index, body),
            Endpoint::Claim => self.has_entered(index, body, &[Status::Claimed, Status::Converted]),
            Endpoint::Decline => self.has_entered(index, body, &[Status::Declined]),
            Endpoint::Convert => self.has_converted(body),
            Endpoint::Leave => self.has_left(running, body),
            Endpoint::Register => self.has_sold(index, body),
            Endpoint::CancelRegistration => {
                self.mirror.registrations.get(sent.path_value()).is_some_and(|sale| !sale.is_confirmed)
            }
            Endpoint::Release => self.has_released(index, body),
            Endpoint::GetRelease => self.shows_release(sent.path_value(), running.started_at, body),
            Endpoint::PauseRelease => self.has_changed_release(index, body, State::Paused),
            Endpoint::ResumeRelease => self.has_changed_release(index, body, State::Releasing),
            Endpoint::CancelRelease => self.has_changed_release(index, body, State::Cancelled),
            Endpoint::PutEvent => running.has_written,
            Endpoint::Position => self.shows_entries(running, body),
            Endpoint::Stats => adds_up(body),
            Endpoint::CreateCode => body["codeId"].as_str().is_some_and(|id| self.mirror.codes.contains_key(id)),
            Endpoint::SendPhoneCode => self.has_sent_phone_code(index, body),
            Endpoint::ConfirmPhone => self.has_confirmed_phone(index),
            Endpoint::RevokeCode => {
                self.mirror.codes.get(sent.path_value()).is_some_and(|code| code.revoked_at.is_some())
            }
            _ => self.command_is_done(index, body),
        };
        ensure!(holds, "what was acknowledged is so", "{}", told());
        Ok(())
    }

    fn stay(&self, body: &Value) -> Option<&Stay> {
        self.stays.get(body["entryId"].as_str()?)
    }

    fn has_joined(&self, index: usize, running: &Running, body: &Value) -> bool {
        let asked = &self.asks[index].sent.body;
        let Some(stay) = self.stay(body) else { return self.is_stood_in(index, running.started_at, body) };
        let entry = &stay.entry;
        // With one place for each mailbox, another customer of the mailbox may have the place.
        let is_of_mailbox = || mailbox(asked["email"].as_str().unwrap_or_default()) == mailbox(&entry.email);
        let for_whom = entry.attendee == asked["attendeeId"].as_str().unwrap_or_default()
            && asked["customerId"].as_str().is_none_or(|customer| customer == entry.customer || is_of_mailbox())
            && entry.line.ends_with(asked["ticketTypeId"].as_str().unwrap_or("nowhere"));
        let is_new = self.asks[index].made.contains(&format!("entry {}", entry.id));
        let has_place = [Status::Waiting, Status::Offered, Status::Claimed, Status::Converted];
        let had_place = stay.was(&has_place, running.started_at, self.now());
        let is_as_asked = || {
            stay.first.quantity == asked["quantity"]
                && entry.code.is_some() == asked["accessCode"].is_string()
                && entry.answers == answers_of(asked)
        };
        let is_public = self.asks[index].sent.credential.is_none();
        let had_place = had_place && !is_public;
        for_whom && (if is_new { is_as_asked() } else { had_place || self.asks[index].runs > 1 })
    }

    /// Whether the entry asks for no more seats than its customer wished, and is content with no
    /// more. Nobody asks for more again.
    fn asks_for_fewer(&self, index: usize, body: &Value) -> bool {
        let asked = &self.asks[index].sent.body;
        let at_most = |name: &str, is: u64| asked[name].as_u64().is_none_or(|wished| is <= wished);
        let shown = body["quantity"].as_u64().is_some_and(|shown| at_most("quantity", shown));
        shown && self.stay(body).is_some_and(|stay| at_most("quantity", stay.entry.quantity))
    }

    /// Whether the request itself brought the entry there, and was first made before the offer's
    /// deadline.
    fn has_entered(&self, index: usize, body: &Value, statuses: &[Status]) -> bool {
        let Some(stay) = self.stay(body) else { return false };
        let since = self.asks[index].first_at;
        let by_request = statuses.iter().any(|status| stay.has_entered(*status, since));
        by_request && stay.deadlines.iter().any(|deadline| since < *deadline)
    }

    /// Whether a customer was refused an action that their offer allowed all the while.
    fn breaks_an_offer(&self, index: usize, running: &Running) -> bool {
        let ask = &self.asks[index];
        let statuses: &[Status] = match ask.sent.endpoint {
            Endpoint::Claim => &[Status::Offered],
            Endpoint::Convert | Endpoint::Decline => &[Status::Offered, Status::Claimed],
            _ => return false,
        };
        // A repeated request gets the response that was right the first time.
        let is_first = ask.sent.idempotency_key.is_none() || ask.runs == 1;
        is_first
            && !self.only_looks(&ask.sent)
            && self.stay(&ask.sent.body).is_some_and(|stay| {
                // A corrected address takes its tokens with it.
                let is_current = stay.contacts.len() == 1 || self.proof_of(&ask.sent) == Some(Proof::Key);
                is_current
                    && statuses.contains(&stay.entry.status)
                    && stay.since() < running.started_at
                    && stay.entry.deadline().is_some_and(|deadline| self.now() < deadline)
            })
    }

    fn has_converted(&self, body: &Value) -> bool {
        let Some(stay) = self.stay(body) else { return false };
        let registration = body["registrationId"].as_str().unwrap_or_default();
        let offered = stay.entry.offer.as_ref().map(|offer| offer.quantity);
        stay.entry.status == Status::Converted
            && stay.entry.registration.as_deref() == Some(registration)
            && self.mirror.registrations.get(registration).is_some_and(|sale| Some(sale.quantity) == offered)
    }

    fn has_left(&self, running: &Running, body: &Value) -> bool {
        let left = body["left"].as_array().into_iter().flatten();
        left.filter_map(Value::as_str)
            .all(|id| self.stays.get(id).is_some_and(|stay| stay.has_entered(Status::Left, running.started_at)))
    }

    fn has_sold(&self, index: usize, body: &Value) -> bool {
        let asked = &self.asks[index].sent.body;
        let id = body["registrationId"].as_str().unwrap_or_default();
        self.mirror.registrations.get(id).is_some_and(|sale| {
            sale.entry.is_none() && sale.quantity == asked["quantity"] && asked["customerId"] == sale.customer.as_str()
        })
    }

    fn has_released(&self, index: usize, body: &Value) -> bool {
        let id = body["releaseId"].as_str().unwrap_or_default();
        let quantity = &self.asks[index].sent.body["quantity"];
        // The release of a repeated request may have been cancelled meanwhile.
        let cancelled = body["cancelled"].as_u64().unwrap_or(0);
        let adds_up = body["released"].as_u64().zip(body["remaining"].as_u64());
        let adds_up = adds_up.map(|(done, rest)| done + rest + cancelled);
        self.mirror.releases.get(id).is_some_and(|release| release.quantity == *quantity)
            && adds_up == quantity.as_u64()
            && self.is_paced_as_asked(index, body)
    }

    /// Whether a release has the pace that it was ordered with. The event's pace may have changed
    /// meanwhile.
    fn is_paced_as_asked(&self, index: usize, body: &Value) -> bool {
        let asked = &self.asks[index].sent.body;
        asked
            .get("batchSize")
            .is_none_or(|size| body["batchSize"] == *size && body["batchInterval"] == asked["batchInterval"])
    }

    /// Whether the release came to this state since the request was made, and was then as the
    /// response shows it.
    fn has_changed_release(&self, index: usize, body: &Value, state: State) -> bool {
        let ask = &self.asks[index];
        body["status"] == state.name()
            && self.progress.was(ask.sent.path_value(), state, ask.first_at, self.now())
            && self.shows_release(ask.sent.path_value(), ask.first_at, body)
    }

    /// Whether the release was as it is shown at some moment since `start`.
    fn shows_release(&self, id: &str, start: i64, body: &Value) -> bool {
        body["releaseId"] == id && self.progress.between(id, start, self.now()).any(|release| release.is_shown_by(body))
    }

    /// Whether each entry shown was so while the request ran, and has a position exactly while it
    /// waits.
    fn shows_entries(&self, running: &Running, body: &Value) -> bool {
        let entries = body["entries"].as_array().into_iter().flatten();
        entries.into_iter().all(|shown| {
            let Some(stay) = self.stay(shown) else { return self.is_of_a_stand_in(shown) };
            let Ok(status) = serde_json::from_value::<Status>(shown["status"].clone()) else { return false };
            // With several lanes, the entries of earlier lanes count too, and a number counts as
            // soon as it is taken.
            let numbers = self.mirror.lines.get(&stay.entry.line).and_then(|line| line.numbers.as_ref());
            let lanes = numbers.map_or(0, |numbers| numbers.issued.len());
            let most = if lanes == 1 && stay.steps.iter().all(|step| !step.is_move()) {
                stay.entry.number - self.plan.first_number.min(stay.entry.number) + 1
            } else {
                u64::MAX
            };
            let position = shown["position"].as_u64();
            let unconfirmed = shown["unconfirmedBefore"].as_u64();
            let counts_fit = match (position, unconfirmed) {
                (Some(position), Some(unconfirmed)) => unconfirmed < position,
                (position, unconfirmed) => position.is_none() && unconfirmed.is_none(),
            };
            let fits = position.is_none_or(|position| (1..=most).contains(&position));
            let has_place = status == Status::Waiting && shown["positionKind"] != "draw";
            // A token that only looks shows an entry as ended once its time is over.
            let is_over = stay.entry.confirm_by.is_some_and(|confirm_by| confirm_by <= self.now());
            let stored =
                if status == Status::Unconfirmed && is_over { &[status, Status::Waiting][..] } else { &[status] };
            stay.was(stored, running.started_at, self.now()) && fits && counts_fit && position.is_some() == has_place
        })
    }
}

/// The answers of a join, by question.
fn answers_of(asked: &Value) -> BTreeMap<String, String> {
    let answers = asked["answers"].as_object().into_iter().flatten();
    answers.filter_map(|(id, answer)| Some((id.clone(), answer.as_str()?.to_owned()))).collect()
}

/// Whether the seats add up, for each line and in total.
fn adds_up(body: &Value) -> bool {
    let lines = body["ticketTypes"].as_array().into_iter().flatten();
    lines.chain([&body["totals"]]).all(|counts| {
        let count = |name: &str| counts[name].as_u64();
        let parts = count("sold").zip(count("held")).zip(count("free"));
        count("capacity") == parts.map(|((sold, held), free)| sold + held + free)
    })
}

/// Whether another run of the request had not ended yet.
fn is_in_progress(body: &Value) -> bool {
    body["type"].as_str().is_some_and(|kind| kind.ends_with("idempotency-in-progress"))
}
