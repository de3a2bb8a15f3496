//! What the response to an organiser's command promises.

use serde_json::Value;
use waitlist_domain::entry::Status;
use waitlist_domain::values::time::Timestamp;

use super::asks::Ask;
use super::identifiers::EVENT;
use super::requests::Endpoint;
use super::stays::{Stay, Step};
use super::world::World;

impl World {
    /// Whether an acknowledged command has been done since it was first given.
    pub(super) fn command_is_done(&self, index: usize, body: &Value) -> bool {
        let ask = &self.asks[index];
        let (asked, since) = (&ask.sent.body, ask.first_at);
        if ask.sent.endpoint == Endpoint::Steer {
            return self.is_steered(ask);
        }
        let Some(stay) = body["entryId"].as_str().and_then(|id| self.stays.get(id)) else { return false };
        let was_so = serde_json::from_value::<Status>(body["status"].clone())
            .is_ok_and(|status| stay.was(&[status], since, self.now()));
        let step = |is_it: &dyn Fn(&Step) -> bool| stay.steps.iter().any(|step| step.at >= since && is_it(step));
        let stands = |place: &Value, step: &Step| *place != "front" || step.place.0 == "-front";
        // A command that is repeated after a crash gets the entry as it is by then. A removed entry
        // may be back, and an offer may have ended.
        let is_repeated = ask.runs > 1;
        let is_done = match ask.sent.endpoint {
            Endpoint::Move => has_moved(stay, asked, since),
            Endpoint::Remove => {
                (body["status"] == "removed" || is_repeated) && step(&|step| step.status == Status::Removed)
            }
            Endpoint::Reinstate => step(&|step| {
                let is_back = step.was.is_some_and(|was| Status::MAY_REJOIN.contains(&was));
                is_back && step.status == Status::Waiting && stands(&asked["at"], step)
            }),
            Endpoint::Offer => {
                // Once the offer is withdrawn, its customer may ask for fewer.
                let is_whole = body["offer"]["quantity"].as_u64() >= Some(stay.entry.quantity);
                (is_whole || is_repeated)
                    && step(&|step| step.status == Status::Offered && step.by == Some(Endpoint::Offer))
            }
            Endpoint::Withdraw if asked["to"] == "out" => {
                step(&|step| step.ends_offer() && step.status == Status::Removed)
            }
            Endpoint::Withdraw => {
                step(&|step| step.ends_offer() && step.status == Status::Waiting && stands(&asked["to"], step))
            }
            Endpoint::Extend => is_extended(stay, asked, body) || (is_repeated && body["offer"].is_null()),
            Endpoint::Edit => stay.had_contact(
                |(email, phone)| {
                    let is_email = asked.get("email").is_none_or(|wanted| wanted == email);
                    is_email && asked.get("phone").is_none_or(|wanted| wanted.as_str() == phone.as_deref())
                },
                since,
            ),
            _ => false,
        };
        was_so && is_done
    }

    /// Whether each named line, or each of the event, came to this state.
    ///
    /// A line counts if its ticket type has been there since the command was first given. A
    /// repeated command gets its first response, which says nothing of ticket types that were added
    /// since.
    fn is_steered(&self, ask: &Ask) -> bool {
        let (asked, since) = (&ask.sent.body, ask.first_at);
        let named = asked["ticketTypeId"].as_str().map(|id| format!("{EVENT}#{id}"));
        let lines = self.steered.iter().filter(|(line, _)| named.as_ref().is_none_or(|named| named == *line));
        let mut lines = lines.filter(|(line, _)| self.mirror.kept_ticket_type(line, ask.writes_before));
        let stood = |states: &[(i64, String)], wanted: &Value| {
            wanted.as_str().is_none_or(|wanted| {
                let later = states.iter().map(|(at, _)| *at).skip(1).chain([i64::MAX]);
                let held = |((_, state), until): (&(i64, String), i64)| state == wanted && until >= since;
                states.iter().zip(later).any(held)
            })
        };
        lines.all(|(_, [joining, offering])| stood(joining, &asked["joining"]) && stood(offering, &asked["offering"]))
    }
}

/// Whether an entry was moved as asked. Moving an entry to its own tier does nothing.
fn has_moved(stay: &Stay, asked: &Value, since: i64) -> bool {
    if asked["to"] == "tier" && stay.entry.tier.as_deref() == asked["tier"].as_str() {
        return true;
    }
    let is_there = |step: &Step| match asked["to"].as_str() {
        Some("front") => step.place.0 == "-front",
        // A lottery's tiers have no lanes of their own.
        Some("tier") => Some(step.place.0.as_str()) == asked["tier"].as_str() || step.place.0.len() < 6,
        _ => step.place.0 != "-front",
    };
    stay.steps.iter().any(|step| step.at >= since && step.by == Some(Endpoint::Move) && is_there(step))
}

/// Whether the entry had the deadline in the response, and it is the one that was asked for.
fn is_extended(stay: &Stay, asked: &Value, body: &Value) -> bool {
    let shown = body["offer"]["expiresAt"].as_str().and_then(|text| Timestamp::parse(text).ok());
    let had_it = shown.is_some_and(|shown| stay.deadlines.contains(&shown.milliseconds()));
    had_it && asked.get("until").is_none_or(|until| *until == body["offer"]["expiresAt"])
}
