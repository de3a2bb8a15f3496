//! Access codes of a history: which one is revoked, and whether one was refused wrongly.

use serde_json::Value;
use waitlist_tests::Random;

use super::identifiers::ORGANISER_KEY;
use super::mirror::code::Code;
use super::planned_codes::CODES;
use super::requests::{Endpoint, Sent};
use super::world::World;

impl World {
    /// Revokes any of the codes, even a revoked one.
    pub(super) fn revoke(&self, random: &mut Random) -> Option<Sent> {
        let ids: Vec<&String> = self.mirror.codes.keys().collect();
        let id = random.pick(&ids)?;
        Some(Sent::new(Endpoint::RevokeCode, ORGANISER_KEY, Value::Null).to("codeId", id.as_str()))
    }

    /// Whether a code was refused that was valid all the while.
    ///
    /// An invalid code never becomes valid again. Its tier may be dropped and come back.
    pub(super) fn refuses_a_good_code(&self, index: usize, body: &Value) -> bool {
        let presented = &self.asks[index].sent.body["accessCode"];
        let errors = body["errors"].as_array().into_iter().flatten();
        let is_blamed = errors.into_iter().any(|error| error["pointer"] == "/accessCode");
        let known = CODES.iter().position(|code| presented == code);
        // Codes are set up in order.
        let set_up =
            known.and_then(|at| self.asks.iter().filter(|ask| ask.sent.endpoint == Endpoint::CreateCode).nth(at));
        let id = set_up.and_then(|ask| ask.answers.first()).and_then(|(_, body)| body["codeId"].as_str());
        let code = id.and_then(|id| self.mirror.codes.get(id));
        // A repeated request gets its first response, whatever has changed since.
        let since = self.asks[index].writes_before;
        let was_its_tier_there =
            |code: &Code| self.mirror.rules_since(since).all(|event| event.order.tiers.contains(&code.tier));
        is_blamed && code.is_some_and(|code| code.is_open(self.now()) && was_its_tier_there(code))
    }
}
