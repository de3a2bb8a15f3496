//! Access codes of a history: set up before anything goes wrong, presented in some joins, revoked
//! now and then.

use serde_json::{Value, json};
use waitlist_domain::values::time::Timestamp;
use waitlist_tests::Random;

use super::mirror::code::Code;
use super::requests::{Endpoint, Sent};
use super::running::Running;
use super::violation::{Violation, ensure};
use super::world::{EVENT, ORGANISER_KEY, World};

/// The codes that customers type. The last one does not exist.
const CODES: [&str; 3] = ["MEMBERS-2027", "sponsors-2027", "NEVER-WAS-1"];

/// A code that the organiser sets up, if the event has tiers.
#[derive(Debug, Clone)]
pub(super) struct PlannedCode {
    max_uses: u64,
    /// The index of the tier among the event's tiers.
    tier: usize,
    /// Milliseconds from the beginning.
    ends_in: i64,
}

impl PlannedCode {
    pub(super) fn draw(random: &mut Random) -> Self {
        Self {
            max_uses: 1 + random.below(4) as u64,
            tier: random.below(3),
            ends_in: [2_000, 20_000, 900_000, 100 * 3_600_000][random.below(4)],
        }
    }
}

/// The text of the code with this index.
pub(super) fn typed(code: usize) -> &'static str {
    CODES[code % CODES.len()]
}

impl World {
    /// Sets up the planned codes.
    pub(super) async fn set_codes_up(&mut self) -> Result<(), Violation> {
        let tiers = self.plan.order.tiers();
        for (code, planned) in CODES.into_iter().zip(self.plan.codes.clone()).filter(|_| !tiers.is_empty()) {
            let body = json!({
                "code": code,
                "tier": tiers[planned.tier % tiers.len()],
                "maxUses": planned.max_uses,
                "endsAt": Timestamp::from_milliseconds(self.began_at + planned.ends_in).to_rfc3339(),
            });
            self.ask(Sent::new(Endpoint::CreateCode, ORGANISER_KEY, body).to("eventId", EVENT));
            while !self.running.is_empty() {
                self.take_a_turn()?;
            }
            let ask = self.asks.last().expect("it was asked just now");
            let is_set_up = ask.answers.last().is_some_and(|(status, _)| *status == 201);
            ensure!(is_set_up, "a code is set up", "{:?}", ask.answers);
        }
        Ok(())
    }

    /// Revokes any of the codes, even a revoked one.
    pub(super) fn revoke(&self, random: &mut Random) -> Option<Sent> {
        let ids: Vec<&String> = self.mirror.codes.keys().collect();
        let id = random.pick(&ids)?;
        Some(Sent::new(Endpoint::RevokeCode, ORGANISER_KEY, Value::Null).to("codeId", id.as_str()))
    }

    /// Whether a code was refused that was valid all the while.
    ///
    /// An invalid code never becomes valid again. Its tier may be dropped and come back.
    pub(super) fn refuses_a_good_code(&self, index: usize, running: &Running, body: &Value) -> bool {
        let presented = &self.asks[index].sent.body["accessCode"];
        let errors = body["errors"].as_array().into_iter().flatten();
        let is_blamed = errors.into_iter().any(|error| error["pointer"] == "/accessCode");
        let known = CODES.iter().position(|code| presented == code);
        // Codes are set up in order.
        let set_up =
            known.and_then(|at| self.asks.iter().filter(|ask| ask.sent.endpoint == Endpoint::CreateCode).nth(at));
        let id = set_up.and_then(|ask| ask.answers.first()).and_then(|(_, body)| body["codeId"].as_str());
        let code = id.and_then(|id| self.mirror.codes.get(id));
        let was_its_tier_there = |code: &Code| {
            self.mirror.rules_since(running.writes_before).all(|event| event.order.tiers.contains(&code.tier))
        };
        is_blamed && code.is_some_and(|code| code.is_open(self.now()) && was_its_tier_there(code))
    }
}
