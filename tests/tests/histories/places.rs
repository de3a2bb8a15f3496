//! Whether a person is refused a place only while they have as many as they may.

use serde_json::Value;
use waitlist_domain::entry::Status;

use super::world::World;

/// The statuses in which an entry is a place of its person.
const HAS_PLACE: [Status; 4] = [Status::Waiting, Status::Offered, Status::Claimed, Status::Converted];

impl World {
    /// Whether a join was refused although its mailbox never had too many places since the request
    /// was first made.
    pub(super) fn refuses_a_free_place(&self, index: usize, body: &Value) -> bool {
        if !body["type"].as_str().is_some_and(|kind| kind.ends_with("too-many-places")) {
            return false;
        }
        let ask = &self.asks[index];
        let person = mailbox(ask.sent.body["email"].as_str().unwrap_or_default());
        let stays = self.stays.all.values().filter(|stay| stay.was(&HAS_PLACE, ask.first_at, self.now()));
        let had = stays.filter(|stay| stay.contacts.iter().any(|contacted| mailbox(&contacted.contact.0) == person));
        let allowed = self.mirror.rules_since(ask.writes_before).map(|event| event.max_places).min();
        allowed.is_some_and(|allowed| (had.count() as u64) < allowed)
    }
}

/// The mailbox of an e-mail address of a history. Other addresses are returned as they are.
pub(super) fn mailbox(address: &str) -> String {
    let Some((name, host)) = address.split_once('@') else { return address.to_owned() };
    format!("{}@{host}", name.split('+').next().unwrap_or(name)).to_lowercase()
}
